"""Which pixels lie in a polygon: those whose centre does, by the winding number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.core.arrays import Mask
from engine.editing.filling import paint_region
from engine.editing.pointer import Gesture
from engine.editing.sheet import Part, Place, Sheet


def polygon(shape: tuple[int, ...], points: Sequence[Place]) -> tuple[Part, Mask] | None:
    """The pixels of a closed polygon, which may cross itself (what it goes around is inside).

    Each row of pixel centres is crossed by the edges at certain columns; counted from the left,
    upward crossings less downward ones tell how often the polygon winds around a centre.

    Args:
        shape: (rows, columns).
        points: (row, column) each, sub-pixel; a pixel's centre lies at + 0.5.

    Returns:
        The box of the slice, and which of its pixels; None if there are none.
    """
    corners = np.asarray(points, np.float64) - 0.5  # centres at whole numbers
    rows, columns = shape
    top = max(0, int(np.ceil(corners[:, 0].min())))
    bottom = min(rows, int(np.floor(corners[:, 0].max())) + 1)
    left = max(0, int(np.ceil(corners[:, 1].min())))
    right = min(columns, int(np.floor(corners[:, 1].max())) + 1)
    if top >= bottom or left >= right:
        return None
    ends = np.roll(corners, -1, axis=0)
    low = np.minimum(corners[:, 0], ends[:, 0])
    high = np.maximum(corners[:, 0], ends[:, 0])
    first = np.clip(np.ceil(low), top, bottom).astype(np.intp)
    last = np.clip(np.ceil(high), top, bottom).astype(np.intp)  # half open: a corner counts once
    crossed = np.maximum(last - first, 0)
    edge = np.repeat(np.arange(len(corners)), crossed)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(crossed) - crossed, crossed) + first[edge]
    start, stop = corners[edge], ends[edge]
    share = (row - start[:, 0]) / (stop[:, 0] - start[:, 0])
    column = start[:, 1] + share * (stop[:, 1] - start[:, 1])
    turns = np.zeros((bottom - top, right - left + 1), np.int16)
    place = np.clip(np.ceil(column), left, right).astype(np.intp) - left
    way = np.where(stop[:, 0] > start[:, 0], 1, -1).astype(np.int16)
    np.add.at(turns, (row - top, place), way)
    inside = np.cumsum(turns[:, :-1], axis=1, dtype=np.int16) != 0
    return (slice(top, bottom), slice(left, right)), inside


def fill_polygon(sheet: Sheet, points: Sequence[Place], label: int) -> Gesture:
    """Paint a polygon as one stroke."""
    found = polygon(sheet.view.sides, points)
    if found is None:
        return None
    return (yield from paint_region(sheet, *found, label))
