"""Smaller sizes of the picture on screen."""

from __future__ import annotations

from engine.core.arrays import Pixels
from engine.progress import Progress


def smaller_sizes(picture: Pixels, progress: Progress) -> tuple[Pixels, ...]:
    """(C, rows, columns) at half the size, a quarter, and so on, down to a small one.

    Each pixel is the mean of its four; sides are rounded up.

    Raises:
        Cancelled: if `progress` was asked to stop.
    """
    from engine.io import sizes

    return sizes.smaller_sizes(picture, progress)
