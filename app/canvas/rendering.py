"""From arrays to the pixels of the screen: window and level, colour tables, nearest pixels.

Cost follows the size of the canvas, not of the picture.
"""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from app.canvas.viewport import Viewport
from engine.core.arrays import Labels, Pixels
from engine.core.label_set import IGNORE, LabelSet

Argb: TypeAlias = npt.NDArray[np.uint32]
"""(height, width) packed 0xAARRGGBB, colours premultiplied by alpha."""

OPAQUE = np.uint32(0xFF000000)


def colour_table(label_set: LabelSet, hidden: frozenset[int] = frozenset()) -> Argb:
    """(256,) packed colours by class; background and hidden classes are clear."""
    table = np.zeros(256, np.uint32)
    for one in label_set:
        if one.index and one.index not in hidden:
            red, green, blue = one.colour
            table[one.index] = OPAQUE | red << 16 | green << 8 | blue
    table[IGNORE] = OPAQUE | 0xE0E0C0
    return table


def draw_base(
    picture: Pixels, levels: tuple[float, float], viewport: Viewport, background: int
) -> Argb:
    """The image over the whole canvas.

    Args:
        picture: (C, rows, columns) of any dtype; 1 channel is grey, 3 or more are colours.
        levels: The values shown as black and white.
        viewport: What to show.
        background: Packed colour around the picture.
    """
    canvas = np.full(viewport.size, background, np.uint32)
    rows, columns, row_of, column_of = viewport.indices()
    if not row_of.size or not column_of.size:
        return canvas
    colours = picture[:3]
    if min(viewport.steps) < 1:
        covered = viewport.covered(rows, columns)
        part = colours[:, covered[0], covered[1]]
        seen = np.stack([_shrunk(one, len(row_of), len(column_of)) for one in part])
    else:
        seen = colours[:, row_of[:, None], column_of[None, :]]
    bytes_ = _levelled(seen, levels).astype(np.uint32)
    if len(bytes_) < 3:
        grey = bytes_[0]
        packed = OPAQUE | grey << 16 | grey << 8 | grey
    else:
        packed = OPAQUE | bytes_[0] << 16 | bytes_[1] << 8 | bytes_[2]
    canvas[rows, columns] = packed
    return canvas


def draw_labels(
    labels: Labels,
    table: Argb,
    viewport: Viewport,
    into: Argb,
    part: tuple[slice, slice] | None = None,
) -> tuple[slice, slice]:
    """The mask, nearest pixels only.

    Args:
        labels: (rows, columns) uint8.
        table: As `colour_table` makes it.
        viewport: What to show.
        into: Canvas to draw on; only the part is changed.
        part: (rows, columns) of the mask that changed; all if left out.

    Returns:
        The rows and columns of the canvas that were drawn.
    """
    rows, columns, row_of, column_of = viewport.indices()
    if part is None:
        into[:] = 0
    else:
        rows, row_of = _within(rows, row_of, part[0])
        columns, column_of = _within(columns, column_of, part[1])
    if row_of.size and column_of.size:
        into[rows, columns] = table[labels[row_of[:, None], column_of[None, :]]]
    return (rows, columns) if part else (slice(0, into.shape[0]), slice(0, into.shape[1]))


def _within(
    device: slice, which: npt.NDArray[np.intp], part: slice
) -> tuple[slice, npt.NDArray[np.intp]]:
    first, last = np.searchsorted(which, (part.start, part.stop))
    return slice(device.start + int(first), device.start + int(last)), which[first:last]


def _shrunk(channel: Pixels, height: int, width: int) -> Pixels:
    """Averaged over the pixels that fall on one of the screen."""
    if channel.dtype.name not in ("uint8", "uint16", "int16", "float32"):
        channel = channel.astype(np.float32)
    small = cv2.resize(np.ascontiguousarray(channel), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small)


def _levelled(values: Pixels, levels: tuple[float, float]) -> npt.NDArray[np.uint8]:
    low, high = levels
    if values.dtype == np.uint8 and (low, high) == (0.0, 255.0):
        return values
    scale = 255.0 / max(high - low, 1e-12)
    shown = np.nan_to_num((values.astype(np.float32) - low) * scale)
    return np.clip(shown, 0, 255).astype(np.uint8)
