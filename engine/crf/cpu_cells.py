"""The compiled loops between the grid and the image, with blur.

See `engine.crf.cpu_messages`. All of a strip of pixels is done at once, so that beliefs of the
whole image are nowhere kept.
"""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Floats, Labels
from engine.crf.cpu_grid import MARGIN, Ints, Sizes
from engine.crf.cpu_messages import SOFT, pin_columns
from engine.crf.cpu_tables import between, members
from engine.crf.emit import LANES
from engine.crf.jit import inlined, parallel, prange
from engine.crf.simd import ROWS, address
from engine.crf.simd_settle import (
    collect_2,
    collect_4,
    pool_2,
    pool_4,
    settle,
    spread_2,
    spread_4,
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
        unary: (rows, K, pitch) log-probabilities.
        base: Their factor.
        share: Factor of the messages; 0 before the first.
        kind: RAW or SOFT.
        pins: (rows, columns), or empty.
        last: Whether the result goes to `out`, (K, pixels), or to `beliefs`.
        shares: (kernels, rows or 1, pitch) what a belief is multiplied by in the mean of its cell.
        found: (bands, K, (blur + 1) * LANES) scratch.
        sums: (bands, kernels, K, (blur + 1) * LANES) scratch.
        beliefs: (kernels, grid rows, K, pitch).
        out: See `last`.
        bands: Pieces of work.
    """
    kernels = messages.shape[0]
    total = s.grid_depth * s.grid_height
    for index in prange(bands):
        band = np.int64(index)
        pixels, cells = found[band], sums[band]
        pixels[:] = _ZERO
        cells[:] = _ZERO
        rows, parts = np.zeros(4, np.int64), np.zeros(4, np.float32)
        for cell in range(band * total // bands, (band + 1) * total // bands):
            z, y = cell // s.grid_height, cell % s.grid_height
            z0, z1 = members(z, s.slice_blur, s.before_z, s.depth)
            y0, y1 = members(y, s.blur, s.before_y, s.height)
            count = (z1 - z0) * (y1 - y0)
            for strip in range(s.strips):
                first = strip * s.blur * LANES
                for member in range(count):
                    zi, yi = z0 + member // (y1 - y0), y0 + member % (y1 - y0)
                    row = zi * s.height + yi
                    for m in range(kernels if share != 0 else 0):
                        lines = _around(s, messages[m], zi, yi, strip, rows, parts)
                        _spread(
                            s.blur, rows, parts, lines, messages.strides[2],
                            _at(scales, m, row, first), weights[m], m > 0, pixels,
                        )  # fmt: skip
                    if last:
                        _settle_last(
                            s, pixels, unary[row], base, share, kind, pins, row, first, out
                        )
                        continue
                    _settle_pixels(s, pixels, unary[row], base, share, kind, pins, row, first)
                    for m in range(kernels):
                        _collect(s.blur, pixels, _at(shares, m, row, first), member > 0, cells[m])
                target = s.first_row + z * s.slice_rows + y
                for m in range(0 if last else kernels):
                    _pool(s, cells[m], strip, _ONE / np.float32(count), beliefs[m, target])


@inlined
def _at(factors: Floats, kernel: int, row: int, column: int) -> int:
    """The address of what a row is multiplied by, from a column on."""
    line = kernel * factors.strides[0] + (row % factors.shape[1]) * factors.strides[1]
    return address(factors) + line + 4 * column


@inlined
def _settle_pixels(  # noqa: PLR0913, PLR0917
    s: Sizes,
    pixels: Floats,
    unary: Floats,
    base: float,
    share: float,
    kind: int,
    pins: Labels,
    row: int,
    first: int,
) -> None:
    """The belief in a strip of a row, where its messages were."""
    plane = np.int64(pixels.strides[0])
    settle(
        address(pixels), plane, address(unary) + 4 * first, np.int64(unary.strides[0]),
        np.int64(unary.shape[0]), np.float32(base), np.float32(share), np.int64(kind),
        address(pixels), plane, np.int64(s.blur * LANES),
    )  # fmt: skip
    low = max(s.before_x - first, 0)
    high = min(s.before_x + s.width - first, s.blur * LANES)
    pin_columns(pins, row, pixels, low, high, first - s.before_x)


@inlined
def _settle_last(  # noqa: PLR0913, PLR0917
    s: Sizes,
    pixels: Floats,
    unary: Floats,
    base: float,
    share: float,
    kind: int,
    pins: Labels,
    row: int,
    first: int,
    out: Floats,
) -> None:
    """What is left in the end, of the pixels of a strip that the image has."""
    low = max(s.before_x - first, 0)
    high = min(s.before_x + s.width - first, s.blur * LANES)
    begin = first - s.before_x + low
    settle(
        address(pixels) + 4 * low, np.int64(pixels.strides[0]), address(unary) + 4 * (first + low),
        np.int64(unary.strides[0]), np.int64(unary.shape[0]), np.float32(base),
        np.float32(share), np.int64(kind), address(out) + 4 * (row * s.width + begin),
        np.int64(out.strides[0]), np.int64(high - low),
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
def _spread(  # noqa: PLR0913, PLR0917
    blur: int,
    rows: Ints,
    parts: Floats,
    count: int,
    plane: int,
    scale: int,
    weight: float,
    added: bool,
    pixels: Floats,
) -> None:
    start, share, lines = address(rows), address(parts), np.int64(count)
    kept, classes = np.float32(added), np.int64(pixels.shape[0])
    into, step = address(pixels), np.int64(pixels.strides[0])
    source = np.int64(plane)
    if blur == 4:
        spread_4(start, share, lines, source, classes, scale, weight, kept, into, step)
    else:
        spread_2(start, share, lines, source, classes, scale, weight, kept, into, step)


@inlined
def _collect(blur: int, pixels: Floats, scale: int, added: bool, cells: Floats) -> None:
    plane, classes = np.int64(pixels.strides[0]), np.int64(pixels.shape[0])
    if blur == 4:
        collect_4(address(pixels), plane, classes, scale, np.float32(added), address(cells))
    else:
        collect_2(address(pixels), plane, classes, scale, np.float32(added), address(cells))


@inlined
def _pool(s: Sizes, cells: Floats, strip: int, share: float, belief: Floats) -> None:
    plane, classes = np.int64(cells.strides[0]), np.int64(cells.shape[0])
    into = address(belief) + 4 * (MARGIN + strip * LANES)
    step, left = np.int64(belief.strides[0]), np.int64(s.grid_width - strip * LANES)
    if s.blur == 4:
        pool_4(address(cells), plane, classes, share, into, step, left)
    else:
        pool_2(address(cells), plane, classes, share, into, step, left)
