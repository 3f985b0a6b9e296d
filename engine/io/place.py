"""Where a volume lies: what of a header can be trusted, and what a person must be told of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.core.arrays import Doubles
from engine.core.geometry import Geometry
from engine.core.image import Notice
from engine.io.image_format import damaged

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
"""From the axes of DICOM and ITK (left, posterior, superior) to those of Sulcus, and back."""

NO_ORIENTATION = Notice(
    "no-orientation",
    "This file does not say which side is left. Confirm before review.",
    must_confirm=True,
)
SHEARED = Notice("sheared", "Axes are not perpendicular; ITK-based tools cannot open this file.")

MILLIMETRES = {"mm": 1.0, "um": 1e-3, "m": 1e3, "cm": 10.0}
_NAMES = {"um": "micrometres", "m": "metres", "cm": "centimetres"}

_SKEW = 1e-4
"""Cosine between two axes above which ITK takes a grid for sheared (5e-4 is, 1e-5 is not)."""
_FLAT = 1e-6


def placed(
    path: Path, shape: tuple[int, ...], affine: Doubles, notices: tuple[Notice, ...] = ()
) -> tuple[Geometry, tuple[Notice, ...]]:
    """The grid, and `notices` with one more where its axes are not perpendicular.

    Raises:
        ReadError: if the affine is not finite, or flattens the volume.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.linalg.norm(affine[:3, :3], axis=0)
        is_usable = bool(np.isfinite(affine).all() and np.isfinite(lengths).all() and min(lengths))
        matrix = affine[:3, :3] / lengths if is_usable else np.zeros((3, 3))
    if not is_usable or abs(np.linalg.det(matrix)) < _FLAT:
        raise damaged(path, "its header gives no usable position in space")
    cosines = np.abs(matrix.T @ matrix - np.eye(3))
    if cosines.max() > _SKEW:
        notices = (*notices, SHEARED)
    return Geometry(shape, affine), notices


def in_millimetres(affine: Doubles, unit: str) -> tuple[Doubles, tuple[Notice, ...]]:
    """`affine` given in `unit`, a key of `MILLIMETRES`, and what to say if that is not mm."""
    if unit == "mm":
        return affine, ()
    scaled = affine.copy()
    scaled[:3] *= MILLIMETRES[unit]
    text = f"Lengths in this file are in {_NAMES[unit]}; other programs may take them for mm."
    return scaled, (Notice("units", text),)
