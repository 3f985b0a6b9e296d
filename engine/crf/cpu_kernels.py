"""The kernels of one image in one window, and what of them outlives a change of parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar, cast

import numpy as np

from engine.core.arrays import Floats, Pixels
from engine.crf import cpu_tables as loops
from engine.crf.cpu_grid import Grid, aligned, zeros
from engine.crf.emit import LANES
from engine.crf.jit import thread_count
from engine.crf.parameters import CrfParameters
from engine.crf.simd import ROWS, SHARP

T = TypeVar("T")

_FAR = 1e6
"""A colour so unlike all others that the kernel to it is zero: it lies outside the image."""

_TINY = 1e-20

_FLOOR = 1e-12
"""What is less in a table counts as zero, so that no product with a belief is denormal."""

_TABLE_LIMIT = 3 << 28
"""Bytes of a kernel that is still kept; a larger one is made anew for each message."""

_SCRATCH_STRIPS = 64


class Form(Enum):
    """How a kernel is kept."""

    FIXED = "16-bit fixed point"
    FLOAT = "float32"
    FOLDED = "float32, divided by the roots of its sums at both cells"
    RAW = "float32, to be divided at each pixel instead, so that nothing is too small to keep"

    @property
    def unit(self) -> float:
        """The number that stands for one."""
        return SHARP if self is Form.FIXED else 1.0


def _form(p: CrfParameters) -> Form:
    if p.normalisation == "symmetric":
        return Form.FOLDED if p.blur == 1 else Form.RAW
    return Form.FIXED if p.convention == "released" else Form.FLOAT


class Kept:
    """The last value of each name, made anew when what it depends on changes."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[object, object]] = {}

    def get(self, name: str, key: object, make: Callable[[], T]) -> T:
        held = self._values.get(name)
        if held is None or held[0] != key:
            self.forget(name)  # should making it fail half way, it counts as not made
            held = (key, make())
            self._values[name] = held
        return cast("T", held[1])

    def forget(self, name: str) -> None:
        self._values.pop(name, None)


@dataclass(frozen=True, slots=True)
class Gaussian:
    """A Gaussian kernel between each cell and its window.

    Attributes:
        table: See `cpu_tables.fill_table`; a scratch if it is made anew for each message.
        anew: Whether it is.
        colours: (grid rows, F, pitch) it compares.
        sharpness: -1 / 2 width^2 of the colours.
        floor: What is less is taken for zero.
        columns: Exponents of columns apart.
        lines: Exponents of rows and slices apart.
        scale: (grid rows, pitch) what it is multiplied by at both cells.
        totals: (grid rows, pitch) its sums before that; of float32 tables only.
    """

    table: Pixels
    anew: bool
    colours: Floats
    sharpness: float
    floor: float
    columns: Floats
    lines: Floats
    scale: Floats
    totals: Floats


@dataclass(frozen=True, slots=True)
class Kernels:
    """All that one step sums over.

    Attributes:
        gaussians: One; with blur and normalisation two, each with its own belief.
        weight: Factor of the tables.
        near: (ROWS * taps,) added to them, in the order of the program.
        near_scale: (grid rows, pitch) multiplies `near` at both cells.
        outer: (gaussians,) factors of the sums.
        scales: (gaussians, rows or 1, fine pitch) factors of the sums at each pixel.
        shares: (gaussians, rows or 1, fine pitch) of each pixel in the mean of its cell.
    """

    gaussians: tuple[Gaussian, ...]
    weight: float
    near: Floats
    near_scale: Floats
    outer: Floats
    scales: Floats
    shares: Floats


class KernelStore:
    """Makes kernels, keeping the parts that change apart: weights are in none of them."""

    def __init__(self, grid: Grid, colours: Floats) -> None:
        """Bring the colours, (F, slices, rows, columns), onto the grid."""
        self._grid = grid
        self._sizes = grid.sizes
        self._kept = Kept()
        shape = (grid.rows, len(colours), grid.pitch)
        self._colours = zeros(shape)
        self._colours[...] = _FAR
        loops.pool_colours(colours, self._sizes, self._colours)
        self._blank = zeros((grid.rows, 1, grid.pitch))
        self._blank[...] = np.where(self._colours[:, :1] == _FAR, _FAR, 0)
        self._ones = np.ones_like(grid.shares)
        self.inside = zeros((grid.rows, grid.pitch))
        self.inside[...] = self._blank[:, 0] == 0

    def kernels(self, p: CrfParameters) -> Kernels:
        """What the parameters ask for, computing only what no earlier call has."""
        if self._sizes.blur == 1:
            return self._fine(p)
        return self._coarse(p)

    def _fine(self, p: CrfParameters) -> Kernels:
        """Without blur the position kernel is the same everywhere: one number for each tap."""
        form = _form(p)
        alike = self._alike(p, form)
        width = p.smoothness_position
        near = self._kept.get("near", width, lambda: self._near(width))
        scale = self.inside
        if form is Form.FOLDED:
            scale = self._kept.get("near scale", width, lambda: self._near_scale(width))
        return Kernels(
            (alike,),
            p.appearance_weight / form.unit,
            self._grid.in_order(near * np.float32(p.smoothness_weight)),
            scale,
            np.ones(1, np.float32),
            self._ones,
            self._grid.shares,
        )

    def _coarse(self, p: CrfParameters) -> Kernels:
        """With blur cells at the border are smaller, and both kernels are tables."""
        form = _form(p)
        alike = self._alike(p, form)
        width = p.smoothness_position
        close = self._gaussian("close", self._blank, (1.0, width), form)
        weights = p.appearance_weight, p.smoothness_weight
        widths = p.appearance_colour, p.appearance_position, width
        nothing = np.zeros(ROWS * self._sizes.taps, np.float32)
        if form is Form.RAW:
            both, weight, outer = (alike, close), 1.0, np.array(weights, np.float32)
            scales = self._kept.get("scales", widths, lambda: self._scales(both))
            shares = self._kept.get("shares", widths, lambda: scales * self._grid.shares)
        else:
            merged = self._kept.get(
                "merged", (form, widths, weights), lambda: self._merged(alike, close, weights)
            )
            both, outer = (merged,), np.ones(1, np.float32)
            scales, shares = self._ones, self._grid.shares
            weight = sum(weights) / form.unit
        return Kernels(both, weight, nothing, self.inside, outer, scales, shares)

    def _alike(self, p: CrfParameters, form: Form) -> Gaussian:
        widths = p.appearance_colour, p.appearance_position
        return self._gaussian("alike", self._colours, widths, form)

    def _gaussian(
        self,
        name: str,
        colours: Floats,
        widths: tuple[float, float],
        form: Form,
    ) -> Gaussian:
        """The kernel of widths (colour, position).

        A folded one is computed twice, first for its sums: quicker than to read it again.
        """

        def make() -> Gaussian:
            s = self._sizes
            dtype = np.uint16 if form is Form.FIXED else np.float32
            shape = (s.grid_depth * s.blocks, s.strips, ROWS * s.taps, LANES)
            large = np.prod(shape) * np.dtype(dtype).itemsize > _TABLE_LIMIT
            anew = bool(large and s.blur == 1)
            if anew:
                shape = (bands(s.grid_depth * s.blocks), 1, ROWS * s.taps, LANES)
            folded = form is Form.FOLDED
            scale = self._inverse_roots(colours, widths) if folded else self.inside
            floor = 0.0 if form is Form.RAW else _FLOOR
            table = self._kept.get(f"table of {name}", (dtype, anew), lambda: aligned(shape, dtype))
            found = Gaussian(
                table, anew, colours, -0.5 / widths[0] ** 2, floor,
                *self._grid.exponents(widths[1]), scale, zeros(self.inside.shape),
            )  # fmt: skip
            if not anew:
                self._fill(found, keep=True)
            return found

        return self._kept.get(name, (widths, form), make)

    def _fill(self, gaussian: Gaussian, *, keep: bool) -> None:
        g = gaussian
        loops.fill_table(
            self._sizes, g.table, g.colours, g.sharpness, g.floor, g.columns, g.lines,
            self._grid.runs, self._grid.order, g.scale, g.totals, keep,
        )  # fmt: skip

    def _inverse_roots(self, colours: Floats, widths: tuple[float, float]) -> Floats:
        """One over the root of the sum of a kernel over the window of each cell."""
        scratch = zeros((_SCRATCH_STRIPS, 1, ROWS * self._sizes.taps, LANES))
        sums = zeros(self.inside.shape)
        exponents = self._grid.exponents(widths[1])
        gaussian = Gaussian(
            scratch, True, colours, -0.5 / widths[0] ** 2, 0.0, *exponents, self.inside, sums
        )
        self._fill(gaussian, keep=False)
        sums[...] = self.inside / np.sqrt(sums + np.float32(_TINY))
        return sums

    def _near(self, width: float) -> Floats:
        squares = np.square(self._grid.offsets * np.array(self._grid.spacing)).sum(axis=1)
        near = np.exp(-0.5 * squares / width**2)
        return np.where(near > 1e-30, near, 0).astype(np.float32)

    def _near_scale(self, width: float) -> Floats:
        return self._inverse_roots(self._blank, (1.0, width))

    def _scales(self, both: tuple[Gaussian, ...]) -> Floats:
        """One over the roots of the sums, at each pixel of the image."""
        s = self._sizes
        found = zeros((len(both), s.depth * s.height, self._grid.fine_pitch))
        for gaussian, into in zip(both, found, strict=True):
            loops.normalisers(s, gaussian.totals, into)
        return found

    def _merged(self, alike: Gaussian, close: Gaussian, weights: tuple[float, float]) -> Gaussian:
        """One table for both kernels, divided by the sum of the weights."""
        dtype = alike.table.dtype
        table = self._kept.get("table of both", dtype, lambda: aligned(alike.table.shape, dtype))
        one, other = (weight / (sum(weights) or 1.0) for weight in weights)
        half = 0.5 if dtype == np.uint16 else 0.0
        loops.merge(alike.table, one, close.table, other, half, table)
        return replace(alike, table=table)


def bands(blocks: int) -> int:
    """Into how many pieces work is cut: a few for each thread, so that a slow one can lag."""
    threads = thread_count()
    return 1 if threads == 1 else max(1, min(blocks, 4 * threads))
