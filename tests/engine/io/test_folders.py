from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ReadError
from engine.io import folders
from engine.io.folders import holds_series, image_names, list_folder, splitter
from engine.io.table import IMAGE_FORMATS, ImageFormatRow
from engine.registry import Registry


def touch(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


def images_in(folder: Path) -> list[str]:
    return image_names(list_folder(folder))


def add_rows(monkeypatch: pytest.MonkeyPatch, *rows: ImageFormatRow) -> None:
    known = [
        row for row in IMAGE_FORMATS if not {*row.suffixes} & {s for r in rows for s in r.suffixes}
    ]
    monkeypatch.setattr(folders, "IMAGE_FORMATS", Registry("image format", *known, *rows))


PAIRS = ImageFormatRow("test-pairs", "", (".hdr", ".mhd"), (), "nowhere:X")
SLICES = ImageFormatRow(
    "test-slices", "", (".dcm", ".ima"), ((128, b"DICM"),), "nowhere:X", opens_folders=True
)


def test_numbers_count_as_numbers_and_case_does_not_count(tmp_path: Path) -> None:
    touch(tmp_path, "slice10.png", "slice2.png", "Slice1.PNG", "slice 3.png")
    names = images_in(tmp_path)
    assert names.index("Slice1.PNG") < names.index("slice2.png") < names.index("slice10.png")
    assert len(names) == 4


@pytest.mark.parametrize(
    "suffix", [s for row in IMAGE_FORMATS if not row.opens_folders for s in row.suffixes]
)
def test_every_ending_of_the_table_is_found(tmp_path: Path, suffix: str) -> None:
    touch(tmp_path, f"a{suffix}", f"B{suffix.upper()}")
    assert len(images_in(tmp_path)) == 2


def test_other_files_hidden_ones_and_folders_are_left_out(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", ".hidden.png", "notes.txt", "._a.png", "png")
    touch(tmp_path / "inner", "deeper.png")
    (tmp_path / "unpacked.nii.gz").mkdir()
    listed = list_folder(tmp_path)
    assert image_names(listed) == ["a.png"]
    assert listed.folders == ("inner", "unpacked.nii.gz")


def test_pipes_are_no_files_and_a_link_to_nowhere_is_not_followed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere")
    assert images_in(tmp_path) == ["gone.png"]


def test_a_name_that_is_no_text_is_counted_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    try:
        os.close(os.open(os.fsencode(tmp_path) + b"/\xff\xfe.png", os.O_CREAT))
    except OSError:
        pytest.skip("this system has names of text only")
    listed = list_folder(tmp_path)
    assert (listed.files, listed.unnamed) == (("a.png",), 1)


@pytest.mark.parametrize(
    "name", ["путь к мозгу.png", "two\nlines.png", "a 'b' \"c\".png", "脑.png"]
)
def test_names_may_hold_whatever_a_system_allows(tmp_path: Path, name: str) -> None:
    touch(tmp_path, name)
    assert images_in(tmp_path) == [name]


def test_a_header_and_its_data_file_count_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_rows(monkeypatch, PAIRS)
    touch(tmp_path, "a.hdr", "a.img", "b.mhd", "b.raw", "c.raw")
    assert images_in(tmp_path) == ["a.hdr", "b.mhd"]


def test_the_longest_ending_of_a_name_counts(tmp_path: Path) -> None:
    split = splitter()
    assert split("A.b.NII.GZ") == ("A.b", ".nii.gz")
    assert split(".nii.gz") == (".nii.gz", "")
    assert split("notes.txt") == ("notes.txt", "")


@pytest.mark.parametrize(
    ("names", "content", "is_series"),
    [
        (["a.dcm"], b"", True),
        (["a.IMA", "notes.txt"], b"", True),
        (["IM0001", "IM0002"], bytes(128) + b"DICM", True),
        (["1.2.840.113619.2.5"], bytes(128) + b"DICM", True),
        (["README", "IM0001"], bytes(128) + b"DICM", True),
        (["IM0001"], bytes(132), False),
        (["IM0001"], b"", False),
        (["a.png", "notes.txt"], bytes(128) + b"DICM", False),
        ([], b"", False),
    ],
)
def test_a_series_is_told_by_its_endings_or_else_by_its_beginning(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: list[str],
    content: bytes,
    is_series: bool,
) -> None:
    add_rows(monkeypatch, SLICES)
    for name in names:
        (tmp_path / name).write_bytes(content if name != "README" else b"read me")
    assert holds_series(list_folder(tmp_path)) is is_series


def test_the_slices_of_a_series_are_no_images_but_pictures_beside_them_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_rows(monkeypatch, SLICES)
    touch(tmp_path, "a.dcm", "b.dcm", "photo.png")
    assert images_in(tmp_path) == ["photo.png"]


def test_a_folder_that_is_not_there_or_is_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="does not exist"):
        list_folder(tmp_path / "gone")
    touch(tmp_path, "a.png")
    with pytest.raises(ReadError, match="cannot be read"):
        list_folder(tmp_path / "a.png")


@given(st.lists(st.integers(0, 999), unique=True, min_size=1, max_size=8))
def test_the_order_is_that_of_the_numbers_whatever_the_disk_says(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("images")
    touch(folder, *(f"case_{number}_ö.png" for number in numbers))
    found = [int(name.split("_")[1].partition(".")[0]) for name in images_in(folder)]
    assert found == sorted(numbers)
