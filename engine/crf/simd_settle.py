"""The emitted loops from messages to beliefs; see `engine.crf.simd`.

Addresses and strides are in bytes. What holds one number for each class is laid out in planes,
one vector or `factor` vectors of each at a time.
"""

from __future__ import annotations

import math
from typing import Any

from engine.crf.emit import BYTES, FLOAT, INT, INTS, LANES, Emitter, Value
from engine.crf.jit import code, intrinsic, ir, types

_FAINT = -40.0
"""A belief below e to this is taken for zero: nothing so small is ever seen."""

_LOWEST = -3e38

_LOG_ZERO = -1e9
"""What the logarithm of zero is taken for."""

_WHOLE = types.int64


@intrinsic
def log_softmax(
    _context: Any,
    _scores: Any,
    _scores_plane: Any,
    _classes: Any,
    _cold: Any,
    _out: Any,
    _out_plane: Any,
    _count: Any,
) -> Any:
    """See `_log_softmax`."""

    def emit(context: Any, builder: Any, _: Any, values: Any) -> Value:
        return _log_softmax(Emitter(context, builder), *values)

    return types.int64(*[_WHOLE] * 3, types.float32, *[_WHOLE] * 3), emit


def _log_softmax(
    c: Emitter,
    scores: Value,
    scores_plane: Value,
    classes: Value,
    cold: Value,
    out: Value,
    out_plane: Value,
    count: Value,
) -> Value:
    """Log-probabilities of `count` pixels, from their scores times `cold`.

    Returns:
        Not 0 if a score was no number, or more than all.
    """
    b = c.builder
    colds, least, most = c.splat(cold), c.floats(_LOG_ZERO), c.floats(math.inf)
    odd = code.alloca_once_value(b, ir.Constant(INTS, [0] * LANES))
    with c.loop(c.vectors(count)) as strip:
        shift = b.mul(strip.index, c.int(BYTES))
        left = b.sub(count, b.mul(strip.index, c.int(LANES)))
        top, total = c.variable(_LOWEST), c.variable(0.0)
        with c.loop(classes) as k:
            given = c.load_first(b.add(c.at(scores, (k.index, scores_plane)), shift), left)
            is_odd = b.fcmp_unordered(">=", given, most)
            b.store(b.or_(b.load(odd), b.sext(is_odd, INTS)), odd)
            value = c.larger(b.fmul(given, colds), least)
            c.store(value, b.add(c.at(out, (k.index, out_plane)), shift))
            b.store(c.larger(value, b.load(top)), top)
        with c.loop(classes) as k:
            value = c.load(b.add(c.at(out, (k.index, out_plane)), shift))
            like = c.exp(b.fsub(value, b.load(top)), _FAINT)
            b.store(b.fadd(b.load(total), like), total)
        b.store(c.log(b.load(total)), total)
        with c.loop(classes) as k:
            place = b.add(c.at(out, (k.index, out_plane)), shift)
            value = b.fsub(c.load(place), b.load(top))
            c.store(b.fsub(value, b.load(total)), place)
    flags = b.icmp_signed("!=", b.load(odd), ir.Constant(INTS, [0] * LANES))
    return b.zext(b.bitcast(flags, ir.IntType(LANES)), INT)


@intrinsic
def settle(
    _context: Any,
    _messages: Any,
    _messages_plane: Any,
    _unary: Any,
    _unary_plane: Any,
    _classes: Any,
    _base: Any,
    _share: Any,
    _soft: Any,
    _out: Any,
    _out_plane: Any,
    _count: Any,
) -> Any:
    """See `_settle`."""

    def emit(context: Any, builder: Any, _: Any, values: Any) -> Value:
        _settle(Emitter(context, builder), *values)
        return context.get_dummy_value()

    return types.void(*[_WHOLE] * 5, *[types.float32] * 2, *[_WHOLE] * 4), emit


def _settle(  # noqa: PLR0913, PLR0917
    c: Emitter,
    messages: Value,
    messages_plane: Value,
    unary: Value,
    unary_plane: Value,
    classes: Value,
    base: Value,
    share: Value,
    soft: Value,
    out: Value,
    out_plane: Value,
    count: Value,
) -> None:
    """Of `count` pixels base * unary + share * messages, softmaxed if `soft`.

    What `messages` held is lost.
    """
    b = c.builder
    bases, shares = c.splat(base), c.splat(share)
    with c.loop(c.vectors(count)) as strip:
        shift = b.mul(strip.index, c.int(BYTES))
        left = b.sub(count, b.mul(strip.index, c.int(LANES)))
        top, total = c.variable(_LOWEST), c.variable(0.0)
        with c.loop(classes) as k:
            place = b.add(c.at(messages, (k.index, messages_plane)), shift)
            known = b.add(c.at(unary, (k.index, unary_plane)), shift)
            c.prefetch(b.add(known, c.int(4 * BYTES)))
            value = c.fma(c.load(known), bases, b.fmul(c.load(place), shares))
            c.store(value, place)
            b.store(c.larger(value, b.load(top)), top)
        with b.if_then(b.icmp_signed("!=", soft, c.int(0))), c.loop(classes) as k:
            place = b.add(c.at(messages, (k.index, messages_plane)), shift)
            value = c.exp(b.fsub(c.load(place), b.load(top)), _FAINT)
            c.store(value, place)
            b.store(b.fadd(b.load(total), value), total)
        whole = b.select(
            b.icmp_signed("!=", soft, c.int(0)),
            b.fdiv(c.floats(1.0), c.larger(b.load(total), c.floats(1.0))),
            c.floats(1.0),
        )
        with c.loop(classes) as k:
            place = b.add(c.at(messages, (k.index, messages_plane)), shift)
            into = b.add(c.at(out, (k.index, out_plane)), shift)
            c.store_first(b.fmul(c.load(place), whole), into, left)


@intrinsic
def mix(
    _context: Any,
    _messages: Any,
    _plane: Any,
    _classes: Any,
    _shares: Any,
    _spare: Any,
    _count: Any,
) -> Any:
    """See `_mix`."""

    def emit(context: Any, builder: Any, _: Any, values: Any) -> Value:
        _mix(Emitter(context, builder), *values)
        return context.get_dummy_value()

    return types.void(*[_WHOLE] * 6), emit


def _mix(
    c: Emitter,
    messages: Value,
    plane: Value,
    classes: Value,
    shares: Value,
    spare: Value,
    count: Value,
) -> None:
    """Each class becomes a weighted sum of all of them.

    Args:
        c: Where code goes.
        messages: At the first class and pixel.
        plane: From class to class.
        classes: How many.
        shares: The weights, float32, a row for each class that comes out.
        spare: Room for a vector of each class.
        count: How many vectors of pixels.
    """
    b = c.builder
    with c.loop(count) as strip:
        first = c.at(messages, (strip.index, BYTES))
        with c.loop(classes) as k:
            row = c.at(shares, (b.mul(k.index, classes), 4))
            total = c.variable(0.0)
            with c.loop(classes) as other:
                share = c.splat(c.load(c.at(row, (other.index, 4)), FLOAT))
                value = c.load(c.at(first, (other.index, plane)))
                b.store(c.fma(value, share, b.load(total)), total)
            c.store(b.load(total), c.at(spare, (k.index, BYTES)))
        with c.loop(classes) as k:
            c.store(c.load(c.at(spare, (k.index, BYTES))), c.at(first, (k.index, plane)))


def _spreading(factor: int) -> Any:
    """What makes `spread` for one factor."""

    @intrinsic
    def spread(
        _context: Any,
        _rows: Any,
        _parts: Any,
        _count: Any,
        _plane: Any,
        _classes: Any,
        _scale: Any,
        _weight: Any,
        _kept: Any,
        _out: Any,
        _out_plane: Any,
    ) -> Any:
        def emit(context: Any, builder: Any, _: Any, values: Any) -> Value:
            _spread(Emitter(context, builder), factor, *values)
            return context.get_dummy_value()

        return types.void(*[_WHOLE] * 6, *[types.float32] * 2, *[_WHOLE] * 2), emit

    return spread


def _spread(  # noqa: PLR0913, PLR0917
    c: Emitter,
    factor: int,
    rows: Value,
    parts: Value,
    count: Value,
    plane: Value,
    classes: Value,
    scale: Value,
    weight: Value,
    kept: Value,
    out: Value,
    out_plane: Value,
) -> None:
    """LANES cells become `factor` times as many pixels, linear between half-pixel centres.

    Args:
        c: Where code goes.
        factor: 2 or 4.
        rows: Addresses of the rows around, at the first cell; the cells beside are read too.
        parts: What each row contributes, a float32.
        count: How many rows.
        plane: From class to class.
        classes: How many.
        scale: The row of what the result is multiplied by,
        weight: and so is all of it.
        kept: Share of what was there before.
        out: Where the pixels go.
        out_plane: From class to class.
    """
    b = c.builder
    wide = ir.VectorType(FLOAT, factor * LANES)
    weights, keeps = c.splat(weight, factor), c.splat(kept, factor)
    scales = b.fmul(c.load(scale, wide), weights)
    with c.loop(classes) as k:
        sums = [c.variable(0.0) for _ in range(3)]
        with c.loop(count) as row:
            place = c.load(c.at(rows, (row.index, 8)), INT, 8)
            part = c.splat(c.load(c.at(parts, (row.index, 4)), FLOAT))
            place = c.at(place, (k.index, plane))
            for total, shift in zip(sums, (-4, 0, 4), strict=True):
                value = c.load(b.add(place, c.int(shift)))
                b.store(c.fma(value, part, b.load(total)), total)
        left, here, right = (b.load(total) for total in sums)
        phases: list[Value] = []
        for phase in range(factor):
            offset = (phase + 0.5) / factor - 0.5
            near = left if offset < 0 else right
            phases.append(c.fma(b.fsub(near, here), c.floats(abs(offset)), here))
        into = c.at(out, (k.index, out_plane))
        found = b.fmul(_interleaved(c, phases), scales)
        old = b.fmul(c.load(into, wide), keeps)
        c.store(b.fadd(found, old), into)


def _interleaved(c: Emitter, parts: list[Value]) -> Value:
    """The first lane of each part, then the second of each, and so on."""
    b = c.builder
    count = len(parts)
    while len(parts) > 1:  # vectors of equal length are joined in pairs, then mixed
        length = 2 * parts[0].type.count
        mask = ir.Constant(ir.VectorType(ir.IntType(32), length), list(range(length)))
        parts = [b.shuffle_vector(*parts[i : i + 2], mask) for i in range(0, len(parts), 2)]
    order = [part * LANES + lane for lane in range(LANES) for part in range(count)]
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(order)), order)
    return b.shuffle_vector(parts[0], parts[0], mask)


def _collecting(factor: int) -> Any:
    """What makes `collect` for one factor."""

    @intrinsic
    def collect(
        _context: Any,
        _found: Any,
        _plane: Any,
        _classes: Any,
        _scale: Any,
        _kept: Any,
        _sums: Any,
    ) -> Any:
        """Adds LANES * factor pixels of each class, times a row of scales, to sums * kept."""

        def emit(context: Any, builder: Any, _: Any, values: Any) -> Value:
            found, plane, classes, scale, kept, sums = values
            c = Emitter(context, builder)
            wide = ir.VectorType(FLOAT, factor * LANES)
            scales, keeps = c.load(scale, wide), c.splat(kept, factor)
            with c.loop(classes) as k:
                value = builder.fmul(c.load(c.at(found, (k.index, plane)), wide), scales)
                into = c.at(sums, (k.index, plane))
                old = builder.fmul(c.load(into, wide), keeps)
                c.store(builder.fadd(value, old), into)
            return context.get_dummy_value()

        return types.void(*[_WHOLE] * 4, types.float32, _WHOLE), emit

    return collect


def _pooling(factor: int) -> Any:
    """What makes `pool` for one factor."""

    @intrinsic
    def pool(
        _context: Any,
        _sums: Any,
        _plane: Any,
        _classes: Any,
        _share: Any,
        _out: Any,
        _out_plane: Any,
        _count: Any,
    ) -> Any:
        """The sums of `factor` neighbours times `share`, `count` of them, for each class."""

        def emit(context: Any, builder: Any, _: Any, values: Any) -> Value:
            sums, plane, classes, share, out, out_plane, count = values
            c = Emitter(context, builder)
            shares = c.splat(share)
            with c.loop(classes) as k:
                wide = c.load(c.at(sums, (k.index, plane)), ir.VectorType(FLOAT, factor * LANES))
                total = c.floats(0.0)
                for phase in range(factor):
                    order = [lane * factor + phase for lane in range(LANES)]
                    mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), order)
                    total = builder.fadd(total, builder.shuffle_vector(wide, wide, mask))
                into = c.at(out, (k.index, out_plane))
                c.store_first(builder.fmul(total, shares), into, count)
            return context.get_dummy_value()

        return types.void(*[_WHOLE] * 3, types.float32, *[_WHOLE] * 3), emit

    return pool


spread_2, spread_4 = _spreading(2), _spreading(4)
collect_2, collect_4 = _collecting(2), _collecting(4)
pool_2, pool_4 = _pooling(2), _pooling(4)
