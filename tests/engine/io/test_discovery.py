from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from numpy import uint8, zeros
from PIL import Image as Pillow

from engine.core.case import ImageRef
from engine.errors import Cancelled, ReadError
from engine.io import folders, opening
from engine.io.discovery import find_cases, preview
from engine.io.image_format import Part
from engine.io.table import IMAGE_FORMATS, ImageFormatRow
from engine.progress import Progress
from engine.registry import Registry

_events: list[str] = []
_counts = False


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _counts and event in ("open", "os.scandir", "os.listdir"):
        _events.append(f"{event} {arguments[0]}")


sys.addaudithook(_hook)


@contextmanager
def counted() -> Iterator[list[str]]:
    """What is opened and listed meanwhile."""
    global _counts  # noqa: PLW0603 - an audit hook cannot be taken away
    _events.clear()
    _counts = True
    yield _events
    _counts = False


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def found_in(*paths: Path) -> list[str]:
    return [case.image.path.name for case in find_cases(paths).cases]


class Slices:
    """A format whose files are slices; those of a folder make the parts 'a' and 'b'."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        if path.is_dir():
            names = sorted(path.iterdir())
            if any("two" in name.name for name in names):
                raise ReadError(f"'{path}' holds two patients.", remedy="Load one at a time.")
            with names[0].open("rb"):
                return tuple(Part(key, f"T1 {key}", (4, 4, 4)) for key in ("a", "b"))
        return ()


@pytest.fixture
def series(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format in place of DICOM."""
    row = ImageFormatRow(
        "test-slices", "", (".dcm", ".ima"), ((128, b"DICM"),), "test_slices:Slices",
        opens_folders=True,
    )  # fmt: skip
    module = ModuleType("test_slices")
    module.Slices = Slices  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "test_slices", module)
    known = [row for row in IMAGE_FORMATS if not row.opens_folders]
    for one in (folders, opening):
        monkeypatch.setattr(one, "IMAGE_FORMATS", Registry("image format", *known, row))


def test_a_file_that_is_named_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    touch(tmp_path, "scan", ".hidden.png")
    assert found_in(tmp_path / "scan", tmp_path / ".hidden.png") == ["scan", ".hidden.png"]


def test_what_is_named_twice_comes_once_in_the_order_given(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.png")
    assert found_in(tmp_path / "b.png", tmp_path, tmp_path / "b.png", tmp_path) == [
        "b.png", "a.png",
    ]  # fmt: skip


@pytest.mark.parametrize("inside", [[], ["notes.txt"], [".hidden.png"], ["inner/notes.txt"]])
def test_a_folder_without_an_image_is_refused(tmp_path: Path, inside: list[str]) -> None:
    (tmp_path / "dir").mkdir()
    touch(tmp_path / "dir", *inside)
    with pytest.raises(ReadError, match="holds no image") as caught:
        find_cases([tmp_path / "dir"])
    assert str(tmp_path / "dir") in caught.value.what
    assert ".nii.gz" in caught.value.remedy


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "a.png")
    with pytest.raises(ReadError, match="does not exist") as caught:
        find_cases([tmp_path / "a.png", tmp_path / "b.png"])
    assert str(tmp_path / "b.png") in caught.value.what


def test_a_name_too_long_for_the_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be read: "):
        find_cases([tmp_path / ("x" * 300)])


def test_a_folder_with_images_is_not_searched_deeper_and_says_so(tmp_path: Path) -> None:
    touch(tmp_path, "logo.png", "p1/scan.nii.gz", "p2/scan.nii.gz", "masks/logo.png")
    found = find_cases([tmp_path])
    assert [case.image.path.name for case in found.cases] == ["logo.png"]
    (note,) = found.notes
    assert "its 2 other folders were not searched" in note


def test_a_folder_of_folders_is_searched_inwards_in_order(tmp_path: Path) -> None:
    touch(tmp_path, "p10/t1.nii.gz", "p2/visit/t1.nii.gz", "p2/visit/t1_seg.nii.gz", "empty/a.txt",
          "derivatives/p2/t1.nii.gz", ".git/a.png")  # fmt: skip
    found = find_cases([tmp_path]).cases
    assert [case.image.path.relative_to(tmp_path).as_posix() for case in found] == [
        "p2/visit/t1.nii.gz", "p10/t1.nii.gz",
    ]  # fmt: skip
    assert found[0].mask == tmp_path / "p2" / "visit" / "t1_seg.nii.gz"


def test_data_sets_of_a_standard_are_read_as_such(tmp_path: Path) -> None:
    touch(tmp_path / "bids", "sub-1/anat/sub-1_T1w.nii", "sub-1/anat/sub-1_T2w.nii")
    touch(tmp_path / "raw/Dataset001_X", "imagesTr/a_0000.nii", "imagesTr/a_0001.nii",
          "labelsTr/a.nii", "dataset.json")  # fmt: skip
    bids, nnunet = find_cases([tmp_path / "bids", tmp_path / "raw"]).cases
    assert bids.image.path.name == "sub-1_T1w.nii"
    assert nnunet.image.name == "a"
    assert nnunet.mask == tmp_path / "raw/Dataset001_X/labelsTr/a.nii"


def test_folders_of_masks_are_no_images_beside_those_of_images(tmp_path: Path) -> None:
    touch(tmp_path, "train/1.png", "trainannot/1.png", "test/1.png", "testannot/1.png")
    found = find_cases([tmp_path]).cases
    assert [(one.image.path.parent.name, one.mask and one.mask.parent.name) for one in found] == [
        ("test", "testannot"), ("train", "trainannot"),
    ]  # fmt: skip


def test_a_folder_of_masks_alone_is_a_folder_of_images(tmp_path: Path) -> None:
    touch(tmp_path, "labels/a.png")
    assert found_in(tmp_path) == ["a.png"]


def test_links_in_a_circle_are_followed_once(tmp_path: Path) -> None:
    touch(tmp_path, "a/scan.nii")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "c").symlink_to(tmp_path / "c")
    assert found_in(tmp_path) == ["scan.nii"]


def test_a_folder_that_may_not_be_read_is_named_and_the_rest_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a/scan.nii", "locked/scan.nii")
    scandir = os.scandir

    def guarded(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = find_cases([tmp_path])
    assert len(found.cases) == 1
    assert found.refused == (
        f"'{tmp_path / 'locked'}' cannot be read: permission denied. "
        "Check the path and its permissions.",
    )
    with pytest.raises(ReadError, match="permission denied"):
        find_cases([tmp_path / "locked"])


def test_masks_of_a_folder_that_is_named_replace_what_names_suggest(tmp_path: Path) -> None:
    touch(tmp_path, "in/a.png", "in/a_mask.png", "in/b.png", "mine/a.tif", "mine/b_seg.png")
    found = find_cases([tmp_path / "in"], tmp_path / "mine").cases
    assert [case.mask and case.mask.name for case in found] == ["a.tif", "b_seg.png"]
    with pytest.raises(ReadError, match="does not exist"):
        find_cases([tmp_path / "in"], tmp_path / "nowhere")


def test_files_that_are_named_are_paired_too(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "a_mask.png", "other/b_mask.png")
    found = find_cases([tmp_path / "a_mask.png", tmp_path / "a.png", tmp_path / "other/b_mask.png"])
    assert [(c.image.path.name, c.mask and c.mask.name) for c in found.cases] == [
        ("a.png", "a_mask.png"), ("b_mask.png", None),
    ]  # fmt: skip


def test_among_files_that_are_named_those_that_are_no_images_are_told(tmp_path: Path) -> None:
    Pillow.fromarray(zeros((4, 5), uint8)).save(tmp_path / "cup.png")
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.4 nothing")
    for named in (("letter.pdf", "cup.png"), ("cup.png", "letter.pdf")):
        found = find_cases([tmp_path / name for name in named])
        assert [case.image.path.name for case in found.cases] == ["cup.png"]
        (sentence,) = found.refused
        assert "letter.pdf" in sentence
    alone = find_cases([tmp_path / "letter.pdf"])
    assert len(alone.cases) == 1
    assert not alone.refused


def test_a_file_with_several_images_gives_all_of_them_when_it_is_named(tmp_path: Path) -> None:
    pages = [Pillow.fromarray(zeros((4 + n, 5), uint8)) for n in range(3)]
    pages[0].save(tmp_path / "sizes.tif", save_all=True, append_images=pages[1:])
    found = find_cases([tmp_path / "sizes.tif"]).cases
    assert len(found) == 3
    assert len({case.image.part for case in found}) == 3
    assert all(case.image.name.startswith("sizes ") for case in found)
    (alone,) = find_cases([tmp_path]).cases
    assert alone.image == ImageRef(tmp_path / "sizes.tif"), "a folder's files are not opened"


def test_each_part_of_a_series_is_a_case(tmp_path: Path, series: None) -> None:
    touch(tmp_path, "p1/s1/1.dcm", "p1/s1/2.dcm", "p1/s2/3.IMA", "p2/photo.png")
    (tmp_path / "p2" / "IM1").write_bytes(bytes(128) + b"DICM")
    found = [case.image for case in find_cases([tmp_path]).cases]
    assert found == [
        ImageRef(tmp_path / "p1/s1", "a", "T1 a"), ImageRef(tmp_path / "p1/s1", "b", "T1 b"),
        ImageRef(tmp_path / "p1/s2", "a", "T1 a"), ImageRef(tmp_path / "p1/s2", "b", "T1 b"),
        ImageRef(tmp_path / "p2", "a", "T1 a"), ImageRef(tmp_path / "p2", "b", "T1 b"),
        ImageRef(tmp_path / "p2/photo.png"),
    ]  # fmt: skip


def test_a_series_that_cannot_be_read_is_told_and_the_rest_is_found(
    tmp_path: Path, series: None
) -> None:
    touch(tmp_path, "bad/two.dcm", "good/1.dcm")
    found = find_cases([tmp_path])
    assert len(found.cases) == 2
    assert found.refused == (f"'{tmp_path / 'bad'}' holds two patients. Load one at a time.",)
    with pytest.raises(ReadError, match="two patients"):
        find_cases([tmp_path / "bad"])


@pytest.mark.parametrize("count", [50, 500])
def test_images_are_found_without_opening_any_of_them(tmp_path: Path, count: int) -> None:
    touch(tmp_path, *(f"scan {i}.png" for i in range(count)))
    touch(tmp_path, *(f"scan {i}_mask.png" for i in range(0, count, 2)))
    with counted() as events:
        found = find_cases([tmp_path])
    assert len(found.cases) == count
    assert len(events) == 2, "the folder and the one above, for a folder of masks beside it"
    assert all(event.startswith("os.scandir") for event in events)


@pytest.mark.parametrize("count", [5, 50])
def test_as_many_files_are_opened_as_there_are_series(
    tmp_path: Path, series: None, count: int
) -> None:
    for number in range(count):
        folder = touch(tmp_path, *(f"p{number}/slice {i}.dcm" for i in range(8)))
        assert folder
    with counted() as events:
        assert len(find_cases([tmp_path]).cases) == 2 * count
    assert sum(event.startswith("open ") for event in events) == count


def test_a_search_can_be_stopped(tmp_path: Path) -> None:
    touch(tmp_path, "a/b/c.png")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        find_cases([tmp_path], progress=progress)


def test_the_preview_says_what_was_paired(tmp_path: Path, make_volume: Callable[..., Path]) -> None:
    touch(tmp_path / "in", "a.png", "a_mask.png", "a_seg.png", "b.png")
    assert preview(find_cases([tmp_path / "in"])) == [
        f"a  {tmp_path / 'in/a.png'}  <-  {tmp_path / 'in/a_mask.png'}",
        f"    left alone, a mask of it too: {tmp_path / 'in/a_seg.png'}",
        f"b  {tmp_path / 'in/b.png'}",
    ]
