"""Images that were moved or changed, and images that are copied in."""

from __future__ import annotations

import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

import main
from engine.core.case import CaseState, ImageRef
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.sources import PAINTED
from engine.errors import GeometryError, ImageChanged, ImageMissing
from engine.progress import Progress
from engine.project.store import Project
from engine.workflow.checkpoint import editing_mask, hold_project
from engine.workflow.copying import copy_images
from engine.workflow.open_case import open_case
from engine.workflow.project import ProjectInfo, create_project
from engine.workflow.relocation import accept_image, find_image, missing_images, relocate_images
from engine.workflow.review import decide

CLASSES = LabelSet.named(["background", "a"])


def picture(path: Path, value: int, shape: tuple[int, int] = (20, 24)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full(shape, value, np.uint8)).save(path)
    return path


@pytest.fixture
def info(tmp_path: Path) -> ProjectInfo:
    """Three pictures, the first one painted on and approved, the last never opened."""
    paths = [picture(tmp_path / "in" / f"{name}.png", n) for n, name in enumerate("abc")]
    info = create_project(tmp_path / "study.sulcus", CLASSES, paths)
    with hold_project(info.folder) as hold:
        for case in info.cases[:2]:
            open_case(info.folder, case.id, Progress(), right=hold)
        one = info.cases[0].id
        with editing_mask(info.folder, one, Geometry((20, 24)), CLASSES, hold) as history:
            history.replace((slice(0, 5), slice(0, 5)), np.ones((5, 5), np.uint8), PAINTED)
        decide(info.folder, one, CaseState.APPROVED, "Ada", hold=hold)
    return info


def opened(info: ProjectInfo, case: int = 0) -> np.ndarray:
    return open_case(info.folder, info.cases[case].id, Progress()).label_map.labels


def test_an_image_that_is_gone_is_said_and_found_again(info: ProjectInfo, tmp_path: Path) -> None:
    shutil.move(tmp_path / "in", tmp_path / "moved")
    assert [case.name for case in missing_images(info.folder)] == ["a", "b", "c"]
    with pytest.raises(ImageMissing, match=r"is not at '.*a\.png' any more"):
        opened(info)
    with pytest.raises(ImageChanged, match="not the image that the mask of 'a' was begun on"):
        find_image(info.folder, info.cases[0].id, tmp_path / "moved" / "b.png")
    find_image(info.folder, info.cases[0].id, tmp_path / "moved" / "a.png")
    assert opened(info).sum() == 25
    found = relocate_images(info.folder, tmp_path / "moved")
    assert [(case.name, path and path.name) for case, path in found] == [
        ("b", "b.png"), ("c", "c.png"),
    ]  # fmt: skip
    assert missing_images(info.folder) == ()


def test_what_was_never_opened_is_not_guessed_among_two_of_its_name(
    info: ProjectInfo, tmp_path: Path
) -> None:
    shutil.move(tmp_path / "in", tmp_path / "moved")
    picture(tmp_path / "moved" / "deep" / "c.png", 77)
    picture(tmp_path / "moved" / "deep" / "b.png", 77)
    found = relocate_images(info.folder, tmp_path / "moved")
    assert [path and path.parent.name for _, path in found] == ["moved", "moved", None]


def test_the_mask_of_a_changed_image_goes_on_only_if_a_person_says_so(info: ProjectInfo) -> None:
    case = info.cases[0]
    picture(case.image_path, 99)
    with pytest.raises(ImageChanged, match="has changed since its mask was begun"):
        opened(info)
    accept_image(info.folder, case.id, case.image_path)
    assert opened(info).sum() == 25, "the mask goes on"
    project = Project(info.folder)
    assert project.case(case.id).state is CaseState.IN_REVIEW, "its approval is void"
    assert "image was changed" in project.reviews(case.id)[-1].reason


def test_the_mask_does_not_go_on_with_an_image_of_another_size(info: ProjectInfo) -> None:
    case = info.cases[0]
    picture(case.image_path, 99, (21, 24))
    with pytest.raises(GeometryError, match=r"The mask of 'a' has 20 x 24 pixels, .* has 21 x 24"):
        accept_image(info.folder, case.id, case.image_path)
    with pytest.raises(ImageChanged):
        opened(info)
    assert Project(info.folder).case(case.id).state is CaseState.APPROVED


def test_images_are_copied_in_and_the_originals_may_go(info: ProjectInfo, tmp_path: Path) -> None:
    other = picture(tmp_path / "else" / "a.png", 7)
    with hold_project(info.folder):
        Project(info.folder).add([ImageRef(other)])
    report = copy_images(info.folder, Progress())
    assert [case.name for case in report.copied] == ["a", "b", "c", "a"]
    assert report.refused == ()
    cases = Project(info.folder).cases()
    names = ["a.png", "b.png", "c.png", "a_2.png"]
    assert [case.image_path for case in cases] == [info.folder / "images" / name for name in names]
    shutil.rmtree(tmp_path / "in")
    moved = shutil.move(info.folder, tmp_path / "elsewhere.sulcus")
    assert open_case(Path(moved), cases[0].id, Progress()).label_map.labels.sum() == 25
    assert copy_images(Path(moved), Progress()).copied == (), "they are in already"


def test_an_image_in_two_files_is_copied_whole(tmp_path: Path) -> None:
    values = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    nib.save(nib.Nifti1Pair(values, np.eye(4)), tmp_path / "v.hdr")
    (tmp_path / "w.raw").write_bytes(values.tobytes())
    (tmp_path / "w.nhdr").write_text(
        "NRRD0004\ntype: short\ndimension: 3\nsizes: 5 4 3\nendian: little\nencoding: raw\n"
        "space: left-posterior-superior\nspace directions: (1,0,0) (0,1,0) (0,0,1)\n"
        "space origin: (0,0,0)\ndata file: w.raw\n"
    )
    (tmp_path / "u.mhd").write_text(
        "ObjectType = Image\nNDims = 3\nDimSize = 5 4 3\nElementSpacing = 1 1 1\n"
        "ElementType = MET_SHORT\nElementByteOrderMSB = False\nElementDataFile = w.raw\n"
    )
    images = [tmp_path / name for name in ("v.hdr", "w.nhdr", "u.mhd")]
    info = create_project(tmp_path / "p.sulcus", CLASSES, images)
    assert len(info.cases) == 3
    report = copy_images(info.folder, Progress())
    assert report.refused == ()
    for name in ("v.hdr", "v.img", "w.nhdr", "w.raw", "u.mhd"):
        (tmp_path / name).unlink()
    for case in info.cases:
        found = open_case(info.folder, case.id, Progress()).image
        assert sorted(found.pixels.ravel()) == list(range(60))


def test_what_cannot_be_copied_stays_and_is_said(info: ProjectInfo) -> None:
    info.cases[1].image_path.unlink()
    picture(info.cases[0].image_path, 99)
    report = copy_images(info.folder, Progress())
    assert [case.name for case in report.copied] == ["c"]
    assert [name for name, _ in report.refused] == ["a", "b"]
    assert [path.name for path in (info.folder / "images").iterdir()] == ["c.png"]
    assert [case.image_path for case in Project(info.folder).cases()[:2]] == [
        case.image_path for case in info.cases[:2]
    ]


def test_the_command_line_copies_and_accepts(
    info: ProjectInfo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = picture(tmp_path / "else" / "d.png", 5)
    assert main.main(["add", str(info.folder), str(other), "--copy"]) == 0
    assert "1 copied" in capsys.readouterr().out
    cases = Project(info.folder).cases()
    assert cases[3].image_path == info.folder / "images" / "d.png"
    assert cases[0].image_path == info.cases[0].image_path, "only what was added is copied"
    picture(cases[0].image_path, 99)
    assert main.main(["doctor", str(info.folder), "--accept-image", "a"]) == 0
    assert opened(info).sum() == 25
    assert "goes on with" in capsys.readouterr().out
