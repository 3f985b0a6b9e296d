"""The emitted loops from messages to beliefs; see `engine.crf.simd`.

Addresses and strides are in bytes. What holds one number for each class is laid out in planes,
one vector or `factor` vectors of each at a time.
"""

from __future__ import annotations

import math
from typing import Any

from engine.crf.emit import BYTES, FLOAT, INT, INTS, LANES, Emitter, Value
from engine.crf.jit import code, intrinsic, ir, types

FAINT = -40.0
"""A belief below e to this is taken for zero: nothing so small is ever seen."""

LOWEST = -3e38

_AHEAD = 2048
"""How many bytes of the unary are asked for before they are needed."""


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
    _count: Any,
) -> Any:
    """See `_log_softmax`."""

    def emit(context: Any, builder: Any, _: Any, values: Any) -> Value:
        return _log_softmax(Emitter(context, builder), *values)

    return types.int64(*[_WHOLE] * 3, types.float32, *[_WHOLE] * 2), emit


def _log_softmax(
    c: Emitter,
    scores: Value,
    scores_plane: Value,
    classes: Value,
    cold: Value,
    out: Value,
    count: Value,
) -> Value:
    """Log-probabilities of up to LANES pixels, from their scores times `cold`.

    Returns:
        Not 0 if a score was no number, or more than all.
    """
    b = c.builder
    colds, least, most = c.splat(cold), c.floats(_LOG_ZERO), c.floats(math.inf)
    odd = code.alloca_once_value(b, ir.Constant(INTS, [0] * LANES))
    top, total = c.variable(LOWEST), c.variable(0.0)
    with c.loop(classes) as k:
        place = c.at(scores, (k.index, scores_plane))
        c.prefetch(b.add(place, c.int(4 * BYTES)))
        given = c.load_first(place, count)
        is_odd = b.fcmp_unordered(">=", given, most)
        b.store(b.or_(b.load(odd), b.sext(is_odd, INTS)), odd)
        value = c.larger(b.fmul(given, colds), least)
        c.store_first(value, c.at(out, (k.index, BYTES)), count)
        b.store(c.larger(value, b.load(top)), top)
    with c.loop(classes) as k:
        value = c.load(c.at(out, (k.index, BYTES)))
        like = c.exp(b.fsub(value, b.load(top)), FAINT)
        b.store(b.fadd(b.load(total), like), total)
    b.store(c.log(b.load(total)), total)
    with c.loop(classes) as k:
        place = c.at(out, (k.index, BYTES))
        value = b.fsub(c.load(place), b.load(top))
        c.store_first(b.fsub(value, b.load(total)), place, count)
    flags = b.icmp_signed("!=", b.load(odd), ir.Constant(INTS, [0] * LANES))
    return b.zext(c.any(flags), INT)


@intrinsic
def settle(
    _context: Any,
    _messages: Any,
    _messages_plane: Any,
    _unary: Any,
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

    return types.void(*[_WHOLE] * 4, *[types.float32] * 2, *[_WHOLE] * 4), emit


def _settle(  # noqa: PLR0913, PLR0917
    c: Emitter,
    messages: Value,
    messages_plane: Value,
    unary: Value,
    classes: Value,
    base: Value,
    share: Value,
    soft: Value,
    out: Value,
    out_plane: Value,
    count: Value,
) -> None:
    """Of `count` pixels base * unary + share * messages, softmaxed if `soft`.

    What `messages` held is lost. The unary lies as it is read: for LANES pixels a vector of each
    class, then for the next.
    """
    b = c.builder
    bases, shares = c.splat(base), c.splat(share)
    with c.loop(c.vectors(count)) as strip:
        shift = b.mul(strip.index, c.int(BYTES))
        left = b.sub(count, b.mul(strip.index, c.int(LANES)))
        top, total = c.variable(LOWEST), c.variable(0.0)
        with c.loop(classes) as k:
            place = b.add(c.at(messages, (k.index, messages_plane)), shift)
            known = c.at(unary, (b.add(b.mul(strip.index, classes), k.index), BYTES))
            c.prefetch(b.add(known, c.int(_AHEAD)))
            value = c.fma(c.load(known), bases, b.fmul(c.load(place), shares))
            c.store(value, place)
            b.store(c.larger(value, b.load(top)), top)
        with b.if_then(b.icmp_signed("!=", soft, c.int(0))), c.loop(classes) as k:
            place = b.add(c.at(messages, (k.index, messages_plane)), shift)
            like_exp(c, place, top, total)
        whole = b.select(
            b.icmp_signed("!=", soft, c.int(0)),
            b.fdiv(c.floats(1.0), c.larger(b.load(total), c.floats(1.0))),
            c.floats(1.0),
        )
        with c.loop(classes) as k:
            place = b.add(c.at(messages, (k.index, messages_plane)), shift)
            into = b.add(c.at(out, (k.index, out_plane)), shift)
            c.store_first(b.fmul(c.load(place), whole), into, left)


def like_exp(c: Emitter, place: Value, top: Value, total: Value) -> None:
    """Of the scores at an address the exponential, less `top`, which is added to `total`.

    Most classes are out of the question almost everywhere; theirs is not computed.
    """
    b = c.builder
    kind = total.type.pointee
    score = b.fsub(c.load(place, kind), b.load(top))
    likely = b.fcmp_ordered(">", score, ir.Constant(kind, [FAINT] * kind.count))
    with b.if_else(c.any(likely)) as (some, none):
        with some:
            value = c.exp(score, FAINT)
            c.store(value, place)
            b.store(b.fadd(b.load(total), value), total)
        with none:
            c.store(ir.Constant(kind, [0.0] * kind.count), place)


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
