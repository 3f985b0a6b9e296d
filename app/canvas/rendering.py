"""From arrays to the pixels of the canvas: the image by its nearest size, labels by their pixels.

Cost follows the size of the canvas, not of the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from app.canvas.shades import OPAQUE, Argb, Shades
from app.canvas.viewport import Indices, Viewport
from engine.core.arrays import Labels, Pixels
from engine.core.label_set import IGNORE, LabelSet

ScalarT = TypeVar("ScalarT", bound=np.generic)

FINE = 0.75
"""Device pixels that a pixel of the chosen size must have, at least, if the picture has sizes."""

MOST = 6_000_000
"""So many pixels may be averaged for one frame; of more, the nearest are taken."""

_WARPED = ("uint8", "uint16", "int16", "float32")


def colour_table(label_set: LabelSet, hidden: frozenset[int] = frozenset()) -> Argb:
    """(256,) packed colours by class; background and hidden classes are clear."""
    table = np.zeros(256, np.uint32)
    for one in label_set:
        if one.index and one.index not in hidden:
            red, green, blue = one.colour
            table[one.index] = OPAQUE | red << 16 | green << 8 | blue
    table[IGNORE] = OPAQUE | 0xE0E0C0
    return table


def level_for(viewport: Viewport, count: int, fine: float) -> int:
    """Which of `count` sizes to draw from, each half as large as the one before.

    The largest whose pixels are at least `fine` device pixels large.
    """
    level = 0
    while level + 1 < count and min(viewport.steps) * 2**level < fine:
        level += 1
    return level


def draw_base(
    sizes: Sequence[Pixels],
    shades: Shades,
    viewport: Viewport,
    background: int,
    *,
    smooth: bool = False,
) -> Argb:
    """The image over the whole canvas.

    Args:
        sizes: (C, rows, columns), and the same picture at half its size, a quarter, and so on, as
            far as there are.
        shades: How values are shown.
        viewport: What to show.
        background: Packed colour around the picture.
        smooth: Whether pixels are interpolated where they are larger than those of the screen.
    """
    rows, columns, row_of, column_of = viewport.indices()
    if not row_of.size or not column_of.size:
        return np.full(viewport.size, background, np.uint32)
    level = level_for(viewport, len(sizes), FINE)
    picture = sizes[level][:3]
    if min(viewport.steps) >= 1 and not smooth:
        packed = shades.of(sampled(picture, row_of, column_of))
    elif min(viewport.steps) >= 1 or len(sizes) > 1:
        packed = _interpolated(picture, shades, viewport, level)
    else:
        packed = shades.of(_shrunk(picture, viewport))
    if packed.shape == viewport.size:
        return packed
    canvas = np.full(viewport.size, background, np.uint32)
    canvas[rows, columns] = packed
    return canvas


@dataclass(frozen=True, slots=True)
class Style:
    """How labels are drawn.

    Attributes:
        table: (256,) packed colours.
        outline: Thickness of the edges of classes in device pixels; 0 fills them.
        hatch: Device pixels from one diagonal line to the next; 0 for no hatch.
    """

    table: Argb
    outline: int = 0
    hatch: int = 0


def draw_labels(
    sizes: Sequence[Labels],
    style: Style,
    viewport: Viewport,
    into: Argb,
    part: tuple[slice, slice] | None = None,
) -> tuple[slice, slice]:
    """Labels by their pixels, never by a mixture of them.

    Args:
        sizes: (rows, columns) uint8, and the same at half its size and so on, as far as there are;
            a pixel of a smaller size has the largest label under it.
        style: Colours, and what of the labels is drawn.
        viewport: What to show.
        into: Canvas to draw on; only the part is changed.
        part: (rows, columns) of the mask that changed; all if left out.

    Returns:
        The rows and columns of the canvas that were drawn.
    """
    rows, columns, row_of, column_of = viewport.indices()
    level = level_for(viewport, len(sizes), 1.0)
    row_of, column_of = row_of >> level, column_of >> level
    write = [slice(0, len(row_of)), slice(0, len(column_of))]
    if part is None:
        into[:] = 0
    else:
        small = (slice(of.start >> level, ((of.stop - 1) >> level) + 1) for of in part)
        write = [
            _widened(_span(which, of), style.outline, len(which))
            for which, of in zip((row_of, column_of), small, strict=True)
        ]
    whole = (slice(0, into.shape[0]), slice(0, into.shape[1]))
    if any(of.start >= of.stop for of in write):
        return (slice(0, 0), slice(0, 0)) if part else whole
    down, along = write
    drawn = (_moved(down, rows.start), _moved(along, columns.start))
    read_rows = _widened(down, style.outline, len(row_of))
    read_columns = _widened(along, style.outline, len(column_of))
    index = sampled(sizes[level], row_of[read_rows], column_of[read_columns])
    if style.outline:
        index = _edges(index, style.outline)[
            _moved(down, -read_rows.start), _moved(along, -read_columns.start)
        ]
    if style.hatch:
        index = index * _hatched(drawn, style.hatch)
    into[drawn] = looked_up(index, style.table)
    return drawn if part else whole


def looked_up(index: npt.NDArray[np.uint8], table: Argb) -> Argb:
    """The colour of each pixel."""
    found = cv2.LUT(np.ascontiguousarray(index), table.view(np.int32))
    return np.asarray(found).view(np.uint32)


def sampled(
    picture: npt.NDArray[ScalarT], row_of: Indices, column_of: Indices
) -> npt.NDArray[ScalarT]:
    """(..., rows, columns) at some rows and columns, each rising or falling."""
    top, left = int(row_of.min()), int(column_of.min())
    part = picture[..., top : int(row_of.max()) + 1, left : int(column_of.max()) + 1]
    row_of, column_of = row_of - top, column_of - left
    if len(row_of) < part.shape[-2]:  # first what leaves the least to copy; `take` copies all
        return part[..., row_of, :].take(column_of, -1)
    return part.take(column_of, -1).take(row_of, -2)


def _interpolated(picture: Pixels, shades: Shades, viewport: Viewport, level: int) -> Argb:
    """Between pixels, bilinear, without any shift: what of the canvas shows the picture."""
    rows, columns, _, _ = viewport.indices()
    covered = viewport.covered(rows, columns)
    ways: list[tuple[float, float, slice]] = []
    for device, of, start, step, side, limit, is_turned in zip(
        (rows, columns), covered, viewport.origin, viewport.steps, viewport.sides,
        picture.shape[-2:], (False, viewport.mirrored), strict=True,
    ):  # fmt: skip
        first = (device.start + 0.5 - start) / step
        slope = 1 / step
        if is_turned:
            first, slope = side - first, -slope
        shrink = 2**level
        near = slice(max(0, of.start // shrink - 2), min(limit, -(-of.stop // shrink) + 2))
        ways.append((slope / shrink, first / shrink - 0.5 - near.start, near))
    (down, top, near_rows), (along, left, near_columns) = ways
    matrix = np.array([[along, 0.0, left], [0.0, down, top]])
    size = (columns.stop - columns.start, rows.stop - rows.start)

    def warp(one: Pixels) -> Pixels:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        found = cv2.warpAffine(one, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(found)

    near = picture[:, near_rows, near_columns]
    if len(near) == 3 and shades.is_plain:
        packed = shades.of(near)
        together = warp(packed.view(np.uint8).reshape(*packed.shape, 4))
        return together.view(np.uint32)[..., 0]
    seen = np.stack([warp(_plain(one)) for one in near])
    return shades.of(seen.astype(picture.dtype, copy=False))


def _shrunk(picture: Pixels, viewport: Viewport) -> Pixels:
    """Averaged over the pixels that fall on one of the screen, or the nearest of very many."""
    rows, columns, row_of, column_of = viewport.indices()
    covered = viewport.covered(rows, columns)
    part = picture[:, covered[0], covered[1]]
    if part[0].size > MOST:
        return sampled(picture, row_of, column_of)
    if viewport.mirrored:
        part = part[..., ::-1]
    size = (len(column_of), len(row_of))
    small = [cv2.resize(_plain(one), size, interpolation=cv2.INTER_AREA) for one in part]
    return np.stack([np.asarray(one) for one in small]).astype(picture.dtype, copy=False)


def _plain(channel: Pixels) -> Pixels:
    """As OpenCV reads it."""
    known = channel.dtype.name in _WARPED
    return np.ascontiguousarray(channel if known else channel.astype(np.float32))


def _span(which: Indices, part: slice) -> slice:
    """Those of the device pixels whose picture pixels, rising or falling, lie in a part."""
    inside = np.flatnonzero((which >= part.start) & (which < part.stop))
    return slice(int(inside[0]), int(inside[-1]) + 1) if inside.size else slice(0, 0)


def _widened(of: slice, by: int, limit: int) -> slice:
    if of.start >= of.stop:
        return of
    return slice(max(0, of.start - by), min(limit, of.stop + by))


def _moved(of: slice, by: int) -> slice:
    return slice(of.start + by, of.stop + by)


def _edges(index: Labels, thickness: int) -> Labels:
    """Background everywhere but within `thickness` pixels of another label."""
    index = np.ascontiguousarray(index)
    kernel = np.ones((2 * thickness + 1, 2 * thickness + 1), np.uint8)
    inner = np.asarray(cv2.erode(index, kernel)) == np.asarray(cv2.dilate(index, kernel))
    return np.where(inner, np.uint8(0), index)


def _hatched(drawn: tuple[slice, slice], every: int) -> Labels:
    """1 on the diagonal lines of the canvas, 0 between them."""
    y, x = (np.arange(of.start, of.stop) for of in drawn)
    return ((y[:, None] + x[None, :]) % every == 0).astype(np.uint8)
