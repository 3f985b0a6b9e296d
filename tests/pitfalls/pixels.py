"""Pitfalls 31 to 35: what the pixels of DICOM files mean, and how they are packed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
from dicom_series import (
    SERIES,
    SLICES,
    STEP,
    affine,
    change_syntax,
    place_of,
    voxels,
    write,
    write_enhanced,
)
from numpy.testing import assert_allclose, assert_array_equal
from pitfalls.asked import by_itk, itk_series, itk_values
from pitfalls.row import Answer, Peer, Row, refusal
from pitfalls.series import by_highdicom, refused
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, RLELossless

from engine.io.opening import open_image


def _sloped(folder: Path) -> Path:
    def edit(k: int, dataset: Dataset) -> None:
        dataset.RescaleSlope, dataset.RescaleIntercept = f"{1 + 0.1 * k:.1f}", -1000

    return write(folder / "series", edit)


SLOPED = voxels() * np.array([float(f"{1 + 0.1 * k:.1f}") for k in range(SLICES)])[:, None, None]


def _slopes(folder: Path) -> str:
    image = open_image(_sloped(folder))
    assert_array_equal(image.pixels[0], (SLOPED - 1000.0).astype(np.float32))
    return "each slice by its own slope, as float32"


def _slopes_itk(folder: Path) -> Answer:
    off = float(np.abs(itk_values(itk_series(_sloped(folder))) - (SLOPED - 1000.0)).max())
    return Answer(f"off by up to {off:.1f}", off < 1e-3)


def _slopes_pydicom(folder: Path) -> Answer:
    from pydicom.pixels import apply_modality_lut

    paths = sorted(_sloped(folder).iterdir())
    datasets = [pydicom.dcmread(path) for path in paths]
    values = np.stack([apply_modality_lut(one.pixel_array, one) for one in datasets])
    off = float(np.abs(values - (SLOPED - 1000.0)).max())
    return Answer(f"off by {off:.0e}" if off else "the same", off < 1e-9)


def _slopes_highdicom(folder: Path) -> Answer:
    found = np.sort(by_highdicom(_sloped(folder)), axis=0)
    off = float(np.abs(found - np.sort(SLOPED - 1000.0, axis=0)).max())
    return Answer(f"off by up to {off:.1f}" if off > 1e-3 else "the same", off < 1e-3)


def _inverted(folder: Path) -> str:
    SERIES["inverted"](folder)
    image = open_image(folder)
    assert_array_equal(image.pixels[0], voxels())
    assert image.is_inverted
    return "values as stored, marked to be shown inverted"


def _inverted_answer(values: np.ndarray) -> Answer:
    same = bool(np.array_equal(values, voxels()[0]))
    first = int(np.asarray(values).flat[0])
    return Answer(f"first value {first}, stored {int(voxels()[0].flat[0])}", same)


def _inverted_file(folder: Path) -> Path:
    SERIES["inverted"](folder)
    return folder / "IM0001"


def _inverted_highdicom(folder: Path) -> Answer:
    import highdicom

    return _inverted_answer(highdicom.imread(_inverted_file(folder)).get_frame(1))


SHUFFLED = [(5 * k) % SLICES for k in range(SLICES)]


def _enhanced(folder: Path) -> str:
    image = open_image(
        write_enhanced(folder / "shuffled.dcm", SHUFFLED, slopes=lambda k: 1 + k / 4)
    )
    expected = voxels() * (1 + np.arange(SLICES) / 4)[:, None, None] - 3.0
    assert_array_equal(image.pixels[0], expected.astype(np.float32))
    assert image.geometry.affine is not None
    assert_allclose(image.geometry.affine, affine(), atol=1e-9)
    gap = write_enhanced(folder / "gap.dcm", [0, 1, 2, 5])
    said = refused(gap, "The frames of this file do not form one regular volume.")
    return f"frames by their positions, each with its slope; a gap is {said}"


def _enhanced_itk(folder: Path) -> Answer:
    image = by_itk(write_enhanced(folder / "shuffled.dcm", SHUFFLED))
    same = bool(np.array_equal(itk_values(image), voxels()))
    sizes = " x ".join(f"{one:g}" for one in image.GetSpacing())
    order = "by position" if same else "in the order of the file"
    return Answer(f"frames {order}, voxels of {sizes} mm", same and image.GetSpacing()[2] == STEP)


def _enhanced_highdicom(folder: Path) -> Answer:
    import highdicom

    volume = highdicom.imread(write_enhanced(folder / "shuffled.dcm", SHUFFLED)).get_volume()
    same = any(np.array_equal(volume.array[::step], voxels()) for step in (1, -1))
    gap = highdicom.imread(write_enhanced(folder / "gap.dcm", [0, 1, 2, 5]))
    error = refusal(gap.get_volume)
    said = f"frames {'by position' if same else 'out of order'}; a gap: {error or 'a volume'}"
    return Answer(said, same and bool(error))


_GDCM = (
    "JPEGLosslessProcess14", "JPEGLosslessProcess14_1", "JPEGLSLossless", "JPEG2000Lossless",
)  # fmt: skip
SYNTAXES = (*_GDCM, "RLE", "deflated", "big endian")
PACKED = voxels(1, 32, 40)


def _packed(folder: Path, syntax: str) -> Path:
    """One slice, packed that way."""
    path = write(folder / syntax, count=1, values=PACKED) / "IM0001"
    if syntax in _GDCM:
        change_syntax(path, syntax)
        return path
    dataset = pydicom.dcmread(path)
    if syntax == "RLE":
        dataset.compress(RLELossless)
        dataset.save_as(path)
    elif syntax == "deflated":
        dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
        dataset.save_as(path, enforce_file_format=True)
    else:
        dataset.decode()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
        dataset["PixelData"].VR = "OW"
        pydicom.dcmwrite(path, dataset, little_endian=False, implicit_vr=False)
    return path


def _compressed(folder: Path) -> str:
    for syntax in SYNTAXES:
        assert_array_equal(open_image(_packed(folder, syntax)).pixels[0], PACKED[0])
    SERIES["unknown syntax"](folder / "unknown")
    name = "Compression 'MPEG2 Main Profile / Main Level' cannot be read here."
    refused(folder / "unknown" / "IM0001", name)
    return f"{len(SYNTAXES)} syntaxes exact; what cannot be read is named"


def _exact(folder: Path, read: object) -> Answer:
    exact = [
        syntax for syntax in SYNTAXES
        if np.array_equal(np.squeeze(read(_packed(folder, syntax))), PACKED[0])  # type: ignore[operator]
    ]  # fmt: skip
    return Answer(f"{len(exact)} of {len(SYNTAXES)} syntaxes exact", len(exact) == len(SYNTAXES))


def _shaken(folder: Path) -> Path:
    def shake(k: int, dataset: Dataset) -> None:
        x, y, z = place_of(k)
        dataset.ImagePositionPatient = [x, y, z + (0.002 if k % 2 else -0.002)]

    return write(folder / "series", shake)


def _jitter(folder: Path) -> str:
    image = open_image(_shaken(folder))
    assert_array_equal(image.pixels[0], voxels())
    assert_allclose(image.geometry.spacing, (STEP + 0.004 / 11, 0.9, 1.2), atol=1e-9)
    return f"accepted, slices {image.geometry.spacing[0]:.4f} mm apart"


def _jitter_itk(folder: Path) -> Answer:
    image = itk_series(_shaken(folder))
    same = bool(np.array_equal(itk_values(image), voxels()))
    return Answer(f"accepted, slices {image.GetSpacing()[2]:.4f} mm apart", same)


_DICOM = "engine/io/formats/test_dicom.py::test_"

ROWS = (
    Row(31, "a slope of its own for each slice", _slopes,
        (_DICOM + "a_slope_of_its_own_for_each_slice_is_applied",), (
            Peer("pydicom", _slopes_pydicom),
            Peer("highdicom", _slopes_highdicom),
            Peer("SimpleITK", _slopes_itk, "rounds all slices to the first one's whole numbers"),
        )),
    Row(32, "MONOCHROME1", _inverted,
        (_DICOM + "inverted_pictures_keep_their_values",), (
            Peer("pydicom", lambda folder: _inverted_answer(
                pydicom.dcmread(_inverted_file(folder)).pixel_array)),
            Peer("highdicom", _inverted_highdicom, "turns values round unless told not to"),
            Peer("SimpleITK", lambda folder: _inverted_answer(
                itk_values(by_itk(_inverted_file(folder)))[0]), "turns values round"),
        )),
    Row(33, "Enhanced multi-frame", _enhanced,
        (_DICOM + "frames_of_one_file_are_sorted_by_position",
         _DICOM + "a_gap_among_frames_is_refused", _DICOM + "each_frame_has_its_own_slope"), (
            Peer("highdicom", _enhanced_highdicom),
            Peer("SimpleITK", _enhanced_itk, "takes frames as they come, and not their places"),
        )),
    Row(34, "compressed pixels", _compressed,
        (_DICOM + "seven_ways_of_packing_give_the_same_values",
         _DICOM + "an_unknown_compression_is_named"), (
            Peer("pydicom", lambda folder: _exact(
                folder, lambda path: pydicom.dcmread(path).pixel_array)),
            Peer("SimpleITK", lambda folder: _exact(
                folder, lambda path: itk_values(by_itk(path)))),
        )),
    Row(35, "positions off by two micrometres", _jitter,
        (_DICOM + "positions_may_be_off_by_two_micrometres",),
        (Peer("SimpleITK", _jitter_itk),)),
)  # fmt: skip
