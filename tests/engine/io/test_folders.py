from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ReadError
from engine.io.folders import find_images
from engine.io.table import IMAGE_FORMATS


def touch(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()


def test_numbers_count_as_numbers_and_case_does_not_count(tmp_path: Path) -> None:
    touch(tmp_path, "slice10.png", "slice2.png", "Slice1.PNG", "slice 3.png")
    names = [path.name for path in find_images([tmp_path])]
    assert names.index("Slice1.PNG") < names.index("slice2.png") < names.index("slice10.png")
    assert len(names) == 4


@pytest.mark.parametrize("suffix", [s for row in IMAGE_FORMATS for s in row.suffixes])
def test_every_ending_of_the_table_is_found(tmp_path: Path, suffix: str) -> None:
    touch(tmp_path, f"a{suffix}", f"B{suffix.upper()}")
    assert len(find_images([tmp_path])) == 2


def test_other_files_hidden_ones_and_folders_are_left_out(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", ".hidden.png", "notes.txt", "._a.png", "png")
    touch(tmp_path / "inner", "deeper.png")
    (tmp_path / "unpacked.nii.gz").mkdir()
    assert find_images([tmp_path]) == [tmp_path / "a.png"]


def test_a_file_that_is_named_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    touch(tmp_path, "scan", ".hidden.png")
    assert find_images([tmp_path / "scan", tmp_path / ".hidden.png"]) == [
        tmp_path / "scan",
        tmp_path / ".hidden.png",
    ]


def test_what_is_named_twice_comes_once_in_the_order_given(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.png")
    found = find_images([tmp_path / "b.png", tmp_path, tmp_path / "b.png"])
    assert found == [tmp_path / "b.png", tmp_path / "a.png"]


def test_no_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere")
    assert find_images([tmp_path]) == [tmp_path / "gone.png"]


@pytest.mark.parametrize("inside", [[], ["notes.txt"], [".hidden.png"]])
def test_a_folder_without_an_image_is_refused(tmp_path: Path, inside: list[str]) -> None:
    touch(tmp_path / "dir", *inside)
    with pytest.raises(ReadError, match="holds no image") as caught:
        find_images([tmp_path / "dir"])
    assert str(tmp_path / "dir") in caught.value.what
    assert ".nii.gz" in caught.value.remedy


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "a.png")
    with pytest.raises(ReadError, match="does not exist") as caught:
        find_images([tmp_path / "a.png", tmp_path / "b.png"])
    assert str(tmp_path / "b.png") in caught.value.what


def test_a_name_too_long_for_the_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be read: "):
        find_images([tmp_path / ("x" * 300)])


@given(st.lists(st.integers(0, 999), unique=True, min_size=1, max_size=8))
def test_the_order_is_that_of_the_numbers_whatever_the_disk_says(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("images")
    touch(folder, *(f"case_{number}_ö.png" for number in numbers))
    found = [int(path.name.split("_")[1]) for path in find_images([folder])]
    assert found == sorted(numbers)
