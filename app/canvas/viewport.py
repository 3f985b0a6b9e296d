"""Which part of a picture the canvas shows: between pixels of the picture and of the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.intp]

SMALLEST, LARGEST = 0.01, 128.0  # screen pixels per unit


@dataclass(frozen=True, slots=True)
class Viewport:
    """A place and a scale.

    Attributes:
        sides: (rows, columns) of the picture.
        aspect: Height and width of a picture's pixel in units; 1 for the smaller of them.
        size: (height, width) of the canvas in device pixels.
        scale: Device pixels per unit.
        centre: (row, column) at the middle of the canvas, counted as the canvas shows them.
        mirrored: Whether the columns of the picture run to the left.
    """

    sides: tuple[int, int]
    aspect: tuple[float, float] = (1.0, 1.0)
    size: tuple[int, int] = (1, 1)
    scale: float = 1.0
    centre: tuple[float, float] = (0.0, 0.0)
    mirrored: bool = False

    @property
    def steps(self) -> tuple[float, float]:
        """Device pixels per pixel of the picture, along (rows, columns)."""
        return (self.scale * self.aspect[0], self.scale * self.aspect[1])

    @property
    def origin(self) -> tuple[float, float]:
        """Where pixel (0, 0) of the picture begins on the canvas, (y, x) in device pixels."""
        y, x = (
            size / 2 - centre * step
            for size, centre, step in zip(self.size, self.centre, self.steps, strict=True)
        )
        return (y, x)

    def fitted(self) -> Viewport:
        """The whole picture, as large as it can be shown."""
        scale = min(
            size / (side * aspect)
            for size, side, aspect in zip(self.size, self.sides, self.aspect, strict=True)
        )
        middle = (self.sides[0] / 2, self.sides[1] / 2)
        return replace(self, scale=min(scale, LARGEST), centre=middle)  # however small it must be

    def zoomed(self, factor: float, at: tuple[float, float]) -> Viewport:
        """Larger or smaller, with what is under `at` (y, x) staying there."""
        row, column = self._unturned(at)
        scale = _bounded(self.scale * factor)
        moved = replace(self, scale=scale)
        centre = tuple(
            place - (point - size / 2) / step
            for place, point, size, step in zip(
                (row, column), at, self.size, moved.steps, strict=True
            )
        )
        return replace(moved, centre=(centre[0], centre[1]))

    def moved(self, by: tuple[float, float]) -> Viewport:
        """Shifted by (y, x) device pixels; the picture cannot be lost from sight."""
        centre = tuple(
            float(np.clip(middle - shift / step, 0, side))
            for middle, shift, step, side in zip(
                self.centre, by, self.steps, self.sides, strict=True
            )
        )
        return replace(self, centre=(centre[0], centre[1]))

    def turned(self, *, mirrored: bool) -> Viewport:
        """The same part of the picture, mirrored or not."""
        if mirrored == self.mirrored:
            return self
        centre = (self.centre[0], self.sides[1] - self.centre[1])
        return replace(self, mirrored=mirrored, centre=centre)

    def to_canvas(self, place: tuple[float, float]) -> tuple[float, float]:
        """(y, x) of the canvas, sub-pixel, at (row, column) of the picture."""
        row, column = place
        if self.mirrored:
            column = self.sides[1] - column
        return (
            self.origin[0] + row * self.steps[0],
            self.origin[1] + column * self.steps[1],
        )

    def to_picture(self, at: tuple[float, float]) -> tuple[float, float]:
        """(row, column) of the picture, sub-pixel, at (y, x) of the canvas."""
        row, column = self._unturned(at)
        return (row, self.sides[1] - column) if self.mirrored else (row, column)

    def _unturned(self, at: tuple[float, float]) -> tuple[float, float]:
        row, column = (
            (point - start) / step
            for point, start, step in zip(at, self.origin, self.steps, strict=True)
        )
        return (row, column)

    def indices(self) -> tuple[slice, slice, Indices, Indices]:
        """The device rows and columns that show the picture, and which of its pixels they show.

        Device pixel i shows the picture's pixel floor((i + 0.5 - origin) / step), counted from the
        other end where it is mirrored, always, so that drawing a part gives the same as drawing
        the whole.
        """
        parts: list[tuple[slice, Indices]] = []
        for size, start, step, side in zip(
            self.size, self.origin, self.steps, self.sides, strict=True
        ):
            which = np.floor((np.arange(size) + 0.5 - start) / step).astype(np.intp)
            inside = np.flatnonzero((which >= 0) & (which < side))
            if not inside.size:
                parts.append((slice(0, 0), which[:0]))
            else:
                parts.append((slice(int(inside[0]), int(inside[-1]) + 1), which[inside]))
        (rows, row_of), (columns, column_of) = parts
        if self.mirrored:
            column_of = self.sides[1] - 1 - column_of
        return rows, columns, row_of, column_of

    def covered(self, rows: slice, columns: slice) -> tuple[slice, slice]:
        """All pixels of the picture that some device rows and columns lie on, even in part."""
        parts: list[slice] = []
        for device, start, step, side in zip(
            (rows, columns), self.origin, self.steps, self.sides, strict=True
        ):
            first = int(np.floor((device.start - start) / step + 1e-9))
            last = int(np.ceil((device.stop - start) / step - 1e-9))
            parts.append(slice(max(0, first), min(side, max(last, first + 1))))
        if self.mirrored:
            side = self.sides[1]
            parts[1] = slice(side - parts[1].stop, side - parts[1].start)
        return parts[0], parts[1]


def _bounded(scale: float) -> float:
    return min(max(scale, SMALLEST), LARGEST)
