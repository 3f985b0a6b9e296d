"""The pixels around a place that are alike."""

from __future__ import annotations

import cv2
import numpy as np

from engine.core.arrays import Labels, Mask, Pixels
from engine.core.scope import bounds
from engine.editing.sheet import Part, Place, Sheet

QUICK = 2_000_000
"""So many pixels are searched while the pointer moves; more are thinned out, or searched beside."""

FARTHEST = 255
"""The greatest distance of two intensities, in 255ths of the image's range."""


def region_around(alike: Mask | Labels, at: tuple[int, int]) -> tuple[Part, Mask] | None:
    """The pixels that are alike and joined to one of them by their sides.

    Args:
        alike: (rows, columns), not zero where a pixel is alike.
        at: (row, column) of the one.

    Returns:
        The box around them, and which of its pixels; None if the one is not alike itself.
    """
    if not alike[at]:
        return None
    rows, columns = alike.shape
    marks = np.zeros((rows + 2, columns + 2), np.uint8)
    plane = np.ascontiguousarray(alike).view(np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (1 << 8)
    _, _, _, (left, top, width, height) = cv2.floodFill(
        plane, marks, (at[1], at[0]), 1, 0, 0, flags
    )
    box = (slice(top, top + height), slice(left, left + width))
    return box, marks[1:-1, 1:-1][box].view(bool)


def all_alike(alike: Mask | Labels) -> tuple[Part, Mask] | None:
    """All pixels that are alike, wherever they lie."""
    inside = np.asarray(alike, bool)
    box = bounds(inside)
    if box is None:
        return None
    part = (box[0], box[1])
    return part, inside[part]


def distances(values: Pixels, reference: Pixels, span: float) -> Labels:
    """How far each pixel's intensities lie from those of one, in 255ths of `span`, rounded up.

    Args:
        values: (C, rows, columns).
        reference: (C,).
        span: From the darkest to the brightest intensity of the image.

    Returns:
        (rows, columns) uint8, of the channel that differs most; FARTHEST where one is no number.
    """
    found = np.zeros(values.shape[1:], np.uint8)
    for channel, one in zip(values, reference, strict=True):
        found = np.maximum(found, _distances(channel, one, span))
    return found


def _distances(channel: Pixels, one: np.generic, span: float) -> Labels:
    """Of one channel; of small whole numbers by a table of all there are."""
    kind = channel.dtype
    if kind.kind in "ui" and kind.itemsize <= 2:
        least = np.iinfo(kind).min
        table = _steps(np.arange(least, np.iinfo(kind).max + 1), one, span)
        return table[channel.astype(np.int32) - least if least else channel]
    return _steps(channel, one, span)


def _steps(values: Pixels, one: np.generic, span: float) -> Labels:
    apart = np.abs(values.astype(np.float32) - np.float32(one)) * np.float32(FARTHEST / span)
    steps = np.nan_to_num(np.ceil(apart - 1e-3), nan=FARTHEST, posinf=FARTHEST)
    return np.clip(steps, 0, FARTHEST).astype(np.uint8)


def shifted_to(box: Part, corner: Part, step: int = 1) -> Part:
    """A box that counts from a corner in steps, as (rows, columns) of the slice."""
    rows, columns = (
        slice(of.start * step + start.start, min(of.stop * step + start.start, start.stop))
        for of, start in zip(box, corner, strict=True)
    )
    return rows, columns


def whole_of(sheet: Sheet) -> Part:
    """All of a slice."""
    rows, columns = sheet.view.sides
    return slice(0, rows), slice(0, columns)


def pixel_at(at: Place, part: Part, step: int = 1) -> tuple[int, int]:
    """The pixel of a part of the slice, thinned by `step`, that a place lies in."""
    row, column = ((int(place) - of.start) // step for place, of in zip(at, part, strict=True))
    return row, column
