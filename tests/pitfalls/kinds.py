"""Pitfalls 14 to 18, 22, 36, 37 and 39: Analyze, axes, frames, other formats, odd names."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from pitfalls.asked import by_itk, itk_affine, itk_values, places_of, write_by_itk
from pitfalls.files import (
    CLASSES,
    LABELS,
    NO_SIDE,
    VALUES,
    analyze,
    metaimage,
    nifti,
    nrrd,
    oddly_named,
    plain,
    saved,
    told,
)
from pitfalls.row import Answer, Peer, Row, refusal

from engine.core.label_map import LabelMap
from engine.core.planes import Plane, slice_view
from engine.errors import ReadError
from engine.export.formats.masks_analyze import MasksAnalyze
from engine.export.formats.masks_nifti import MasksNifti
from engine.export.write import write_mask
from engine.io.opening import open_image


def _analyze(folder: Path) -> str:
    image = open_image(analyze(folder))
    text = "Analyze files cannot store left/right. Convert to NIfTI with the side you confirm?"
    assert told(image) == [(text, True)]
    assert not MasksNifti().suits(image.geometry, image.source)
    return "asks for the side; a mask is written as an Analyze pair, not as NIfTI"


def _analyze_mask(folder: Path) -> Path:
    image = open_image(analyze(folder))
    path = folder / "mask.hdr"
    write_mask(LabelMap(LABELS, image.geometry, CLASSES), image.source, path, MasksAnalyze())
    return path


def _analyze_nibabel(folder: Path) -> Answer:
    mask = nib.load(_analyze_mask(folder))
    same = np.array_equal(mask.affine, nib.load(folder / "lone.hdr").affine)
    return Answer("finds Sulcus' mask on the image" if same else "apart", bool(same))


def _analyze_itk(folder: Path) -> Answer:
    same = places_of(_analyze_mask(folder)) == places_of(folder / "lone.hdr")
    return Answer("finds Sulcus' mask on the image" if same else "apart", same)


def _analyze_as_nifti(folder: Path) -> Answer:
    """What comes of a NIfTI mask beside an Analyze image, made the usual way."""
    image = nib.load(analyze(folder))
    nib.save(nib.Nifti1Image(LABELS, image.affine), folder / "mask.nii")
    here, there = itk_affine(folder / "mask.nii"), itk_affine(folder / "lone.hdr")
    corner = np.array([*VALUES.shape, 1.0]) - [1, 1, 1, 0]
    apart = max(
        float(np.linalg.norm((here - there) @ one)) for one in (corner, corner * 0 + [0, 0, 0, 1])
    )
    return Answer(f"a NIfTI mask by nibabel lies {apart:.1f} mm off in SimpleITK", apart < 1e-4)


def _variants(folder: Path) -> str:
    for path in (analyze(folder), folder / "lone.img"):
        assert_array_equal(open_image(path).pixels[0], VALUES)
    (folder / "lone.img").unlink()
    with pytest.raises(ReadError) as caught:
        open_image(folder / "lone.hdr")
    assert caught.value.what == "lone.hdr found, lone.img is missing."
    return "big endian opens by .hdr and by .img; half a pair is named"


def _variants_nibabel(folder: Path) -> Answer:
    same = np.array_equal(np.asarray(nib.load(analyze(folder)).dataobj), VALUES)
    (folder / "lone.img").unlink()
    error = refusal(lambda: nib.load(folder / "lone.hdr").get_fdata())
    return Answer(
        f"big endian {'read' if same else 'wrong'}; half a pair: {error}", same and bool(error)
    )


def _variants_itk(folder: Path) -> Answer:
    image = by_itk(analyze(folder))
    same = bool(np.array_equal(itk_values(image).T, VALUES))
    write_by_itk(image, folder / "again.hdr")
    magic = (folder / "again.hdr").read_bytes()[344:347].decode("ascii", "replace")
    said = f"big endian {'read' if same else 'wrong'}; writes .hdr as '{magic}'"
    return Answer(said, same and magic != "ni1")


def _trailing_one(folder: Path) -> str:
    image = open_image(plain(folder, VALUES[..., None]))
    assert image.geometry.shape == (5, 6, 7)
    assert told(image) == []
    assert nib.load(saved(image, folder)).shape == (5, 6, 7)
    return "three axes, and a mask of three"


def _axes_answer(count: int, wanted: int = 3) -> Answer:
    return Answer(f"{count} axes", count == wanted)


def _axis_order(folder: Path) -> str:
    path = plain(folder)
    assert_array_equal(open_image(path).pixels[0], np.asarray(nib.load(path).dataobj))
    return "the order of the file, everywhere"


def _axis_order_itk(folder: Path) -> Answer:
    image = by_itk(plain(folder))
    by_index = all(image.GetPixel(*at) == VALUES[at] for at in np.ndindex(VALUES.shape))
    shape = itk_values(image).shape
    said = f"voxels by index are the same; its array is {' x '.join(map(str, shape))}, turned round"
    return Answer(said if by_index else "other voxels", by_index)


_LAS = np.diag([-1.5, 0.9, 2.0, 1.0])


def _strides(folder: Path) -> str:
    image = open_image(nifti(folder, 1, 1, _LAS, _LAS))
    assert image.pixels.flags.c_contiguous
    assert image.pixels.dtype.isnative
    view = slice_view(image.geometry, Plane.AXIAL, 3)
    assert np.ascontiguousarray(view.read(image.pixels[0])).flags.c_contiguous
    return "one run of memory in the machine's own byte order"


def _strides_nibabel(folder: Path) -> Answer:
    image = nib.as_closest_canonical(nib.load(nifti(folder, 1, 1, _LAS, _LAS)))
    values = np.asanyarray(image.dataobj)
    said = f"as_closest_canonical: strides {values.strides}"
    return Answer(said, min(values.strides) > 0)


def _frames(folder: Path) -> str:
    image = open_image(plain(folder, np.stack([VALUES + n for n in range(4)], axis=-1)))
    assert told(image) == [("4 frames: reviewing frame 1.", False)]
    assert_array_equal(image.pixels[0], VALUES)
    assert nib.load(saved(image, folder)).shape == (5, 6, 7)
    return "the first of 4 frames with a notice; a mask of three axes"


def _frames_itk(folder: Path) -> Answer:
    image = by_itk(plain(folder, np.stack([VALUES + n for n in range(4)], axis=-1)))
    return Answer(f"one image of {image.GetDimension()} axes", image.GetDimension() == 4)


def _nrrd(folder: Path) -> str:
    for space, signs in (("RAS", (1, 1, 1)), ("LPS", (-1, -1, 1)), ("", (-1, -1, 1))):
        image = open_image(nrrd(folder, space))
        affine = np.diag([*signs, 1.0])
        affine[:3, 3] = np.array(signs) * (1, 2, 3)
        assert_array_equal(image.geometry.affine, affine)
        assert told(image) == ([] if space else [NO_SIDE])
    return "RAS and LPS in their places; no space: taken for LPS, and asks to confirm"


def _nrrd_itk(folder: Path, spaces: tuple[str, ...]) -> Answer:
    found = [itk_affine(nrrd(folder, space)) for space in spaces]
    same = all(
        np.array_equal(one, open_image(nrrd(folder, space)).geometry.affine)
        for one, space in zip(found, spaces, strict=True)
    )
    if spaces == ("",):
        return Answer("no space is LPS without a word" if same else "another place", False)
    return Answer("RAS and LPS in the same places" if same else "other places", same)


def _metaimage(folder: Path) -> str:
    affines = [open_image(metaimage(folder, one)).geometry.affine for one in ("RAI", "LPS")]
    assert_array_equal(affines[0], affines[1])
    assert affines[0] is not None
    assert_array_equal(affines[0][:3, 3], (-1, -2, 3))
    return "the letters change nothing; TransformMatrix counts"


def _metaimage_itk(folder: Path) -> Answer:
    affines = [itk_affine(metaimage(folder, one)) for one in ("RAI", "LPS")]
    same = bool(np.array_equal(*affines))
    same = same and np.array_equal(affines[0], open_image(folder / "x.mha").geometry.affine)
    return Answer("the letters change nothing; same place" if same else "another place", same)


def _names(folder: Path) -> str:
    path = oddly_named(folder)
    image = open_image(path)
    assert_array_equal(image.pixels[0], VALUES)
    assert saved(image, path.parent).exists()
    return "opened and saved"


def _values_answer(values: np.ndarray) -> Answer:
    same = bool(np.array_equal(values, VALUES))
    return Answer("opened" if same else "wrong voxels", same)


_ANALYZE = "engine/io/formats/test_analyze.py::"
_ORDERS = "engine/export/test_orders.py::"

ROWS = (
    Row(14, "Analyze 7.5 has no sides", _analyze,
        (_ORDERS + "test_both_libraries_find_an_analyze_mask_on_its_image",), (
            Peer("nibabel", _analyze_nibabel),
            Peer("SimpleITK", _analyze_itk),
            Peer("SimpleITK", _analyze_as_nifti,
                 "nibabel and SimpleITK make up different sides, so only a pair stays together"),
        )),
    Row(15, "kinds of Analyze", _variants,
        ("engine/io/formats/test_nifti.py::test_half_a_pair_is_refused_by_name",
         _ANALYZE + "test_gzipped_pairs_open_and_a_flipped_bit_is_noticed"), (
            Peer("nibabel", _variants_nibabel),
            Peer("SimpleITK", _variants_itk, "writes a NIfTI pair under the name of Analyze"),
        )),
    Row(16, "a fourth axis of one (IBSR)", _trailing_one,
        ("engine/io/formats/test_nifti.py::test_axes_of_one_at_the_end_are_left_out",), (
            Peer("nibabel", lambda folder: _axes_answer(
                len(nib.load(plain(folder, VALUES[..., None])).shape)),
                "leaves the axis of one to its caller"),
            Peer("SimpleITK", lambda folder: _axes_answer(
                by_itk(plain(folder, VALUES[..., None])).GetDimension())),
        )),
    Row(17, "axis order", _axis_order,
        ("engine/io/formats/test_nifti.py::test_voxels_stay_in_file_order_and_in_their_type",),
        (Peer("SimpleITK", _axis_order_itk),)),
    Row(18, "negative strides", _strides,
        (_ORDERS + "test_nibabel_finds_the_mask_where_the_image_is_bit_for_bit",
         "engine/core/test_planes.py::test_slices_are_radiological_whatever_the_file_order"),
        (Peer("nibabel", _strides_nibabel,
              "torch refuses arrays that run backwards; they must be copied first"),)),
    Row(22, "4-D image", _frames,
        ("engine/io/formats/test_nifti.py::"
         "test_frames_and_components_are_parts_and_the_first_is_read_with_a_notice",),
        (Peer("SimpleITK", _frames_itk),)),
    Row(36, "space of NRRD", _nrrd,
        ("engine/io/formats/test_nrrd.py::test_every_space_is_turned_to_ras_exactly",
         "engine/export/formats/test_masks_nrrd.py::"
         "test_the_mask_keeps_space_and_numbers_of_its_image",), (
            Peer("SimpleITK", lambda folder: _nrrd_itk(folder, ("RAS", "LPS"))),
            Peer("SimpleITK", lambda folder: _nrrd_itk(folder, ("",)),
                 "makes up a side that the file does not give"),
        )),
    Row(37, "AnatomicalOrientation of MetaImage", _metaimage,
        ("engine/io/formats/test_metaimage.py::"
         "test_the_matrix_says_where_and_the_letters_count_for_nothing",
         "engine/export/formats/test_masks_metaimage.py::"
         "test_the_place_is_copied_digit_for_digit_and_nothing_else",),
        (Peer("SimpleITK", _metaimage_itk),)),
    Row(39, "Unicode, spaces, long paths", _names,
        ("engine/io/formats/test_nifti.py::test_voxels_stay_in_file_order_and_in_their_type",), (
            Peer("nibabel", lambda folder: _values_answer(
                np.asarray(nib.load(oddly_named(folder)).dataobj))),
            Peer("SimpleITK", lambda folder: _values_answer(
                itk_values(by_itk(oddly_named(folder))).T)),
        )),
)  # fmt: skip
