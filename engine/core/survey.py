"""What is learnt of a large picture while it is read, so that nobody has to go over it again."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.arrays import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What was seen of all pixels of a picture.

    Attributes:
        sizes: (C, rows, columns) at half the size, a quarter and so on, down to a small one.
        sample: (C, n), what `Image.sample` gives.
        extremes: For each channel its smallest and its largest finite value; (0, 0) if there is
            none.
    """

    sizes: tuple[Pixels, ...]
    sample: Pixels
    extremes: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Glimpse:
    """What can be shown of a picture that is still being read.

    Attributes:
        pixels: (C, rows, columns), small, without alpha.
        rows: How many of its rows were read already.
        sides: Rows and columns of the picture itself.
        window: The intensities to show as black and white.
    """

    pixels: Pixels
    rows: int
    sides: tuple[int, int]
    window: tuple[float, float]
