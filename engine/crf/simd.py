"""The inner loops of the CPU mean field, emitted as explicit vectors.

Written as plain loops they run ten times slower: the compiler does not prove that their many
arrays lie apart, and keeps no block of sums in registers. So these few are built instruction by
instruction through llvmlite, on vectors as long as the machine's, and called from
`engine.crf.cpu_messages` and its siblings like functions. Addresses and strides are in bytes.
"""

from __future__ import annotations

from typing import Any

from engine.crf.emit import BYTES, FLOAT, FLOATS, INT, INTS, LANES, SHORTS, Emitter, Value
from engine.crf.jit import intrinsic, types

ROWS = 3
"""Rows of pixels whose messages are summed at once: a belief is loaded once for all of them."""

PARTS = tuple((a, b) for a in range(ROWS) for b in range(a + 1, ROWS + 1))
"""The runs of rows, first and last excluded, for which one neighbour lies within the window."""

SHARP = 65535.0
"""One, in the 16-bit fixed point of a table."""

_AHEAD = 4096
"""How many bytes of a table are asked for before they are needed: what arrives meanwhile."""


@intrinsic
def address(_context: Any, array: Any) -> Any:
    """Where the first number of an array lies."""

    def emit(context: Any, builder: Any, signature: Any, values: Any) -> Value:
        found = context.make_array(signature.args[0])(context, builder, values[0])
        return builder.ptrtoint(found.data, INT)

    return types.int64(array), emit


@intrinsic
def prefetch(_context: Any, _start: Any, _count: Any, _stride: Any) -> Any:
    """Asks for `count` cache lines, `stride` apart."""

    def emit(context: Any, builder: Any, _: Any, values: Any) -> Value:
        c = Emitter(context, builder)
        start, count, stride = values
        with c.loop(count) as loop:
            c.prefetch(c.at(start, (loop.index, stride)))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), emit


def _messages(classes: int) -> Any:
    """What makes `message` for a block of so many classes."""

    @intrinsic
    def message(
        _context: Any,
        table: Any,
        _at: Any,
        _belief: Any,
        _belief_plane: Any,
        _scale: Any,
        _scale_row: Any,
        _weight: Any,
        _near: Any,
        _program: Any,
        _parts: Any,
        _out: Any,
        _out_row: Any,
        _out_plane: Any,
    ) -> Any:
        whole = types.int64
        signature = types.void(table, *[whole] * 5, types.float32, *[whole] * 6)

        def emit(context: Any, builder: Any, signature: Any, values: Any) -> Value:
            made = context.make_array(signature.args[0])(context, builder, values[0])
            start = builder.ptrtoint(made.data, INT)
            short = signature.args[0].dtype == types.uint16
            _sum_messages(Emitter(context, builder), classes, short, start, *values[1:])
            return context.get_dummy_value()

        return signature, emit

    return message


def _sum_messages(  # noqa: PLR0913, PLR0917
    c: Emitter,
    classes: int,
    short: bool,
    table: Value,
    at: Value,
    belief: Value,
    belief_plane: Value,
    scale: Value,
    scale_row: Value,
    weight: Value,
    near: Value,
    program: Value,
    parts: Value,
    out: Value,
    out_row: Value,
    out_plane: Value,
) -> None:
    """Sums over the window, for ROWS rows x `classes` classes x LANES pixels.

    The kernel of a tap is weight * table + near, and with a table of float32 near is multiplied
    by the `scale` of both its pixels. Sums stay in registers throughout.

    Args:
        c: Where code goes.
        classes: Size of the block.
        short: Whether the table is of uint16.
        table: Its start.
        at: Where in it this strip of ROWS rows begins; vectors lie in the order of the program.
        belief: At the first row, class and pixel; layout (row, class, pixel).
        belief_plane: From class to class.
        scale: At the first row and pixel; layout (row, pixel).
        scale_row: From row to row.
        weight: Of the table.
        near: The position kernel times its weight, a float32 for each vector of the strip.
        program: For each neighbour of the block: how many bytes to its belief and its scale.
        parts: Where in the program the neighbours of each of PARTS begin.
        out: At the first row, class and pixel.
        out_row: From row to row.
        out_plane: From class to class.
    """
    size = LANES * (2 if short else 4)
    weights = c.splat(weight)
    sums = [[c.variable(0.0) for _ in range(classes)] for _ in range(ROWS)]
    mine = [c.load(c.at(scale, (c.int(r), scale_row))) for r in range(ROWS)]
    beliefs = [c.at(belief, (c.int(k), belief_plane)) for k in range(classes)]
    table = c.builder.add(table, at)

    def kernel(row: int, place: Value, close: Value, other: Value) -> Value:
        close = c.splat(c.load(close, FLOAT))
        if short:
            far = c.builder.uitofp(c.load(place, SHORTS, 2 * LANES), FLOATS)
            return c.fma(far, weights, close)
        close = c.builder.fmul(c.builder.fmul(close, other), mine[row])
        return c.fma(c.load(place, align=BYTES), weights, close)

    for part, (first, last) in enumerate(PARTS):
        begin = c.load(c.at(parts, (c.int(part), 8)), INT, 8)
        end = c.load(c.at(parts, (c.int(part + 1), 8)), INT, 8)
        count = last - first
        wide = size * count
        with c.loop(end, begin) as loop:
            step = c.at(program, (loop.index, 16))
            there = c.load(step, INT, 8)
            scaled = c.load(c.builder.add(step, c.int(8)), INT, 8)
            other = None if short else c.load(c.builder.add(scale, scaled))
            done = c.builder.sub(loop.index, begin)
            place, close = c.at(table, (done, wide)), c.at(near, (done, 4 * count))
            for line in range(0, wide, 64):
                c.prefetch(c.builder.add(place, c.int(_AHEAD + line)))
            kernels = {
                first + i: kernel(
                    first + i, c.at(place, (c.int(i), size)), c.at(close, (c.int(i), 4)), other
                )
                for i in range(count)
            }
            for k in range(classes):
                value = c.load(c.builder.add(beliefs[k], there))
                for r, one in kernels.items():
                    total = c.builder.load(sums[r][k])
                    c.builder.store(c.fma(one, value, total), sums[r][k])
        done = c.builder.sub(end, begin)
        table, near = c.at(table, (done, wide)), c.at(near, (done, 4 * count))
    for r in range(ROWS):
        for k in range(classes):
            place = c.at(out, (c.int(r), out_row), (c.int(k), out_plane))
            c.store(c.builder.load(sums[r][k]), place, BYTES)


message_1, message_2, message_3 = _messages(1), _messages(2), _messages(3)
message_4, message_7 = _messages(4), _messages(7)


@intrinsic
def appearance(
    _context: Any,
    table: Any,
    _at: Any,
    _colours: Any,
    _colours_row: Any,
    _colours_plane: Any,
    _channels: Any,
    _sharpness: Any,
    _floor: Any,
    _columns: Any,
    _columns_step: Any,
    _lines: Any,
    _runs: Any,
    _count: Any,
    _order: Any,
    _scale: Any,
    _scale_row: Any,
    _total: Any,
) -> Any:
    """Fills the table for LANES pixels of one row; see `_fill_appearance`."""
    whole = types.int64
    signature = types.void(table, *[whole] * 5, *[types.float32] * 2, *[whole] * 9)

    def emit(context: Any, builder: Any, signature: Any, values: Any) -> Value:
        made = context.make_array(signature.args[0])(context, builder, values[0])
        start = builder.ptrtoint(made.data, INT)
        short = signature.args[0].dtype == types.uint16
        _fill_appearance(Emitter(context, builder), short, start, *values[1:])
        return context.get_dummy_value()

    return signature, emit


def _fill_appearance(  # noqa: PLR0913, PLR0917
    c: Emitter,
    short: bool,
    table: Value,
    at: Value,
    colours: Value,
    colours_row: Value,
    colours_plane: Value,
    channels: Value,
    sharpness: Value,
    floor: Value,
    columns: Value,
    columns_step: Value,
    lines: Value,
    runs: Value,
    count: Value,
    order: Value,
    scale: Value,
    scale_row: Value,
    total: Value,
) -> None:
    """exp(-|colours apart|^2 / 2 width^2 - |places apart|^2 / 2 width^2) of each tap.

    Args:
        c: Where code goes.
        short: Whether the table is of uint16.
        table: Its start.
        at: Where in it this strip of ROWS rows begins.
        colours: At the first channel and pixel; layout (row, channel, pixel). Outside the image
            they are so far off that the kernel is zero.
        colours_row: From row to row.
        colours_plane: From channel to channel.
        channels: How many.
        sharpness: -1 / 2 width^2 of the colours.
        floor: What is less is taken for zero, in a table of float32.
        columns: The exponent that columns apart give, at the first pixel, for each step.
        columns_step: From step to step.
        lines: The exponent that rows and slices apart give, a float32 for each run.
        runs: For each run of taps: how many, how many rows and bytes to the first neighbour, the
            first tap, and the first step along the columns.
        count: How many runs.
        order: Which vector of the strip each tap of this row is, an int64 for each.
        scale: What a table of float32 is multiplied by at both pixels; layout (row, pixel).
        scale_row: From row to row.
        total: Where the sum over the taps goes, before `scale`; float32 tables only.
    """
    b = c.builder
    table = b.add(table, at)
    sharp = c.splat(sharpness)
    least = c.splat(floor)
    sums = c.variable(0.0)
    mine = None if short else c.load(scale)
    with c.loop(count) as run:
        step = c.at(runs, (run.index, 40))
        taps, rows, shift, tap, column = (
            c.load(c.at(step, (c.int(i), 8)), INT, 8) for i in range(5)
        )
        line = c.splat(c.load(c.at(lines, (run.index, 4)), FLOAT))
        there = b.add(c.at(colours, (rows, colours_row)), shift)
        others = b.add(c.at(scale, (rows, scale_row)), shift)
        with c.loop(taps) as loop:
            apart = c.variable(0.0)
            with c.loop(channels) as channel:
                here = c.load(c.at(colours, (channel.index, colours_plane)))
                far = c.at(there, (channel.index, colours_plane), (loop.index, 4))
                change = b.fsub(here, c.load(far))
                b.store(c.fma(change, change, b.load(apart)), apart)
            across = c.load(c.at(columns, (b.add(column, loop.index), columns_step)))
            like = c.exp(c.fma(b.load(apart), sharp, b.fadd(line, across)), -70.0)
            vector = c.load(c.at(order, (b.add(tap, loop.index), 8)), INT, 8)
            place = c.at(table, (vector, LANES * (2 if short else 4)))
            if short:
                level = c.fma(like, c.floats(SHARP), c.floats(0.5))
                c.store(b.trunc(b.fptosi(level, INTS), SHORTS), place, 2 * LANES)
            else:
                b.store(b.fadd(b.load(sums), like), sums)
                other = c.load(c.at(others, (loop.index, 4)))
                like = b.fmul(b.fmul(like, other), mine)
                seen = b.fcmp_ordered(">", like, least)
                c.store(b.select(seen, like, c.floats(0.0)), place, BYTES)
    if not short:
        c.store(b.load(sums), total)
