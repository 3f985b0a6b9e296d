from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.case import ImageRef
from engine.core.found import FoundCase
from engine.io.folders import list_folder
from engine.io.pairing import (
    goes_with_another,
    mask_folders,
    pair_names,
    pair_with_folders,
)

HERE = Path("/data")


def pairs(*names: str) -> list[tuple[str, str | None]]:
    found = pair_names(HERE, names)
    return [(one.image.path.name, one.mask.name if one.mask else None) for one in found]


@pytest.mark.parametrize(
    "mask",
    ["a_mask.png", "a_seg.nii.gz", "a-labels.tif", "A_Label.PNG", "a.mask.png", "a mask.png",
     "a_segmentation.png", "a_dseg.nii"],
)  # fmt: skip
def test_a_mask_beside_its_image_bears_its_name_and_a_word(mask: str) -> None:
    assert pairs("a.png", mask) == [("a.png", mask)]


@pytest.mark.parametrize("name", ["a_masked.png", "amask.png", "a_mask_2.png", "b_mask.png"])
def test_what_only_resembles_a_mask_is_an_image(name: str) -> None:
    assert pairs("a.png", name) == [("a.png", None), (name, None)]


def test_a_file_called_mask_belongs_to_the_only_image() -> None:
    assert pairs("t1.nii.gz", "mask.nii.gz") == [("t1.nii.gz", "mask.nii.gz")]
    found = pairs("t1.nii.gz", "t2.nii.gz", "labels.nii.gz")
    assert found == [("t1.nii.gz", None), ("t2.nii.gz", None), ("labels.nii.gz", None)]
    assert pairs("mask.nii.gz") == [("mask.nii.gz", None)]
    found = pairs("t1.nii", "t1_mask.nii", "seg.nii")
    assert found == [("t1.nii", "t1_mask.nii")], "the longer name is nearer"


def test_a_second_mask_is_left_alone_and_named() -> None:
    (found,) = pair_names(HERE, ["a.png", "a_mask.png", "a_seg.png"])
    assert found == FoundCase(ImageRef(HERE / "a.png"), HERE / "a_mask.png", (HERE / "a_seg.png",))


def test_an_image_that_is_called_a_mask_can_have_one_too() -> None:
    assert pairs("gas_mask.png", "gas_mask_seg.png") == [("gas_mask.png", "gas_mask_seg.png")]


@pytest.mark.parametrize(
    ("images", "masks"),
    [
        ("data", "data/masks"),
        ("data/images", "data/labels"),
        ("data/image", "data/label"),
        ("data/JPEGImages", "data/annotations"),
        ("data/train", "data/trainannot"),
        ("data/train", "data/train_masks"),
        ("data/train_images", "data/train_labels"),
        ("data/images/train", "data/labels/train"),
    ],
)
def test_masks_lie_in_a_folder_of_their_own(tmp_path: Path, images: str, masks: str) -> None:
    for name in (images, masks):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    (tmp_path / images / "a 1.jpg").touch()
    (tmp_path / masks / "A 1.png").touch()
    cases = [FoundCase(ImageRef(tmp_path / images / "a 1.jpg"))]
    (paired,) = pair_with_folders(cases, mask_folders(list_folder(tmp_path / images)))
    assert paired.mask == tmp_path / masks / "A 1.png"


def test_the_masks_of_another_split_are_not_taken(tmp_path: Path) -> None:
    for name in ("train", "test", "testannot", "labels"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.png").touch()
    assert mask_folders(list_folder(tmp_path / "train")) == []


def test_a_mask_that_is_given_already_stays_and_an_image_is_no_mask_of_itself(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.png").touch()
    given = FoundCase(ImageRef(tmp_path / "b" / "a.png"), tmp_path / "mine.png")
    itself = FoundCase(ImageRef(tmp_path / "a.png"))
    assert pair_with_folders([given, itself], [tmp_path]) == [given, itself]


def test_a_folder_that_is_gone_has_no_masks(tmp_path: Path) -> None:
    cases = [FoundCase(ImageRef(tmp_path / "a.png"))]
    assert pair_with_folders(cases, [tmp_path / "gone"]) == cases


@pytest.mark.parametrize(
    ("name", "goes"), [("masks", True), ("trainannot", True), ("train", False), ("valannot", False)]
)
def test_a_folder_of_masks_is_told_by_the_folders_beside_it(name: str, goes: bool) -> None:
    assert goes_with_another(name, ["train", "trainannot", "valannot", "masks"]) is goes
