"""48 axis orders and 7 ways to state a place: two libraries must find the mask on its image.

SimpleITK is wrong about some images, and the mask must then be wrong with it: it takes the sform
only if its code is 1 (pitfall 1), and puts files with both codes 0 at the origin in LPS (2).
"""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal

from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.export.table import EXPORT_FORMATS
from engine.export.write import write_mask
from engine.io.opening import open_image, read_labels

CLASSES = LabelSet.named(["background", "CSF", "GM", "WM"])
SHAPE = (5, 6, 7)
LABELS = np.random.default_rng(1).integers(0, 4, SHAPE).astype(np.uint8)
SPACING = (1.5, 0.9, 2.0)
ORDERS = {
    "".join(("RAS" if sign > 0 else "LPI")[axis] for axis, sign in zip(axes, signs, strict=True)): (
        axes,
        signs,
    )
    for axes in permutations(range(3))
    for signs in product((1, -1), repeat=3)
}
CASES = {  # codes of qform and sform; whether both are turned off the axes; degrees between them
    "straight": (1, 1, False, 0),
    "flipped first axis": (1, 1, False, 0),
    "oblique": (1, 1, True, 0),
    "sform only": (0, 2, True, 0),
    "qform only": (1, 0, True, 0),
    "neither": (0, 0, True, 0),
    "they differ": (1, 4, True, 30),
}


def affine_of(order: str, case: str, degrees: float = 0.0) -> np.ndarray:
    axes, signs = ORDERS[order]
    matrix = np.zeros((3, 3))
    for axis, (direction, sign) in enumerate(zip(axes, signs, strict=True)):
        matrix[direction, axis] = sign * SPACING[axis]
    if case == "flipped first axis":
        matrix[:, 0] *= -1
    if CASES[case][2]:
        matrix = nib.eulerangles.euler2mat(0.3, -0.2, 0.1 + np.deg2rad(degrees)) @ matrix
    return nib.affines.from_matvec(matrix, [-20.125, 3.3, 11.7])


def write_image(path: Path, order: str, case: str) -> Path:
    qcode, scode, _, degrees = CASES[case]
    image = nib.Nifti1Image(np.zeros(SHAPE, np.int16), np.eye(4))
    image.set_qform(affine_of(order, case, degrees), qcode)
    image.set_sform(affine_of(order, case), scode)
    image.header["pixdim"][1:4] = SPACING
    image.to_filename(path)
    return path


def exported(path: Path, name: str, target: Path) -> Path:
    image = open_image(path)
    format_ = EXPORT_FORMATS.load(name)()
    write_mask(LabelMap(LABELS, image.geometry, CLASSES), image.source, target, format_)
    return target


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("order", ORDERS)
def test_nibabel_finds_the_mask_where_the_image_is_bit_for_bit(
    tmp_path: Path, order: str, case: str
) -> None:
    source = write_image(tmp_path / "image.nii", order, case)
    image, mask = nib.load(source), nib.load(exported(source, "nifti", tmp_path / "m.nii.gz"))
    assert_array_equal(np.asarray(mask.dataobj), LABELS)
    assert_array_equal(mask.affine, image.affine)
    for form in ("get_sform", "get_qform"):
        (ours, our_code), (theirs, code) = (getattr(one, form)(coded=True) for one in (mask, image))
        assert our_code == code
        assert theirs is None or np.array_equal(ours, theirs)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("order", ORDERS)
def test_itk_finds_the_mask_where_it_finds_the_image_bit_for_bit(
    tmp_path: Path, order: str, case: str
) -> None:
    itk = pytest.importorskip("SimpleITK")
    source = write_image(tmp_path / "image.nii", order, case)
    image = itk.ReadImage(str(source))
    mask = itk.ReadImage(str(exported(source, "nifti", tmp_path / "m.nii.gz")))
    assert_array_equal(itk.GetArrayFromImage(mask).T, LABELS)
    assert mask.GetOrigin() == image.GetOrigin()
    assert mask.GetSpacing() == image.GetSpacing()
    assert mask.GetDirection() == image.GetDirection()


def itk_affine(image: object) -> np.ndarray:
    """Where ITK puts voxels, in RAS."""
    direction = np.array(image.GetDirection()).reshape(3, 3)  # type: ignore[attr-defined]
    affine = np.eye(4)
    affine[:3, :3] = direction * image.GetSpacing()  # type: ignore[attr-defined]
    affine[:3, 3] = image.GetOrigin()  # type: ignore[attr-defined]
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine


@pytest.mark.parametrize("name", ["nrrd", "metaimage"])
@pytest.mark.parametrize("case", ["straight", "oblique", "qform only"])
@pytest.mark.parametrize("order", ORDERS)
def test_itk_finds_masks_of_other_formats_on_the_image(
    tmp_path: Path, order: str, case: str, name: str
) -> None:
    itk = pytest.importorskip("SimpleITK")
    source = write_image(tmp_path / "image.nii", order, case)
    ending = EXPORT_FORMATS.load(name)().file_name("m")
    mask = itk.ReadImage(str(exported(source, name, tmp_path / ending)))
    assert_array_equal(itk.GetArrayFromImage(mask).T, LABELS)
    image, found = Geometry(SHAPE, itk_affine(itk.ReadImage(str(source)))), itk_affine(mask)
    assert image.distance_mm(Geometry(SHAPE, found)) < 1e-4


@pytest.mark.parametrize("order", ORDERS)
def test_itk_finds_a_nifti_mask_on_a_metaimage(tmp_path: Path, order: str) -> None:
    itk = pytest.importorskip("SimpleITK")
    nifti = write_image(tmp_path / "image.nii", order, "oblique")
    itk.WriteImage(itk.ReadImage(str(nifti)), str(tmp_path / "image.mha"))
    image = itk.ReadImage(str(tmp_path / "image.mha"))
    mask = itk.ReadImage(str(exported(tmp_path / "image.mha", "nifti", tmp_path / "m.nii.gz")))
    assert mask.GetSpacing() == pytest.approx(image.GetSpacing(), abs=1e-6)
    place = Geometry(SHAPE, itk_affine(image))
    assert place.distance_mm(Geometry(SHAPE, itk_affine(mask))) < 1e-4
    place.require_same(open_image(tmp_path / "image.mha").geometry, mine="ITK", theirs="Sulcus")


@pytest.mark.parametrize("source_format", ["nrrd", "metaimage"])
def test_itk_finds_the_mask_on_an_image_of_its_own_format_bit_for_bit(
    tmp_path: Path, source_format: str
) -> None:
    itk = pytest.importorskip("SimpleITK")
    nifti = write_image(tmp_path / "image.nii", "PIR", "oblique")
    source = tmp_path / ("image.nrrd" if source_format == "nrrd" else "image.mha")
    itk.WriteImage(itk.ReadImage(str(nifti)), str(source))
    ending = EXPORT_FORMATS.load(source_format)().file_name("m")
    image = itk.ReadImage(str(source))
    mask = itk.ReadImage(str(exported(source, source_format, tmp_path / ending)))
    assert mask.GetOrigin() == image.GetOrigin()
    assert mask.GetSpacing() == image.GetSpacing()
    assert mask.GetDirection() == image.GetDirection()


def test_both_libraries_find_an_analyze_mask_on_its_image(tmp_path: Path) -> None:
    # nibabel centres Analyze files in LAS, ITK puts them at the origin in LPS; a pair goes along.
    itk = pytest.importorskip("SimpleITK")
    header = nib.AnalyzeHeader()
    header.set_data_dtype(np.uint8)
    header.set_data_shape(SHAPE)
    header.set_zooms(SPACING)
    (tmp_path / "image.hdr").write_bytes(header.binaryblock)
    (tmp_path / "image.img").write_bytes(LABELS.tobytes(order="F"))
    mask = exported(tmp_path / "image.hdr", "analyze", tmp_path / "mask.hdr")
    for read in (nib.load, lambda path: itk.ReadImage(str(path))):
        one, two = read(tmp_path / "image.hdr"), read(mask)
        if hasattr(one, "affine"):
            assert_array_equal(one.affine, two.affine)
            assert_array_equal(np.asarray(two.dataobj), LABELS)
        else:
            assert one.GetOrigin() == two.GetOrigin()
            assert one.GetSpacing() == two.GetSpacing()
            assert one.GetDirection() == two.GetDirection()
            assert_array_equal(itk.GetArrayFromImage(two).T, LABELS)


@pytest.mark.parametrize("name", ["nifti", "nrrd", "metaimage"])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_mask_in_any_place_reads_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    shape = data.draw(st.tuples(*[st.integers(1, 5)] * 2, st.integers(2, 5)))
    labels = data.draw(arrays(np.uint8, shape, elements=st.sampled_from([0, 1, 2, 3, 255])))
    angles = data.draw(st.tuples(*[st.floats(-3, 3)] * 3))
    spacing = data.draw(st.tuples(*[st.floats(0.05, 9)] * 3))
    offset = data.draw(st.tuples(*[st.floats(-300, 300)] * 3))
    affine = nib.affines.from_matvec(nib.eulerangles.euler2mat(*angles) @ np.diag(spacing), offset)
    affine[:3, 0] *= data.draw(st.sampled_from([1, -1]))
    affine[0, 1] += data.draw(st.sampled_from([0.0, 0.01]))
    format_ = EXPORT_FORMATS.load(name)()
    path = tmp_path_factory.mktemp("mask") / format_.file_name("a")
    geometry = Geometry(shape, affine)
    write_mask(LabelMap(labels, geometry, CLASSES), Source(path, ""), path, format_)
    found = read_labels(path)
    assert_array_equal(found.labels, labels)
    geometry.require_same(found.geometry, mine="the mask", theirs="the file")
