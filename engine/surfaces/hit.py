"""Which point of a surface lies under the pointer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Doubles
from engine.surfaces.surface import Surface, Triangles

Indices: TypeAlias = npt.NDArray[np.intp]


def first_hit(surfaces: Iterable[Surface], origin: Doubles, towards: Doubles) -> Doubles | None:
    """Where a straight line, without beginning, first meets a surface that faces it.

    Args:
        surfaces: Those that are seen.
        origin: float64 (3,), a point of the line in millimetres.
        towards: float64 (3,), where one looks.

    Returns:
        (3,) millimetres, or None if it passes all of them.
    """
    towards = towards / np.linalg.norm(towards)
    across: Doubles = np.cross(towards, np.eye(3)[np.argmin(np.abs(towards))]).astype(np.float64)
    across /= np.linalg.norm(across)
    down: Doubles = np.cross(towards, across).astype(np.float64)
    screen = np.stack([across, down])  # (2, 3): right-handed with `towards`
    nearest = np.inf
    for surface in surfaces:
        nearest = min(nearest, _depth(surface, screen, origin, towards))
    return origin + nearest * towards if np.isfinite(nearest) else None


def _depth(surface: Surface, screen: Doubles, origin: Doubles, towards: Doubles) -> float:
    """How far along the line the first facing triangle lies; infinite if there is none.

    The line stands on the plane of `screen` at zero: it passes a triangle whose corners, seen
    there, run around zero, and their shares weigh the depths of the corners.
    """
    shift = surface.vertices - origin
    places = shift @ screen.T
    near = _around_zero(places[:, 0], surface.triangles)
    near = near[_around_zero(places[:, 1], surface.triangles[near])]
    flat = places[surface.triangles[near]]  # (near, 3, 2)
    first, second, third = (flat[:, corner] for corner in range(3))
    shares = np.stack([_cross(second, third), _cross(third, first), _cross(first, second)], axis=1)
    whole = shares.sum(axis=1)
    # `towards` looks at the front, so that corners which run against the clock run with it here.
    met = (shares <= 0).all(axis=1) & (whole < 0)
    if not met.any():
        return np.inf
    depths = (shift @ towards)[surface.triangles[near[met]]]
    return float(((shares[met] * depths).sum(axis=1) / whole[met]).min())


def _around_zero(along: Doubles, triangles: Triangles) -> Indices:
    """Which triangles have corners on both sides of zero, by where each vertex lies."""
    first, second, third = (along[triangles[:, corner]] for corner in range(3))
    low, high = np.minimum(first, second), np.maximum(first, second)
    return np.flatnonzero((np.minimum(low, third) <= 0) & (np.maximum(high, third) >= 0))


def _cross(one: Doubles, other: Doubles) -> Doubles:
    return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
