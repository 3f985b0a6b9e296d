"""The compiled loops that pass messages.

Arrays of beliefs are (grid rows, classes, pitch), zero outside the image; arrays of whole-image
rows are (slices * rows, classes, fine pitch); see `engine.crf.cpu_grid`.
"""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Floats, Labels, Pixels
from engine.core.label_set import IGNORE
from engine.crf.cpu_grid import MARGIN, Ints, Sizes
from engine.crf.cpu_tables import fill_strip
from engine.crf.emit import LANES
from engine.crf.jit import inlined, loop, parallel, prange
from engine.crf.simd import (
    ROWS,
    address,
    message_1,
    message_2,
    message_3,
    message_4,
    message_7,
    prefetch,
)
from engine.crf.simd_settle import mix, settle

RAW, SOFT = 0, 1
"""What follows a message: the scores as they are, or their softmax."""

_ZERO, _ONE = np.float32(0), np.float32(1)
FREE = int(IGNORE)
_WIDE = LANES == 16  # 32 registers hold a block of 3 x 7 sums, 16 one of 3 x 4


@parallel
def start(
    s: Sizes,
    unary: Floats,
    base: float,
    kind: int,
    pins: Labels,
    scratch: Floats,
    belief: Floats,
    bands: int,
) -> None:
    """The first belief, without blur; `scratch` has ROWS rows for each band."""
    total = s.depth * s.height
    for index in prange(bands):
        band = np.int64(index)
        room = scratch[band * ROWS]
        room[:] = _ZERO
        for row in range(band * total // bands, (band + 1) * total // bands):
            z, y = row // s.height, row % s.height
            into = belief[s.first_row + z * s.slice_rows + y]
            _settle_row(s, room, unary[row], base, 0.0, kind, into, MARGIN)
            pin_row(pins, row, into, MARGIN)


@inlined
def _settle_row(
    s: Sizes,
    messages: Floats,
    unary: Floats,
    base: float,
    share: float,
    kind: int,
    out: Floats,
    begin: int,
) -> None:
    settle(
        address(messages),
        np.int64(messages.strides[0]),
        address(unary),
        np.int64(unary.shape[1]),
        np.float32(base),
        np.float32(share),
        np.int64(kind),
        address(out) + 4 * begin,
        np.int64(out.strides[0]),
        np.int64(s.width),
    )


@parallel
def pass_messages(  # noqa: PLR0913, PLR0917
    s: Sizes,
    belief: Floats,
    table: Pixels,
    weight: float,
    near: Floats,
    scale: Floats,
    program: Ints,
    parts: Ints,
    recompute: bool,
    colours: Floats,
    sharpness: float,
    floor: float,
    columns: Floats,
    lines: Floats,
    runs: Ints,
    order: Ints,
    inside: Floats,
    totals: Floats,
    messages: Floats,
    mixing: Floats,
    settled: bool,
    unary: Floats,
    base: float,
    share: float,
    kind: int,
    pins: Labels,
    last: bool,
    following: Floats,
    out: Floats,
    bands: int,
) -> None:
    """One sum over the window for every cell, and without blur also the belief that follows.

    Args:
        s: Sizes.
        belief: (grid rows, K, pitch).
        table: The kernel, see `fill_table`; with `recompute` one strip for each band.
        weight: Its factor.
        near: (ROWS * taps,) float32 added to it.
        scale: (grid rows, pitch) multiplies `near` at both cells, with a float32 table.
        program: The window.
        parts: Where its parts begin.
        recompute: Whether the table is made here, strip by strip, from what follows.
        colours: See `fill_table`.
        sharpness: See there.
        floor: See there.
        columns: See there.
        lines: See there.
        runs: See there.
        order: See there.
        inside: See `scale` there.
        totals: See there.
        messages: (rows, K, columns); ROWS rows for each band if `settled`, or all of them, with
            margins and the ends of each row repeated.
        mixing: (K, K) what the sums of the classes are mixed by, or empty.
        settled: Whether the belief that follows is computed too.
        unary: Log-probabilities, see `cpu_tables.log_probabilities`.
        base: Their factor.
        share: Factor of the messages.
        kind: RAW or SOFT.
        pins: (rows, columns), or empty.
        last: Whether the result goes to `out`, (K, pixels), or to `following`.
        following: The belief that follows, (grid rows, K, pitch).
        out: See `last`.
        bands: Pieces of work.
    """
    total = s.grid_depth * s.blocks
    for index in prange(bands):
        band = np.int64(index)
        spare = np.empty((mixing.shape[0], LANES), np.float32)
        for block in range(band * total // bands, (band + 1) * total // bands):
            z, y = block // s.blocks, block % s.blocks * ROWS
            row = s.first_row + z * s.slice_rows + y
            height = min(ROWS, s.grid_height - y)
            buffer = (band if settled else block) * ROWS
            for strip in range(s.strips):
                if recompute:
                    for r in range(height):
                        cell = z * s.grid_height + y + r
                        fill_strip(
                            s, table, band, colours, sharpness, floor, columns, lines, runs,
                            order[r], inside, totals, row + r, cell, strip,
                        )  # fmt: skip
                place = band if recompute else block * s.strips + strip
                _sum_strip(
                    s, belief, table, place, weight, near, scale, program, parts, row,
                    strip, messages, buffer, 0 if settled else MARGIN,
                )  # fmt: skip
            found = messages[buffer : buffer + height]
            _mix_rows(s, found, mixing, spare, 0 if settled else MARGIN)
            if settled:
                for r in range(height):
                    pixels = z * s.height + y + r
                    into = out if last else following[row + r]
                    begin = pixels * s.width if last else MARGIN
                    _settle_row(s, found[r], unary[pixels], base, share, kind, into, begin)
                    if not last or kind == SOFT:
                        pin_row(pins, pixels, into, begin)
            else:
                _repeat_ends(s, found)


@inlined
def _mix_rows(s: Sizes, messages: Floats, mixing: Floats, spare: Floats, begin: int) -> None:
    for row in range(messages.shape[0] if mixing.size != 0 else 0):
        mix(
            address(messages[row]) + 4 * begin,
            np.int64(messages.strides[1]),
            np.int64(messages.shape[1]),
            address(mixing),
            address(spare),
            np.int64(s.strips),
        )


@inlined
def _repeat_ends(s: Sizes, messages: Floats) -> None:
    """So that what lies between two cells can be read off beyond the last ones too."""
    end = MARGIN + s.grid_width
    for row in range(messages.shape[0]):
        for k in range(messages.shape[1]):
            line = messages[row, k]
            line[MARGIN - 1] = line[MARGIN]
            line[end] = line[end - 1]


@loop
def _sum_strip(  # noqa: PLR0913, PLR0917
    s: Sizes,
    belief: Floats,
    table: Pixels,
    place: int,
    weight: float,
    near: Floats,
    scale: Floats,
    program: Ints,
    parts: Ints,
    row: int,
    strip: int,
    out: Floats,
    out_row: int,
    out_column: int,
) -> None:
    """The messages of all classes to ROWS x LANES cells."""
    at = np.int64(place * ROWS * s.taps * LANES * table.itemsize)
    pixel = 4 * (MARGIN + strip * LANES)
    plane = np.int64(belief.strides[1])
    source = address(belief) + row * belief.strides[0] + pixel
    fresh = source + (s.reach + ROWS) * belief.strides[0]  # rows that the next block adds
    prefetch(fresh, np.int64(ROWS * belief.shape[1]), plane)
    scale_row = np.int64(scale.strides[0])
    scales = address(scale) + row * scale_row + pixel
    out_step, out_plane = np.int64(out.strides[0]), np.int64(out.strides[1])
    target = address(out) + out_row * out_step + 4 * (out_column + strip * LANES)
    nears, steps, begins = address(near), address(program), address(parts)
    factor = np.float32(weight)
    classes = belief.shape[1]
    k = 0
    while k < classes:
        left = classes - k
        q, o = source + k * plane, target + k * out_plane
        if _WIDE and left >= 7 and left != 8:
            message_7(table, at, q, plane, scales, scale_row, factor,
                      nears, steps, begins, o, out_step, out_plane)  # fmt: skip
            k += 7
        elif left >= 4 and left != 5:
            message_4(table, at, q, plane, scales, scale_row, factor,
                      nears, steps, begins, o, out_step, out_plane)  # fmt: skip
            k += 4
        elif left >= 3:
            message_3(table, at, q, plane, scales, scale_row, factor,
                      nears, steps, begins, o, out_step, out_plane)  # fmt: skip
            k += 3
        elif left >= 2:
            message_2(table, at, q, plane, scales, scale_row, factor,
                      nears, steps, begins, o, out_step, out_plane)  # fmt: skip
            k += 2
        else:
            message_1(table, at, q, plane, scales, scale_row, factor,
                      nears, steps, begins, o, out_step, out_plane)  # fmt: skip
            k += 1


@inlined
def pin_row(pins: Labels, row: int, belief: Floats, start: int) -> None:
    """Makes the belief in a pinned class certain, in a whole row."""
    pin_columns(pins, row, belief[:, start:], 0, pins.shape[1], 0)


@inlined
def pin_columns(pins: Labels, row: int, belief: Floats, low: int, high: int, offset: int) -> None:
    if pins.size == 0:
        return
    for x in range(low, high):
        held = pins[row, x + offset]
        if held != FREE:
            for k in range(belief.shape[0]):
                belief[k, x] = _ONE if k == held else _ZERO
