"""The connected region of a mask that a pixel lies in."""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Labels, Mask
from engine.editing.components import parts_of


def region_at(labels: Labels, place: tuple[int, ...]) -> Mask:
    """The pixels of one class that are connected to the one at `place`.

    Args:
        labels: (rows, columns) or (slices, rows, columns) uint8.
        place: Index of a pixel.

    Returns:
        (*shape) bool; `place` lies in it.
    """
    parts, _ = parts_of(np.ascontiguousarray(labels == labels[place]))
    return parts == parts[place]
