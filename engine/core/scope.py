"""Which part of a picture a computation may change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Box, Labels, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A box of a picture, and which pixels of it.

    Attributes:
        box: One slice per axis of the picture, with start and stop given; None: all of it.
        within: (*shape of the picture) bool, where labels may change; None: everywhere.
        current: (*shape of the picture) uint8, the labels that stay elsewhere; given with `within`.
    """

    box: Box | None = None
    within: Mask | None = None
    current: Labels | None = None

    def __post_init__(self) -> None:
        if (self.within is None) != (self.current is None):
            raise ValueError("`within` needs the labels that stay outside it, and they need it")

    def box_of(self, sides: tuple[int, ...]) -> Box:
        """The box in a picture with these sides.

        Raises:
            ValueError: if it does not lie in the picture.
        """
        if self.box is None:
            return tuple(slice(0, side) for side in sides)
        fits = len(self.box) == len(sides) and all(
            0 <= of.start < of.stop <= side for of, side in zip(self.box, sides, strict=True)
        )
        if not fits:
            raise ValueError(f"{self.box} does not lie in {sides}")
        return self.box


EVERYWHERE = Scope()


def bounds(mask: Mask) -> Box | None:
    """The smallest box around what is True; None if nothing is."""
    found: list[slice] = []
    for axis in range(mask.ndim):
        others = tuple(other for other in range(mask.ndim) if other != axis)
        places = np.flatnonzero(mask.any(axis=others))
        if not places.size:
            return None
        found.append(slice(int(places[0]), int(places[-1]) + 1))
    return tuple(found)


def shifted(box: Box, corner: Box) -> Box:
    """`box`, counted from the corner of another box instead of the picture's."""
    return tuple(
        slice(of.start - start.start, of.stop - start.start)
        for of, start in zip(box, corner, strict=True)
    )
