"""Which pixels a brush reaches on a straight way: exact, sub-pixel, in millimetres, 2-D or 3-D."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Box, Floats, Mask

_SHORTEST = 1e-12  # a way with a smaller square of its length is a dot


def swath(
    shape: Sequence[int],
    start: Sequence[float],
    stop: Sequence[float],
    radius: float,
    spacing: Sequence[float],
    *,
    is_square: bool = False,
) -> tuple[Box, Mask] | None:
    """The pixels whose centres a disc, ball, square or cube covers on its way.

    The pixels that the ends of the way lie in belong to it too, so that the smallest brush paints
    where it is pressed. The cost follows the box around the way.

    Args:
        shape: Of the array, with any number of axes.
        start: Where the middle of the brush begins; a pixel's centre lies at + 0.5.
        stop: Where it ends.
        radius: In the unit of `spacing`; of a square, half a side.
        spacing: Size of a pixel along each axis.
        is_square: Whether the brush is a square (a cube) along the axes.

    Returns:
        The box of the array, and which of its pixels; None if it reaches none.
    """
    box: list[slice] = []
    for a, b, side, size in zip(start, stop, shape, spacing, strict=True):
        low = max(0, int(np.floor(min(a, b) - radius / size)))
        high = min(side, int(np.ceil(max(a, b) + radius / size)) + 1)
        if low >= high:
            return None
        box.append(slice(low, high))
    apart: list[Floats] = []
    for axis, (of, a, size) in enumerate(zip(box, start, spacing, strict=True)):
        centres = (np.arange(of.start, of.stop, dtype=np.float32) + np.float32(0.5 - a)) * size
        apart.append(
            centres.astype(np.float32).reshape([-1 if i == axis else 1 for i in range(len(box))])
        )
    way = [(b - a) * size for a, b, size in zip(start, stop, spacing, strict=True)]
    inside = _square(apart, way, radius) if is_square else _round(apart, way, radius)
    for end in (start, stop):
        place = tuple(int(np.floor(at)) for at in end)
        if all(0 <= at < side for at, side in zip(place, shape, strict=True)):
            inside[tuple(at - of.start for at, of in zip(place, box, strict=True))] = True
    return (tuple(box), inside) if inside.any() else None


def _round(apart: list[Floats], way: list[float], radius: float) -> Mask:
    """Within `radius` of the nearest point of the way."""
    length = sum(step * step for step in way)
    nearest: npt.NDArray[np.float32] | float = 0.0
    if length >= _SHORTEST:
        along = _sum(
            [one * np.float32(step / length) for one, step in zip(apart, way, strict=True)]
        )
        nearest = np.clip(along, 0, 1)
    squares = [
        np.square(one - np.float32(step) * nearest) for one, step in zip(apart, way, strict=True)
    ]
    return _sum(squares) <= radius * radius


def _square(apart: list[Floats], way: list[float], radius: float) -> Mask:
    """Covered at some time of the way: the spans of time along all axes have one in common."""
    first: npt.NDArray[np.float32] = np.zeros((1,) * len(apart), np.float32)
    last: npt.NDArray[np.float32] = np.ones((1,) * len(apart), np.float32)
    for one, step in zip(apart, way, strict=True):
        if step * step < _SHORTEST:
            covered = np.abs(one) <= radius
            enters = np.where(covered, 0.0, np.inf).astype(np.float32)
            leaves = np.where(covered, 1.0, -np.inf).astype(np.float32)
        else:
            ends = (one - radius) / np.float32(step), (one + radius) / np.float32(step)
            enters, leaves = np.minimum(*ends), np.maximum(*ends)
        first, last = np.maximum(first, enters), np.minimum(last, leaves)
    return first <= last


def _sum(parts: list[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
