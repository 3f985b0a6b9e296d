from __future__ import annotations

import gzip
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from nibabel.spm2analyze import Spm2AnalyzeImage
from numpy.testing import assert_array_equal

from engine.errors import ReadError
from engine.io.opening import list_parts, open_image, read_labels

VALUES = np.random.default_rng(1).integers(-900, 900, (5, 6, 7)).astype(np.int16)
SIDES = "Analyze files cannot store left/right. Convert to NIfTI with the side you confirm?"


def write(path: Path, values: np.ndarray = VALUES, *, endianness: str = "<") -> Path:
    header = nib.AnalyzeHeader(endianness=endianness)
    header.set_data_dtype(values.dtype)
    header.set_data_shape(values.shape)
    header.set_zooms((1.5, 0.9, 2.0, 1.0)[: values.ndim])
    path.write_bytes(header.binaryblock)
    data = values.astype(values.dtype.newbyteorder(endianness)).tobytes(order="F")
    path.with_suffix(".img").write_bytes(data)
    return path


@pytest.mark.parametrize("endianness", ["<", ">"])
@pytest.mark.parametrize("ending", [".hdr", ".img"])
def test_a_pair_of_either_byte_order_opens_by_either_file(
    tmp_path: Path, endianness: str, ending: str
) -> None:
    path = write(tmp_path / "a.hdr", endianness=endianness)
    image = open_image(path.with_suffix(ending))
    assert image.source.format == "analyze"
    assert_array_equal(image.pixels[0], VALUES)
    assert_array_equal(image.geometry.affine, nib.load(path).affine)
    assert image.geometry.spacing == pytest.approx((1.5, 0.9, 2.0))
    assert image.geometry.orientation == "LAS"


def test_the_person_must_confirm_which_side_is_left(tmp_path: Path) -> None:
    path = write(tmp_path / "a.hdr")
    for notices in (open_image(path).notices, read_labels(write(tmp_path / "m.hdr", VALUES * 0))
                    .notices):  # fmt: skip
        assert [(one.code, one.text, one.must_confirm) for one in notices] == [
            ("no-orientation", SIDES, True)
        ]


def test_a_matrix_of_spm_beside_it_is_mentioned(tmp_path: Path) -> None:
    path = write(tmp_path / "a.hdr")
    (tmp_path / "a.mat").write_bytes(b"MATLAB 5.0 MAT-file")
    for ending in (".hdr", ".img"):
        notices = open_image(path.with_suffix(ending)).notices
        assert [one.code for one in notices] == ["no-orientation", "spm-matrix"]


@pytest.mark.parametrize("slope", [0.25, 1.0])
def test_scale_and_origin_of_spm_count(tmp_path: Path, slope: float) -> None:
    header = Spm2AnalyzeImage.header_class()
    header.set_data_dtype(np.int16)
    image = Spm2AnalyzeImage(VALUES, None, header)
    image.header["origin"][:3] = 2, 3, 4
    image.header.set_zooms((2.0, 2.0, 2.0))
    path = tmp_path / "a.hdr"
    path.write_bytes(image.header.binaryblock[:112] + np.float32(slope).tobytes()
                     + image.header.binaryblock[116:])  # fmt: skip
    path.with_suffix(".img").write_bytes(VALUES.tobytes(order="F"))
    found = open_image(path)
    assert_array_equal(found.geometry.affine, nib.load(path).affine)
    expected = VALUES.astype(np.float32) * np.float32(slope) if slope != 1.0 else VALUES
    assert_array_equal(found.pixels[0], expected)
    assert found.pixels.dtype == expected.dtype


def test_a_last_side_of_one_is_left_out_and_frames_are_parts(tmp_path: Path) -> None:
    assert open_image(write(tmp_path / "a.hdr", VALUES[..., None])).geometry.shape == (5, 6, 7)
    four = np.stack([VALUES, VALUES + 1], axis=-1)
    path = write(tmp_path / "b.hdr", four)
    assert [part.key for part in list_parts(path)] == ["frame-1", "frame-2"]
    assert_array_equal(open_image(path, "frame-2").pixels[0], VALUES + 1)


@pytest.mark.parametrize(("there", "lost"), [(".hdr", ".img"), (".img", ".hdr")])
def test_half_a_pair_is_refused_by_name(tmp_path: Path, there: str, lost: str) -> None:
    write(tmp_path / "lone.hdr")
    (tmp_path / f"lone{lost}").unlink()
    with pytest.raises(ReadError) as caught:
        open_image(tmp_path / f"lone{there}")
    assert caught.value.what == f"lone{there} found, lone{lost} is missing."
    assert caught.value.remedy == "Put both files into one folder."


def test_gzipped_pairs_open_and_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.hdr")
    packed = bytearray(gzip.compress(path.with_suffix(".img").read_bytes()))
    (tmp_path / "b.hdr.gz").write_bytes(gzip.compress(path.read_bytes()))
    (tmp_path / "b.img.gz").write_bytes(packed)
    assert_array_equal(open_image(tmp_path / "b.hdr.gz").pixels[0], VALUES)
    packed[len(packed) // 2] ^= 8
    (tmp_path / "b.img.gz").write_bytes(packed)
    with pytest.raises(ReadError, match="is damaged or incomplete"):
        open_image(tmp_path / "b.hdr.gz")


def test_a_header_by_another_name_is_no_pair(tmp_path: Path) -> None:
    path = write(tmp_path / "a.hdr").rename(tmp_path / "a.dat")
    with pytest.raises(ReadError, match="has a header without a NIfTI signature"):
        open_image(path)
