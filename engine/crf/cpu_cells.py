"""The compiled loops between the grid and the image, with blur.

See `engine.crf.cpu_messages`. All of a strip of pixels is done at once, so that beliefs of the
whole image are nowhere kept.
"""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Floats, Labels
from engine.crf.cpu_grid import MARGIN, Ints, Sizes
from engine.crf.cpu_messages import FREE, SOFT, pin_columns
from engine.crf.cpu_tables import between, members
from engine.crf.emit import LANES
from engine.crf.jit import inlined, parallel, prange
from engine.crf.simd import ROWS, address, prefetch
from engine.crf.simd_cells import (
    collect_2,
    collect_4,
    pool_2,
    pool_4,
    publish,
    settle_2,
    settle_4,
)

_ZERO, _ONE = np.float32(0), np.float32(1)


@parallel
def settle_cells(  # noqa: PLR0913, PLR0917
    s: Sizes,
    messages: Floats,
    weights: Floats,
    scales: Floats,
    unary: Floats,
    base: float,
    share: float,
    kind: int,
    pins: Labels,
    last: bool,
    shares: Floats,
    found: Floats,
    sums: Floats,
    beliefs: Floats,
    out: Floats,
    bands: int,
) -> None:
    """With blur: messages brought to the image, the belief that follows, and back to the grid.

    Args:
        s: Sizes.
        messages: (kernels, rows, K, pitch of the grid).
        weights: (kernels,) their factors.
        scales: (kernels, rows or 1, pitch) what the messages are multiplied by.
        unary: Log-probabilities, see `cpu_tables.log_probabilities`.
        base: Their factor.
        share: Factor of the messages; 0 before the first.
        kind: RAW or SOFT.
        pins: (rows, columns), or empty.
        last: Whether the result goes to `out`, (K, pixels), or to `beliefs`.
        shares: (kernels, rows or 1, pitch) what a belief is multiplied by in the mean of its cell.
        found: (bands, K + 1 + kernels, (blur + 1) * LANES) scratch.
        sums: (bands, kernels, K, (blur + 1) * LANES) scratch.
        beliefs: (kernels, grid rows, K, pitch).
        out: See `last`.
        bands: Pieces of work.
    """
    kernels, classes = messages.shape[0], messages.shape[2]
    total = s.grid_depth * s.grid_height
    for index in prange(bands):
        band = np.int64(index)
        pixels, cells = found[band], sums[band]
        cells[:] = _ZERO
        rows, parts = np.zeros(4, np.int64), np.zeros(4, np.float32)
        for cell in range(band * total // bands, (band + 1) * total // bands):
            z, y = cell // s.grid_height, cell % s.grid_height
            z0, z1 = members(z, s.slice_blur, s.before_z, s.depth)
            y0, y1 = members(y, s.blur, s.before_y, s.height)
            count = (z1 - z0) * (y1 - y0)
            target = s.first_row + z * s.slice_rows + y
            for strip in range(s.strips):
                first = strip * s.blur * LANES
                low = max(s.before_x - first, 0)
                high = min(s.before_x + s.width - first, s.blur * LANES)
                for member in range(count):
                    zi, yi = z0 + member // (y1 - y0), y0 + member % (y1 - y0)
                    row = zi * s.height + yi
                    known = address(unary) + row * unary.strides[0] + 4 * first * classes
                    following = _next(s, unary, strip, member, count, row, known)
                    if last:
                        _expect(out, row * s.width + first - s.before_x + low, high - low)
                    lines = _around(s, messages[0], zi, yi, strip, rows, parts)
                    _settle(
                        s.blur, rows, parts, lines, messages, _at(scales, 0, row, first),
                        scales.strides[0], weights, known, following, classes, base, share, kind,
                        pixels,
                    )  # fmt: skip
                    if last:
                        _publish(s, pixels, kind, pins, row, first, low, high, out)
                        continue
                    _pin_strip(pins, row, pixels, classes, low, high, first - s.before_x)
                    for m in range(kernels):
                        scale = _at(shares, m, row, first)
                        _collect(s.blur, pixels, classes, scale, cells[m])
                for m in range(0 if last else kernels):
                    _pool(s, cells[m], strip, _ONE / np.float32(count), beliefs[m, target])


@inlined
def _at(factors: Floats, kernel: int, row: int, column: int) -> int:
    """The address of what a row is multiplied by, from a column on."""
    line = kernel * factors.strides[0] + (row % factors.shape[1]) * factors.strides[1]
    return address(factors) + line + 4 * column


@inlined
def _next(
    s: Sizes, unary: Floats, strip: int, member: int, count: int, row: int, known: int
) -> int:
    """Where the unary of the strip that comes after this one lies, for most of them."""
    if member + 1 < count:
        return known + unary.strides[0]
    if strip + 1 < s.strips:
        return known - (count - 1) * unary.strides[0] + s.blur * unary.strides[1]
    return address(unary) + (row + 1) * unary.strides[0]


@inlined
def _settle(  # noqa: PLR0913, PLR0917
    blur: int,
    rows: Ints,
    parts: Floats,
    lines: int,
    messages: Floats,
    scales: int,
    scale: int,
    weights: Floats,
    known: int,
    following: int,
    classes: int,
    base: float,
    share: float,
    kind: int,
    pixels: Floats,
) -> None:
    start, part, count = address(rows), address(parts), np.int64(lines)
    plane, kernel = np.int64(messages.strides[2]), np.int64(messages.strides[0])
    kernels = np.int64(messages.shape[0] if share != 0 else 0)
    step, weight = np.int64(scale), address(weights)
    number, ends = np.int64(classes), np.int64(kind)
    trust, heard = np.float32(base), np.float32(share)
    into, into_plane = address(pixels), np.int64(pixels.strides[0])
    if blur == 4:
        settle_4(start, part, count, plane, kernels, kernel, scales, step, weight,
                 known, following, number, trust, heard, ends, into, into_plane)  # fmt: skip
    else:
        settle_2(start, part, count, plane, kernels, kernel, scales, step, weight,
                 known, following, number, trust, heard, ends, into, into_plane)  # fmt: skip


@inlined
def _expect(out: Floats, begin: int, count: int) -> None:
    """Has the lines brought into the cache that will be written to."""
    for line in range(0, 4 * count + 60, 64):
        prefetch(address(out) + 4 * begin + line, np.int64(out.shape[0]), np.int64(out.strides[0]))


@inlined
def _pin_strip(
    pins: Labels, row: int, pixels: Floats, classes: int, low: int, high: int, offset: int
) -> None:
    """Makes the belief in a pinned class certain, whatever it is yet to be multiplied by."""
    if pins.size == 0:
        return
    pin_columns(pins, row, pixels[:classes], low, high, offset)
    for x in range(low, high):
        if pins[row, x + offset] != FREE:
            pixels[classes, x] = _ONE


@inlined
def _publish(  # noqa: PLR0913, PLR0917
    s: Sizes,
    pixels: Floats,
    kind: int,
    pins: Labels,
    row: int,
    first: int,
    low: int,
    high: int,
    out: Floats,
) -> None:
    """What is left in the end, of the pixels of a strip that the image has."""
    begin = first - s.before_x + low
    plane, classes = np.int64(pixels.strides[0]), np.int64(out.shape[0])
    source = address(pixels) + 4 * low
    publish(
        source, plane, classes, source + classes * plane,
        address(out) + 4 * (row * s.width + begin), np.int64(out.strides[0]), np.int64(high - low),
    )  # fmt: skip
    if kind == SOFT:
        pin_columns(pins, row, out[:, row * s.width :], begin, begin + high - low, 0)


@inlined
def _around(
    s: Sizes, messages: Floats, z: int, y: int, strip: int, rows: Ints, parts: Floats
) -> int:
    """Fills in the rows of the grid around a row of the image; how many there are."""
    z0, z1, fz = between(z + s.before_z, s.slice_blur, s.grid_depth)
    y0, y1, fy = between(y + s.before_y, s.blur, s.grid_height)
    start = address(messages) + 4 * (MARGIN + strip * LANES)
    high = s.blocks * ROWS
    stride = messages.strides[0]
    rows[0], rows[1] = start + (z0 * high + y0) * stride, start + (z0 * high + y1) * stride
    rows[2], rows[3] = start + (z1 * high + y0) * stride, start + (z1 * high + y1) * stride
    parts[0], parts[1] = (_ONE - fz) * (_ONE - fy), (_ONE - fz) * fy
    parts[2], parts[3] = fz * (_ONE - fy), fz * fy
    return 4 if fz > _ZERO else 2


@inlined
def _collect(blur: int, pixels: Floats, classes: int, scale: int, cells: Floats) -> None:
    plane, count = np.int64(pixels.strides[0]), np.int64(classes)
    if blur == 4:
        collect_4(address(pixels), plane, count, scale, address(cells))
    else:
        collect_2(address(pixels), plane, count, scale, address(cells))


@inlined
def _pool(s: Sizes, cells: Floats, strip: int, share: float, belief: Floats) -> None:
    plane, classes = np.int64(cells.strides[0]), np.int64(cells.shape[0])
    into = address(belief) + 4 * (MARGIN + strip * LANES)
    step, left = np.int64(belief.strides[0]), np.int64(s.grid_width - strip * LANES)
    if s.blur == 4:
        pool_4(address(cells), plane, classes, share, into, step, left)
    else:
        pool_2(address(cells), plane, classes, share, into, step, left)
