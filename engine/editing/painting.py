"""Painting shared by the tools that draw with a brush."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.core.arrays import Box, Mask
from engine.core.edit import Edit
from engine.editing.pointer import Gesture, Phase, Pointer, dragged
from engine.editing.sheet import Place, Sheet
from engine.editing.swath import swath

Within: TypeAlias = Callable[[Box], Mask]
"""Which pixels of a box may be painted; of the slice, or of the whole array for a ball."""

FAINTEST = 0.1
"""The least share of the size that the pressure of a pen leaves."""


@dataclass(frozen=True, slots=True)
class Tip:
    """What a brush leaves.

    Attributes:
        radius: In sides of the image's smallest pixel.
        is_square: Whether it is a square instead of a disc.
        is_solid: Whether it reaches through neighbouring slices; a photo has none.
        heeds_pressure: Whether the pressure of a pen changes its size.
    """

    radius: float
    is_square: bool = False
    is_solid: bool = False
    heeds_pressure: bool = False


def paint_along(
    sheet: Sheet, pressed: Pointer, tip: Tip, label: int, within: Within | None = None
) -> Gesture:
    """One stroke from press to release, without gaps however fast the pointer moves."""
    is_solid = tip.is_solid and sheet.geometry.is_volume
    with sheet.solid_stroke() if is_solid else sheet.stroke() as paint:
        before, pointer = pressed.since or pressed.at, pressed
        while True:
            size = max(FAINTEST, pointer.pressure) if tip.heeds_pressure else 1.0
            radius = tip.radius * sheet.unit * size
            edit = _dab(sheet, (before, pointer.at), radius, label, tip, within)
            if edit is not None:
                paint(edit)
            if pointer.phase is Phase.RELEASE:
                return None
            before = pointer.at
            pointer = yield from dragged()


def _dab(
    sheet: Sheet,
    way: tuple[Place, Place],
    radius: float,
    label: int,
    tip: Tip,
    within: Within | None,
) -> Edit | None:
    """What the brush does on a straight way: an edit of the slice, of the whole array if solid."""
    start: Sequence[float]
    stop: Sequence[float]
    if tip.is_solid and sheet.geometry.is_volume:
        labels, spacing = sheet.history.labels, sheet.geometry.spacing
        start, stop = sheet.view.place(way[0]), sheet.view.place(way[1])
    else:
        labels, spacing = sheet.labels, sheet.view.spacing
        start, stop = way
    reached = swath(labels.shape, start, stop, radius, spacing, is_square=tip.is_square)
    if reached is None:
        return None
    box, inside = reached
    if within is not None:
        inside &= within(box)
    before = labels[box].copy()
    return Edit(box, before, np.where(inside, np.uint8(label), before))
