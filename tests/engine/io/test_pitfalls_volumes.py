"""The pitfalls of volume files, by their number in the design's table: what must happen."""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.planes import Plane, slice_view
from engine.errors import ReadError
from engine.export.formats.masks_nifti import MasksNifti
from engine.export.write import write_mask
from engine.io.opening import open_image, read_labels

CLASSES = LabelSet.named(["background", "object"])
VALUES = np.arange(5 * 6 * 7, dtype=np.int16).reshape(5, 6, 7)
LABELS = (VALUES % 2).astype(np.uint8)


def turned(degrees: float, spacing: tuple[float, ...] = (1.5, 0.9, 2.0)) -> np.ndarray:
    matrix = nib.eulerangles.euler2mat(np.deg2rad(degrees)) @ np.diag(spacing)
    return nib.affines.from_matvec(matrix, [-20.0, 3.0, 11.0])


def nifti(
    folder: Path, q: int, s: int, qform: np.ndarray, sform: np.ndarray, values: np.ndarray = VALUES
) -> Path:
    image = nib.Nifti1Image(values, np.eye(4))
    image.set_qform(qform, q)
    image.set_sform(sform, s)
    image.to_filename(folder / "x.nii")
    return folder / "x.nii"


def told(image: Image) -> list[tuple[str, bool]]:
    return [(one.text, one.must_confirm) for one in image.notices]


def saved(image: Image, folder: Path, labels: np.ndarray = LABELS) -> Path:
    mask = LabelMap(labels.reshape(image.geometry.shape), image.geometry, CLASSES)
    write_mask(mask, image.source, folder / "mask.nii.gz", MasksNifti())
    return folder / "mask.nii.gz"


def two_positions(folder: Path) -> None:
    for q, s in ((1, 2), (1, 3), (1, 4), (2, 1), (2, 2), (2, 4), (4, 1), (4, 2)):
        image = open_image(nifti(folder, q, s, turned(0), turned(30)))
        assert_array_equal(image.geometry.affine, turned(30).astype(np.float32))
        assert told(image) == [(
            "This file holds two different positions (qform, sform). Sulcus shows the sform; "
            "ITK-SNAP and Slicer may show another.", False)]  # fmt: skip
    for place in (turned(0), turned(30), turned(180), turned(179.99)):
        assert told(open_image(nifti(folder, 1, 2, place, place))) == []


def no_codes(folder: Path) -> None:
    image = open_image(nifti(folder, 0, 0, turned(0), turned(30)))
    assert told(image) == [
        ("This file does not say which side is left. Confirm before review.", True)
    ]
    header = nib.load(saved(image, folder)).header
    assert (int(header["qform_code"]), int(header["sform_code"])) == (0, 0)


def two_sizes(folder: Path) -> None:
    path = nifti(folder, 0, 2, np.eye(4), np.diag([2.0, 2.0, 2.0, 1.0]))
    data = bytearray(path.read_bytes())
    data[80:92] = np.ones(3, "<f4").tobytes()
    path.write_bytes(data)
    image = open_image(path)
    assert image.geometry.spacing == (2, 2, 2)
    assert told(image) == [("Voxel size differs between two header fields (1.0 / 2.0 mm).", False)]


def sheared(folder: Path) -> None:
    text = ("Axes are not perpendicular; ITK-based tools cannot open this file.", False)
    for shear, notices in ((0.4, [text]), (5e-4, [text]), (1e-5, [])):
        affine = np.diag([1.0, 1.0, 1.5, 1.0])
        affine[0, 1] = shear
        image = nib.Nifti1Image(VALUES, np.eye(4))
        image.set_qform(np.diag([1.0, 1.0, 1.5, 1.0]), 0)
        image.set_sform(affine, 1)
        image.header["pixdim"][1:4] = np.linalg.norm(affine[:3, :3], axis=0)
        image.to_filename(folder / "x.nii")
        found = open_image(folder / "x.nii")
        assert told(found) == notices
        assert found.geometry.voxel_volume_ml == pytest.approx(0.0015, abs=1e-9)


def oblique(folder: Path) -> None:
    source = nifti(folder, 1, 1, turned(17), turned(17))
    assert_array_equal(nib.load(saved(open_image(source), folder)).affine, nib.load(source).affine)


def qform_only(folder: Path) -> None:
    source = nifti(folder, 1, 0, turned(17), turned(0))
    mask = nib.load(saved(open_image(source), folder))
    assert_array_equal(mask.affine, nib.load(source).affine)
    assert (int(mask.header["qform_code"]), int(mask.header["sform_code"])) == (1, 0)


def no_text_leaves(folder: Path) -> None:
    image = nib.Nifti1Image(VALUES, turned(3))
    for field in ("descrip", "db_name", "aux_file", "intent_name"):
        image.header[field] = b"XYZZY"
    image.header["cal_max"] = 4321
    image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", b"XYZZY"))
    image.to_filename(folder / "x.nii")
    data = gzip.decompress(saved(open_image(folder / "x.nii"), folder).read_bytes())
    assert b"XYZZY" in (folder / "x.nii").read_bytes()
    assert b"XYZZY" not in data
    assert np.float32(4321).tobytes() not in data


def broken_labels(folder: Path) -> None:
    path = nifti(folder, 1, 1, turned(0), turned(0), VALUES + np.float32(0.5))
    with pytest.raises(ReadError, match="no class indices"):
        read_labels(path)


def wide_labels(folder: Path) -> None:
    header = nib.Nifti1Header()
    header.set_data_dtype(np.int64)
    nib.Nifti1Image(LABELS.astype(np.int64), turned(0), header).to_filename(folder / "x.nii")
    found = read_labels(folder / "x.nii")
    assert_array_equal(found.labels, LABELS)
    image = open_image(folder / "x.nii")
    assert nib.load(saved(image, folder, found.labels)).get_data_dtype() == np.uint8


def slope(folder: Path) -> None:
    data = bytearray(nifti(folder, 1, 1, turned(0), turned(0), VALUES).read_bytes())
    data[112:120] = np.array([2.5, -1000], "<f4").tobytes()
    (folder / "x.nii").write_bytes(data)
    image = open_image(folder / "x.nii")
    assert image.pixels.dtype == np.float32
    assert image.pixels.ravel()[:2].tolist() == [-1000.0, -997.5]
    for bad in (0.0, np.nan, np.inf):
        data[112:116] = np.float32(bad).tobytes()
        (folder / "x.nii").write_bytes(data)
        assert_array_equal(open_image(folder / "x.nii").pixels[0], VALUES)


def refused(path: Path) -> None:
    with pytest.raises(ReadError, match=r"x.nii(.gz)?' is damaged or incomplete \(.+\)\.") as error:
        open_image(path)
    assert error.value.remedy.startswith("Ask for a new copy")


def truncated(folder: Path) -> None:
    data = nifti(folder, 1, 1, turned(0), turned(0)).read_bytes()
    packed = gzip.compress(data)
    for share in (0.1, 0.5, 0.9, 0.999):
        (folder / "x.nii").write_bytes(data[: int(len(data) * share)])
        (folder / "x.nii.gz").write_bytes(packed[: int(len(packed) * share)])
        refused(folder / "x.nii")
        refused(folder / "x.nii.gz")


def flipped(folder: Path) -> None:
    packed = bytearray(gzip.compress(nifti(folder, 1, 1, turned(0), turned(0)).read_bytes()))
    packed[len(packed) // 2] ^= 1
    (folder / "x.nii.gz").write_bytes(packed)
    refused(folder / "x.nii.gz")


def saved_over_itself(folder: Path) -> None:
    image = open_image(nifti(folder, 1, 1, turned(0), turned(0)))
    mask = LabelMap(LABELS, image.geometry, CLASSES)
    write_mask(mask, image.source, folder / "x.nii", MasksNifti())
    assert_array_equal(image.pixels[0], VALUES)
    assert_array_equal(read_labels(folder / "x.nii").labels, LABELS)


def analyze(folder: Path) -> Path:
    header = nib.AnalyzeHeader(endianness=">")
    header.set_data_dtype(np.int16)
    header.set_data_shape(VALUES.shape)
    (folder / "lone.hdr").write_bytes(header.binaryblock)
    (folder / "lone.img").write_bytes(VALUES.astype(">i2").tobytes(order="F"))
    return folder / "lone.hdr"


def analyze_has_no_sides(folder: Path) -> None:
    image = open_image(analyze(folder))
    text = "Analyze files cannot store left/right. Convert to NIfTI with the side you confirm?"
    assert told(image) == [(text, True)]
    assert not MasksNifti().suits(image.geometry, image.source)


def analyze_of_any_kind(folder: Path) -> None:
    for path in (analyze(folder), folder / "lone.img"):
        assert_array_equal(open_image(path).pixels[0], VALUES)
    (folder / "lone.img").unlink()
    with pytest.raises(ReadError) as caught:
        open_image(folder / "lone.hdr")
    assert caught.value.what == "lone.hdr found, lone.img is missing."


def trailing_one(folder: Path) -> None:
    image = open_image(nifti(folder, 1, 1, turned(0), turned(0), VALUES[..., None]))
    assert image.geometry.shape == (5, 6, 7)
    assert told(image) == []
    assert nib.load(saved(image, folder)).shape == (5, 6, 7)


def one_axis_order(folder: Path) -> None:
    path = nifti(folder, 1, 1, turned(0), turned(0))
    assert_array_equal(open_image(path).pixels[0], np.asarray(nib.load(path).dataobj))


def strides(folder: Path) -> None:
    las = np.diag([-1.5, 0.9, 2.0, 1.0])
    pixels = open_image(nifti(folder, 1, 1, las, las)).pixels
    assert pixels.flags.c_contiguous
    assert pixels.dtype.isnative


def letters(folder: Path) -> None:
    for degrees, orientation in ((0, "RAS"), (180, "LPS")):
        place = turned(degrees)
        image = open_image(nifti(folder, 1, 1, place, place))
        assert image.geometry.orientation == orientation
        view = slice_view(image.geometry, Plane.AXIAL, 3)
        assert view.letters == slice_view(Geometry((5, 6, 7), turned(0)), Plane.AXIAL, 3).letters


def anisotropic(folder: Path) -> None:
    place = turned(17, (0.94, 1.5, 0.94))
    geometry = open_image(nifti(folder, 1, 1, place, place)).geometry
    assert geometry.spacing == pytest.approx((0.94, 1.5, 0.94))
    assert geometry.voxel_volume_ml == pytest.approx(math.prod((0.94, 1.5, 0.94)) / 1000)


def four_frames(folder: Path) -> None:
    values = np.stack([VALUES + n for n in range(4)], axis=-1)
    image = open_image(nifti(folder, 1, 1, turned(0), turned(0), values))
    assert told(image) == [("4 frames: reviewing frame 1.", False)]
    assert_array_equal(image.pixels[0], VALUES)
    assert nib.load(saved(image, folder)).shape == (5, 6, 7)


def nrrd_spaces(folder: Path) -> None:
    head = (
        "NRRD0004\ntype: short\ndimension: 3\nsizes: 5 6 7\n{}encoding: raw\nendian: little\n"
        "space directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (1,2,3)\n\n"
    )
    for space, signs in (("space: RAS\n", (1, 1, 1)), ("space: LPS\n", (-1, -1, 1)),
                         ("space dimension: 3\n", (-1, -1, 1))):  # fmt: skip
        data = head.format(space).encode() + VALUES.tobytes(order="F")
        (folder / "x.nrrd").write_bytes(data)
        image = open_image(folder / "x.nrrd")
        affine = np.diag([*signs, 1.0])
        affine[:3, 3] = np.array(signs) * (1, 2, 3)
        assert_array_equal(image.geometry.affine, affine)
        silent = ("This file does not say which side is left. Confirm before review.", True)
        assert told(image) == ([silent] if "dimension" in space else [])


def metaimage_letters(folder: Path) -> None:
    affines = []
    for letters_ in ("RAI", "LPS"):
        head = (
            "ObjectType = Image\nNDims = 3\nTransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 1 2 3\n"
            f"AnatomicalOrientation = {letters_}\nElementSpacing = 1 1 1\nDimSize = 5 6 7\n"
            "ElementType = MET_SHORT\nElementDataFile = LOCAL\n"
        )
        (folder / "x.mha").write_bytes(head.encode() + VALUES.tobytes(order="F"))
        affines.append(open_image(folder / "x.mha").geometry.affine)
    assert_array_equal(affines[0], affines[1])
    assert_array_equal(affines[0][:3, 3], (-1, -2, 3))


def odd_names(folder: Path) -> None:
    odd = folder / "пациент ü" / ("long " * 12)
    odd.mkdir(parents=True)
    path = nifti(folder, 1, 1, turned(0), turned(0)).rename(odd / "тест 1.nii")
    image = open_image(path)
    assert_array_equal(image.pixels[0], VALUES)
    assert saved(image, odd).exists()


PITFALLS: dict[str, Callable[[Path], None]] = {
    "1": two_positions,
    "2": no_codes,
    "3": two_sizes,
    "4": sheared,
    "5": oblique,
    "6": qform_only,
    "7": no_text_leaves,
    "8": broken_labels,
    "9": wide_labels,
    "10": slope,
    "11": truncated,
    "12": flipped,
    "13": saved_over_itself,
    "14": analyze_has_no_sides,
    "15": analyze_of_any_kind,
    "16": trailing_one,
    "17": one_axis_order,
    "18": strides,
    "19": letters,
    "21": anisotropic,
    "22": four_frames,
    "36": nrrd_spaces,
    "37": metaimage_letters,
    "39": odd_names,
}


@pytest.mark.parametrize("row", PITFALLS)
def test_pitfall(tmp_path: Path, row: str) -> None:
    PITFALLS[row](tmp_path)


def test_itk_sees_a_file_without_codes_where_it_sees_its_mask(tmp_path: Path) -> None:
    # Pitfall 2: ITK puts both at the origin in LPS, nibabel centres them in LAS; each is of a mind.
    itk = pytest.importorskip("SimpleITK")
    source = nifti(tmp_path, 0, 0, turned(0), turned(30))
    image = itk.ReadImage(str(source))
    mask = itk.ReadImage(str(saved(open_image(source), tmp_path)))
    assert mask.GetOrigin() == image.GetOrigin() == (0, 0, 0)
    assert mask.GetDirection() == image.GetDirection()
    assert mask.GetSpacing() == image.GetSpacing()


def test_itk_reads_lengths_in_micrometres_as_we_do(tmp_path: Path) -> None:
    itk = pytest.importorskip("SimpleITK")
    data = bytearray(nifti(tmp_path, 1, 1, turned(0), turned(0)).read_bytes())
    data[123] = 3
    (tmp_path / "x.nii").write_bytes(data)
    spacing = itk.ReadImage(str(tmp_path / "x.nii")).GetSpacing()
    assert open_image(tmp_path / "x.nii").geometry.spacing == pytest.approx(spacing, rel=1e-5)


def test_a_mask_of_an_image_without_a_header_says_its_voxel_size_twice(tmp_path: Path) -> None:
    # Pitfall 3 in our own files: ITK keeps pixdim where it differs from the sform.
    itk = pytest.importorskip("SimpleITK")
    geometry = Geometry((5, 6, 7), turned(17))
    write_mask(LabelMap(LABELS, geometry, CLASSES), Source(tmp_path / "dicom", "", format="dicom"),
               tmp_path / "mask.nii.gz", MasksNifti())  # fmt: skip
    assert itk.ReadImage(str(tmp_path / "mask.nii.gz")).GetSpacing() == pytest.approx((1.5, 0.9, 2))
    assert open_image(tmp_path / "mask.nii.gz").notices == ()
