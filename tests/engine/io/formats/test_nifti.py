from __future__ import annotations

import csv
import gzip
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine.core.image import Image
from engine.core.planes import Plane, slice_count, slice_view
from engine.errors import ReadError
from engine.io.opening import list_parts, open_image, read_labels

VALUES = np.random.default_rng(1).integers(-900, 900, (5, 6, 7)).astype(np.int16)
QFORM = nib.affines.from_matvec(
    nib.eulerangles.euler2mat(0.3, -0.2, 0.1) @ np.diag([1.5, 0.9, 2.0]), [-20.5, 3.25, 11.0]
)
SFORM = nib.affines.from_matvec(
    nib.eulerangles.euler2mat(-0.4, 0.1, 0.5) @ np.diag([1.5, 0.9, 2.0]), [8.0, -9.0, 30.0]
)


def opened_or_refused(path: Path) -> Image | ReadError:
    try:
        return open_image(path)
    except ReadError as error:
        return error


def write(
    path: Path,
    values: np.ndarray = VALUES,
    *,
    kind: Any = nib.Nifti1Image,
    codes: tuple[int, int] = (1, 1),
    big_endian: bool = False,
) -> Path:
    header = kind.header_class(endianness=">" if big_endian else "<")
    header.set_data_dtype(values.dtype)
    image = kind(values, np.eye(4), header)
    image.set_qform(QFORM, codes[0])
    image.set_sform(SFORM, codes[1])
    image.header["pixdim"][1 : 1 + min(3, values.ndim)] = (1.5, 0.9, 2.0)[: values.ndim]
    path.parent.mkdir(parents=True, exist_ok=True)
    image.to_filename(path)
    return path


def patched(path: Path, at: int, data: bytes) -> Path:
    """A plain .nii with some bytes of its header replaced."""
    whole = bytearray(path.read_bytes())
    whole[at : at + len(data)] = data
    path.write_bytes(whole)
    return path


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "пациент ü/тест 1.nii.gz"])
@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image])
@pytest.mark.parametrize("big_endian", [False, True])
def test_voxels_stay_in_file_order_and_in_their_type(
    tmp_path: Path, name: str, kind: Any, big_endian: bool
) -> None:
    path = write(tmp_path / name, kind=kind, big_endian=big_endian)
    image = open_image(path)
    assert image.pixels.dtype == np.int16
    assert image.pixels.dtype.isnative
    assert_array_equal(image.pixels[0], VALUES)
    assert image.geometry.shape == (5, 6, 7)
    assert image.channels == ("grey",)
    assert image.source.path == path


@pytest.mark.parametrize(
    "dtype", [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.float32]
)
def test_every_plain_type_is_kept(tmp_path: Path, dtype: type) -> None:
    values = np.abs(VALUES).astype(dtype)
    image = open_image(write(tmp_path / "a.nii", values))
    assert image.pixels.dtype == dtype
    assert_array_equal(image.pixels[0], values)


@pytest.mark.parametrize("codes", [(1, 2), (1, 3), (1, 4), (2, 1), (2, 4), (0, 1), (3, 3), (4, 2)])
def test_the_sform_wins_whatever_the_codes(tmp_path: Path, codes: tuple[int, int]) -> None:
    path = write(tmp_path / "a.nii", codes=codes)
    affine = open_image(path).geometry.affine
    assert_array_equal(affine, nib.load(path).affine)
    assert_array_equal(affine, SFORM.astype(np.float32).astype(np.float64))


def test_the_qform_counts_where_there_is_no_sform(tmp_path: Path) -> None:
    path = write(tmp_path / "a.nii", codes=(1, 0))
    affine = open_image(path).geometry.affine
    assert_array_equal(affine, nib.load(path).affine)
    np.testing.assert_allclose(affine, QFORM, atol=1e-5)


def test_without_either_the_place_is_the_one_nibabel_gives(tmp_path: Path) -> None:
    path = write(tmp_path / "a.nii", codes=(0, 0))
    image = open_image(path)
    assert_array_equal(image.geometry.affine, nib.load(path).affine)
    assert image.geometry.orientation == "LAS"


def test_a_sheared_sform_is_kept_and_its_volume_is_that_of_the_determinant(tmp_path: Path) -> None:
    sheared = np.diag([1.0, 1.0, 1.5, 1.0])
    sheared[0, 1] = 0.4
    nib.Nifti1Image(VALUES, sheared).to_filename(tmp_path / "a.nii")
    geometry = open_image(tmp_path / "a.nii").geometry
    assert geometry.voxel_volume_ml == pytest.approx(0.0015)


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_slope_and_intercept_are_applied_once(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / "a.nii", np.arange(24, dtype=np.int16).reshape(2, 3, 4))
    patched(path, 112, np.array([2.5, -1000], "<f4").tobytes())
    if ending == ".nii.gz":
        path = path.with_suffix(".nii.gz")
        path.write_bytes(gzip.compress((tmp_path / "a.nii").read_bytes()))
    image = open_image(path)
    assert image.pixels.dtype == np.float32
    assert image.pixels.reshape(-1)[:2].tolist() == [-1000.0, -997.5]
    with pytest.raises(ReadError, match="no class indices"):
        read_labels(path)


@pytest.mark.parametrize("slope", [0.0, np.nan, np.inf])
def test_a_slope_that_is_none_leaves_the_voxels_alone(tmp_path: Path, slope: float) -> None:
    path = patched(write(tmp_path / "a.nii"), 112, np.array([slope, 0], "<f4").tobytes())
    image = open_image(path)
    assert image.pixels.dtype == np.int16
    assert_array_equal(image.pixels[0], VALUES)


@pytest.mark.parametrize("shape", [(5, 6, 7, 1), (5, 6, 7, 1, 1), (5, 6, 7)])
def test_axes_of_one_at_the_end_are_left_out(tmp_path: Path, shape: tuple[int, ...]) -> None:
    image = open_image(write(tmp_path / "a.nii", VALUES.reshape(shape)))
    assert image.geometry.shape == (5, 6, 7)
    assert_array_equal(image.pixels[0], VALUES)


def test_an_axis_of_one_at_the_front_stays(tmp_path: Path) -> None:
    assert open_image(write(tmp_path / "a.nii", VALUES[:1])).geometry.shape == (1, 6, 7)


@pytest.mark.parametrize("shape", [(5, 6), (5, 6, 1)])
def test_a_single_slice_is_a_picture_with_a_place(tmp_path: Path, shape: tuple[int, ...]) -> None:
    image = open_image(write(tmp_path / "a.nii", VALUES[..., 0].reshape(shape)))
    assert image.geometry.shape == (5, 6)
    assert image.geometry.affine is not None
    assert_array_equal(image.pixels[0], VALUES[..., 0])


def test_rgb24_becomes_three_channels(tmp_path: Path) -> None:
    colours = np.random.default_rng(2).integers(0, 256, (4, 5, 6, 3), np.uint8)
    packed = np.ascontiguousarray(colours).view([("R", "u1"), ("G", "u1"), ("B", "u1")])[..., 0]
    nib.Nifti1Image(packed, np.eye(4)).to_filename(tmp_path / "a.nii.gz")
    image = open_image(tmp_path / "a.nii.gz")
    assert image.channels == ("red", "green", "blue")
    assert_array_equal(np.moveaxis(image.pixels, 0, -1), colours)


def test_frames_and_components_are_parts_and_the_first_is_read_with_a_notice(
    tmp_path: Path,
) -> None:
    values = np.random.default_rng(2).integers(0, 99, (4, 5, 6, 3, 2)).astype(np.int16)
    path = write(tmp_path / "frames.nii.gz", values)
    parts = list_parts(path)
    assert [part.key for part in parts][:3] == [
        "frame-1-component-1", "frame-1-component-2", "frame-2-component-1",
    ]  # fmt: skip
    assert {part.shape for part in parts} == {(4, 5, 6)}
    assert parts[-1].title == "Frame 3 of 3, Component 2 of 2"
    first = open_image(path)
    assert [notice.code for notice in first.notices] == ["several-frames", "two-positions"]
    assert_array_equal(first.pixels[0], values[..., 0, 0])
    last = open_image(path, "frame-3-component-2")
    assert [notice.code for notice in last.notices] == ["two-positions"]
    assert_array_equal(last.pixels[0], values[..., 2, 1])
    assert last.source.part == "frame-3-component-2"
    assert_array_equal(read_labels(path, "frame-2-component-1").labels, values[..., 1, 0])
    for wrong in ("frame-4-component-1", "frame-1", "component-1", "frame-0-component-1"):
        with pytest.raises(ReadError, match="has no part"):
            open_image(path, wrong)


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ((4, 5, 6, 4), "4 frames: reviewing frame 1."),
        ((4, 5, 6, 1, 3), "3 components: reviewing component 1."),
        (
            (4, 5, 6, 2, 3),
            "2 frames of 3 components: reviewing component 1 of frame 1.",
        ),
    ],
)
def test_the_notice_says_which_of_how_many(
    tmp_path: Path, shape: tuple[int, ...], text: str
) -> None:
    notices = open_image(write(tmp_path / "a.nii", np.zeros(shape, np.uint8))).notices
    assert [one.text for one in notices if one.code == "several-frames"] == [text]


@pytest.mark.parametrize("endings", [(".hdr", ".img"), (".HDR", ".IMG"), (".hdr.gz", ".img.gz"),
                                     (".hdr", ".img.gz")])  # fmt: skip
@pytest.mark.parametrize("kind", [nib.Nifti1Pair, nib.Nifti2Pair])
def test_a_pair_opens_by_either_of_its_files(
    tmp_path: Path, endings: tuple[str, str], kind: Any
) -> None:
    write(tmp_path / "a.hdr", kind=kind)
    for plain, ending in zip((".hdr", ".img"), endings, strict=True):
        data = (tmp_path / f"a{plain}").read_bytes()
        (tmp_path / f"a{plain}").unlink()
        packed = gzip.compress(data) if ending.endswith(".gz") else data
        (tmp_path / f"pair{ending}").write_bytes(packed)
    for ending in endings:
        image = open_image(tmp_path / f"pair{ending}")
        assert_array_equal(image.pixels[0], VALUES)
        np.testing.assert_allclose(image.geometry.affine, SFORM, atol=1e-6)
        assert image.source.format == "nifti"


@pytest.mark.parametrize(("there", "lost"), [(".hdr", ".img"), (".img", ".hdr")])
def test_half_a_pair_is_refused_by_name(tmp_path: Path, there: str, lost: str) -> None:
    write(tmp_path / "lone.hdr", kind=nib.Nifti1Pair)
    (tmp_path / f"lone{lost}").unlink()
    with pytest.raises(ReadError) as caught:
        open_image(tmp_path / f"lone{there}")
    assert caught.value.what == f"lone{there} found, lone{lost} is missing."


@pytest.mark.parametrize(("code", "factor"), [(0, 1.0), (1, 1000.0), (2, 1.0), (3, 0.001)])
def test_lengths_in_other_units_become_millimetres(
    tmp_path: Path, code: int, factor: float
) -> None:
    path = patched(write(tmp_path / "a.nii", codes=(0, 1)), 123, bytes([code]))
    image = open_image(path)
    expected = SFORM.astype(np.float32).astype(np.float64)
    expected[:3] *= factor
    assert_array_equal(image.geometry.affine, expected)
    assert ("units" in [notice.code for notice in image.notices]) == (factor != 1.0)


def test_a_gzip_of_several_members_is_read_to_the_last(tmp_path: Path) -> None:
    data = write(tmp_path / "a.nii").read_bytes()
    (tmp_path / "b.nii.gz").write_bytes(gzip.compress(data[:500]) + gzip.compress(data[500:]))
    assert_array_equal(open_image(tmp_path / "b.nii.gz").pixels[0], VALUES)


def test_complex_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="complex numbers"):
        open_image(write(tmp_path / "a.nii", VALUES.astype(np.complex64)))


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32, np.float64])
def test_whole_numbers_of_any_type_are_a_mask(tmp_path: Path, dtype: type) -> None:
    labels = (np.abs(VALUES) % 4).astype(np.uint8)
    mask = read_labels(write(tmp_path / "a.nii", labels.astype(dtype)))
    found, geometry = mask.labels, mask.geometry
    assert found.dtype == np.uint8
    assert_array_equal(found, labels)
    assert geometry.shape == labels.shape


@pytest.mark.parametrize("wrong", [0.5, -1.0, 256.0, np.nan, np.inf])
def test_other_numbers_are_no_mask(tmp_path: Path, wrong: float) -> None:
    values = np.zeros((3, 4, 5), np.float32)
    values[1, 2, 3] = wrong
    path = write(tmp_path / "a.nii", values)
    with pytest.raises(ReadError, match="no class indices") as caught:
        read_labels(path)
    assert str(path) in caught.value.what


def assert_refused_as_damaged(path: Path) -> None:
    with pytest.raises(ReadError, match="is damaged or incomplete") as caught:
        open_image(path)
    assert str(path) in caught.value.what
    assert caught.value.remedy == "Ask for a new copy, or choose another file."


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.999])
def test_a_file_cut_short_is_refused(tmp_path: Path, ending: str, share: float) -> None:
    path = write(tmp_path / f"a{ending}", np.resize(VALUES, (20, 20, 20)))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert_refused_as_damaged(path)


def test_a_volume_cut_before_it_was_packed_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.nii")
    (tmp_path / "b.nii.gz").write_bytes(gzip.compress(path.read_bytes()[:-1]))
    assert_refused_as_damaged(tmp_path / "b.nii.gz")


def test_one_flipped_byte_in_the_middle_of_a_gz_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.nii")
    stored = gzip.compress(path.read_bytes(), compresslevel=0)  # every flip decodes without error
    packed = gzip.compress(path.read_bytes())
    for data in (stored, packed):
        damaged = bytearray(data)
        damaged[len(damaged) // 2] ^= 0x10
        (tmp_path / "b.nii.gz").write_bytes(damaged)
        assert_refused_as_damaged(tmp_path / "b.nii.gz")


@pytest.mark.parametrize(
    "sides", [(32767, 32767, 32767), (32767, 32767, 2), (-5, -6, 7), (0, 1, 1)]
)
def test_a_header_that_claims_an_absurd_size_is_refused(
    tmp_path: Path, sides: tuple[int, ...]
) -> None:
    path = patched(write(tmp_path / "a.nii"), 42, np.array(sides, "<i2").tobytes())
    assert_refused_as_damaged(path)


@pytest.mark.parametrize(
    ("at", "data"),
    [
        (256, np.array([5, 0, 0], "<f4").tobytes()),  # no unit quaternion
        (256, np.array([np.nan, 0, 0], "<f4").tobytes()),
        (70, np.array([1234], "<i2").tobytes()),  # no such data type
        (40, np.array([0], "<i2").tobytes()),
        (108, np.array([np.nan], "<f4").tobytes()),  # vox_offset
        (108, np.array([-1e9], "<f4").tobytes()),
        (108, np.array([1e30], "<f4").tobytes()),
    ],
)
def test_a_header_of_nonsense_is_refused(tmp_path: Path, at: int, data: bytes) -> None:
    path = patched(write(tmp_path / "a.nii", codes=(1, 0)), at, data)
    with pytest.raises(ReadError) as caught:
        open_image(path)
    assert str(path) in caught.value.what


def test_an_sform_of_zeros_gives_no_place(tmp_path: Path) -> None:
    path = patched(write(tmp_path / "a.nii"), 280, bytes(48))
    assert_refused_as_damaged(path)


def test_a_gzipped_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(b"hello " * 100))
    assert_refused_as_damaged(tmp_path / "a.nii.gz")


def test_what_nibabel_mends_is_not_printed_besides(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    path = patched(write(tmp_path / "a.nii"), 76, np.array([7.0], "<f4").tobytes())
    with caplog.at_level(logging.WARNING, logger=""):
        open_image(path)
    assert caplog.records == []
    assert capfd.readouterr().err == ""


def test_the_hash_is_that_of_the_voxels_and_not_of_the_file(tmp_path: Path) -> None:
    one, two = (open_image(write(tmp_path / name)) for name in ("a.nii", "b.nii.gz"))
    assert one.source.sha256 == two.source.sha256
    other = VALUES.copy()
    other[0, 0, 0] += 1
    assert open_image(write(tmp_path / "c.nii", other)).source.sha256 != one.source.sha256


@settings(max_examples=80, deadline=None)
@given(data=st.data(), second=st.booleans(), packed=st.booleans())
def test_a_file_with_wrong_bytes_is_an_image_or_a_read_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, second: bool, packed: bool
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    kind = nib.Nifti2Image if second else nib.Nifti1Image
    path = write(folder / "a.nii", VALUES[:3, :3, :3], kind=kind, codes=(1, 0))
    damaged = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    path.write_bytes(gzip.compress(damaged) if packed else damaged)
    found = opened_or_refused(path)
    if isinstance(found, ReadError):
        assert str(path) in found.what
    else:
        assert found.pixels.shape[1:] == found.geometry.shape


def test_a_small_volume_is_where_its_affine_says(make_volume: Callable[..., Path]) -> None:
    path = make_volume()
    image = open_image(path)
    assert_array_equal(image.geometry.affine, nib.load(path).affine)
    assert image.geometry.spacing == pytest.approx((1.5, 0.9, 2.0), abs=1e-5)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "public_file" in metafunc.fixturenames:
        shared = metafunc.config.rootpath.parent / "shared/data"
        files: list[str] = []
        for table in ("volume_formats/reference.csv", "brain_t1_volumes/index.csv"):
            if (shared / table).exists():
                rows = csv.DictReader((shared / table).read_text().splitlines())
                files += [f"{table.partition('/')[0]}/{row['path']}" for row in rows]
        chosen = [name for name in files if name.endswith((".nii", ".nii.gz"))]
        metafunc.parametrize("public_file", chosen)


def test_a_public_volume_is_as_nibabel_has_it_or_is_refused(
    shared_data: Path, public_file: str
) -> None:
    path = shared_data / public_file
    reference = nib.load(path)
    image = opened_or_refused(path)
    if isinstance(image, ReadError):
        assert str(path) in image.what
        assert "complex" in image.what
        return
    assert image.geometry.shape == reference.shape[: image.geometry.shape.__len__()]
    assert_array_equal(image.geometry.affine, reference.affine)
    if image.pixels.size < 2**21 and len(image.channels) == 1:
        expected = np.asarray(reference.dataobj)
        expected = expected.reshape((*expected.shape[:3], -1))[..., 0]
        expected = expected.reshape(image.geometry.shape)
        assert_array_equal(image.pixels[0], expected.astype(image.pixels.dtype))


SPACES = (
    *("AIR", "ASL", "ILA", "IRP", "LAS", "LIA", "LPI", "LPS"),
    *("PIR", "PLI", "PSR", "RAS", "RPI", "RSP", "SAR", "SPL"),
)


@pytest.mark.parametrize("space", SPACES)
def test_one_brain_in_sixteen_axis_orders_is_one_picture(shared_data: Path, space: str) -> None:
    folder = shared_data / "volume_formats" / "nifti_space"
    plain, other = (open_image(folder / f"{name}.nii.gz") for name in ("RAS", space))
    assert other.geometry.orientation == space
    for plane in Plane:
        count = slice_count(plain.geometry, plane)
        assert slice_count(other.geometry, plane) == count
        for index in (0, count // 3, count // 2, count - 1):
            one, two = (slice_view(image.geometry, plane, index) for image in (plain, other))
            assert one.letters == two.letters
            assert one.spacing == pytest.approx(two.spacing, abs=1e-4)
            assert_array_equal(one.read(plain.pixels[0]), two.read(other.pixels[0]))
            row, column = one.sides[0] // 3, one.sides[1] // 4
            places = [
                nib.affines.apply_affine(image.geometry.affine, view.voxel(row, column))
                for image, view in ((plain, one), (other, two))
            ]
            np.testing.assert_allclose(places[0], places[1], atol=0.01)
