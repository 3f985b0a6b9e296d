from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PIL import Image as Pillow

import main
from engine.core.case import CaseState
from engine.core.sources import Origin, PixelSource
from engine.progress import Progress
from engine.project.store import Project
from engine.workflow.checkpoint import hold_project
from engine.workflow.open_case import open_case

Cli = Callable[..., tuple[int, str, str]]
MASK = (np.arange(20).reshape(4, 5) % 4).astype(np.uint8)


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run the program with arguments; its status, what it printed and what it complained of."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        try:
            status = main.main([str(one) for one in arguments])
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        out, err = capfd.readouterr()
        kept = [line for line in err.splitlines(keepends=True) if not line.endswith(" ...\n")]
        return status, out, "".join(kept)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures, one with a mask of the right size, one with a mask of another."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b", "c"):
        Pillow.fromarray(MASK * 60).save(folder / f"{name}.png")
    Pillow.fromarray(MASK).save(folder / "a_mask.png")
    Pillow.fromarray(MASK.T).save(folder / "b_mask.png")
    return folder


def labels_of(project: Path, name: str) -> tuple[np.ndarray, CaseState]:
    case = next(case for case in Project(project).cases() if case.name == name)
    opened = open_case(project, case.id, Progress())
    assert not opened.touched.any()
    return opened.label_map.labels, case.state


def test_a_new_project_has_the_classes_that_were_named(cli: Cli, tmp_path: Path) -> None:
    status, out, _ = cli("new", "p.sulcus", "--classes", "background, cell,membrane")
    assert status == 0
    assert "background, cell, membrane" in out
    assert Project(tmp_path / "p.sulcus").label_set.names == ("background", "cell", "membrane")
    assert Project(tmp_path / "p.sulcus").cases() == ()


def test_classes_are_listed_and_added_all_or_none(cli: Cli, tmp_path: Path) -> None:
    cli("new", "p.sulcus", "--classes", "background,cell")
    status, out, _ = cli("classes", "p.sulcus", "--add", "wall", "rim", "--json")
    assert status == 0
    assert json.loads(out)["classes"] == ["background", "cell", "wall", "rim"]
    status, _, err = cli("classes", "p.sulcus", "--add", "new", "cell")
    assert status == 1
    assert "differ" in err
    assert len(Project(tmp_path / "p.sulcus").label_set) == 4
    assert "2      wall        #e69f00" in cli("classes", "p.sulcus")[1]


def test_the_classes_may_come_from_a_file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("background\ncell\n")
    assert cli("new", "p", "--classes", "classes.txt")[0] == 0
    assert Project(tmp_path / "p").label_set.names == ("background", "cell")


@pytest.mark.parametrize(
    ("classes", "complaint"),
    [("gone.txt", "cannot be read"), ("cell", "cannot be read"), ("a,a", "differ from each other")],
)
def test_classes_that_are_none_make_no_project(
    cli: Cli, tmp_path: Path, classes: str, complaint: str
) -> None:
    status, _, err = cli("new", "p", "--classes", classes)
    assert status == 1
    assert complaint in err
    assert not (tmp_path / "p").exists()


def test_images_that_are_not_there_make_no_project(cli: Cli, tmp_path: Path) -> None:
    status, _, err = cli("new", "p", "--classes", "a,b", "--add", "nowhere")
    assert (status, "does not exist" in err) == (1, True)
    assert not (tmp_path / "p").exists()


def test_a_bad_mask_is_told_in_a_sentence_and_the_rest_is_added(
    cli: Cli, tmp_path: Path, folder: Path
) -> None:
    status, out, err = cli("new", "p", "--classes", "a,b,c,d", "--add", folder)
    assert status == 1
    assert "added 3, masks 1, refused 1; the project has 3 cases" in out
    (line,) = err.splitlines()
    assert line.startswith("b: The image has 4 x 5 pixels and the mask")
    labels, state = labels_of(tmp_path / "p", "a")
    assert_array_equal(labels, MASK)
    assert state is CaseState.IN_REVIEW
    labels, state = labels_of(tmp_path / "p", "b")
    assert (labels.any(), state) == (False, CaseState.NEW)


def test_adding_twice_changes_nothing(cli: Cli, tmp_path: Path, folder: Path) -> None:
    cli("new", "p", "--classes", "a,b,c,d", "--add", folder)
    before = Project(tmp_path / "p").cases()
    (folder / "b_mask.png").unlink()
    Pillow.fromarray(MASK // 2).save(folder / "a_mask.png")
    status, out, _ = cli("add", "p", folder, folder / "c.png")
    assert (status, "added 0, masks 0" in out) == (0, True)
    assert Project(tmp_path / "p").cases() == before
    assert_array_equal(labels_of(tmp_path / "p", "a")[0], MASK)


def test_a_dry_run_says_what_would_be_paired_and_changes_nothing(
    cli: Cli, tmp_path: Path, folder: Path
) -> None:
    cli("new", "p", "--classes", "a,b")
    (folder / "two\nlines.png").write_bytes((folder / "a.png").read_bytes())
    status, out, _ = cli("add", "p", folder, "--dry-run")
    assert status == 0
    assert f"a  {folder / 'a.png'}  <-  {folder / 'a_mask.png'}" in out
    assert "4 images, 2 with a mask; nothing was changed" in out
    assert len(out.splitlines()) == 5
    assert Project(tmp_path / "p").cases() == ()
    facts = json.loads(cli("add", "p", folder, "--dry-run", "--json")[1])
    assert [Path(one["mask"]).name for one in facts["found"] if one["mask"]] == [
        "a_mask.png", "b_mask.png",
    ]  # fmt: skip


def test_everything_is_told_to_programs_too(cli: Cli, tmp_path: Path, folder: Path) -> None:
    status, out, _ = cli("new", "p", "--classes", "a,b,c,d", "--add", folder, "--json")
    facts: dict[str, Any] = json.loads(out)
    assert status == 1
    assert [one["name"] for one in facts["added"]] == ["a", "b", "c"]
    assert facts["classes"] == ["a", "b", "c", "d"]
    assert facts["masks"] == ["a"]
    assert [one["name"] for one in facts["refused"]] == ["b"]


def test_masks_may_lie_elsewhere(cli: Cli, tmp_path: Path, folder: Path) -> None:
    (tmp_path / "mine").mkdir()
    Pillow.fromarray(MASK).save(tmp_path / "mine" / "c.png")
    cli("new", "p", "--classes", "a,b,c,d", "--add", folder, "--masks", "mine")
    assert_array_equal(labels_of(tmp_path / "p", "c")[0], MASK)
    assert labels_of(tmp_path / "p", "a")[1] is CaseState.NEW


def test_a_mask_of_tissues_without_names_is_taken_only_when_its_order_is_told(
    cli: Cli, tmp_path: Path, folder: Path
) -> None:
    tissues = "background,CSF,GM,WM"
    status, _, err = cli("new", "p", "--classes", tissues, "--add", folder / "a.png",
                         folder / "a_mask.png")  # fmt: skip
    assert status == 1
    assert "This mask has no label names. 1 = CSF (IBSR, FSL) or GM (BIDS)?" in err
    assert labels_of(tmp_path / "p", "a")[1] is CaseState.NEW
    status, _, _ = cli("add", "p", folder / "a.png", folder / "a_mask.png", "--label-order", "bids")
    assert status == 0
    labels, _ = labels_of(tmp_path / "p", "a")
    assert_array_equal(labels, np.array([0, 2, 3, 1], np.uint8)[MASK])


def test_names_beside_a_mask_are_followed_and_unknown_ones_refused(
    cli: Cli, tmp_path: Path, folder: Path
) -> None:
    (folder / "labels.txt").write_text("background\nGrey Matter\nWM\nlesion\n")
    images = [folder / "a.png", folder / "a_mask.png"]
    status, _, err = cli("new", "p", "--classes", "background,CSF,GM,WM", "--add", *images)
    assert status == 1
    assert "'lesion', which is no class of this project (background, CSF, GM, WM)" in err
    (folder / "labels.txt").write_text("background\nGrey Matter\nWM\nCerebrospinal fluid\n")
    assert cli("add", "p", *images)[0] == 0
    assert_array_equal(labels_of(tmp_path / "p", "a")[0], np.array([0, 2, 3, 1], np.uint8)[MASK])


def test_black_and_white_is_background_and_the_one_class(
    cli: Cli, tmp_path: Path, folder: Path
) -> None:
    Pillow.fromarray((MASK > 1).astype(np.uint8) * 255).save(folder / "a_mask.png")
    cli("new", "p", "--classes", "background,cell", "--add", folder)
    assert_array_equal(labels_of(tmp_path / "p", "a")[0], MASK > 1)


def test_a_mask_that_lies_elsewhere_in_space_is_told_by_how_far(
    cli: Cli, make_volume: Callable[..., Path]
) -> None:
    place = np.eye(4)
    image = make_volume("t1.nii.gz", affine=place)
    place[2, 3] = 3.2
    mask = make_volume("t1_seg.nii.gz", np.ones((12, 10, 8), np.uint8), affine=place)
    _, _, err = cli("new", "p", "--classes", "a,b", "--add", image, mask)
    assert "Mask and image are 3.2 mm apart; not loaded as a pair" in err


@pytest.mark.parametrize("command", [["new", "p"], ["add"], ["add", "p"]])
def test_wrong_usage_is_told_as_such(cli: Cli, command: list[str]) -> None:
    assert cli(*command)[0] == 2


def test_what_is_no_project_is_refused(cli: Cli, folder: Path) -> None:
    status, _, err = cli("add", "nowhere", folder)
    assert (status, "no Sulcus project" in err) == (1, True)


def test_a_mask_that_is_taken_over_is_the_first_step_of_its_case(
    cli: Cli, tmp_path: Path, folder: Path
) -> None:
    cli("new", "p.sulcus", "--classes", "bg,a,b,c", "--add", folder)
    project = Project(tmp_path / "p.sulcus")
    case = next(case for case in project.cases() if case.name == "a")
    with hold_project(project.folder) as hold:
        opened = open_case(project.folder, case.id, Progress(), hold)
        history = opened.history()
        assert (history.sources == PixelSource.IMPORTED).all()
        assert opened.journal is not None
        origin = opened.journal.fetch(opened.done[0]).origin
        assert origin == Origin(PixelSource.IMPORTED, "mask file", None, "a_mask.png")
        history.undo()
        assert not history.labels.any()
        assert not history.can_undo
        opened.journal.close()


def test_a_project_that_is_open_elsewhere_is_not_added_to(
    cli: Cli, tmp_path: Path, folder: Path
) -> None:
    assert cli("new", "p.sulcus", "--classes", "bg,a,b,c")[0] == 0
    with hold_project(tmp_path / "p.sulcus"):
        status, _, err = cli("add", "p.sulcus", folder)
        assert status == 1
        assert "is open in another Sulcus" in err
        assert Project(tmp_path / "p.sulcus").cases() == ()
    cli("add", "p.sulcus", folder)
    assert len(Project(tmp_path / "p.sulcus").cases()) == 3
