"""What a refinement did to a mask, counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Labels, Mask
from engine.core.label_set import IGNORE


@dataclass(frozen=True, slots=True)
class Measured:
    """What a refinement took and did.

    Attributes:
        milliseconds: From asking to the answer.
        gained: Pixels that each class gained against the mask.
        lost: Pixels that each class lost.
        is_coarse: Whether a smaller picture was solved, and the exact answer is still to come.
    """

    milliseconds: float
    gained: tuple[int, ...]
    lost: tuple[int, ...]
    is_coarse: bool = False


def measure(
    before: Labels, after: Labels, classes: int, milliseconds: float, *, is_coarse: bool = False
) -> Measured:
    """What became of `before`."""
    changed = before != after
    return Measured(
        milliseconds,
        _counts(after[changed], classes),
        _counts(before[changed], classes),
        is_coarse,
    )


def pins_of(labels: Labels, touched: Mask) -> Labels | None:
    """The classes a person gave, IGNORE elsewhere; None if nobody touched anything."""
    return np.where(touched, labels, np.uint8(IGNORE)) if touched.any() else None


GAINED, LOST, OTHER = 1, 2, 3


def kinds_of_change(before: Labels, after: Labels) -> Labels:
    """What became of each pixel: 0 if nothing, else GAINED, LOST or OTHER.

    GAINED went from background to a class, LOST the other way, OTHER from class to class.
    """
    kinds = np.zeros(before.shape, np.uint8)
    kinds[before != after] = OTHER
    kinds[(before == 0) & (after != 0)] = GAINED
    kinds[(before != 0) & (after == 0)] = LOST
    return kinds


def _counts(labels: Labels, classes: int) -> tuple[int, ...]:
    found = np.bincount(labels.reshape(-1), minlength=classes)
    return tuple(int(count) for count in found[:classes])
