"""A mask file to combine the mask of a case with."""

from __future__ import annotations

from pathlib import Path

from engine.core.arrays import Mask
from engine.core.geometry import Geometry
from engine.progress import Progress


def read_other_mask(path: Path, geometry: Geometry, progress: Progress) -> Mask:
    """Where a mask file has any class: (*shape) bool.

    Args:
        path: The file.
        geometry: The grid that it must lie on.
        progress: Told when it begins.

    Raises:
        ReadError: if it is damaged or holds no class indices.
        GeometryError: if it lies on another grid.
    """
    from engine.io.opening import read_mask_on

    progress.step(0, 1, "Reading the mask")
    return read_mask_on(path, geometry).labels != 0
