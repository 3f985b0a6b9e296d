"""Small volume files with one thing odd in each, and what is asked of an image of them."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import nibabel as nib
import numpy as np

from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.export.formats.masks_nifti import MasksNifti
from engine.export.write import write_mask

CLASSES = LabelSet.named(["background", "object"])
VALUES = np.arange(5 * 6 * 7, dtype=np.int16).reshape(5, 6, 7)
LABELS = (VALUES % 2).astype(np.uint8)
NOISE = np.random.default_rng(0).integers(0, 50, (64, 64, 64)).astype(np.int16)
"""So much of it that readers do not come by the checksum at its end."""
CODES = ((1, 2), (1, 3), (1, 4), (2, 1), (2, 2), (2, 4), (4, 1), (4, 2))
NO_SIDE = ("This file does not say which side is left. Confirm before review.", True)


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


def plain(folder: Path, values: np.ndarray = VALUES) -> Path:
    return nifti(folder, 1, 1, turned(0), turned(0), values)


def told(image: Image) -> list[tuple[str, bool]]:
    return [(one.text, one.must_confirm) for one in image.notices]


def saved(image: Image, folder: Path, labels: np.ndarray = LABELS) -> Path:
    mask = LabelMap(labels.reshape(image.geometry.shape), image.geometry, CLASSES)
    write_mask(mask, image.source, folder / "mask.nii.gz", MasksNifti())
    return folder / "mask.nii.gz"


def two_sizes(folder: Path) -> Path:
    """An sform of 2 mm, and 1 mm in pixdim."""
    path = nifti(folder, 0, 1, np.eye(4), np.diag([2.0, 2.0, 2.0, 1.0]))
    data = bytearray(path.read_bytes())
    data[80:92] = np.ones(3, "<f4").tobytes()
    path.write_bytes(data)
    return path


def sheared(folder: Path, shear: float) -> Path:
    affine = np.diag([1.0, 1.0, 1.5, 1.0])
    affine[0, 1] = shear
    image = nib.Nifti1Image(VALUES, np.eye(4))
    image.set_qform(np.diag([1.0, 1.0, 1.5, 1.0]), 0)
    image.set_sform(affine, 1)
    image.header["pixdim"][1:4] = np.linalg.norm(affine[:3, :3], axis=0)
    image.to_filename(folder / "x.nii")
    return folder / "x.nii"


def with_texts(folder: Path) -> Path:
    image = nib.Nifti1Image(VALUES, turned(3))
    for field in ("descrip", "db_name", "aux_file", "intent_name"):
        image.header[field] = b"XYZZY"
    image.header["cal_max"] = 4321
    image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", b"XYZZY"))
    image.to_filename(folder / "x.nii")
    return folder / "x.nii"


def scaled(folder: Path, slope: float, intercept: float) -> Path:
    path = plain(folder)
    data = bytearray(path.read_bytes())
    data[112:120] = np.array([slope, intercept], "<f4").tobytes()
    path.write_bytes(data)
    return path


def cut(folder: Path, ending: str, share: float) -> Path:
    data = plain(folder).read_bytes()
    data = gzip.compress(data) if ending.endswith(".gz") else data
    path = folder / f"cut{ending}"
    path.write_bytes(data[: int(len(data) * share)])
    return path


def flipped(folder: Path) -> Path:
    """A packed volume with one bit wrong that unpacks to as many bytes, some of them wrong."""
    plain_bytes = plain(folder, NOISE).read_bytes()
    packed = bytearray(gzip.compress(plain_bytes, mtime=0))
    for at in range(len(packed) // 2, len(packed) - 8):
        packed[at] ^= 1
        unpacked = _inflated(bytes(packed[10:]))
        if len(unpacked) == len(plain_bytes) and unpacked[:352] == plain_bytes[:352]:
            assert unpacked != plain_bytes
            (folder / "flip.nii.gz").write_bytes(packed)
            return folder / "flip.nii.gz"
        packed[at] ^= 1
    raise AssertionError("no bit of this file flips unseen")


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(-15).decompress(data)
    except zlib.error:
        return b""


def analyze(folder: Path) -> Path:
    """A pair in big endian."""
    header = nib.AnalyzeHeader(endianness=">")
    header.set_data_dtype(np.int16)
    header.set_data_shape(VALUES.shape)
    (folder / "lone.hdr").write_bytes(header.binaryblock)
    (folder / "lone.img").write_bytes(VALUES.astype(">i2").tobytes(order="F"))
    return folder / "lone.hdr"


def nrrd(folder: Path, space: str) -> Path:
    """With a space of that name, or with none."""
    named = f"space: {space}\n" if space else "space dimension: 3\n"
    head = (
        f"NRRD0004\ntype: short\ndimension: 3\nsizes: 5 6 7\n{named}encoding: raw\nendian: little\n"
        "space directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (1,2,3)\n\n"
    )
    (folder / "x.nrrd").write_bytes(head.encode() + VALUES.tobytes(order="F"))
    return folder / "x.nrrd"


def metaimage(folder: Path, letters: str) -> Path:
    head = (
        "ObjectType = Image\nNDims = 3\nTransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 1 2 3\n"
        f"AnatomicalOrientation = {letters}\nElementSpacing = 1 1 1\nDimSize = 5 6 7\n"
        "ElementType = MET_SHORT\nElementDataFile = LOCAL\n"
    )
    (folder / "x.mha").write_bytes(head.encode() + VALUES.tobytes(order="F"))
    return folder / "x.mha"


def oddly_named(folder: Path) -> Path:
    odd = folder / "пациент ü" / ("long " * 12)
    odd.mkdir(parents=True)
    return plain(folder).rename(odd / "тест 1.nii")
