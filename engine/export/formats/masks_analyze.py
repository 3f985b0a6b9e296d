"""Masks of Analyze images, as Analyze pairs: every program guesses the same place for both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from nibabel.spm2analyze import Spm2AnalyzeHeader

from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.sources import Sources
from engine.export.sides import ANALYZE


class MasksAnalyze:
    """A .hdr and the .img beside it."""

    def suits(self, geometry: Geometry, source: Source) -> bool:
        """Masks of Analyze images, which cannot say which side is left."""
        return source.format == ANALYZE

    def file_name(self, stem: str) -> str:
        return f"{stem}.hdr"

    def write(
        self, mask: LabelMap, source: Source, path: Path, sources: Sources | None = None
    ) -> None:
        """Write both files, the same bytes each time."""
        given = Spm2AnalyzeHeader(source.header, check=False)
        header = Spm2AnalyzeHeader(endianness="<")
        header.set_data_dtype(np.uint8)
        header.set_data_shape(_shape(mask, int(given["dim"][0])))
        header["pixdim"][1:4] = given["pixdim"][1:4]
        header["origin"][:3] = _origin(given)
        path.write_bytes(header.binaryblock)
        path.with_suffix(".img").write_bytes(mask.labels.tobytes(order="F"))


def _shape(mask: LabelMap, axes: int) -> tuple[int, ...]:
    """As many axes as the image's file has, three at most: a single slice stays a volume."""
    sides = mask.labels.shape
    return sides + (1,) * (min(3, axes) - len(sides))


def _origin(given: Spm2AnalyzeHeader) -> tuple[int, ...]:
    """SPM's origin, if it is one: others keep a name in these bytes, which must not leave."""
    origin = [int(one) for one in given["origin"][:3]]
    sides = [int(one) for one in given["dim"][1:4]]
    is_inside = all(-side < one < 2 * side for one, side in zip(origin, sides, strict=True))
    return tuple(origin) if is_inside else (0, 0, 0)
