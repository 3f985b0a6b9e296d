"""Analyze 7.5 pairs (.hdr and .img), which cannot say which side is left."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

import numpy as np
from nibabel.spatialimages import HeaderDataError
from nibabel.spm2analyze import Spm2AnalyzeHeader
from nibabel.wrapstruct import WrapStructError

from engine.core.geometry import Geometry
from engine.core.image import Image, Notice
from engine.errors import ReadError
from engine.io.frames import frames_of
from engine.io.image_format import MaskFile, Part, damaged, image_of
from engine.io.pairs import header_of, is_pair, voxels_of
from engine.io.place import placed
from engine.io.unpack import first_bytes
from engine.io.voxels import Block, require_real

NO_SIDES = Notice(
    "no-orientation",
    "Analyze files cannot store left/right. Convert to NIfTI with the side you confirm?",
    must_confirm=True,
)
SPM_MATRIX = Notice(
    "spm-matrix",
    "The file .mat beside this one may say which side is left; Sulcus does not read it.",
)
_HEADER = 348
_ERRORS = (HeaderDataError, WrapStructError, ValueError, ArithmeticError, TypeError, KeyError)


class Analyze:
    """Pairs of either byte order, with one volume or several; SPM's scale and origin count."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        """The frames over time; none where there is one volume."""
        return _look(path)[1].frames.parts()

    def read(self, path: Path, part: str = "") -> Image:
        """Values in file order, scaled to float32 where the header asks for it."""
        header, block = _look(path)
        geometry, notices = _place(path, header, block, part)
        return image_of(
            path,
            block.read(part, _scale(header, block)),
            geometry,
            "analyze",
            header=header.binaryblock,
            part=part,
            notices=notices,
        )

    def read_labels(self, path: Path, part: str = "") -> MaskFile:
        """The volume as class indices."""
        header, block = _look(path)
        geometry, notices = _place(path, header, block, part)
        labels = block.read_labels(path, part, _scale(header, block))
        return MaskFile(labels, geometry, None, notices)


@np.errstate(all="ignore")
def _look(path: Path) -> tuple[Spm2AnalyzeHeader, Block]:
    """The header, checked against the size of the file with the voxels."""
    head = header_of(path)
    start = first_bytes(head, _HEADER)
    if len(start) < _HEADER:
        raise damaged(path, f"{len(start)} of {_HEADER} bytes of its header are there")
    if not is_pair(path):
        raise ReadError(
            f"'{path}' has a header without a NIfTI signature.",
            remedy="If it is an Analyze image, name its two files .hdr and .img.",
        )
    try:
        header = Spm2AnalyzeHeader(start, check=True)
        sides = tuple(int(side) for side in header.get_data_shape())
        dtype = header.get_data_dtype()
        offset = max(0, int(header.get_data_offset()))
    except _ERRORS as error:
        raise damaged(path, error) from error
    require_real(path, dtype)
    count = 1
    for side in sides[3:]:
        count *= side
    block = Block(voxels_of(head), frames_of(path, sides[:3], count), dtype, offset)
    block.require_room()
    return header, block


@np.errstate(all="ignore")
def _place(
    path: Path, header: Spm2AnalyzeHeader, block: Block, part: str
) -> tuple[Geometry, tuple[Notice, ...]]:
    """The grid by the size of voxels, and SPM's origin if there is one that makes sense."""
    stem = header_of(path).name.lower().rpartition(".hdr")[0]
    matrix = (SPM_MATRIX,) if path.with_name(path.name[: len(stem)] + ".mat").exists() else ()
    notices = (*block.frames.notices(part), NO_SIDES, *matrix)
    return placed(path, block.frames.shape, header.get_best_affine(), notices)


@np.errstate(all="ignore")
def _scale(header: Spm2AnalyzeHeader, block: Block) -> tuple[float, float] | None:
    if block.dtype.names:
        return None
    found = header.get_slope_inter()
    if found[0] is None:
        return None
    slope, inter = float(found[0]), float(found[1] or 0.0)
    return (slope, inter) if isfinite(slope) and isfinite(inter) else None
