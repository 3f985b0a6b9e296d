from __future__ import annotations

import gzip
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.errors import ReadError
from engine.io.opening import list_parts, open_image, read_labels

VALUES = np.random.default_rng(1).integers(0, 200, (5, 6, 7)).astype(np.int16)
PLACE = nib.affines.from_matvec(
    nib.eulerangles.euler2mat(0.3, -0.2, 0.1) @ np.diag([1.5, 0.9, 2.0]), [-20.5, 3.25, 11.0]
)


def write(path: Path, values: np.ndarray = VALUES) -> Path:
    nib.MGHImage(values, PLACE).to_filename(path)
    return path


@pytest.mark.parametrize("name", ["a.mgh", "a.mgz", "пациент 1.MGZ"])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.float32])
def test_values_and_place_are_those_of_nibabel(tmp_path: Path, name: str, dtype: type) -> None:
    path = write(tmp_path / name.lower(), VALUES.astype(dtype)).rename(tmp_path / name)
    image = open_image(path)
    assert image.pixels.dtype == dtype
    assert image.pixels.dtype.isnative
    assert_array_equal(image.pixels[0], VALUES)
    data = path.read_bytes()
    reference = nib.MGHImage.from_bytes(gzip.decompress(data) if data[:1] == b"\x1f" else data)
    assert_array_equal(image.geometry.affine, reference.affine)
    assert image.notices == ()
    assert image.source.format == "mgh"


def test_frames_are_parts(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mgz", np.stack([VALUES, VALUES + 1], axis=-1))
    assert [part.key for part in list_parts(path)] == ["frame-1", "frame-2"]
    assert open_image(path).notices[0].text == "2 frames: reviewing frame 1."
    assert_array_equal(open_image(path, "frame-2").pixels[0], VALUES + 1)
    assert_array_equal(read_labels(path, "frame-2").labels, VALUES + 1)


def test_a_file_that_says_no_place_must_be_confirmed(tmp_path: Path) -> None:
    data = bytearray(write(tmp_path / "a.mgh").read_bytes())
    data[28:30] = b"\0\0"
    (tmp_path / "b.mgh").write_bytes(data)
    image = open_image(tmp_path / "b.mgh")
    assert [(one.code, one.must_confirm) for one in image.notices] == [("no-orientation", True)]
    assert_array_equal(image.geometry.affine, nib.MGHImage.from_bytes(bytes(data)).affine)


def test_labels_beyond_a_byte_are_no_mask(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no class indices"):
        read_labels(write(tmp_path / "a.mgz", (VALUES + 1000).astype(np.int32)))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.99])
@pytest.mark.parametrize("ending", [".mgh", ".mgz"])
def test_a_file_cut_short_is_refused(tmp_path: Path, share: float, ending: str) -> None:
    # The footer may be missing, and nothing else.
    path = write(tmp_path / f"a{ending}", np.resize(VALUES, (20, 20, 20)))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ReadError, match="is damaged or incomplete"):
        open_image(path)
