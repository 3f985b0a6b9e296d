"""Where things lie in memory for the CPU mean field, and the order in which a window is summed.

Messages are passed on a grid that `blur` makes coarser than the image. A picture is a volume of
one slice. Rows of the grid are numbered through all slices, with a margin of zeros around each
slice as deep as the window reaches, so that every neighbour of every pixel lies at a fixed
distance in memory and none needs a check for the border.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Doubles, Floats, Pixels
from engine.crf.emit import LANES
from engine.crf.simd import PARTS, ROWS

Ints = npt.NDArray[np.int64]

MARGIN = 16
"""Columns of zeros before and after each row: a multiple of every vector, wider than any reach."""


class Sizes(NamedTuple):
    """The numbers that the compiled loops need.

    Attributes:
        depth: Slices of the image.
        height: Its rows.
        width: Its columns.
        grid_depth: Slices of the grid; height and width likewise.
        grid_height: Rows of a slice.
        grid_width: Columns.
        blur: Pixels per cell along rows and columns.
        slice_blur: Pixels per cell along slices.
        before_z: How far the first cell reaches beyond the image; y and x likewise.
        before_y: Along rows.
        before_x: Along columns.
        reach: Cells from the centre of the window to its side.
        slice_rows: Rows from a slice of the grid to the next, margins included.
        first_row: Row of the first cell.
        strips: Vectors in a row.
        blocks: Blocks of ROWS rows in a slice.
        taps: Cells in the window.
    """

    depth: int
    height: int
    width: int
    grid_depth: int
    grid_height: int
    grid_width: int
    blur: int
    slice_blur: int
    before_z: int
    before_y: int
    before_x: int
    reach: int
    slice_rows: int
    first_row: int
    strips: int
    blocks: int
    taps: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What the layout follows from; equal shapes share it.

    Attributes:
        sides: (rows, columns) or (slices, rows, columns) of the image.
        spacing: Of its pixels, along the same axes.
        blur: Factor of the grid.
        filter_size: Side of the window.
        square: Or else |dz| + |dy| + |dx| is limited.
        centre: Whether a pixel is its own neighbour.
    """

    sides: tuple[int, ...]
    spacing: tuple[float, ...]
    blur: int
    filter_size: int
    square: bool
    centre: bool


class Grid:
    """The layout for one shape.

    Attributes:
        sizes: Its numbers.
        rows: Rows of an array with margins.
        pitch: Columns of a row with margins.
        parts: (len(PARTS) + 1,), where parts of `program` begin.
        order: (ROWS, taps): where in a strip of a table, which lies in the order of the program,
            each tap of each row is.
        runs: (runs, 5): the window as `simd.appearance` fills it for one row.
        offsets: (taps, 3): the window itself.
        spacing: Size of a pixel along slices, rows and columns.
        run_offsets: (runs, 2): slices and rows apart, for each of `runs`.
        squares: For each axis (steps, cells): squared distance from a cell to the one so many
            steps further, from `-reach` steps on.
        fine_pitch: Columns of a row of the image, from the first of the first cell.
        shares: (1, 1, fine_pitch) of each pixel in the mean over the columns of its cell.
    """

    def __init__(self, shape: Shape) -> None:
        flat = len(shape.sides) == 2
        sides = (1, *shape.sides) if flat else shape.sides
        spacing = (1.0, *shape.spacing) if flat else shape.spacing
        factors = (1 if flat else shape.blur, shape.blur, shape.blur)
        cells = [-(-side // factor) for side, factor in zip(sides, factors, strict=True)]
        before = [-(-(-side % by) // 2) for side, by in zip(sides, factors, strict=True)]
        reach = shape.filter_size // 2
        slice_reach = 0 if flat else reach
        self.offsets = _window(reach, slice_reach, square=shape.square, centre=shape.centre)
        slice_rows = cells[1] + 2 * reach
        blocks = -(-cells[1] // ROWS)
        strips = -(-cells[2] // LANES)
        self.sizes = Sizes(
            depth=sides[0], height=sides[1], width=sides[2],
            grid_depth=cells[0], grid_height=cells[1], grid_width=cells[2],
            blur=factors[1], slice_blur=factors[0],
            before_z=before[0], before_y=before[1], before_x=before[2],
            reach=reach, slice_rows=slice_rows, first_row=slice_reach * slice_rows + reach,
            strips=strips, blocks=blocks, taps=len(self.offsets),
        )  # fmt: skip
        self.rows = (cells[0] + 2 * slice_reach) * slice_rows + ROWS
        self.pitch = 2 * MARGIN + strips * LANES
        self._steps, self.parts = _program(self.offsets, reach, slice_reach, slice_rows)
        self.order = _order(self._steps, self.parts, len(self.offsets))
        self.runs, self.run_offsets = _runs(self.offsets, reach, slice_rows)
        centres = [
            _centres(side, by, start, count) * size
            for side, by, start, count, size in zip(
                sides, factors, before, cells, spacing, strict=True
            )
        ]
        self.spacing = spacing
        self.squares = [
            _squares(places, far)
            for places, far in zip(centres, (slice_reach, reach, reach), strict=True)
        ]
        self.fine_pitch = (strips * factors[1] + 1) * LANES  # odd: planes share no cache sets
        self.shares = np.zeros((1, 1, self.fine_pitch), np.float32)
        columns = np.arange(sides[2]) + before[2]
        members = _members(sides[2], factors[2], before[2], cells[2])
        self.shares[..., columns] = 1 / members[columns // factors[2]]

    def program(self, classes: int) -> Ints:
        """The window as `simd.message` sums it for ROWS rows at once, (neighbours, 2)."""
        rows, columns = self._steps[:, :1], 4 * self._steps[:, 1:2]
        pitch = 4 * self.pitch
        return np.concatenate([rows * (classes * pitch) + columns, rows * pitch + columns], axis=1)

    def in_order(self, taps: Floats) -> Floats:
        """A number for each tap, as often as the program needs it and in its order."""
        found = np.empty(ROWS * len(taps), np.float32)
        found[self.order] = taps
        return found

    def beliefs(self, copies: int, classes: int) -> Floats:
        """Room for beliefs, (copies, rows, classes, pitch), with zeros around the image."""
        s = self.sizes
        found = aligned((copies, self.rows, classes, self.pitch))
        first = s.first_row + s.slice_rows * np.arange(s.grid_depth)[:, None]
        outside = np.ones(self.rows, np.bool_)
        outside[first + np.arange(s.grid_height)] = False
        found[:, outside] = 0
        found[..., :MARGIN] = 0
        found[..., MARGIN + s.grid_width :] = 0
        return found

    def exponents(self, width: float) -> tuple[Floats, Floats]:
        """-|places apart|^2 / 2 width^2: of columns (steps, pitch), of rows (runs, slices * rows).

        The second are for each of `runs`, the way there from each row of the grid.
        """
        z, y, x = (squares * (-0.5 / width**2) for squares in self.squares)
        columns = np.zeros((len(x), self.sizes.strips * LANES), np.float32)
        columns[:, : self.sizes.grid_width] = x
        middles = len(z) // 2, len(y) // 2
        lines = (
            z[self.run_offsets[:, 0] + middles[0], :, None]
            + (y[self.run_offsets[:, 1] + middles[1], None, :])
        )
        return columns, np.ascontiguousarray(lines.reshape(len(lines), -1).T, np.float32)


def _window(reach: int, slice_reach: int, *, square: bool, centre: bool) -> Ints:
    steps = range(-reach, reach + 1)
    found = [
        offset
        for offset in product(range(-slice_reach, slice_reach + 1), steps, steps)
        if (square or sum(map(abs, offset)) <= reach) and (centre or any(offset))
    ]
    return np.array(found, np.int64).reshape(-1, 3)


def _program(offsets: Ints, reach: int, slice_reach: int, slice_rows: int) -> tuple[Ints, Ints]:
    """The neighbours of a block of ROWS rows, each for the rows that have it in their window."""
    index = {tuple(offset): i for i, offset in enumerate(offsets.tolist())}
    found: dict[tuple[int, int], list[list[int]]] = {part: [] for part in PARTS}
    rows = range(-reach, reach + ROWS)
    for dz, row in product(range(-slice_reach, slice_reach + 1), rows):
        for dx in range(-reach, reach + 1):
            taps = [index.get((dz, row - r, dx), -1) for r in range(ROWS)]
            for part in _stretches([tap >= 0 for tap in taps]):
                found[part].append([dz * slice_rows + row, dx, *taps])
    program = [step for part in PARTS for step in found[part]]
    parts = np.cumsum([0] + [len(found[part]) for part in PARTS])
    return np.array(program, np.int64).reshape(-1, 2 + ROWS), parts.astype(np.int64)


def _order(steps: Ints, parts: Ints, taps: int) -> Ints:
    order = np.zeros((ROWS, taps), np.int64)
    place = 0
    for part, (first, last) in enumerate(PARTS):
        for step in steps[parts[part] : parts[part + 1], 2:]:
            for row in range(first, last):
                order[row, step[row]] = place
                place += 1
    return order


def _stretches(held: list[bool]) -> list[tuple[int, int]]:
    """First and past-the-last index of each stretch of True."""
    around = [False, *held, False]
    edges = [i for i in range(len(held) + 1) if around[i] != around[i + 1]]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _runs(offsets: Ints, reach: int, slice_rows: int) -> tuple[Ints, Ints]:
    """Stretches of neighbouring taps in a row of the window."""
    starts = [
        i
        for i, offset in enumerate(offsets)
        if i == 0 or (offset - offsets[i - 1]).tolist() != [0, 0, 1]
    ]
    counts = np.diff([*starts, len(offsets)])
    first = offsets[starts]
    columns = (
        counts, first[:, 0] * slice_rows + first[:, 1], 4 * first[:, 2], starts,
        first[:, 2] + reach,
    )  # fmt: skip
    return np.stack(columns, axis=1).astype(np.int64), first[:, :2]


def _members(side: int, factor: int, before: int, cells: int) -> Doubles:
    """How many pixels along an axis each cell holds."""
    edges = np.clip(np.arange(cells + 1) * factor - before, 0, side)
    return np.diff(edges).astype(np.float64)


def _centres(side: int, factor: int, before: int, cells: int) -> Doubles:
    """The mean place of the pixels of each cell."""
    edges = np.clip(np.arange(cells + 1) * factor - before, 0, side)
    return (edges[:-1] + edges[1:] - 1) / 2


def _squares(places: Doubles, reach: int) -> Doubles:
    """Squared distance to the cell so many steps further; beyond the border it does not matter."""
    found = np.zeros((2 * reach + 1, len(places)))
    for step in range(-reach, reach + 1):
        there = np.clip(np.arange(len(places)) + step, 0, len(places) - 1)
        found[step + reach] = (places[there] - places) ** 2
    return found


def aligned(shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Pixels:
    """An array that begins on a cache line, of any content."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    room = np.empty(size + 64, np.uint8)  # numpy asks for large pages here, and not in zeros
    start = -room.ctypes.data % 64
    return room[start : start + size].view(dtype).reshape(shape)


def zeros(shape: tuple[int, ...]) -> Floats:
    """As `aligned`, of zeros."""
    found = aligned(shape)
    found[...] = 0
    return found
