"""Pitfalls 7 to 13: what else a NIfTI file holds, whole or damaged."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PIL import Image as Pillow
from pitfalls.asked import by_itk, itk_values, write_by_itk
from pitfalls.files import (
    CLASSES,
    LABELS,
    NOISE,
    VALUES,
    cut,
    flipped,
    nifti,
    plain,
    saved,
    scaled,
    turned,
    with_texts,
)
from pitfalls.row import Answer, Peer, Row, refusal

from engine.core.label_map import LabelMap
from engine.errors import ReadError
from engine.export.formats.masks_nifti import MasksNifti
from engine.export.write import write_mask
from engine.io.opening import open_image, read_labels


def _no_text_leaves(folder: Path) -> str:
    source = with_texts(folder)
    data = gzip.decompress(saved(open_image(source), folder).read_bytes())
    assert b"XYZZY" in source.read_bytes()
    assert b"XYZZY" not in data
    assert np.float32(4321).tobytes() not in data
    return "no text of the source in the mask, none of its other numbers"


def _texts_nibabel(folder: Path) -> Answer:
    source = nib.load(with_texts(folder))
    nib.save(nib.Nifti1Image(LABELS, source.affine, source.header), folder / "mask.nii")
    times = (folder / "mask.nii").read_bytes().count(b"XYZZY")
    kind = nib.load(folder / "mask.nii").get_data_dtype()
    return Answer(f"header given on: {times} texts of the source, stored as {kind}", not times)


def _texts_itk(folder: Path) -> Answer:
    write_by_itk(by_itk(with_texts(folder)) > 9, folder / "mask.nii")
    times = (folder / "mask.nii").read_bytes().count(b"XYZZY")
    return Answer(f"a threshold saved: {times} texts of the source", not times)


def _fractions(folder: Path) -> str:
    with pytest.raises(ReadError, match="no class indices"):
        read_labels(plain(folder, VALUES + np.float32(0.5)))
    mask = nib.load(saved(open_image(plain(folder)), folder))
    assert mask.get_data_dtype() == np.uint8
    assert mask.dataobj.slope == 1
    assert mask.dataobj.inter == 0
    assert_array_equal(np.asarray(mask.dataobj), LABELS)
    return "fractions are refused as a mask; masks are uint8, slope 1, intercept 0"


def _fractions_nibabel(folder: Path) -> Answer:
    header = nib.Nifti1Header()
    header.set_data_dtype(np.int16)
    labels = np.where(LABELS == 1, 3.0, 0.0)
    nib.save(nib.Nifti1Image(labels, np.eye(4), header), folder / "mask.nii")
    mask = nib.load(folder / "mask.nii")
    found = mask.get_fdata()
    exact = bool(np.array_equal(found, labels))
    return Answer(
        f"labels 0 and 3 as floats under an int16 header: slope {mask.dataobj.slope:.1e}, "
        f"labels {'exact' if exact else 'off by ' + format(np.abs(found - labels).max(), '.0e')}",
        exact,
    )


def _wide(folder: Path) -> str:
    header = nib.Nifti1Header()
    header.set_data_dtype(np.int64)
    nib.Nifti1Image(LABELS.astype(np.int64), turned(0), header).to_filename(folder / "x.nii")
    found = read_labels(folder / "x.nii")
    assert_array_equal(found.labels, LABELS)
    image = open_image(folder / "x.nii")
    assert nib.load(saved(image, folder, found.labels)).get_data_dtype() == np.uint8
    Pillow.fromarray(LABELS[0].astype(bool)).save(folder / "x.png")
    assert_array_equal(read_labels(folder / "x.png").labels, LABELS[0])
    return "int64 and one-bit masks are read, and saved as uint8"


def _wide_nibabel(folder: Path) -> Answer:
    errors = [
        refusal(lambda kind=kind: nib.save(
            nib.Nifti1Image(LABELS.astype(kind), np.eye(4)), folder / "mask.nii"))
        for kind in (np.int64, bool)
    ]  # fmt: skip
    return Answer(f"int64: {errors[0]}; bool: {errors[1]}", not any(errors))


def _slope(folder: Path) -> str:
    image = open_image(scaled(folder, 2.5, -1000))
    assert image.pixels.dtype == np.float32
    assert image.pixels.ravel()[:2].tolist() == [-1000.0, -997.5]
    for bad in (0.0, np.nan, np.inf):
        assert_array_equal(open_image(scaled(folder, bad, -1000)).pixels[0], VALUES)
    return "-1000 and -997.5 as float32; slopes 0, NaN, infinite leave values as stored"


def _slope_answer(values: list[np.ndarray]) -> Answer:
    first = values[0].ravel()[:2].tolist()
    plain_too = all(np.array_equal(one, VALUES) for one in values[1:])
    said = f"{first[0]:g} and {first[1]:g}; slopes 0, NaN, infinite "
    said += "leave values as stored" if plain_too else "change values"
    return Answer(said, plain_too and first == [-1000.0, -997.5])


_SLOPES = (2.5, 0.0, np.nan, np.inf)


def _slope_nibabel(folder: Path) -> Answer:
    return _slope_answer([nib.load(scaled(folder, one, -1000)).get_fdata() for one in _SLOPES])


def _slope_itk(folder: Path) -> Answer:
    return _slope_answer([itk_values(by_itk(scaled(folder, s, -1000))).T for s in _SLOPES])


def _refused(path: Path) -> None:
    with pytest.raises(ReadError, match=r"' is damaged or incomplete \(.+\)\.") as error:
        open_image(path)
    assert error.value.remedy.startswith("Ask for a new copy")


_ENDINGS = (".nii", ".nii.gz")


def _truncated(folder: Path) -> str:
    for share in (0.1, 0.5, 0.9, 0.999):
        for ending in _ENDINGS:
            _refused(cut(folder, ending, share))
    return "refused: damaged or incomplete, ask for a new copy"


def _truncated_nibabel(folder: Path) -> Answer:
    errors = [
        refusal(lambda ending=ending: nib.load(cut(folder, ending, 0.5)).get_fdata())
        for ending in _ENDINGS
    ]
    return Answer(f"raises {errors[0]} and {errors[1]}", all(errors))


def _truncated_itk(folder: Path) -> Answer:
    found = [itk_values(by_itk(cut(folder, ending, 0.5))).T for ending in _ENDINGS]
    wrong = [f"{np.mean(one != VALUES):.0%}" for one in found]
    return Answer(f"opens .nii and .nii.gz with {wrong[0]} and {wrong[1]} of voxels wrong", False)


def _bit_flipped(folder: Path) -> str:
    _refused(flipped(folder))
    return "refused: the checksum does not fit"


def _flip_answer(values: np.ndarray) -> Answer:
    return Answer(f"opens with {np.count_nonzero(values != NOISE):,} voxels wrong", False)


def _saved_over(folder: Path) -> str:
    image = open_image(plain(folder))
    mask = LabelMap(LABELS, image.geometry, CLASSES)
    write_mask(mask, image.source, folder / "x.nii", MasksNifti())
    assert_array_equal(image.pixels[0], VALUES)
    assert_array_equal(read_labels(folder / "x.nii").labels, LABELS)
    return "the file is replaced whole; the opened image keeps its voxels"


def _saved_over_nibabel(folder: Path) -> Answer:
    path = nifti(folder, 1, 1, turned(0), turned(0), np.ones((64, 64, 64), np.int16))
    before = path.stat().st_size
    code = "import sys, nibabel; nibabel.save(nibabel.load(sys.argv[1]), sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, timeout=120, check=False
    )
    left = path.stat().st_size
    end = f"signal {-done.returncode}" if done.returncode < 0 else f"status {done.returncode}"
    is_whole = done.returncode == 0 and left == before
    return Answer(f"ends with {end}, {left:,} of {before:,} bytes left", is_whole)


def _saved_over_itk(folder: Path) -> Answer:
    path = plain(folder)
    write_by_itk(by_itk(path), path)
    same = bool(np.array_equal(itk_values(by_itk(path)).T, VALUES))
    return Answer("has read all before it writes" if same else "loses voxels", same)


_DAMAGED = "engine/io/test_damaged_volumes.py::"
_NIFTI = "engine/io/formats/test_nifti.py::"
_MASKS = "engine/export/formats/test_masks_nifti.py::"

ROWS = (
    Row(7, "header copied whole to the mask", _no_text_leaves,
        (_MASKS + "test_no_text_of_the_source_is_in_the_mask",), (
            Peer("nibabel", _texts_nibabel, "gives texts and number type on with the header"),
            Peer("SimpleITK", _texts_itk),
        )),
    Row(8, "fractions as labels", _fractions,
        (_NIFTI + "test_other_numbers_are_no_mask",
         _MASKS + "test_the_mask_is_plain_unsigned_bytes"),
        (Peer("nibabel", _fractions_nibabel, "scales labels into the header's number type"),)),
    Row(9, "int64 and boolean masks", _wide,
        (_NIFTI + "test_whole_numbers_of_any_type_are_a_mask",),
        (Peer("nibabel", _wide_nibabel, "does not save them without a cast"),)),
    Row(10, "slope and intercept", _slope,
        (_NIFTI + "test_slope_and_intercept_are_applied_once",
         _NIFTI + "test_a_slope_that_is_none_leaves_the_voxels_alone"),
        (Peer("nibabel", _slope_nibabel),
         Peer("SimpleITK", _slope_itk, "adds the intercept also where there is no slope"))),
    Row(11, "truncated file", _truncated,
        (_DAMAGED + "test_a_file_cut_anywhere_is_refused",), (
            Peer("nibabel", _truncated_nibabel),
            Peer("SimpleITK", _truncated_itk, "fills what is missing without an error"),
        )),
    Row(12, "a wrong bit in a .nii.gz", _bit_flipped,
        (_DAMAGED + "test_no_single_flipped_bit_of_packed_voxels_goes_unseen",), (
            Peer("nibabel",
                 lambda folder: _flip_answer(np.asarray(nib.load(flipped(folder)).dataobj)),
                 "stops reading before the checksum"),
            Peer("SimpleITK",
                 lambda folder: _flip_answer(itk_values(by_itk(flipped(folder))).T),
                 "does not compare the checksum"),
        )),
    Row(13, "saving over a loaded .nii", _saved_over,
        ("engine/export/test_write.py::"
         "test_a_mask_may_take_the_place_of_the_volume_it_was_made_on",
         "engine/export/test_write.py::"
         "test_what_does_not_read_back_equal_never_replaces_the_old_file"), (
            Peer("nibabel", _saved_over_nibabel, "maps the file that it then cuts to nothing"),
            Peer("SimpleITK", _saved_over_itk),
        )),
)  # fmt: skip
