"""Reading windows of a picture, beyond its border by mirroring."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Floats
from engine.inference.tiles import Span


class Picture(Protocol):
    """A picture that is read in parts.

    Attributes:
        sides: (rows, columns).
    """

    sides: tuple[int, int]

    def read(self, part: Span) -> Floats:
        """(C, rows, columns) float32 of a part that lies inside the picture."""
        ...


class ArrayPicture:
    """A picture that is in memory."""

    def __init__(self, pixels: Floats) -> None:
        """Hold (C, rows, columns) float32."""
        self._pixels = pixels
        self.sides: tuple[int, int] = (pixels.shape[1], pixels.shape[2])

    def read(self, part: Span) -> Floats:
        return self._pixels[(slice(None), *part)]


def read_window(picture: Picture, window: Span) -> Floats:
    """(C, *window) float32; mirrored at the border without repeating it, as often as needed.

    [1, 2, 3] read from -4 to 7 is [1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3].
    """
    rows, columns = (
        _mirrored(part, side) for part, side in zip(window, picture.sides, strict=True)
    )
    inside = picture.read((_extent(rows), _extent(columns)))
    rows, columns = rows - rows.min(), columns - columns.min()
    if _is_plain(rows) and _is_plain(columns):
        return inside
    return np.ascontiguousarray(inside[:, rows[:, None], columns])


def _mirrored(part: slice, side: int) -> npt.NDArray[np.intp]:
    """The index of each pixel of `part`, reflected into 0 ... side - 1."""
    period = max(1, 2 * (side - 1))
    at = np.abs(np.arange(part.start, part.stop)) % period
    return np.minimum(at, period - at) if side > 1 else np.zeros_like(at)


def _extent(indices: npt.NDArray[np.intp]) -> slice:
    return slice(int(indices.min()), int(indices.max()) + 1)


def _is_plain(indices: npt.NDArray[np.intp]) -> bool:
    return bool((np.diff(indices) == 1).all())
