from __future__ import annotations

import gzip
import tracemalloc
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pydicom
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from valid_files import VALID_FILES, VOLUMES

from engine.core.image import Image
from engine.errors import ReadError
from engine.io.opening import list_parts, open_image, read_labels
from engine.io.table import IMAGE_FORMATS

SMALL = 2**24
"""Bytes that no file of a kilobyte may cost."""


def outcome(path: Path) -> Image | ReadError:
    """An image that makes sense, or a sentence; nothing else is let through."""
    try:
        image, parts = open_image(path), list_parts(path)
    except ReadError as error:
        found = error
    else:
        assert all(part.shape == image.geometry.shape for part in parts)
        assert image.pixels.shape[1:] == image.geometry.shape
        with suppress(ReadError):
            read_labels(path)
        return image
    assert found.what.endswith((".", "?"))
    assert found.remedy.endswith(".")
    assert path.name.partition(".")[0] in found.what
    return found


def valid_files(folder: Path, name: str) -> list[Path]:
    return VALID_FILES[name](folder)


@pytest.mark.parametrize("name", VALID_FILES)
def test_the_files_that_are_damaged_here_are_valid_at_first(tmp_path: Path, name: str) -> None:
    for path in valid_files(tmp_path, name):
        image = outcome(path)
        assert isinstance(image, Image)
        assert image.source.format == name


@pytest.mark.parametrize("name", VOLUMES)
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, name: str) -> None:
    # MGH ends in a footer that may be missing, NIfTI headers in four bytes that say nothing, and
    # text cannot show that its last number has lost a digit.
    for path in valid_files(tmp_path, name):
        whole = path.read_bytes()
        spare = {"a.mgh": 20, "c.hdr": 4, "d.nrrd": 1}.get(path.name, 0)
        step = max(1, len(whole) // 60)
        for length in [*range(0, len(whole) - spare, step), len(whole) - spare - 1]:
            path.write_bytes(whole[:length])
            found = outcome(path)
            if isinstance(found, Image):
                # A header in text may lose a line that it can do without; voxels never.
                assert name in ("nrrd", "metaimage")
                assert path.suffix in (".nhdr", ".mhd")
        path.write_bytes(whole)


@pytest.mark.parametrize("name", VALID_FILES)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_file_with_wrong_bytes_is_an_image_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    paths = valid_files(tmp_path_factory.mktemp("fuzz"), name)
    path = data.draw(st.sampled_from(paths))
    whole = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        match data.draw(st.sampled_from(["byte", "bit", "cut", "insert", "zero", "repeat"])):
            case "byte":
                whole[at] = data.draw(st.integers(0, 255))
            case "bit":
                whole[at] ^= 1 << data.draw(st.integers(0, 7))
            case "cut":
                del whole[at : at + data.draw(st.integers(1, 9))]
            case "insert":
                whole[at:at] = data.draw(st.binary(min_size=1, max_size=9))
            case "zero":
                whole[at : at + 8] = bytes(8)
            case _:
                whole[at:at] = whole[at : at + 20]
        if not whole:
            break
    path.write_bytes(whole)
    outcome(path)


@pytest.mark.parametrize("name", VOLUMES)
def test_no_single_flipped_bit_of_packed_voxels_goes_unseen(tmp_path: Path, name: str) -> None:
    packed = [path for path in valid_files(tmp_path, name) if path.suffix in (".gz", ".mgz")
              or path.name in ("b.seg.nrrd", "c.nrrd", "b.mha")]  # fmt: skip
    for path in packed:
        whole = path.read_bytes()
        before = open_image(path).pixels
        start = len(whole) - len(whole) // 3
        for at in range(start, len(whole) - 8):
            flipped = bytearray(whole)
            flipped[at] ^= 0x10
            path.write_bytes(flipped)
            found = outcome(path)
            assert isinstance(found, ReadError) or np.array_equal(found.pixels, before)


def huge_nifti(folder: Path) -> Path:
    path = VALID_FILES["nifti"](folder)[0]
    data = bytearray(path.read_bytes())
    data[40:56] = np.array([3, 30000, 30000, 2, 1, 1, 1, 1], "<i2").tobytes()
    path.write_bytes(data)
    return path


def huge_nifti_gz(folder: Path) -> Path:
    (folder / "huge.nii.gz").write_bytes(gzip.compress(huge_nifti(folder).read_bytes()))
    return folder / "huge.nii.gz"


def huge_analyze(folder: Path) -> Path:
    path = VALID_FILES["analyze"](folder)[0]
    data = bytearray(path.read_bytes())
    data[42:48] = np.array([30000, 30000, 2], "<i2").tobytes()
    path.write_bytes(data)
    return path


def huge_mgh(folder: Path) -> Path:
    path = VALID_FILES["mgh"](folder)[0]
    data = bytearray(path.read_bytes())
    data[4:16] = np.array([30000, 30000, 2], ">i4").tobytes()
    path.write_bytes(gzip.compress(data))
    return path


def huge_nrrd(folder: Path) -> Path:
    path = VALID_FILES["nrrd"](folder)[0]
    path.write_bytes(path.read_bytes().replace(b"sizes: 4 3 5", b"sizes: 30000 30000 2"))
    return path


def huge_nrrd_gz(folder: Path) -> Path:
    path = VALID_FILES["nrrd"](folder)[1]
    path.write_bytes(path.read_bytes().replace(b"sizes: 4 3 5", b"sizes: 30000 30000 2"))
    return path


def huge_nrrd_bz2(folder: Path) -> Path:
    path = VALID_FILES["nrrd"](folder)[2]
    path.write_bytes(path.read_bytes().replace(b"sizes: 4 3 5", b"sizes: 30000 30000 2"))
    return path


def huge_metaimage(folder: Path) -> Path:
    path = VALID_FILES["metaimage"](folder)[1]
    path.write_bytes(path.read_bytes().replace(b"DimSize = 4 3 5", b"DimSize = 30000 30000 2"))
    return path


def many_frames(folder: Path) -> Path:
    path = VALID_FILES["nifti"](folder)[0]
    data = bytearray(path.read_bytes())
    data[40:56] = np.array([5, 1, 2, 1, 32767, 32767, 1, 1], "<i2").tobytes()
    path.write_bytes(data)
    return path


def huge_dicom(folder: Path) -> Path:
    return with_sides(VALID_FILES["dicom"](folder)[0])


def huge_dicom_rle(folder: Path) -> Path:
    return with_sides(VALID_FILES["dicom"](folder)[1])


def with_sides(path: Path) -> Path:
    dataset = pydicom.dcmread(path)
    dataset.Rows = dataset.Columns = 30000
    dataset.save_as(path)
    return path


def huge_tiff(folder: Path) -> Path:
    """Too long by a bit: 4,194,311 rows instead of 7."""
    path = VALID_FILES["tiff"](folder)[0]
    with tifffile.TiffFile(path, mode="r+") as file:
        file.pages[0].tags["ImageLength"].overwrite(7 + 2**22)
    return path


def huge_tiff_strip(folder: Path) -> Path:
    path = VALID_FILES["tiff"](folder)[1]
    with tifffile.TiffFile(path, mode="r+") as file:
        for name in ("ImageLength", "RowsPerStrip"):
            file.pages[0].tags[name].overwrite(3 + 2**22)
    return path


def absurd_sides(folder: Path) -> Path:
    path = VALID_FILES["nrrd"](folder)[0]
    path.write_bytes(path.read_bytes().replace(b"sizes: 4 3 5", b"sizes: 100000 100000 100000"))
    return path


@pytest.mark.parametrize("make", [
    huge_nifti, huge_nifti_gz, huge_analyze, huge_mgh, huge_nrrd, huge_nrrd_gz, huge_nrrd_bz2,
    huge_metaimage, many_frames, absurd_sides, huge_dicom, huge_dicom_rle, huge_tiff,
    huge_tiff_strip,
])  # fmt: skip
def test_what_a_header_claims_is_never_made_room_for(tmp_path: Path, make: object) -> None:
    path = make(tmp_path)  # type: ignore[operator]
    open_image(VALID_FILES["raster"](tmp_path)[0])
    outcome(path)  # imports and caches are not what is measured
    tracemalloc.start()
    try:
        assert isinstance(outcome(path), ReadError)
        assert tracemalloc.get_traced_memory()[1] < SMALL
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("ending", [".nii.gz", ".mgz", ".nrrd", ".mha"])
def test_a_small_file_that_unpacks_without_end_is_stopped(tmp_path: Path, ending: str) -> None:
    zeros = bytes(2**26)
    name = {".nii.gz": "nifti", ".mgz": "mgh", ".nrrd": "nrrd", ".mha": "metaimage"}[ending]
    plain = VALID_FILES[name](tmp_path)
    path = tmp_path / f"bomb{ending}"
    if name in ("nifti", "mgh"):
        path.write_bytes(gzip.compress(plain[0].read_bytes() + zeros))
    else:
        source = plain[1].read_bytes()
        mark = b"gzip\n\n" if name == "nrrd" else b"LOCAL\n"
        head = source[: source.index(mark) + len(mark)]
        path.write_bytes(head + (gzip.compress(zeros) if name == "nrrd" else zlib.compress(zeros)))
    outcome(path)
    tracemalloc.start()
    try:
        found = outcome(path)
        assert isinstance(found, ReadError)
        assert "it holds more than its header says" in found.what
        assert tracemalloc.get_traced_memory()[1] < SMALL
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("bits", [0x7FC00000, 0x7F800000, 0x7F800001, 0])
@pytest.mark.parametrize("row", range(3))
def test_an_sform_that_places_nothing_is_refused(tmp_path: Path, bits: int, row: int) -> None:
    # Not a number, infinite, not a number and signalling, zero.
    path = VALID_FILES["nifti"](tmp_path)[0]
    data = bytearray(path.read_bytes())
    data[280 + 16 * row : 296 + 16 * row] = np.full(4, bits, "<u4").tobytes()
    path.write_bytes(data)
    assert isinstance(outcome(path), ReadError)


@pytest.mark.parametrize("name", VOLUMES)
@pytest.mark.parametrize(
    "junk", [bytes(4000), b"\xff" * 4000, b"hello\n" * 700, b"\x1f\x8b" * 2000]
)
def test_junk_by_the_name_of_a_volume_is_refused(tmp_path: Path, name: str, junk: bytes) -> None:
    for suffix in IMAGE_FORMATS[name].suffixes:
        path = tmp_path / f"junk{suffix}"
        path.write_bytes(junk * 2000)
        assert isinstance(outcome(path), ReadError)
