from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import main
from engine.core.case import CaseState
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.probabilities import Probabilities
from engine.core.sources import PAINTED
from engine.errors import ReadError, WriteError
from engine.progress import Progress
from engine.project.snapshots import save_probabilities
from engine.project.store import Project
from engine.workflow.checkpoint import editing_mask, hold_project
from engine.workflow.open_case import open_case
from engine.workflow.project import ProjectInfo, create_project
from engine.workflow.relocation import relocate_images
from engine.workflow.repair import examine_project, recover_project
from engine.workflow.review import decide

CLASSES = LabelSet.named(["background", "a", "b"])
GRID = Geometry((20, 24))


@pytest.fixture
def info(tmp_path: Path) -> ProjectInfo:
    """Two pictures with three strokes each, the first one approved and predicted."""
    paths = [tmp_path / "pictures" / f"{name}.png" for name in ("one", "two")]
    paths[0].parent.mkdir()
    for number, path in enumerate(paths):
        Image.fromarray(np.full((20, 24), 9 + number, np.uint8)).save(path)
    info = create_project(tmp_path / "study.sulcus", CLASSES, paths)
    with hold_project(info.folder) as hold:
        for case in info.cases:
            with editing_mask(info.folder, case.id, GRID, CLASSES, hold) as history:
                for row in (0, 5, 9):
                    box = (slice(row, row + 3), slice(0, 9))
                    history.replace(box, np.full((3, 9), 1 + row % 2, np.uint8), PAINTED)
            open_case(info.folder, case.id, Progress(), right=hold)
        decide(info.folder, info.cases[0].id, CaseState.APPROVED, "Ada", hold=hold)
    values = np.full((3, 20, 24), 1 / 3, np.float16)
    save_probabilities(info.folder, info.cases[0].id, Probabilities(values, GRID, CLASSES))
    return info


def sql(info: ProjectInfo, text: str) -> None:
    with closing(sqlite3.connect(info.folder / "project.db")) as database, database:
        database.execute(text)


def wrong(info: ProjectInfo) -> list[str]:
    return [f"{one.what}: {one.value}" for one in examine_project(info.folder) if not one.is_good]


def labels(info: ProjectInfo, case: int = 0) -> np.ndarray:
    return open_case(info.folder, info.cases[case].id, Progress()).label_map.labels


def snapshot(info: ProjectInfo, case: int = 0, kind: str = "labels") -> Path:
    return info.folder / kind / f"{info.cases[case].id}.npz"


def test_a_sound_project_has_nothing_wrong(info: ProjectInfo) -> None:
    assert wrong(info) == []


def test_a_damaged_snapshot_is_made_anew_of_the_journal(info: ProjectInfo) -> None:
    before = labels(info).copy()
    whole = snapshot(info).read_bytes()
    snapshot(info).write_bytes(whole[:90])
    told = [one.value for one in examine_project(info.folder) if one.what == "Mask of one"]
    assert told == ["the snapshot was damaged; it was made anew of the journal"]
    assert wrong(info) == []
    assert np.array_equal(labels(info), before)
    with np.load(snapshot(info)) as archive:
        assert np.array_equal(archive["values"], before)


def test_a_damaged_snapshot_is_left_alone_while_another_has_the_project(info: ProjectInfo) -> None:
    snapshot(info).write_bytes(b"damaged")
    with hold_project(info.folder):
        assert len(wrong(info)) == 1
    assert snapshot(info).read_bytes() == b"damaged"


def test_each_kind_of_damage_is_said(info: ProjectInfo) -> None:
    snapshot(info, kind="probabilities").write_bytes(b"damaged")
    (info.folder / "presets.json").write_text("{")
    (info.folder / "labels" / "0123.npz").write_bytes(b"?")
    (info.folder / "labels" / ".half.npz").write_bytes(b"?")
    log = info.folder / "review.jsonl"
    log.write_text(log.read_text(encoding="utf-8").replace("Ada", "Eve"), encoding="utf-8")
    sql(info, "UPDATE journal SET person = 'Eve' WHERE number = 4")
    found = wrong(info)
    for part in (
        "Prediction of one", "Presets", "Mask of no case", "Reviews", "row 4 was changed",
    ):  # fmt: skip
        assert any(part in line for line in found), part
    assert not (info.folder / "labels" / ".half.npz").exists()
    assert snapshot(info).exists()


def test_a_decision_that_was_changed_in_the_database_is_said(info: ProjectInfo) -> None:
    sql(info, "UPDATE review SET reader = 'Eve'")
    assert wrong(info) == ["Reviews: number 1 was changed, or one before it is gone"]


def test_images_that_moved_are_found_by_their_voxels(info: ProjectInfo, tmp_path: Path) -> None:
    elsewhere = tmp_path / "archive" / "2026"
    elsewhere.parent.mkdir()
    shutil.move(tmp_path / "pictures", elsewhere)
    # names swapped: only the voxels tell
    (elsewhere / "one.png").rename(elsewhere / "x.png")
    (elsewhere / "two.png").rename(elsewhere / "one.png")
    assert [line.split(":")[0] for line in wrong(info)] == ["Image of one", "Image of two"]
    found = relocate_images(info.folder, tmp_path / "archive")
    assert [path for _, path in found] == [elsewhere / "x.png", elsewhere / "one.png"]
    assert wrong(info) == []
    assert labels(info).any()
    assert relocate_images(info.folder, tmp_path / "archive") == ()


def test_an_image_that_was_never_opened_or_is_another_is_not_guessed(
    info: ProjectInfo, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    for case in info.cases:
        case.image_path.unlink()
        Image.fromarray(np.full((20, 24), 99, np.uint8)).save(
            tmp_path / "other" / case.image_path.name
        )
    sql(info, """UPDATE "case" SET sha256 = NULL WHERE name = 'two'""")
    found = relocate_images(info.folder, tmp_path / "other")
    assert [path for _, path in found] == [None, None]
    assert [case.image_path for case in Project(info.folder).cases()] == [
        case.image_path for case in info.cases
    ]


def settled(info: ProjectInfo) -> bytes:
    """The database, all of it in one file."""
    with closing(sqlite3.connect(info.folder / "project.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (info.folder / "project.db").read_bytes()


def test_what_a_damaged_database_still_has_becomes_a_new_project(
    info: ProjectInfo, tmp_path: Path
) -> None:
    masks = [labels(info, case).copy() for case in (0, 1)]
    sql(info, "UPDATE journal SET person = 'Eve' WHERE number = 4")
    sql(info, "DROP TABLE class")
    with pytest.raises(ReadError, match="is damaged"):
        Project(info.folder).label_set  # noqa: B018
    saved = recover_project(info.folder, tmp_path / "new.sulcus")
    assert (saved.cases, saved.steps, saved.reviews, saved.masks) == (2, 3, 1, 2)
    again = Project(saved.folder)
    assert [case.state for case in again.cases()] == [CaseState.APPROVED, CaseState.IN_REVIEW]
    for number, mask in enumerate(masks):
        with hold_project(saved.folder) as hold:
            opened = open_case(saved.folder, info.cases[number].id, Progress(), hold)
        assert opened.journal is not None
        opened.journal.close()
        assert np.array_equal(opened.label_map.labels, mask), "no mask is empty"
    assert opened.done == (), "its steps were after the broken link"


def test_a_database_with_a_lost_page_is_never_shown_as_empty(
    info: ProjectInfo, tmp_path: Path
) -> None:
    masks = {case.id: labels(info, number).copy() for number, case in enumerate(info.cases)}
    whole = settled(info)
    kept = 0
    for page in range(len(whole) // 4096):
        data = bytearray(whole)
        data[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
        (info.folder / "project.db").write_bytes(data)
        new = tmp_path / f"{page}.sulcus"
        try:
            saved = recover_project(info.folder, new)
        except ReadError:
            assert not new.exists(), "nothing is made where no case could be read"
        else:
            for case in Project(saved.folder).cases():
                mask = open_case(saved.folder, case.id, Progress()).label_map.labels
                assert np.array_equal(mask, masks[case.id])
                kept += 1
        assert (info.folder / "project.db").read_bytes() == data, "the old one is not changed"
    assert kept >= len(whole) // 4096, "most pages cost no case"


def test_a_project_is_not_recovered_over_another(info: ProjectInfo) -> None:
    with pytest.raises(WriteError, match="is a project already"):
        recover_project(info.folder, info.folder)


def test_the_command_line_says_what_it_found(
    info: ProjectInfo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["doctor", str(info.folder)]) == 0
    assert "6 rows, the chain holds" in capsys.readouterr().out
    shutil.move(tmp_path / "pictures", tmp_path / "moved")
    assert main.main(["doctor", str(info.folder), "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert sum(not one["is_good"] for one in findings) == 2
    assert all(one["remedy"] for one in findings if not one["is_good"])
    assert main.main(["doctor", str(info.folder), "--images", str(tmp_path / "moved")]) == 0
    capsys.readouterr()
    new = tmp_path / "new.sulcus"
    assert main.main(["doctor", str(info.folder), "--recover", str(new)]) == 0
    assert "2 cases, 2 masks, 6 steps and 1 reviews" in capsys.readouterr().out
    assert main.main(["doctor", "--images", str(new)]) == 1
    assert "No project was named" in capsys.readouterr().err
