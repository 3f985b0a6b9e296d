"""Pitfalls 1 to 6: where a NIfTI file says that its voxels lie."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from pitfalls.asked import by_itk, itk_affine, places_of, write_by_itk
from pitfalls.files import (
    CODES,
    LABELS,
    NO_SIDE,
    nifti,
    saved,
    sheared,
    told,
    turned,
    two_sizes,
)
from pitfalls.row import Answer, Peer, Row, refusal

from engine.io.opening import open_image


def _two_positions(folder: Path) -> str:
    for q, s in CODES:
        image = open_image(nifti(folder, q, s, turned(0), turned(30)))
        assert_array_equal(image.geometry.affine, turned(30).astype(np.float32))
        assert told(image) == [(
            "This file holds two different positions (qform, sform). Sulcus shows the sform; "
            "ITK-SNAP and Slicer may show another.", False)]  # fmt: skip
    for place in (turned(0), turned(30), turned(180), turned(179.99)):
        assert told(open_image(nifti(folder, 1, 2, place, place))) == []
    return f"the sform for all {len(CODES)} pairs of codes, with a notice"


def _sforms(read: object) -> Answer:
    count = sum(bool(one) for one in read)  # type: ignore[attr-defined]
    return Answer(f"the sform for {count} of {len(CODES)} pairs of codes", count == len(CODES))


def _two_positions_nibabel(folder: Path) -> Answer:
    return _sforms(
        np.allclose(nib.load(nifti(folder, q, s, turned(0), turned(30))).affine, turned(30))
        for q, s in CODES
    )


def _two_positions_itk(folder: Path) -> Answer:
    return _sforms(
        np.allclose(itk_affine(nifti(folder, q, s, turned(0), turned(30))), turned(30), atol=1e-4)
        for q, s in CODES
    )


def _no_codes(folder: Path) -> str:
    image = open_image(nifti(folder, 0, 0, turned(0), turned(30)))
    assert told(image) == [NO_SIDE]
    header = nib.load(saved(image, folder)).header
    assert (int(header["qform_code"]), int(header["sform_code"])) == (0, 0)
    return "asks to confirm the side; the mask keeps codes 0 and 0"


def _no_codes_nibabel(folder: Path) -> Answer:
    affine = nib.load(nifti(folder, 0, 0, turned(0), turned(30))).affine
    letters = "".join(nib.aff2axcodes(affine))
    return Answer(f"says {letters}, centred, without a word", False)


def _no_codes_itk(folder: Path) -> Answer:
    affine = itk_affine(nifti(folder, 0, 0, turned(0), turned(30)))
    letters = "".join(nib.aff2axcodes(affine))
    start = " ".join(f"{one:g}" for one in affine[:3, 3] + 0.0)
    return Answer(f"says {letters}, origin {start}, without a word", False)


def _two_sizes(folder: Path) -> str:
    image = open_image(two_sizes(folder))
    assert image.geometry.spacing == (2, 2, 2)
    assert told(image) == [("Voxel size differs between two header fields (1.0 / 2.0 mm).", False)]
    return "2 mm of the sform, with a notice"


def _two_sizes_nibabel(folder: Path) -> Answer:
    size = nib.affines.voxel_sizes(nib.load(two_sizes(folder)).affine)[0]
    return Answer(f"{size:g} mm by its affine", size == 2)


def _two_sizes_itk(folder: Path) -> Answer:
    size = by_itk(two_sizes(folder)).GetSpacing()[0]
    return Answer(f"{size:g} mm", size == 2)


def _sheared(folder: Path) -> str:
    text = ("Axes are not perpendicular; ITK-based tools cannot open this file.", False)
    for shear, notices in ((0.4, [text]), (5e-4, [text]), (1e-5, [])):
        found = open_image(sheared(folder, shear))
        assert told(found) == notices
        assert found.geometry.voxel_volume_ml == pytest.approx(0.0015, abs=1e-9)
    return "opens with a notice; a voxel is 1.5 mm3 by the determinant"


def _sheared_nibabel(folder: Path) -> Answer:
    image = nib.load(sheared(folder, 0.4))
    volume = float(np.prod(image.header.get_zooms()))
    return Answer(f"product of zooms {volume:.3f} mm3", volume == pytest.approx(1.5, abs=1e-6))


def _sheared_itk(folder: Path) -> Answer:
    error = refusal(lambda: by_itk(sheared(folder, 0.4)))
    return Answer(f"refuses ({error})" if error else "opens", not error)


def _mask_nibabel(folder: Path, codes: tuple[int, int]) -> Answer:
    source = nifti(folder, *codes, turned(17), turned(17))
    mask = nib.load(saved(open_image(source), folder))
    same = np.array_equal(mask.affine, nib.load(source).affine)
    return Answer("finds Sulcus' mask on the image bit for bit" if same else "apart", same)


def _mask_itk(folder: Path, codes: tuple[int, int]) -> Answer:
    source = nifti(folder, *codes, turned(17), turned(17))
    mask = saved(open_image(source), folder)
    same = places_of(mask) == places_of(source)
    return Answer("finds Sulcus' mask on the image bit for bit" if same else "apart", same)


def _oblique(folder: Path) -> str:
    source = nifti(folder, 1, 1, turned(17), turned(17))
    mask = nib.load(saved(open_image(source), folder))
    assert_array_equal(mask.affine, nib.load(source).affine)
    assert_array_equal(np.asarray(mask.dataobj), LABELS)
    return "the mask has the image's affine bit for bit"


def _oblique_rewritten(folder: Path) -> Answer:
    matrix = nib.eulerangles.euler2mat(0.3, -0.2, 0.1) @ np.diag([1.5, 0.9, 2.0])
    place = nib.affines.from_matvec(matrix, [-20.125, 3.3, 11.7])
    source = nifti(folder, 1, 1, place, place)
    write_by_itk(by_itk(source), folder / "again.nii")
    apart = np.abs(nib.load(folder / "again.nii").affine - nib.load(source).affine).max()
    return Answer(f"written again: affine off by up to {apart:.0e}", not apart)


def _qform_only(folder: Path) -> str:
    source = nifti(folder, 1, 0, turned(17), turned(0))
    mask = nib.load(saved(open_image(source), folder))
    assert_array_equal(mask.affine, nib.load(source).affine)
    assert (int(mask.header["qform_code"]), int(mask.header["sform_code"])) == (1, 0)
    return "same affine bit for bit, codes 1 and 0"


def _qform_only_nibabel(folder: Path) -> Answer:
    source = nib.load(nifti(folder, 1, 0, turned(17), turned(0)))
    nib.save(nib.Nifti1Image(LABELS, source.affine), folder / "mask.nii")
    mask = nib.load(folder / "mask.nii")
    codes = (int(mask.header["qform_code"]), int(mask.header["sform_code"]))
    apart = np.abs(mask.affine - source.affine).max()
    said = f"Nifti1Image(mask, affine): codes {codes[0]} and {codes[1]}, off by {apart:.0e}"
    return Answer(said, codes == (1, 0) and not apart)


_ORDERS = "engine/export/test_orders.py::test_{}_finds_the_mask_where_"
_BITS = (
    _ORDERS.format("nibabel") + "the_image_is_bit_for_bit",
    _ORDERS.format("itk") + "it_finds_the_image_bit_for_bit",
)
_NIFTI = "engine/io/formats/test_nifti.py::"

ROWS = (
    Row(1, "sform and qform differ", _two_positions,
        (_NIFTI + "test_the_sform_wins_whatever_the_codes",), (
            Peer("nibabel", _two_positions_nibabel),
            Peer("SimpleITK", _two_positions_itk,
                 "takes the sform only if its code is 1, else the qform, and says nothing"),
        )),
    Row(2, "both codes 0", _no_codes,
        ("engine/io/test_pitfalls_volumes.py::"
         "test_itk_sees_a_file_without_codes_where_it_sees_its_mask",), (
            Peer("nibabel", _no_codes_nibabel, "makes up a side that the file does not give"),
            Peer("SimpleITK", _no_codes_itk,
                 "makes up another side: anterior and posterior swapped against nibabel"),
        )),
    Row(3, "scale of the sform is not pixdim", _two_sizes,
        ("engine/io/test_pitfalls_volumes.py::"
         "test_a_mask_of_an_image_without_a_header_says_its_voxel_size_twice",), (
            Peer("nibabel", _two_sizes_nibabel),
            Peer("SimpleITK", _two_sizes_itk, "keeps pixdim, and warns only on the console"),
        )),
    Row(4, "sheared sform", _sheared,
        (_NIFTI + "test_a_sheared_sform_is_kept_and_its_volume_is_that_of_the_determinant",), (
            Peer("nibabel", _sheared_nibabel, "zooms leave the shear out of the volume"),
            Peer("SimpleITK", _sheared_itk, "has perpendicular axes only"),
        )),
    Row(5, "oblique", _oblique, _BITS, (
        Peer("nibabel", lambda folder: _mask_nibabel(folder, (1, 1))),
        Peer("SimpleITK", lambda folder: _mask_itk(folder, (1, 1))),
        Peer("SimpleITK", _oblique_rewritten, "rounds the place when it writes NIfTI"),
    )),
    Row(6, "mask of an image with a qform only", _qform_only, _BITS, (
        Peer("nibabel", lambda folder: _mask_nibabel(folder, (1, 0))),
        Peer("SimpleITK", lambda folder: _mask_itk(folder, (1, 0))),
        Peer("nibabel", _qform_only_nibabel, "a mask made from the affine alone gets an sform"),
    )),
)  # fmt: skip
