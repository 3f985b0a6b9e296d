"""The compiled loops before the first message: log-probabilities, colours, kernels.

Arrays on the grid are (grid rows, channels or classes, pitch); see `engine.crf.cpu_grid`.
"""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Floats, Pixels
from engine.crf.cpu_grid import MARGIN, Ints, Sizes
from engine.crf.emit import LANES
from engine.crf.jit import inlined, parallel, prange
from engine.crf.simd import ROWS, address, appearance
from engine.crf.simd_settle import log_softmax

_ZERO, _ONE = np.float32(0), np.float32(1)


@parallel
def log_probabilities(scores: Floats, cold: float, before: int, out: Floats) -> bool:
    """Of scores times `cold`, in the order in which they will be read.

    Args:
        scores: (K, rows, columns).
        cold: Their factor.
        before: Which column of `out` is the first.
        out: (rows, vectors, K, LANES).

    Returns:
        False if a score is no number, or more than all.
    """
    classes, rows, columns = scores.shape
    odd = 0
    for index in prange(rows):
        row = np.int64(index)
        for vector in range(out.shape[1]):
            first = vector * LANES - before
            low, high = max(-first, 0), min(columns - first, LANES)
            found = log_softmax(
                address(scores) + row * scores.strides[1] + 4 * (first + low),
                np.int64(scores.strides[0]),
                np.int64(classes),
                np.float32(cold),
                address(out) + row * out.strides[0] + vector * out.strides[1] + 4 * low,
                np.int64(high - low),
            )
            odd += found != 0
    return odd == 0


@parallel
def pool_colours(colours: Floats, s: Sizes, out: Floats) -> None:
    """Means over the pixels of each cell, (F, slices, rows, columns) to (grid rows, F, pitch)."""
    for index in prange(s.grid_depth * s.grid_height):
        cell = np.int64(index)
        z, y = cell // s.grid_height, cell % s.grid_height
        z0, z1 = members(z, s.slice_blur, s.before_z, s.depth)
        y0, y1 = members(y, s.blur, s.before_y, s.height)
        row = s.first_row + z * s.slice_rows + y
        for channel in range(colours.shape[0]):
            if s.blur == 1:
                for x in range(s.width):
                    out[row, channel, MARGIN + x] = colours[channel, z, y, x]
                continue
            for x in range(s.grid_width):
                x0, x1 = members(x, s.blur, s.before_x, s.width)
                total = _ZERO
                for zi in range(z0, z1):
                    for yi in range(y0, y1):
                        for xi in range(x0, x1):
                            total += colours[channel, zi, yi, xi]
                count = np.float32((z1 - z0) * (y1 - y0) * (x1 - x0))
                out[row, channel, MARGIN + x] = total / count


@inlined
def members(cell: int, factor: int, before: int, side: int) -> tuple[int, int]:
    start = cell * factor - before
    return max(start, 0), min(start + factor, side)


@parallel
def fill_table(  # noqa: PLR0913, PLR0917
    s: Sizes,
    table: Pixels,
    colours: Floats,
    sharpness: float,
    floor: float,
    columns: Floats,
    lines: Floats,
    runs: Ints,
    order: Ints,
    scale: Floats,
    totals: Floats,
    keep: bool,
) -> None:
    """The appearance kernel of the whole grid, and its sums over the window of each cell.

    Args:
        s: Sizes.
        table: (slices * blocks, strips, ROWS * taps, LANES) uint16 or float32.
        colours: (grid rows, F, pitch).
        sharpness: -1 / 2 width^2.
        floor: What is less counts as zero.
        columns: Exponents of columns apart.
        lines: Exponents of rows and slices apart.
        runs: The window.
        order: Where its taps lie.
        scale: (grid rows, pitch), multiplies the kernel at both cells.
        totals: (grid rows, pitch); of the kernel before `scale`, with float32 only.
        keep: Whether the table is wanted, or the sums only: then it needs one row per thread.
    """
    for index in prange(s.grid_depth * s.grid_height):
        cell = np.int64(index)
        z, y = cell // s.grid_height, cell % s.grid_height
        row = s.first_row + z * s.slice_rows + y
        block = (z * s.blocks + y // ROWS) if keep else cell % table.shape[0]
        for strip in range(s.strips):
            into = (block * s.strips + strip) if keep else block
            fill_strip(
                s, table, into, colours, sharpness, floor, columns, lines, runs, order[y % ROWS],
                scale, totals, row, cell, strip,
            )  # fmt: skip


@inlined
def fill_strip(  # noqa: PLR0913, PLR0917
    s: Sizes,
    table: Pixels,
    into: int,
    colours: Floats,
    sharpness: float,
    floor: float,
    columns: Floats,
    lines: Floats,
    runs: Ints,
    order: Ints,
    scale: Floats,
    totals: Floats,
    row: int,
    cell: int,
    strip: int,
) -> None:
    pixel = 4 * (MARGIN + strip * LANES)
    appearance(
        table,
        np.int64(into * ROWS * s.taps * LANES * table.itemsize),
        address(colours) + row * colours.strides[0] + pixel,
        np.int64(colours.strides[0]),
        np.int64(colours.strides[1]),
        np.int64(colours.shape[1]),
        np.float32(sharpness),
        np.float32(floor),
        address(columns) + 4 * strip * LANES,
        np.int64(columns.strides[0]),
        address(lines) + cell * lines.strides[0],
        address(runs),
        np.int64(runs.shape[0]),
        address(order),
        address(scale) + row * scale.strides[0] + pixel,
        np.int64(scale.strides[0]),
        address(totals) + row * totals.strides[0] + pixel,
    )


@parallel
def merge(
    table: Pixels, weight: float, other: Pixels, other_weight: float, shift: float, out: Pixels
) -> None:
    """The weighted sum of two tables, (rows, strips, taps, LANES), plus `shift`."""
    one, two, half = np.float32(weight), np.float32(other_weight), np.float32(shift)
    for index in prange(table.shape[0]):
        row = np.int64(index)
        a, b, c = table[row].ravel(), other[row].ravel(), out[row].ravel()
        for i in range(a.size):
            c[i] = one * np.float32(a[i]) + two * np.float32(b[i]) + half


@parallel
def normalisers(s: Sizes, totals: Floats, out: Floats) -> None:
    """One over the roots of a kernel's sums, from (grid rows, pitch) to whole-image rows."""
    for index in prange(s.depth * s.height):
        pixel_row = np.int64(index)
        z, y = pixel_row // s.height, pixel_row % s.height
        z0, z1, fz = between(z + s.before_z, s.slice_blur, s.grid_depth)
        y0, y1, fy = between(y + s.before_y, s.blur, s.grid_height)
        rows = s.first_row + z0 * s.slice_rows, s.first_row + z1 * s.slice_rows
        for x in range(s.before_x, s.before_x + s.width):
            x0, x1, fx = between(x, s.blur, s.grid_width)
            total = _ZERO
            for row, share in ((rows[0], _ONE - fz), (rows[1], fz)):
                for line, part in ((row + y0, _ONE - fy), (row + y1, fy)):
                    left, right = totals[line, MARGIN + x0], totals[line, MARGIN + x1]
                    total += share * part * (left + fx * (right - left))
            out[pixel_row, x] = _ONE / np.sqrt(total + np.float32(1e-20))


@inlined
def between(fine: int, factor: int, cells: int) -> tuple[int, int, np.float32]:
    """The two cells around a pixel, and how far it lies towards the second."""
    low = (2 * fine + 1 - factor) // (2 * factor)
    offset = (2 * fine + 1 - factor) - low * 2 * factor
    share = np.float32(offset) / np.float32(2 * factor)
    return max(low, 0), min(low + 1, cells - 1), share
