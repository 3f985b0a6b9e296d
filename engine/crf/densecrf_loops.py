"""The compiled loops of the fully connected CRF: what a mean-field step does to the pixels.

One pass slices both lattices, adds the unary, takes the softmax, and splats the belief into the
next lattices, so that neither messages nor beliefs are ever stored. The classes of a pixel lie
side by side in a row, padded to whole vectors, as do those of a vertex. Rows are short, and a
compiler that does not know how short makes slow loops of them; so their slices and splats are
emitted as explicit vectors, for each length of a row anew.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.core.arrays import Floats, Labels
from engine.core.label_set import IGNORE
from engine.crf.densecrf_emit import LONGEST, RowEmitter
from engine.crf.jit import code, intrinsic, loop, parallel, prange, types

_NEVER = np.float32(-1e30)  # a score that no message can lift
_LEAST = np.float32(-1e9)  # log 0
_FREE = int(IGNORE)
_CHUNK = 64  # pixels whose rows stay in the first cache


@loop
def stage(planes: Floats, pins: Labels, rows: Floats) -> bool:
    """(K, N) to rows of pixels; where one is pinned, certainty. False if a value is no number."""
    classes, pixels = planes.shape
    good = True
    for first in range(0, pixels, _CHUNK):
        count = min(_CHUNK, pixels - first)
        for k in range(classes):
            for x in range(first, first + count):
                value = planes[k, x]
                good &= value < np.float32(np.inf)
                rows[x, k] = max(value, _LEAST)
        for k in range(classes, rows.shape[1]):
            for x in range(first, first + count):
                rows[x, k] = _NEVER
    for x in range(len(pins)):
        if pins[x] != _FREE:
            rows[x] = _NEVER
            rows[x, pins[x]] = np.float32(0)
    return good


class Ends(NamedTuple):
    """The arrays through which pixels and vertices of a lattice talk; see `engine.crf.densecrf`."""

    vertices: Any
    weights: Any
    heard: Any
    said: Any


@parallel
def pass_pixels(
    lanes: tuple[int, ...],
    rows: Floats,
    trust: float,
    hears: bool,
    a: Ends,
    b: Ends,
    out: Floats,
) -> None:
    """What a step does to the pixels.

    Args:
        lanes: Its length tells the compiler how many times four numbers a row has.
        rows: Log p.
        trust: What log p is multiplied by.
        hears: Whether there are messages yet.
        a: One lattice.
        b: The other.
        out: (K, pixels) where beliefs go instead of to the lattices, if this is the last pass.
    """
    for band in prange(len(a.said)):
        _pass_band(lanes, rows, trust, hears, a, b, out, band)


@loop
def _pass_band(
    lanes: tuple[int, ...],
    rows: Floats,
    trust: float,
    hears: bool,
    a: Ends,
    b: Ends,
    out: Floats,
    band: int,
) -> None:
    """A few pixels at a time stay in the first cache from the slice to the splat.

    Three short loops are faster than one: the processor then works on several pixels at once.
    """
    bands = len(a.said)
    begin, end = len(rows) * band // bands, len(rows) * (band + 1) // bands
    held = np.zeros((_CHUNK, rows.shape[1]), np.float32)
    last = len(out) > 0
    if not last:
        a.said[band] = np.float32(0)
        b.said[band] = np.float32(0)
    for first in range(begin, end, _CHUNK):
        count = min(_CHUNK, end - first)
        for x in range(count):
            _slice(lanes, rows, trust, hears, a, b, first + x, held, x)
        _softmax(lanes, held, _CHUNK)
        if last:
            for k in range(len(out)):
                for x in range(count):
                    out[k, first + x] = held[x, k]
        else:
            for x in range(count):
                _splat(lanes, held, x, a, b, first + x, band)


@intrinsic
def _slice(
    _context: Any,
    lanes: Any,
    rows: Any,
    _trust: Any,
    _hears: Any,
    a: Any,
    b: Any,
    _pixel: Any,
    held: Any,
    _row: Any,
) -> Any:
    """held[row] = trust * rows[pixel] + what the pixel hears from both lattices."""
    whole = types.int64
    signature = types.void(lanes, rows, types.float32, types.boolean, a, b, whole, held, whole)

    def emit(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        c = RowEmitter(context, builder, signature, values)
        _, _, trust, hears, _, _, pixel, _, row = values
        sums = [c.keep(c.scaled(v, trust)) for v in c.load(c.row(1, pixel))]
        for lattice in (4, 5):
            count, vertices, weights, heard, _ = c.simplex(lattice, pixel)
            count = builder.select(hears, count, c.int(0))
            with code.for_range(builder, count) as step:
                weight = builder.load(builder.gep(weights, [step.index]))
                vertex = builder.load(builder.gep(vertices, [step.index]))
                for kept, value in zip(sums, c.load(c.at(heard, vertex)), strict=True):
                    total = c.fma(c.spread(weight, value.type), value, builder.load(kept))
                    builder.store(total, kept)
        c.store([builder.load(kept) for kept in sums], c.row(7, row))
        return context.get_dummy_value()

    return signature, emit


@intrinsic
def _splat(
    _context: Any, lanes: Any, held: Any, _row: Any, a: Any, b: Any, _pixel: Any, _band: Any
) -> Any:
    """Adds held[row] to what the pixel says to both lattices."""
    whole = types.int64
    signature = types.void(lanes, held, whole, a, b, whole, whole)

    def emit(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        c = RowEmitter(context, builder, signature, values)
        _, _, row, _, _, pixel, band = values
        belief = c.load(c.row(1, row))
        for lattice in (3, 4):
            count, vertices, weights, _, said = c.simplex(lattice, pixel)
            base = c.at(said.data, builder.mul(band, code.unpack_tuple(builder, said.shape)[1]))
            with code.for_range(builder, count) as step:
                weight = builder.load(builder.gep(weights, [step.index]))
                place = c.at(base, builder.load(builder.gep(vertices, [step.index])))
                sums = [
                    c.fma(c.spread(weight, value.type), value, old)
                    for value, old in zip(belief, c.load(place), strict=True)
                ]
                c.store(sums, place)
        return context.get_dummy_value()

    return signature, emit


@intrinsic
def _softmax(_context: Any, lanes: Any, held: Any, _count: Any) -> Any:
    """Of the first `count` rows of `held`, a number that whole vectors hold, in place."""
    signature = types.void(lanes, held, types.int64)

    def emit(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        c = RowEmitter(context, builder, signature, values)
        shared = max(1, LONGEST // c.width)
        count = builder.udiv(values[2], c.int(shared))
        with code.for_range(builder, count) as step:
            row = c.row(1, builder.mul(step.index, c.int(shared)))
            c.store(c.softmax(c.load(row, shared)), row)
        return context.get_dummy_value()

    return signature, emit


@loop
def blur(
    lanes: tuple[int, ...], values: Floats, neighbours: Any, weight: float, out: Floats
) -> None:
    """Each vertex plus half of both its neighbours, times `weight`, along one direction."""
    whole, half = np.float32(weight), np.float32(weight / 2)
    for i in range(1, len(values)):
        _blend(lanes, values, i, neighbours[0, i], neighbours[1, i], whole, half, out)


@intrinsic
def _blend(
    _context: Any,
    lanes: Any,
    values: Any,
    _row: Any,
    _before: Any,
    _after: Any,
    _whole: Any,
    _half: Any,
    out: Any,
) -> Any:
    """out[row] = whole * values[row] + half * (values[before] + values[after])."""
    index, number = types.int64, types.float32
    signature = types.void(lanes, values, index, index, index, number, number, out)

    def emit(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        c = RowEmitter(context, builder, signature, values)
        rows = [c.load(c.row(1, row)) for row in values[2:5]]
        whole, half = values[5:7]
        blurred = [
            c.fma(c.spread(whole, own.type), own, c.scaled(builder.fadd(before, after), half))
            for own, before, after in zip(*rows, strict=True)
        ]
        c.store(blurred, c.row(7, values[2]))
        return context.get_dummy_value()

    return signature, emit
