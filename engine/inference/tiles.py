"""Where the windows of a large picture lie: pure geometry.

Each tile keeps its core and reads a window that is larger by a halo on every side, clipped to the
picture. With a halo of at least the network's receptive radius, and windows that start at
multiples of its stride, the cores put together equal the whole picture's result exactly.

Source: Ronneberger, Fischer and Brox 2015, the overlap-tile strategy.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tile:
    """One step over a picture.

    Attributes:
        core: (rows, columns) of the picture that this tile gives.
        window: (rows, columns) of the picture that the network reads.
    """

    core: tuple[slice, slice]
    window: tuple[slice, slice]

    @property
    def core_in_window(self) -> tuple[slice, slice]:
        """Where the core lies within the window."""
        rows, columns = (
            slice(core.start - window.start, core.stop - window.start)
            for core, window in zip(self.core, self.window, strict=True)
        )
        return rows, columns


def plan_tiles(sides: tuple[int, int], *, core: int, halo: int, stride: int) -> tuple[Tile, ...]:
    """The tiles of a picture, row by row; each pixel lies in exactly one core.

    Args:
        sides: (rows, columns) of the picture, multiples of `stride`.
        core: Side of a core; rounded up to a multiple of `stride`.
        halo: Pixels read beyond the core; rounded up to a multiple of `stride`.
        stride: The network's stride.

    Raises:
        ValueError: if `sides` are no multiples of `stride`.
    """
    if any(side % stride for side in sides):
        raise ValueError(f"{sides} are no multiples of {stride}")
    core, halo = round_up(core, stride), round_up(halo, stride)
    rows, columns = (_parts(side, core, halo) for side in sides)
    return tuple(
        Tile((row_core, column_core), (row_window, column_window))
        for row_core, row_window in rows
        for column_core, column_window in columns
    )


def round_up(value: int, step: int) -> int:
    """The smallest multiple of `step` that is not below `value`."""
    return -(-value // step) * step


def _parts(side: int, core: int, halo: int) -> list[tuple[slice, slice]]:
    return [
        (
            slice(start, min(start + core, side)),
            slice(max(0, start - halo), min(start + core + halo, side)),
        )
        for start in range(0, side, core)
    ]
