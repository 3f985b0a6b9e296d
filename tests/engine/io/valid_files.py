"""Small valid files of each format: what fuzzing and tests of damage begin with.

A format joins in by a row: its name in IMAGE_FORMATS, and a function that writes files of it into
a folder and returns those that are opened. Files that belong to them may lie beside.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import nibabel as nib
import numpy as np
import pydicom
import tifffile
from dicom_series import write, write_enhanced
from PIL import Image as Pillow
from pydicom.uid import RLELossless

VALUES = (np.arange(4 * 3 * 5, dtype=np.int16) * 7 % 50).reshape(4, 3, 5)
PICTURE = (np.arange(7 * 9, dtype=np.uint8) % 5).reshape(7, 9)
PLACE = nib.affines.from_matvec(
    nib.eulerangles.euler2mat(0.3, -0.2, 0.1) @ np.diag([1.5, 0.9, 2.0]), [-20.5, 3.25, 11.0]
)


def nifti(folder: Path) -> list[Path]:
    made = {
        "a.nii": nib.Nifti1Image(VALUES, PLACE),
        "b.nii.gz": nib.Nifti2Image(np.stack([VALUES] * 2, axis=-1), PLACE),
        "c.hdr": nib.Nifti1Pair(VALUES, PLACE),
    }
    for name, image in made.items():
        image.to_filename(folder / name)
    return [folder / name for name in made]


def analyze(folder: Path) -> list[Path]:
    for name, endianness in (("a", "<"), ("b", ">")):
        header = nib.AnalyzeHeader(endianness=endianness)
        header.set_data_dtype(np.int16)
        header.set_data_shape(VALUES.shape)
        (folder / f"{name}.hdr").write_bytes(header.binaryblock)
        data = VALUES.astype(f"{endianness}i2").tobytes(order="F")
        (folder / f"{name}.img").write_bytes(data)
    return [folder / "a.hdr", folder / "b.img"]


def nrrd(folder: Path) -> list[Path]:
    head = (
        "NRRD0005\ntype: short\ndimension: 3\nsizes: 4 3 5\nspace: RAS\nendian: little\n"
        "space directions: (1.1,0,0) (0,0.7,0) (0,0,2)\nspace origin: (1,-2.5,3)\n"
        "kinds: domain domain domain\nSegment0_Name:=tumour\nSegment0_LabelValue:=1\n"
        "Segment0_Color:=1 0.5 0\nencoding: "
    )
    raw = VALUES.tobytes(order="F")
    text = " ".join(map(str, VALUES.ravel(order="F"))).encode()
    for name, encoding, data in (
        ("a.nrrd", "raw", raw), ("b.seg.nrrd", "gzip", gzip.compress(raw)),
        ("c.nrrd", "bzip2", bz2.compress(raw)), ("d.nrrd", "ascii", text),
    ):  # fmt: skip
        (folder / name).write_bytes(f"{head}{encoding}\n\n".encode() + data)
    (folder / "e.raw").write_bytes(raw)
    (folder / "e.nhdr").write_bytes(f"{head}raw\nbyte skip: -1\ndata file: e.raw\n".encode())
    return [folder / name for name in ("a.nrrd", "b.seg.nrrd", "c.nrrd", "d.nrrd", "e.nhdr")]


def metaimage(folder: Path) -> list[Path]:
    head = (
        "ObjectType = Image\nNDims = 3\nTransformMatrix = 0.8 0.6 0 -0.6 0.8 0 0 0 1\n"
        "Offset = 1 2 3\nElementSpacing = 1.1 0.7 2\nDimSize = 4 3 5\nElementType = MET_SHORT\n"
    )
    raw = VALUES.tobytes(order="F")
    plain = f"{head}ElementDataFile = LOCAL\n".encode()
    packed = f"{head}CompressedData = True\nElementDataFile = LOCAL\n".encode()
    (folder / "a.mha").write_bytes(plain + raw)
    (folder / "b.mha").write_bytes(packed + zlib.compress(raw))
    (folder / "c.mhd").write_bytes(f"{head}ElementDataFile = c.raw\n".encode())
    (folder / "c.raw").write_bytes(raw)
    return [folder / name for name in ("a.mha", "b.mha", "c.mhd")]


def mgh(folder: Path) -> list[Path]:
    nib.MGHImage(VALUES, PLACE).to_filename(folder / "a.mgh")
    nib.MGHImage(np.stack([VALUES] * 2, axis=-1), PLACE).to_filename(folder / "b.mgz")
    return [folder / "a.mgh", folder / "b.mgz"]


def raster(folder: Path) -> list[Path]:
    names = ("a.png", "b.jpg", "c.bmp", "d.webp")
    for name in names:
        Pillow.fromarray(PICTURE).convert("RGB").save(folder / name)
    return [folder / name for name in names]


def tiff(folder: Path) -> list[Path]:
    tifffile.imwrite(folder / "a.tif", PICTURE)
    tifffile.imwrite(folder / "b.tif", VALUES, compression="zlib", photometric="minisblack")
    return [folder / "a.tif", folder / "b.tif"]


def dicom(folder: Path) -> list[Path]:
    write(folder, count=1)
    (folder / "IM0001").rename(folder / "a.dcm")
    write_enhanced(folder / "c.dcm", [0, 1])
    paths = [folder / name for name in ("a.dcm", "b.dcm", "c.dcm")]
    for path in paths:
        dataset = pydicom.dcmread(paths[0] if path.name == "b.dcm" else path)
        words = ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")
        for number, word in enumerate(words):  # UIDs of any length would make mutations differ
            setattr(dataset, word, f"1.2.3.{number}")
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        if path.name == "b.dcm":
            dataset.compress(RLELossless, generate_instance_uid=False)
        dataset.save_as(path)
    return paths


VALID_FILES: dict[str, Callable[[Path], list[Path]]] = {
    "nifti": nifti,
    "analyze": analyze,
    "nrrd": nrrd,
    "metaimage": metaimage,
    "mgh": mgh,
    "raster": raster,
    "tiff": tiff,
    "dicom": dicom,
}
VOLUMES = ("nifti", "analyze", "nrrd", "metaimage", "mgh")
