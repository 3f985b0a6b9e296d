"""MGH and MGZ, the volumes of FreeSurfer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from nibabel.freesurfer.mghformat import DATA_OFFSET, MGHHeader
from nibabel.spatialimages import HeaderDataError

from engine.core.geometry import Geometry
from engine.core.image import Image, Notice
from engine.io.frames import frames_of
from engine.io.image_format import MaskFile, Part, damaged, image_of
from engine.io.place import NO_ORIENTATION, placed
from engine.io.unpack import first_bytes
from engine.io.voxels import Block

_FIXED = 90
"""Bytes of a header that mean something; the rest up to the voxels is unused."""


class Mgh:
    """One file, plain or gzipped, with one volume or several."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        """The frames; none where there is one volume."""
        return _look(path)[1].frames.parts()

    def read(self, path: Path, part: str = "") -> Image:
        """Values in file order and in the type of the file."""
        header, block = _look(path)
        geometry, notices = _place(path, header, block, part)
        return image_of(path, block.read(part), geometry, "mgh", part=part, notices=notices)

    def read_labels(self, path: Path, part: str = "") -> MaskFile:
        """The volume as class indices."""
        header, block = _look(path)
        geometry, notices = _place(path, header, block, part)
        return MaskFile(block.read_labels(path, part, None), geometry, notices=notices)


@np.errstate(all="ignore")
def _look(path: Path) -> tuple[MGHHeader, Block]:
    """The header, checked against the size of the file."""
    start = first_bytes(path, _FIXED)
    if len(start) < _FIXED:
        raise damaged(path, f"{len(start)} of {_FIXED} bytes of its header are there")
    try:
        header = MGHHeader(start)
        dtype = np.dtype(str(header.get_data_dtype()))
    except (HeaderDataError, ValueError, KeyError) as error:
        raise damaged(path, error) from error
    sides = [int(side) for side in header["dims"]]
    frames = frames_of(path, tuple(sides[:3]), max(1, sides[3]))
    block = Block(path, frames, dtype.newbyteorder(">"), DATA_OFFSET)
    block.require_room()
    return header, block


@np.errstate(all="ignore")
def _place(
    path: Path, header: MGHHeader, block: Block, part: str
) -> tuple[Geometry, tuple[Notice, ...]]:
    notices = block.frames.notices(part)
    if not int(np.frombuffer(first_bytes(path, _FIXED)[28:30], ">i2")[0]):  # goodRASFlag
        notices += (NO_ORIENTATION,)
    affine = np.asarray(header.get_affine(), np.float64)
    return placed(path, block.frames.shape, affine, notices)
