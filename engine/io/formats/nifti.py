"""NIfTI-1 and NIfTI-2 volumes, read whole with their checksum, geometry kept bit for bit."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
from nibabel.nifti1 import Nifti1PairHeader
from nibabel.nifti2 import Nifti2PairHeader
from nibabel.spatialimages import HeaderDataError
from nibabel.wrapstruct import WrapStructError

from engine.core.arrays import Doubles
from engine.core.geometry import Geometry
from engine.core.image import Image, Notice
from engine.errors import ReadError
from engine.io.frames import frames_of
from engine.io.image_format import MaskFile, Part, damaged, image_of
from engine.io.pairs import header_of, voxels_of
from engine.io.place import NO_ORIENTATION, in_millimetres, placed
from engine.io.unpack import first_bytes
from engine.io.voxels import Block, require_real

NiftiHeader = nib.Nifti1Header

logging.getLogger("nibabel.global").setLevel(logging.CRITICAL)  # it mends headers aloud

_KINDS = {
    b"n+1\0": nib.Nifti1Header,
    b"ni1\0": Nifti1PairHeader,
    b"n+2\0": nib.Nifti2Header,
    b"ni2\0": Nifti2PairHeader,
}
_UNITS = {1: "m", 3: "um"}
_BINARY = 1
_ERRORS = (
    HeaderDataError,
    WrapStructError,
    ValueError,
    OverflowError,
    ArithmeticError,
    TypeError,
    KeyError,
)
"""What nibabel raises over headers of nonsense."""


@dataclass(frozen=True, slots=True)
class _Volume:
    """What a header says, and where the voxels are."""

    path: Path
    header: NiftiHeader
    block: Block


class Nifti:
    """Single files and pairs (.hdr and .img), plain or gzipped, with one volume or several."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        """Frames over time and components of vectors; none where there is one volume."""
        return _look(path).block.frames.parts()

    def read(self, path: Path, part: str = "") -> Image:
        """Values in file order, scaled to float32 where the header asks for it."""
        volume = _look(path)
        geometry, notices = _place(volume, part)
        return image_of(
            path,
            volume.block.read(part, _scale(volume)),
            geometry,
            "nifti",
            header=volume.header.binaryblock,
            part=part,
            notices=notices,
        )

    def read_labels(self, path: Path, part: str = "") -> MaskFile:
        """The volume as class indices, as it is."""
        volume = _look(path)
        geometry, notices = _place(volume, part)
        labels = volume.block.read_labels(path, part, _scale(volume))
        return MaskFile(labels, geometry, None, notices)


@np.errstate(all="ignore")
def _look(path: Path) -> _Volume:
    """The header, checked against the size of the file with the voxels."""
    head = header_of(path)
    start = first_bytes(head, nib.Nifti2Header.sizeof_hdr)
    kind = _KINDS.get(start[4:8]) or _KINDS.get(start[344:348])
    if kind is None:
        raise damaged(path, "its NIfTI signature is missing")
    try:
        header = kind(start[: kind.sizeof_hdr], check=True)
        sides = tuple(int(side) for side in header.get_data_shape())
        if int(header["datatype"]) == _BINARY:
            raise ReadError(f"'{path}' holds single bits.", remedy="Save it as whole numbers.")
        dtype = header.get_data_dtype()
        offset = int(header.get_data_offset())
    except _ERRORS as error:
        raise damaged(path, error) from error
    require_real(path, dtype)
    data = head if kind.is_single else voxels_of(head)
    frames, components = (sides[3] if len(sides) > 3 else 1), 1
    for side in sides[4:]:
        components *= side
    block = Block(data, frames_of(path, sides[:3], frames, components), dtype, max(0, offset))
    block.require_room()
    return _Volume(path, header, block)


@np.errstate(all="ignore")
def _scale(volume: _Volume) -> tuple[float, float] | None:
    if volume.block.dtype.names:
        return None
    try:
        slope, inter = volume.header.get_slope_inter()
    except _ERRORS as error:
        raise damaged(volume.path, error) from error
    return None if slope is None else (float(slope), float(inter or 0.0))


@np.errstate(all="ignore")
def _place(volume: _Volume, part: str) -> tuple[Geometry, tuple[Notice, ...]]:
    """The grid by the sform, else the qform, else the size of voxels alone; and what is odd."""
    header, frames = volume.header, volume.block.frames
    notices = frames.notices(part)
    try:
        affine = np.array(header.get_best_affine(), np.float64)
        qcode, scode = int(header["qform_code"]), int(header["sform_code"])
    except _ERRORS as error:
        raise damaged(volume.path, error) from error
    if qcode <= 0 and scode <= 0:
        notices += (NO_ORIENTATION,)
    placed(volume.path, frames.shape, affine)
    if scode > 0:
        notices += _two_positions(header, affine, frames.shape) if qcode > 0 else ()
        notices += _two_sizes(header, affine)
    unit = _UNITS.get(int(header["xyzt_units"]) & 7, "mm")
    affine, about_units = in_millimetres(affine, unit)
    return placed(volume.path, frames.shape, affine, notices + about_units)


def _two_positions(
    header: NiftiHeader, affine: Doubles, shape: tuple[int, ...]
) -> tuple[Notice, ...]:
    """Whether qform and sform lie a tenth of a voxel apart: rounding alone does not."""
    try:
        qform = np.asarray(header.get_qform(), np.float64)
        ours, theirs = Geometry(shape, affine), Geometry(shape, qform)
        is_same = ours.distance_mm(theirs) <= 0.1 * min(ours.spacing)
    except _ERRORS:
        is_same = False
    if is_same:
        return ()
    text = (
        "This file holds two different positions (qform, sform). Sulcus shows the sform; "
        "ITK-SNAP and Slicer may show another."
    )
    return (Notice("two-positions", text),)


def _two_sizes(header: NiftiHeader, affine: Doubles) -> tuple[Notice, ...]:
    """Whether pixdim gives another size of voxels than the sform does."""
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    for given, used in zip(header["pixdim"][1:4], lengths, strict=True):
        one, two = round(float(abs(given)), 4), round(float(used), 4)
        if abs(one - two) > 1e-3 * max(one, two):
            text = f"Voxel size differs between two header fields ({one} / {two} mm)."
            return (Notice("two-voxel-sizes", text),)
    return ()
