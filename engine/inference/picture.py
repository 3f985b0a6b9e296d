"""Reading windows of a picture, beyond its border by mirroring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Floats, Pixels
from engine.core.planes import SliceView
from engine.inference.normalise import normalised
from engine.inference.tiles import Span
from engine.models.model_card import InputCard


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


class SlicePicture:
    """A slice of an image, with those that are read beside it; normalised where it is read."""

    def __init__(
        self, pixels: Pixels, views: Sequence[SliceView], scale: tuple[float, float],
        card: InputCard,
    ) -> None:  # fmt: skip
        """Look at pixels (C, *shape) without alpha.

        Args:
            pixels: Of the image.
            views: The slices; their channels follow each other.
            scale: The intensities that become 0 and 1.
            card: What is asked for.
        """
        self._slices = [view.read(pixels) for view in views]
        self._scale, self._card = scale, card
        self.sides: tuple[int, int] = views[0].sides

    def read(self, part: Span) -> Floats:
        where = (slice(None), *part)
        found = [normalised(one[where], self._scale, self._card) for one in self._slices]
        return found[0] if len(found) == 1 else np.concatenate(found)


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
