"""Moving class indices between grids whose voxels coincide: turned, flipped, cut out or larger."""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Labels
from engine.core.geometry import TOLERANCE_MM, Geometry


def place(labels: Labels, grid: Geometry, target: Geometry) -> Labels | None:
    """`labels` on another grid by their place in the patient, without any resampling.

    Args:
        labels: (*grid.shape) uint8.
        grid: Where they lie.
        target: Where they are wanted.

    Returns:
        (*target.shape) uint8, 0 where `labels` has nothing; None if the voxels of the grids do not
        coincide within `TOLERANCE_MM`, or a class would fall outside.
    """
    if grid.affine is None or target.affine is None:
        return None
    step = np.linalg.solve(target.affine, grid.affine)
    turn = np.rint(step[:3, :3])
    shift = np.rint(step[:3, 3])
    if not np.array_equal(np.abs(turn) @ np.ones(3), np.ones(3)) or abs(np.linalg.det(turn)) != 1:
        return None
    whole = np.eye(4)
    whole[:3, :3], whole[:3, 3] = turn, shift
    exact = Geometry(grid.shape, target.affine @ whole)
    if exact.distance_mm(grid) > TOLERANCE_MM:
        return None
    sides = (*target.shape, 1)[:3]
    placed = np.zeros(sides, np.uint8)
    indices = np.array(np.nonzero(labels)).T
    given = np.zeros((len(indices), 3))
    given[:, : indices.shape[1]] = indices
    there = (given @ turn.T + shift).astype(np.int64)
    if np.any(there < 0) or np.any(there >= sides):
        return None
    placed[tuple(there.T)] = labels[labels > 0]
    return placed.reshape(target.shape)
