"""Explicit vectors for rows: what the loops of the fully connected CRF are written with.

A row holds the classes of one pixel or vertex, a multiple of four float32 numbers. Its length is
known when code is emitted, so it is cut into the longest vectors that fit, such as 16 and 8 for 24.
Short rows share a vector in the softmax.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.crf.jit import code, ir, vector_length

LONGEST = vector_length()
"""How many numbers the longest vector holds."""


class RowEmitter:
    """Emits operations on rows of float32 numbers, cut into vectors of the machine."""

    def __init__(self, context: Any, builder: Any, signature: Any, values: Any) -> None:
        self.context, self.builder = context, builder
        self.kinds, self.values = signature.args, values
        self.width = 4 * signature.args[0].count

    def int(self, value: int) -> Any:
        return ir.Constant(ir.IntType(64), value)

    def array(self, kind: Any, value: Any) -> Any:
        return self.context.make_array(kind)(self.context, self.builder, value)

    def row(self, argument: int, index: Any) -> Any:
        """Where a row of an argument begins."""
        return self.at(self.array(self.kinds[argument], self.values[argument]).data, index)

    def at(self, base: Any, index: Any) -> Any:
        """Where row `index` begins."""
        index = self.builder.sext(index, ir.IntType(64))
        return self.builder.gep(base, [self.builder.mul(index, self.int(self.width))])

    def simplex(self, argument: int, pixel: Any) -> tuple[Any, ...]:
        """How many vertices a pixel has, where their numbers and weights begin, and `Ends`."""
        parts = code.unpack_tuple(self.builder, self.values[argument])
        kinds = self.kinds[argument].types
        vertices, weights, heard, said = (
            self.array(kind, part) for kind, part in zip(kinds, parts, strict=True)
        )
        count = code.unpack_tuple(self.builder, vertices.shape)[1]
        start = [self.builder.mul(pixel, count)]
        place = self.builder.gep(vertices.data, start), self.builder.gep(weights.data, start)
        return count, *place, heard.data, said

    def parts(self, row: Any, rows: int = 1) -> Iterator[Any]:
        """Pointers to the vectors that cover some rows, the longest first."""
        at, end, size = 0, self.width * rows, LONGEST
        while at < end:
            while size > end - at:
                size //= 2
            kind = ir.VectorType(ir.FloatType(), size)
            yield self.builder.bitcast(self.builder.gep(row, [self.int(at)]), kind.as_pointer())
            at += size

    def load(self, row: Any, rows: int = 1) -> list[Any]:
        found = [self.builder.load(part) for part in self.parts(row, rows)]
        for one in found:
            one.align = 4
        return found

    def store(self, values: list[Any], row: Any) -> None:
        rows = sum(value.type.count for value in values) // self.width
        for value, part in zip(values, self.parts(row, rows), strict=True):
            self.builder.store(value, part).align = 4

    def keep(self, value: Any) -> Any:
        return code.alloca_once_value(self.builder, value)

    def constant(self, kind: Any, value: float) -> Any:
        return ir.Constant(kind, [value] * kind.count)

    def spread(self, scalar: Any, kind: Any) -> Any:
        lane = ir.Constant(ir.IntType(32), 0)
        one = self.builder.insert_element(ir.Constant(kind, ir.Undefined), scalar, lane)
        order = ir.Constant(ir.VectorType(ir.IntType(32), kind.count), [0] * kind.count)
        return self.builder.shuffle_vector(one, one, order)

    def scaled(self, value: Any, scalar: Any) -> Any:
        return self.builder.fmul(value, self.spread(scalar, value.type))

    def call(self, name: str, *values: Any) -> Any:
        kind = values[0].type
        found = code.get_or_insert_function(
            self.builder.module,
            ir.FunctionType(kind, [kind] * len(values)),
            f"llvm.{name}.v{kind.count}f32",
        )
        return self.builder.call(found, values)

    def fma(self, a: Any, b: Any, c: Any) -> Any:
        return self.call("fmuladd", a, b, c)

    def larger(self, a: Any, b: Any) -> Any:
        return self.builder.select(self.builder.fcmp_ordered(">", a, b), a, b)

    def joined(self, values: list[Any], join: Any) -> Any:
        """All numbers of a row joined, in each lane of one vector, which rows may share."""
        total, rest = values[0], values[1:]
        while rest:
            if rest[0].type.count < total.type.count:
                total = join(*self.halves(total))
            else:
                total = join(total, rest.pop(0))
        size = total.type.count
        apart = 1
        while apart < min(size, self.width):
            total = join(total, self.shuffled(total, [i ^ apart for i in range(size)]))
            apart *= 2
        return total

    def halves(self, value: Any) -> tuple[Any, Any]:
        size = value.type.count
        return (
            self.shuffled(value, [*range(size // 2)]),
            self.shuffled(value, [*range(size // 2, size)]),
        )

    def shuffled(self, value: Any, order: list[int]) -> Any:
        kind = ir.VectorType(ir.IntType(32), len(order))
        return self.builder.shuffle_vector(value, value, ir.Constant(kind, order))

    def repeated(self, value: Any, like: Any) -> Any:
        order = [i % value.type.count for i in range(like.type.count)]
        return self.shuffled(value, order)

    def softmax(self, values: list[Any]) -> list[Any]:
        b = self.builder
        top = self.joined(values, self.larger)
        values = [self.exp(b.fsub(v, self.repeated(top, v))) for v in values]
        total = self.joined(values, b.fadd)
        share = b.fdiv(self.constant(total.type, 1.0), total)
        return [b.fmul(v, self.repeated(share, v)) for v in values]

    def exp(self, x: Any) -> Any:
        """The exponential of x of at most 0; 0 below e^-70, so that nothing turns denormal."""
        b, kind = self.builder, x.type
        whole = ir.VectorType(ir.IntType(32), kind.count)
        least = self.constant(kind, -70.0)
        kept = b.fcmp_ordered(">", x, least)
        x = b.select(kept, x, least)
        n = self.call(
            "floor", self.fma(x, self.constant(kind, 1.44269504), self.constant(kind, 0.5))
        )
        r = self.fma(n, self.constant(kind, -0.693359375), x)
        r = self.fma(n, self.constant(kind, 2.12194440e-4), r)
        p = self.constant(kind, _CEPHES[0])
        for term in _CEPHES[1:]:
            p = self.fma(p, r, self.constant(kind, term))
        p = b.fadd(self.fma(p, b.fmul(r, r), r), self.constant(kind, 1.0))
        n = b.add(b.fptosi(n, whole), self.constant(whole, 127))
        power = b.bitcast(b.shl(n, self.constant(whole, 23)), kind)
        return b.select(kept, b.fmul(p, power), self.constant(kind, 0.0))


# The minimax polynomial of Cephes' expf on [-ln 2 / 2, ln 2 / 2].
_CEPHES = (
    1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
    5.0000001201e-1,
)  # fmt: skip
