"""The emitted loops between the grid and the image, with blur; see `engine.crf.simd`.

Addresses and strides are in bytes. A strip is LANES cells, or `factor` times as many pixels, and
is laid out in planes: one for each class, then one that all of them are to be multiplied by, then
one for each kernel that is room for what its messages are multiplied by.
"""

from __future__ import annotations

from typing import Any

from engine.crf.emit import BYTES, FLOAT, INT, LANES, Emitter, Value
from engine.crf.jit import intrinsic, ir, types
from engine.crf.simd_settle import LOWEST, like_exp

_WHOLE = types.int64


def _settling(factor: int) -> Any:
    """What makes `settle` for one factor."""

    @intrinsic
    def settle(
        _context: Any,
        _rows: Any,
        _parts: Any,
        _count: Any,
        _plane: Any,
        _kernels: Any,
        _kernel: Any,
        _scales: Any,
        _scale: Any,
        _weights: Any,
        _unary: Any,
        _following: Any,
        _classes: Any,
        _base: Any,
        _share: Any,
        _soft: Any,
        _pixels: Any,
        _pixels_plane: Any,
    ) -> Any:
        def emit(context: Any, builder: Any, _: Any, values: Any) -> Value:
            _settle(Emitter(context, builder), factor, *values)
            return context.get_dummy_value()

        return types.void(*[_WHOLE] * 12, *[types.float32] * 2, *[_WHOLE] * 3), emit

    return settle


def _settle(  # noqa: PLR0913, PLR0917
    c: Emitter,
    factor: int,
    rows: Value,
    parts: Value,
    count: Value,
    plane: Value,
    kernels: Value,
    kernel: Value,
    scales: Value,
    scale: Value,
    weights: Value,
    unary: Value,
    following: Value,
    classes: Value,
    base: Value,
    share: Value,
    soft: Value,
    pixels: Value,
    pixels_plane: Value,
) -> None:
    """Of a strip of pixels base * unary + share * messages, and what makes their sum 1 if `soft`.

    Messages are those of the cells around, linear between half-pixel centres.

    Args:
        c: Where code goes.
        factor: 2 or 4.
        rows: Addresses of the rows around, at the first cell; the cells beside are read too.
        parts: What each row contributes, a float32.
        count: How many rows.
        plane: From class to class.
        kernels: How many messages there are.
        kernel: From one to the next.
        scales: The row of what the first is multiplied by.
        scale: From one to the next.
        weights: What else each is multiplied by, a float32.
        unary: Of the strip: for LANES pixels a vector of each class, then for the next.
        following: That of the strip which is settled next, to be asked for; need not be valid.
        classes: How many.
        base: Factor of the unary.
        share: Factor of the messages.
        soft: Whether the exponential is taken, for a softmax.
        pixels: Where the strip lies.
        pixels_plane: From plane to plane.
    """
    b = c.builder
    wide = ir.VectorType(FLOAT, factor * LANES)
    bases, shares = c.splat(base, factor), c.splat(share, factor)
    whole = c.at(pixels, (classes, pixels_plane))
    factors = b.add(whole, pixels_plane)
    with c.loop(kernels) as m:
        own = b.fmul(c.splat(c.load(c.at(weights, (m.index, 4)), FLOAT), factor), shares)
        own = b.fmul(own, c.load(c.at(scales, (m.index, scale)), wide))
        c.store(own, c.at(factors, (m.index, pixels_plane)))
    top, total, found = (c.variable(start, factor) for start in (LOWEST, 0.0, 0.0))
    with c.loop(classes) as k:
        vectors = [b.add(b.mul(c.int(i), classes), k.index) for i in range(factor)]
        for vector in vectors:
            c.prefetch(c.at(following, (vector, BYTES)))
        value = _joined(c, [c.load(c.at(unary, (vector, BYTES))) for vector in vectors])
        b.store(b.fmul(value, bases), found)
        with c.loop(kernels) as m:
            message = _between(c, factor, rows, parts, count, (k.index, plane), (m.index, kernel))
            own = c.load(c.at(factors, (m.index, pixels_plane)), wide)
            b.store(b.fadd(b.fmul(message, own), b.load(found)), found)
        c.store(b.load(found), c.at(pixels, (k.index, pixels_plane)))
        b.store(c.larger(b.load(found), b.load(top)), top)
    c.store(ir.Constant(wide, [1.0] * factor * LANES), whole)
    with b.if_then(b.icmp_signed("!=", soft, c.int(0))):
        with c.loop(classes) as k:
            like_exp(c, c.at(pixels, (k.index, pixels_plane)), top, total)
        c.store(b.fdiv(c.load(whole, wide), b.load(total)), whole)


def _between(
    c: Emitter,
    factor: int,
    rows: Value,
    parts: Value,
    count: Value,
    *steps: tuple[Value, Value],
) -> Value:
    """LANES cells as `factor` times as many pixels, `steps` on from the addresses of the rows."""
    b = c.builder
    sums = [c.variable(0.0) for _ in range(3)]
    with c.loop(count) as row:
        place = c.at(c.load(c.at(rows, (row.index, 8)), INT, 8), *steps)
        part = c.splat(c.load(c.at(parts, (row.index, 4)), FLOAT))
        for total, shift in zip(sums, (-4, 0, 4), strict=True):
            value = c.load(b.add(place, c.int(shift)))
            b.store(c.fma(value, part, b.load(total)), total)
    left, here, right = (b.load(total) for total in sums)
    phases: list[Value] = []
    for phase in range(factor):
        offset = (phase + 0.5) / factor - 0.5
        near = left if offset < 0 else right
        phases.append(c.fma(b.fsub(near, here), c.floats(abs(offset)), here))
    return _interleaved(c, phases)


def _joined(c: Emitter, parts: list[Value]) -> Value:
    """One part after the other; as many as a power of two."""
    while len(parts) > 1:
        length = 2 * parts[0].type.count
        mask = ir.Constant(ir.VectorType(ir.IntType(32), length), list(range(length)))
        parts = [c.builder.shuffle_vector(*parts[i : i + 2], mask) for i in range(0, len(parts), 2)]
    return parts[0]


def _interleaved(c: Emitter, parts: list[Value]) -> Value:
    """The first lane of each part, then the second of each, and so on."""
    whole = _joined(c, parts)
    order = [part * LANES + lane for lane in range(LANES) for part in range(len(parts))]
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(order)), order)
    return c.builder.shuffle_vector(whole, whole, mask)


def _collecting(factor: int) -> Any:
    """What makes `collect` for one factor."""

    @intrinsic
    def collect(
        _context: Any, _pixels: Any, _plane: Any, _classes: Any, _scale: Any, _sums: Any
    ) -> Any:
        """Adds a strip of pixels, times a row of scales, to the sums of each class."""

        def emit(context: Any, builder: Any, _: Any, values: Any) -> Value:
            pixels, plane, classes, scale, sums = values
            c = Emitter(context, builder)
            wide = ir.VectorType(FLOAT, factor * LANES)
            whole = c.load(c.at(pixels, (classes, plane)), wide)
            scales = builder.fmul(c.load(scale, wide), whole)
            with c.loop(classes) as k:
                value = builder.fmul(c.load(c.at(pixels, (k.index, plane)), wide), scales)
                into = c.at(sums, (k.index, plane))
                c.store(builder.fadd(value, c.load(into, wide)), into)
            return context.get_dummy_value()

        return types.void(*[_WHOLE] * 5), emit

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
        """The sums of `factor` neighbours times `share`, `count` of them, for each class.

        Leaves zeros in `sums`.
        """

        def emit(context: Any, builder: Any, _: Any, values: Any) -> Value:
            sums, plane, classes, share, out, out_plane, count = values
            c = Emitter(context, builder)
            shares = c.splat(share)
            kind = ir.VectorType(FLOAT, factor * LANES)
            with c.loop(classes) as k:
                source = c.at(sums, (k.index, plane))
                wide = c.load(source, kind)
                c.store(ir.Constant(kind, [0.0] * factor * LANES), source)
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


@intrinsic
def publish(
    _context: Any,
    _pixels: Any,
    _plane: Any,
    _classes: Any,
    _whole: Any,
    _out: Any,
    _out_plane: Any,
    _count: Any,
) -> Any:
    """Brings `count` pixels of a strip, times `whole`, to where the result is wanted."""

    def emit(context: Any, builder: Any, _: Any, values: Any) -> Value:
        pixels, plane, classes, whole, out, out_plane, count = values
        c = Emitter(context, builder)
        with c.loop(classes) as k, c.loop(c.vectors(count)) as vector:
            shift = builder.mul(vector.index, c.int(BYTES))
            left = builder.sub(count, builder.mul(vector.index, c.int(LANES)))
            value = c.load(builder.add(c.at(pixels, (k.index, plane)), shift))
            value = builder.fmul(value, c.load(builder.add(whole, shift)))
            c.store_first(value, builder.add(c.at(out, (k.index, out_plane)), shift), left)
        return context.get_dummy_value()

    return types.void(*[_WHOLE] * 7), emit


settle_2, settle_4 = _settling(2), _settling(4)
collect_2, collect_4 = _collecting(2), _collecting(4)
pool_2, pool_4 = _pooling(2), _pooling(4)
