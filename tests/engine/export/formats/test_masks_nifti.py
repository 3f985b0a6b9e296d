from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.export.formats.masks_nifti import MasksNifti
from engine.export.write import write_mask
from engine.io.opening import open_image

CLASSES = LabelSet.named(["background", "CSF", "GM", "WM"])
SHAPE = (5, 6, 7)
LABELS = np.random.default_rng(1).integers(0, 4, SHAPE).astype(np.uint8)
SECRETS = {"descrip": b"Jane Doe 1950", "db_name": b"ward-seven", "aux_file": b"doe_jane.txt",
           "intent_name": b"secret-intent"}  # fmt: skip
EXTENSION = b"extension of Jane Doe"


def turned(
    a: float, b: float, c: float, spacing: tuple[float, ...] = (1.5, 0.9, 2.0)
) -> np.ndarray:
    matrix = nib.eulerangles.euler2mat(a, b, c) @ np.diag(spacing)
    return nib.affines.from_matvec(matrix, [-20.125, 3.3, 11.7])


RAS, LAS = np.diag([1.5, 0.9, 2.0, 1.0]), np.diag([-1.5, 0.9, 2.0, 1.0])
OBLIQUE = turned(0.3, -0.2, 0.1)
CASES: dict[str, tuple[np.ndarray, int, np.ndarray, int]] = {
    "RAS": (RAS, 1, RAS, 1),
    "LAS": (LAS, 1, LAS, 1),
    "oblique": (OBLIQUE, 1, OBLIQUE, 1),
    "sform only": (OBLIQUE, 0, OBLIQUE, 2),
    "qform only": (OBLIQUE, 1, OBLIQUE, 0),
    "neither": (OBLIQUE, 0, OBLIQUE, 0),
    "qform and sform differ": (turned(0.5, 0.1, -0.3), 1, OBLIQUE, 4),
}
KINDS: dict[str, tuple[Any, str]] = {
    "NIfTI-1": (nib.Nifti1Image, "<"),
    "NIfTI-1 big endian": (nib.Nifti1Image, ">"),
    "NIfTI-2": (nib.Nifti2Image, "<"),
    "NIfTI-2 big endian": (nib.Nifti2Image, ">"),
}


def write_source(
    path: Path, case: str = "oblique", kind: str = "NIfTI-1", shape: tuple[int, ...] = SHAPE
) -> Path:
    """A volume whose header is full of what must not leave."""
    qform, qcode, sform, scode = CASES[case]
    make, endianness = KINDS[kind]
    header = make.header_class(endianness=endianness)
    for field, text in SECRETS.items():
        if field in header:  # NIfTI-2 has no db_name
            header[field] = text
    header["cal_max"] = 4321
    header.extensions.append(nib.nifti1.Nifti1Extension("comment", EXTENSION))
    header.set_xyzt_units("mm", "sec")
    header.set_dim_info(1, 0, 2)
    values = np.arange(np.prod(shape)).reshape(shape).astype(np.float32)
    image = make(values, np.eye(4), header)
    image.set_qform(qform, qcode)
    image.set_sform(sform, scode)
    image.header.set_slope_inter(1, 0)
    image.to_filename(path)
    return path


def exported(source: Path, name: str = "mask.nii.gz") -> Path:
    image = open_image(source)
    labels = LABELS.reshape(-1)[: int(np.prod(image.geometry.shape))]
    mask = LabelMap(labels.reshape(image.geometry.shape), image.geometry, CLASSES)
    path = source.parent / name
    write_mask(mask, image.source, path, MasksNifti())
    return path


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_mask_lies_where_the_image_lies_bit_for_bit(
    tmp_path: Path, case: str, kind: str
) -> None:
    source = write_source(tmp_path / "image.nii.gz", case, kind)
    image, mask = nib.load(source), nib.load(exported(source))
    assert type(mask) is type(image)
    assert_array_equal(mask.affine, image.affine)
    for read in ("get_sform", "get_qform"):
        theirs, code = getattr(image, read)(coded=True)
        ours, our_code = getattr(mask, read)(coded=True)
        assert our_code == code
        assert (theirs is None) == (ours is None)
        assert theirs is None or np.array_equal(theirs, ours)
    assert mask.header.get_zooms() == image.header.get_zooms()
    assert mask.header.get_xyzt_units() == image.header.get_xyzt_units()
    assert mask.header.get_dim_info() == image.header.get_dim_info()
    for field in ("pixdim", "srow_x", "srow_y", "srow_z", "quatern_b", "quatern_c", "quatern_d",
                  "qoffset_x", "qoffset_y", "qoffset_z"):  # fmt: skip
        assert_array_equal(mask.header[field], image.header[field])


@pytest.mark.parametrize("kind", KINDS)
def test_the_mask_is_plain_unsigned_bytes(tmp_path: Path, kind: str) -> None:
    path = exported(write_source(tmp_path / "image.nii", kind=kind), "mask.nii")
    mask = nib.load(path)
    assert mask.get_data_dtype() == np.uint8
    with path.open("rb") as file:
        header = type(mask.header).from_fileobj(file)  # nib.load forgets slope and intercept
    assert header.get_slope_inter() == (1.0, 0.0)
    assert_array_equal(np.asarray(mask.dataobj), LABELS)


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_of_the_source_is_in_the_mask(tmp_path: Path, kind: str) -> None:
    source = write_source(tmp_path / "image.nii", kind=kind)
    assert sum(text in source.read_bytes() for text in (*SECRETS.values(), EXTENSION)) >= 4
    path = exported(source)
    data = gzip.decompress(path.read_bytes())
    for text in (*SECRETS.values(), EXTENSION, b"Doe", b"image", b"mask"):
        assert text not in data
        assert text not in path.read_bytes()
    header = nib.load(path).header
    assert header["cal_max"] == 0
    assert len(header.extensions) == 0


def test_the_same_mask_is_the_same_bytes(tmp_path: Path) -> None:
    source = write_source(tmp_path / "image.nii")
    one, two = exported(source, "one.nii.gz"), exported(source, "two.nii.gz")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("name", ["mask.nii", "mask.nii.gz", "MASK.NII.GZ"])
def test_only_a_name_in_gz_is_packed(tmp_path: Path, name: str) -> None:
    path = exported(write_source(tmp_path / "image.nii"), name)
    assert (path.read_bytes()[:2] == b"\x1f\x8b") == name.lower().endswith(".gz")
    assert_array_equal(np.asarray(nib.load(path).dataobj), LABELS)


@pytest.mark.parametrize(
    ("shape", "kept"),
    [
        ((5, 6, 7, 1), (5, 6, 7)),
        ((5, 6, 1), (5, 6, 1)),
        ((5, 6, 1, 1), (5, 6, 1)),
        ((5, 6), (5, 6)),
    ],
)
def test_a_single_slice_or_frame_keeps_its_axes_up_to_three(
    tmp_path: Path, shape: tuple[int, ...], kept: tuple[int, ...]
) -> None:
    source = write_source(tmp_path / "image.nii", shape=shape)
    mask = nib.load(exported(source))
    assert mask.shape == kept
    assert_array_equal(mask.affine, nib.load(source).affine)


def test_a_stack_without_a_header_is_written_without_a_place(tmp_path: Path) -> None:
    mask = LabelMap(LABELS, Geometry(SHAPE), CLASSES)
    write_mask(mask, Source(tmp_path / "stack.tif", ""), tmp_path / "m.nii.gz", MasksNifti())
    header = nib.load(tmp_path / "m.nii.gz").header
    assert (int(header["qform_code"]), int(header["sform_code"])) == (0, 0)


def test_an_affine_without_a_header_becomes_an_sform(tmp_path: Path) -> None:
    mask = LabelMap(LABELS, Geometry(SHAPE, OBLIQUE), CLASSES)
    write_mask(mask, Source(tmp_path / "other", ""), tmp_path / "m.nii.gz", MasksNifti())
    written = nib.load(tmp_path / "m.nii.gz")
    np.testing.assert_allclose(written.affine, OBLIQUE, atol=1e-5)
    assert int(written.header["sform_code"]) == 1


@settings(max_examples=40, deadline=None)
@given(
    angles=st.tuples(*[st.floats(-3, 3)] * 3),
    spacing=st.tuples(*[st.floats(0.1, 9)] * 3),
    codes=st.sampled_from([(0, 1), (1, 0), (1, 1), (2, 4), (0, 0)]),
)
def test_any_oblique_image_gives_a_mask_in_the_same_place(
    tmp_path_factory: pytest.TempPathFactory,
    angles: tuple[float, ...],
    spacing: tuple[float, ...],
    codes: tuple[int, int],
) -> None:
    image = nib.Nifti1Image(np.zeros(SHAPE, np.int16), np.eye(4))
    affine = turned(*angles, spacing)
    image.set_qform(affine, codes[0])
    image.set_sform(affine, codes[1])
    source = tmp_path_factory.mktemp("oblique") / "image.nii"
    image.to_filename(source)
    assert_array_equal(nib.load(exported(source)).affine, nib.load(source).affine)


def test_it_suits_whatever_has_a_place_or_is_a_stack(make_volume: Callable[..., Path]) -> None:
    image = open_image(make_volume())
    assert MasksNifti().suits(image.geometry, image.source)
    assert MasksNifti().suits(Geometry((3, 4, 5)), image.source)
    assert MasksNifti().suits(Geometry((3, 4), np.eye(4)), image.source)
    assert not MasksNifti().suits(Geometry((3, 4)), image.source)
    assert MasksNifti().file_name("a.b") == "a.b.nii.gz"
