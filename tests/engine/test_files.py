from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import WriteError
from engine.files import (
    make_folder,
    replacing,
    safe_name,
    sha256_of,
    stem_of,
    unused_name,
    write_bytes,
    write_text,
)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def stop_half_way(path: Path, error: BaseException) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(b"half")
        raise error


def test_what_was_written_takes_the_place_of_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "mask.nii.gz"
    path.write_bytes(b"old")
    with replacing(path) as temporary:
        temporary.write_bytes(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == {"mask.nii.gz"}


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be replaced elsewhere")
def test_whoever_has_the_old_file_open_goes_on_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "mask.nii.gz"
    path.write_bytes(b"old and longer")
    with path.open("rb", buffering=0) as reader:
        assert reader.read(3) == b"old"
        write_bytes(path, b"new")
        assert reader.read() == b" and longer"
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_exception_leaves_the_old_file_and_no_temporary(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "mask.png"
    path.write_bytes(b"old")
    with pytest.raises(error):
        stop_half_way(path, error())
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == {"mask.png"}


def test_an_exception_before_the_first_file_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="half"):
        stop_half_way(tmp_path / "a.npz", ValueError("half"))
    assert names(tmp_path) == set()


def test_a_full_disk_is_a_write_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mask.png"
    path.write_bytes(b"old")
    with pytest.raises(WriteError, match="no space left") as caught, replacing(path):
        raise OSError(28, "No space left on device")
    assert str(path) in caught.value.what
    assert caught.value.remedy
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == {"mask.png"}


@pytest.mark.parametrize("name", ["mask.nii.gz", "a.ome.tif", "mask.png", "Dr. A. Maß 1.5mm.npz"])
def test_the_temporary_file_lies_beside_its_target_with_the_same_ending(
    tmp_path: Path, name: str
) -> None:
    with replacing(tmp_path / name) as temporary:
        assert temporary.parent == tmp_path
        assert temporary.name.endswith(name.removeprefix(stem_of(Path(name))))
        assert temporary.name.startswith(".")


def test_a_name_as_long_as_the_system_allows_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("a." + "b" * 246 + ".nii.gz")
    write_bytes(path, b"x")
    assert path.read_bytes() == b"x"


def test_folders_above_are_made(tmp_path: Path) -> None:
    write_text(tmp_path / "пациент ü" / "test 1" / "labels.json", "{}\n")
    assert (tmp_path / "пациент ü" / "test 1" / "labels.json").read_bytes() == b"{}\n"


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_file_has_the_permissions_that_any_new_file_would_have(tmp_path: Path) -> None:
    write_bytes(tmp_path / "ours", b"")
    (tmp_path / "plain").touch()
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("ours", "plain")]
    assert modes[0] == modes[1]


def test_a_path_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"kept")
    for write in (
        lambda: write_bytes(file / "mask.png", b""),
        lambda: write_text(file / "deeper" / "a.txt", ""),
        lambda: make_folder(file / "folder"),
        lambda: make_folder(file),
    ):
        with pytest.raises(WriteError, match="cannot be written") as caught:
            write()
        assert str(file) in caught.value.what
    assert file.read_bytes() == b"kept"


def test_a_folder_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "mask.png").mkdir()
    with pytest.raises(WriteError, match="cannot be written"):
        write_bytes(tmp_path / "mask.png", b"x")
    assert (tmp_path / "mask.png").is_dir()
    assert names(tmp_path) == {"mask.png"}


def test_making_a_folder_twice_is_no_error_and_leaves_it_empty(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert names(tmp_path / "a" / "b") == set()


@given(data=st.binary(max_size=2000), old=st.none() | st.binary(max_size=50))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, old: bytes | None
) -> None:
    folder = tmp_path_factory.mktemp("write")
    if old is not None:
        (folder / "a.bin").write_bytes(old)
    write_bytes(folder / "a.bin", data)
    assert (folder / "a.bin").read_bytes() == data
    assert names(folder) == {"a.bin"}


@given(st.text())
def test_a_text_is_kept_to_the_byte_newlines_too(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("write") / "a.txt"
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    write_text(path, text)
    assert path.read_bytes() == data


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256_of(tmp_path / "a") == known


@given(st.text())
def test_a_safe_name_has_no_separator_and_is_never_empty(text: str) -> None:
    name = safe_name(text)
    assert name
    assert not set(name) & set('/\\:*?"<>| \n\t\0')
    assert name not in (".", "..")
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("scan.nii.gz", "scan"),
        ("scan.NII.GZ", "scan"),
        ("scan.nii", "scan"),
        ("cells.ome.tif", "cells"),
        ("cells.ome.tiff", "cells"),
        ("v1.2.png", "v1.2"),
        ("plain", "plain"),
    ],
)
def test_a_double_ending_counts_as_one(name: str, stem: str) -> None:
    assert stem_of(Path("folder.x") / name) == stem


def test_a_name_that_is_taken_gets_a_number() -> None:
    taken: set[str] = set()
    assert [unused_name(name, taken) for name in ("a", "a", "b", "A", "a")] == [
        "a",
        "a_2",
        "b",
        "A_3",
        "a_4",
    ]


@given(st.lists(st.sampled_from(["a", "A", "a_2", "a_2_2", "ß", "SS", "b"]), max_size=12))
def test_names_given_out_differ_even_where_case_does_not_count(wanted: list[str]) -> None:
    taken: set[str] = set()
    given_out = [unused_name(name, taken) for name in wanted]
    assert len({name.casefold() for name in given_out}) == len(wanted)
