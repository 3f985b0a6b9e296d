"""Lines drawn with a width and a class, as pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Box, Labels, Mask
from engine.core.edit import union_of
from engine.core.label_set import IGNORE
from engine.editing.sheet import Place, Sheet
from engine.editing.swath import swath


@dataclass(frozen=True, slots=True, eq=False)
class Scribble:
    """One line.

    Attributes:
        points: (row, column) each.
        label: Its class.
        radius: In the unit of the slice's spacing.
    """

    points: list[Place]
    label: int
    radius: float


def raster(
    sheet: Sheet, scribbles: Sequence[Scribble]
) -> tuple[tuple[slice, slice], Labels] | None:
    """The box around scribbles, and its pixels: uint8, IGNORE where none lies; None outside.

    Where scribbles cross, the last one counts.
    """
    reached: list[tuple[Box, Mask, int]] = []
    for one in scribbles:
        ways = zip(one.points, one.points[1:] or one.points, strict=False)
        for start, stop in ways:
            found = swath(sheet.view.sides, start, stop, one.radius, sheet.view.spacing)
            if found is not None:
                reached.append((*found, one.label))
    if not reached:
        return None
    rows, columns = union_of([box for box, _, _ in reached])
    labels = np.full((rows.stop - rows.start, columns.stop - columns.start), IGNORE, np.uint8)
    for box, inside, label in reached:
        part = tuple(
            slice(of.start - whole.start, of.stop - whole.start)
            for of, whole in zip(box, (rows, columns), strict=True)
        )
        labels[part][inside] = label
    return (rows, columns), labels
