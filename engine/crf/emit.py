"""Explicit vectors: what the emitted loops of the CPU mean field are written with.

An `Emitter` puts single instructions into a function that numba is compiling; the loops
themselves are in `engine.crf.simd` and `engine.crf.simd_settle`.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from engine.crf.jit import code, ir, vector_length

Value: TypeAlias = Any  # an llvmlite value

LANES = vector_length()
"""Numbers in a vector: as many float32 as the widest registers of this machine hold."""

INT = ir.IntType(64)
FLOAT = ir.FloatType()
FLOATS = ir.VectorType(FLOAT, LANES)
INTS = ir.VectorType(ir.IntType(32), LANES)
SHORTS = ir.VectorType(ir.IntType(16), LANES)
BYTES = 4 * LANES
"""Size of a vector of float32."""


class Emitter:
    """Short names for what the loops are made of."""

    def __init__(self, context: Any, builder: Any) -> None:
        self.context = context
        self.builder = builder

    def int(self, value: int) -> Value:
        return ir.Constant(INT, value)

    def floats(self, value: float) -> Value:
        return ir.Constant(FLOATS, [value] * LANES)

    def at(self, base: Value, *steps: tuple[Value, int | Value]) -> Value:
        """The address `base` plus the sum of index times stride."""
        for index, stride in steps:
            size = self.int(stride) if isinstance(stride, int) else stride
            base = self.builder.add(base, self.builder.mul(index, size))
        return base

    def load(self, address: Value, kind: Any = FLOATS, align: int = 4) -> Value:
        pointer = self.builder.inttoptr(address, kind.as_pointer())
        found = self.builder.load(pointer)
        found.align = align
        return found

    def store(self, value: Value, address: Value, align: int = 4) -> None:
        pointer = self.builder.inttoptr(address, value.type.as_pointer())
        self.builder.store(value, pointer).align = align

    def splat(self, scalar: Value, vectors: int = 1) -> Value:
        lane = ir.Constant(ir.IntType(32), 0)
        empty = ir.Constant(ir.VectorType(scalar.type, LANES), ir.Undefined)
        one = self.builder.insert_element(empty, scalar, lane)
        order = ir.Constant(ir.VectorType(ir.IntType(32), vectors * LANES), None)
        return self.builder.shuffle_vector(one, empty, order)

    def call(self, name: str, *values: Value) -> Value:
        own = values[0].type
        kind = ir.FunctionType(own, [own] * len(values))
        full = f"llvm.{name}.v{own.count}f32"
        return self.builder.call(
            code.get_or_insert_function(self.builder.module, kind, full), values
        )

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        return self.call("fmuladd", a, b, c)

    def prefetch(self, address: Value) -> None:
        """Asks for the cache line at an address that need not be valid."""
        kinds = ir.IntType(8).as_pointer(), *[ir.IntType(32)] * 3
        name = "llvm.prefetch.p0"
        kind = ir.FunctionType(ir.VoidType(), kinds)
        found = code.get_or_insert_function(self.builder.module, kind, name)
        hints = [ir.Constant(ir.IntType(32), value) for value in (0, 3, 1)]
        self.builder.call(found, [self.builder.inttoptr(address, kinds[0]), *hints])

    def loop(self, count: Value, start: Value | None = None) -> Any:
        return code.for_range(self.builder, count, start=start)

    def variable(self, value: float, vectors: int = 1) -> Value:
        """A vector that changes, set to `value` here."""
        kind = ir.VectorType(FLOAT, vectors * LANES)
        found = code.alloca_once(self.builder, kind)
        self.builder.store(ir.Constant(kind, [value] * kind.count), found)
        return found

    def vectors(self, count: Value) -> Value:
        """How many vectors hold `count` numbers."""
        return self.builder.sdiv(self.builder.add(count, self.int(LANES - 1)), self.int(LANES))

    def larger(self, a: Value, b: Value) -> Value:
        return self.builder.select(self.builder.fcmp_ordered(">", a, b), a, b)

    def exp(self, x: Value, lowest: float) -> Value:
        """The exponential of x <= 0, to 4e-6; 0 below `lowest`, so that nothing turns denormal."""
        b, count = self.builder, x.type.count
        ints = ir.VectorType(ir.IntType(32), count)

        def same(value: float) -> Value:
            return ir.Constant(x.type, [value] * count)

        x = b.fmul(x, same(1.44269504))  # a power of two from here on
        n = self.call("rint", x)
        r = b.fsub(x, n)
        p = same(_POWER[0])
        for term in _POWER[1:]:
            p = self.fma(p, r, same(term))
        exponent = b.shl(b.fptosi(n, ints), ir.Constant(ints, [23] * count))
        found = b.bitcast(b.add(b.bitcast(p, ints), exponent), x.type)
        kept = b.fcmp_ordered(">", x, same(lowest * 1.44269504))
        return b.select(kept, found, same(0.0))

    def any(self, lanes: Value) -> Value:
        """Whether one of some comparisons holds."""
        bits = ir.IntType(lanes.type.count)
        return self.builder.icmp_unsigned("!=", self.builder.bitcast(lanes, bits), bits(0))

    def log(self, x: Value) -> Value:
        """The logarithm of x >= 1, to 1e-7."""
        b = self.builder
        bits = b.bitcast(b.fmul(x, self.floats(2**0.5)), INTS)  # so that the rest is around 1
        ints = [ir.Constant(INTS, [value] * LANES) for value in (23, 127)]
        power = b.sub(b.lshr(bits, ints[0]), ints[1])
        n = b.sitofp(power, FLOATS)
        scale = b.bitcast(b.shl(b.sub(ints[1], power), ints[0]), FLOATS)
        r = b.fsub(b.fmul(x, scale), self.floats(1.0))
        p = self.floats(_LOG[0])
        for term in _LOG[1:]:
            p = self.fma(p, r, self.floats(term))
        square = b.fmul(r, r)
        p = b.fmul(b.fmul(p, r), square)
        p = self.fma(n, self.floats(-2.12194440e-4), self.fma(square, self.floats(-0.5), p))
        return self.fma(n, self.floats(0.693359375), b.fadd(r, p))

    def masked(self, address: Value, left: Value, value: Value | None = None) -> Value:
        """Loads the first `left` lanes at an address, the rest zero; or stores them."""
        b = self.builder
        lanes = ir.Constant(INTS, list(range(LANES)))
        mask = b.icmp_signed("<", lanes, self.splat(b.trunc(left, ir.IntType(32))))
        pointer = b.inttoptr(address, FLOATS.as_pointer())
        align = ir.Constant(ir.IntType(32), 4)
        if value is None:
            given: list[Value] = [pointer, align, mask, self.floats(0.0)]
            name, result = f"llvm.masked.load.v{LANES}f32.p0", FLOATS
        else:
            given = [value, pointer, align, mask]
            name, result = f"llvm.masked.store.v{LANES}f32.p0", ir.VoidType()
        kind = ir.FunctionType(result, [one.type for one in given])
        return b.call(code.get_or_insert_function(b.module, kind, name), given)

    def load_first(self, address: Value, left: Value) -> Value:
        """Loads the first `left` lanes, all of them if there are more; the others are zero."""
        whole = self.builder.icmp_signed(">=", left, self.int(LANES))
        found = self.variable(0.0)
        with self.builder.if_else(whole) as (full, part):
            with full:
                self.builder.store(self.load(address), found)
            with part:
                self.builder.store(self.masked(address, left), found)
        return self.builder.load(found)

    def store_first(self, value: Value, address: Value, left: Value) -> None:
        """Stores the first `left` lanes, all of them if there are more."""
        whole = self.builder.icmp_signed(">=", left, self.int(LANES))
        with self.builder.if_else(whole) as (full, part):
            with full:
                self.store(value, address)
            with part:
                self.masked(address, left, value)


# 2^r on [-1/2, 1/2], highest power first: exact at 0, else to 9e-8; fitted for the least error.
_POWER = (
    1.326472543e-03, 9.671512769e-03, 5.550733749e-02, 2.402224208e-01,
    6.931469776e-01, 1.0,
)  # fmt: skip

# The minimax polynomial of Cephes' logf, on [sqrt 1/2, sqrt 2] less 1.
_LOG = (
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
    -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
)  # fmt: skip
