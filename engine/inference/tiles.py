"""Where the windows of a large picture lie: pure geometry.

Exact plans: each tile gives its core and reads a window that is larger by a halo. With a halo of at
least the network's receptive radius, and windows on its pooling grid, the cores put together equal
the whole picture's result. Windows of padded networks are clipped to the picture, so that they meet
the same zeros at its border as the whole does; windows of networks with valid convolutions reach
beyond it by the margin they lose, and are filled by mirroring (Ronneberger, Fischer and Brox 2015,
the overlap-tile strategy). Their paper steps by the output's side of 388 pixels, which lies off the
pooling grid and leaves seams; here cores begin at multiples of the stride.

Overlapping plans, for networks whose output depends on the whole input: windows that share pixels,
to be blended by `engine.inference.blending`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Span = tuple[slice, slice]
"""(rows, columns) of a picture."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One step over a picture.

    Attributes:
        core: (rows, columns) of the picture that this tile gives.
        window: (rows, columns) of the picture that the network reads; may reach beyond it.
    """

    core: Span
    window: Span

    @property
    def core_in_window(self) -> Span:
        """Where the core lies within the window."""
        rows, columns = (
            slice(core.start - window.start, core.stop - window.start)
            for core, window in zip(self.core, self.window, strict=True)
        )
        return rows, columns


@dataclass(frozen=True, slots=True)
class Lattice:
    """What a network asks of the windows it reads; see `engine.models.network.Network`."""

    stride: int = 1
    offset: int = 0
    margin: int = 0


def plan_tiles(
    sides: tuple[int, int], *, core: int, halo: int, lattice: Lattice, part: Span | None = None
) -> tuple[Tile, ...]:
    """The tiles of an exact plan, row by row; each pixel lies in exactly one core.

    Cores are as equal as the stride allows, so that no sliver is left at the end.

    Args:
        sides: (rows, columns) of the picture.
        core: Side of a core at most; at least one stride.
        halo: Pixels read beyond the core; rounded up to a multiple of the stride. Networks with a
            margin read that margin instead.
        lattice: What the network asks for.
        part: The (rows, columns) that are wanted, beginning at multiples of the stride; the whole
            picture if left out.
    """
    plan = _mirrored_spans if lattice.margin else _clipped_spans
    wanted = part or (slice(0, sides[0]), slice(0, sides[1]))
    rows, columns = (
        plan(_cores(of, core, lattice.stride), side, halo, lattice)
        for of, side in zip(wanted, sides, strict=True)
    )
    return tuple(
        Tile((row_core, column_core), (row_window, column_window))
        for row_core, row_window in rows
        for column_core, column_window in columns
    )


def plan_overlapping(
    sides: tuple[int, int], *, window: int, step: int, lattice: Lattice
) -> tuple[Tile, ...]:
    """Windows at a step, row by row, and one more at the end where the step leaves pixels unseen.

    A core is what its window has of the picture, so that cores overlap.

    Source: U-SegNet (Kumar et al. 2018) reads 40 x 40 patches at a step of 10; without the patch
    at the end the last columns of its slices are never seen.

    Args:
        sides: (rows, columns) of the picture.
        window: Side of a window; rounded up to the stride. Smaller where the picture is.
        step: From one window to the next, in pixels.
        lattice: What the network asks for; it must have no margin.
    """
    rows, columns = (_overlapping_spans(side, window, step, lattice) for side in sides)
    return tuple(
        Tile((_inside(row, sides[0]), _inside(column, sides[1])), (row, column))
        for row in rows
        for column in columns
    )


def nearest_first(tiles: Iterable[Tile], place: tuple[float, float]) -> tuple[Tile, ...]:
    """`tiles` in the order of their distance from (row, column)."""

    def distance(tile: Tile) -> float:
        row, column = ((part.start + part.stop) / 2 for part in tile.core)
        return (row - place[0]) ** 2 + (column - place[1]) ** 2

    return tuple(sorted(tiles, key=distance))


def round_up(value: int, step: int) -> int:
    """The smallest multiple of `step` that is not below `value`."""
    return -(-value // step) * step


def _cores(wanted: slice, core: int, stride: int) -> list[slice]:
    """Nearly equal parts of at most `core`, beginning at multiples of the stride."""
    side = wanted.stop - wanted.start
    largest = max(stride, core // stride * stride)
    step = round_up(-(-side // -(-side // largest)), stride)
    starts = range(wanted.start, wanted.stop, step)
    return [slice(start, min(start + step, wanted.stop)) for start in starts]


def _clipped_spans(
    parts: list[slice], side: int, halo: int, grid: Lattice
) -> list[tuple[slice, slice]]:
    """Cores and windows that end with the picture, brought up to the stride."""
    halo, end = round_up(halo, grid.stride), round_up(side, grid.stride)
    spans: list[tuple[slice, slice]] = []
    for part in parts:
        stop = round_up(part.stop, grid.stride)
        spans.append((part, slice(max(0, part.start - halo), min(stop + halo, end))))
    return spans


def _mirrored_spans(
    parts: list[slice], _: int, __: int, grid: Lattice
) -> list[tuple[slice, slice]]:
    """Cores and windows, all windows of the same side."""
    widest = max(part.stop - part.start for part in parts)
    reach = widest + 2 * grid.margin
    reach += (grid.offset - reach) % grid.stride
    return [
        (part, slice(part.start - grid.margin, part.start - grid.margin + reach)) for part in parts
    ]


def _overlapping_spans(side: int, window: int, step: int, grid: Lattice) -> list[slice]:
    window = min(round_up(window, grid.stride), round_up(side, grid.stride))
    starts = [*range(0, max(1, side - window + 1), step)]
    if starts[-1] + window < side:
        starts.append(side - window)
    return [slice(start, start + window) for start in starts]


def _inside(part: slice, side: int) -> slice:
    return slice(part.start, min(part.stop, side))
