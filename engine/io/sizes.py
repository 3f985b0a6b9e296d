"""Smaller sizes of a picture: each half as large as the one before."""

from __future__ import annotations

import cv2
import numpy as np

from engine.core.arrays import Pixels
from engine.progress import Progress

SMALLEST = 512
"""The longer side of the last size is at most so many pixels."""

_STRIP = 2048  # rows that are averaged at once; an even number
_AVERAGED = ("uint8", "uint16", "int16", "float32", "float64")


def halve_image(picture: Pixels) -> Pixels:
    """(C, rows, columns) at half the size, rounded up; each pixel the mean of its four."""
    channels, rows, columns = picture.shape
    half = np.empty((channels, -(-rows // 2), -(-columns // 2)), picture.dtype)
    for one, into in zip(picture, half, strict=True):
        for top in range(0, rows, _STRIP):
            strip = one[top : top + _STRIP]
            if picture.dtype.name not in _AVERAGED:
                strip = strip.astype(np.float32)
            bottom, right = strip.shape[0] % 2, strip.shape[1] % 2
            if bottom or right:
                strip = np.pad(strip, ((0, bottom), (0, right)), mode="edge")
            size = (strip.shape[1] // 2, strip.shape[0] // 2)
            small = cv2.resize(np.ascontiguousarray(strip), size, interpolation=cv2.INTER_AREA)
            into[top // 2 : top // 2 + size[1]] = small
    return half


def smaller_sides(rows: int, columns: int) -> list[tuple[int, int]]:
    """Rows and columns of each smaller size of a picture, the largest first."""
    found: list[tuple[int, int]] = []
    while max(rows, columns) > SMALLEST:
        rows, columns = -(-rows // 2), -(-columns // 2)
        found.append((rows, columns))
    return found


def smaller_sizes(picture: Pixels, progress: Progress) -> tuple[Pixels, ...]:
    """(C, rows, columns) at half the size, a quarter, and so on.

    Raises:
        Cancelled: if `progress` was asked to stop.
    """
    sizes: list[Pixels] = []
    for _ in smaller_sides(*picture.shape[1:]):
        progress.step(len(sizes), len(sizes) + 1, "Preparing the picture")
        picture = halve_image(picture)
        sizes.append(picture)
    return tuple(sizes)
