"""Which images a TIFF holds: its series of equal pages, cut along the axes that no image has.

An image has rows Y and columns X, perhaps channels (S within a page, or C), and one axis of
slices: Z, or the only one there is. Further axes, such as time beside Z, tell images apart.
Source: the letters are those of tifffile, after ImageJ and OME.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from engine.core.arrays import Pixels
from engine.io.image_format import Part

Series = tuple[tuple[int, ...], str]
"""The shape of a series, and a letter for each of its axes."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one image lies in a file.

    Attributes:
        series: Which series.
        at: The index along each axis that the image does not have, by its letter.
        shape: Its pixels along each axis, channels left out.
        depth: The letter of the axis of slices; '' for a picture.
    """

    series: int
    at: tuple[tuple[str, int], ...]
    shape: tuple[int, ...]
    depth: str = ""

    @property
    def key(self) -> str:
        return "-".join([str(self.series), *(f"{letter}{index}" for letter, index in self.at)])

    @property
    def part(self) -> Part:
        sides = " x ".join(map(str, self.shape))
        place = "".join(f", {letter} {index + 1}" for letter, index in self.at)
        return Part(self.key, f"image {self.series + 1}{place} ({sides})", self.shape)


def slots_of(series: Sequence[Series]) -> list[Slot]:
    """All images of a file, in its order; a series without rows and columns holds none."""
    return [
        slot
        for number, (shape, axes) in enumerate(series)
        if "Y" in axes and "X" in axes
        for slot in _slots(number, shape, axes)
    ]


def cut(values: Pixels, axes: str, slot: Slot) -> Pixels:
    """One image of a decoded series: (C, *shape).

    Args:
        values: The whole series, with its axes in any order.
        axes: Their letters.
        slot: Which image.
    """
    for letter, index in slot.at:
        values = values.take(index, axes.index(letter))
        axes = axes.replace(letter, "", 1)
    channel = _channel(values.shape, axes)
    kept = [
        place
        for place, letter in enumerate(axes)
        if letter not in "YX" and place != channel and values.shape[place] > 1
    ]
    first = [] if channel is None else [channel]
    order = [*first, *kept, axes.index("Y"), axes.index("X")]
    alone = [place for place in range(len(axes)) if place not in order]  # of one pixel each
    values = values.transpose(*alone, *order)
    values = values.reshape(values.shape[len(alone) :])
    return values[None] if channel is None else values


def _slots(number: int, shape: tuple[int, ...], axes: str) -> Iterator[Slot]:
    channel = _channel(shape, axes)
    sides = dict(zip(axes, shape, strict=True))
    inner = [
        letter
        for place, letter in enumerate(axes)
        if letter not in "YX" and place != channel and shape[place] > 1
    ]
    depth = "Z" if "Z" in inner else (inner[-1] if inner else "")
    outer = [letter for letter in inner if letter != depth]
    whole = (*((sides[depth],) if depth else ()), sides["Y"], sides["X"])
    for index in product(*(range(sides[letter]) for letter in outer)):
        yield Slot(number, tuple(zip(outer, index, strict=True)), whole, depth)


def _channel(shape: tuple[int, ...], axes: str) -> int | None:
    """The axis of channels: samples of a page, else channels of a series, else None."""
    for letter in "SC":
        if letter in axes and shape[axes.index(letter)] > 1:
            return axes.index(letter)
    return None
