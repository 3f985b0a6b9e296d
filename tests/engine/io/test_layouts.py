from __future__ import annotations

from pathlib import Path

from engine.core.found import FoundCase
from engine.io.folders import list_folder
from engine.io.layouts import layout_of


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def read(folder: Path) -> list[FoundCase]:
    listed = list_folder(folder)
    layout = layout_of(listed)
    assert layout is not None
    return layout(listed)


def test_a_plain_folder_has_no_layout(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "images/b.png", "masks/b.png")
    assert layout_of(list_folder(tmp_path)) is None


def test_bids_gives_the_t1_of_every_subject_and_session_and_no_derivative(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "dataset_description.json",
        "sub-10/anat/sub-10_T1w.nii.gz",
        "sub-2/ses-b/anat/sub-2_ses-b_T1w.nii",
        "sub-2/ses-a/anat/sub-2_ses-a_T1w.nii.gz",
        "sub-2/ses-a/anat/sub-2_ses-a_T2w.nii.gz",
        "sub-2/ses-a/anat/sub-2_ses-a_T1w.json",
        "sub-2/ses-a/func/sub-2_ses-a_bold.nii.gz",
        "sub-3/perf/sub-3_asl.nii.gz",
        "derivatives/sub-10/anat/sub-10_T1w.nii.gz",
    )
    assert [case.image.path.name for case in read(tmp_path)] == [
        "sub-2_ses-a_T1w.nii.gz", "sub-2_ses-b_T1w.nii", "sub-10_T1w.nii.gz",
    ]  # fmt: skip


def test_bids_without_a_t1_gives_what_anatomy_there_is(tmp_path: Path) -> None:
    touch(tmp_path, "sub-1/anat/sub-1_FLAIR.nii.gz")
    assert [case.image.path.name for case in read(tmp_path)] == ["sub-1_FLAIR.nii.gz"]


def test_nnunet_gives_one_case_for_all_channels_with_its_label_map(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "dataset.json",
        "imagesTr/la_002_0000.nii.gz", "imagesTr/la_002_0001.nii.gz",
        "imagesTr/la_010_0000.nii.gz", "imagesTr/single.nii.gz",
        "labelsTr/la_002.nii.gz", "labelsTr/single.nii.gz",
        "imagesTs/la_999_0000.nii.gz",
    )  # fmt: skip
    found = read(tmp_path)
    assert [case.image.name for case in found] == ["la_002", "la_010", "single", "la_999"]
    assert found[0].image.path.name == "la_002_0000.nii.gz"
    masks = [case.mask.name if case.mask else None for case in found]
    assert masks == ["la_002.nii.gz", None, "single.nii.gz", None]


def test_the_images_of_nnunet_alone_find_their_label_maps(tmp_path: Path) -> None:
    touch(tmp_path, "imagesTr/a_0000.png", "labelsTr/a.png")
    (case,) = read(tmp_path / "imagesTr")
    assert case.mask == tmp_path / "labelsTr" / "a.png"
