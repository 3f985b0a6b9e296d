"""Running an operation of the table on a mask, as one step of undo."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from engine.core.arrays import Box, Labels
from engine.core.geometry import Geometry
from engine.core.label_set import IGNORE
from engine.core.planes import SliceView
from engine.core.sources import Origin, PixelSource
from engine.editing.history import History
from engine.editing.operations.table import Operation


def operate(
    history: History,
    operation: Operation,
    name: str,
    *,
    view: SliceView | None = None,
    locked: Collection[int] = (),
) -> bool:
    """Do an operation on the whole mask, or on one slice of it.

    Args:
        history: Of the mask.
        operation: What to do.
        name: Its name, for the journal.
        view: The slice; the whole mask if left out.
        locked: Classes that must not change.

    Returns:
        Whether anything changed.
    """
    mask = history.label_map
    box, after = operated(mask.labels, mask.geometry, operation, view=view, locked=locked)
    return history.replace(box, after, origin_of(operation, name))


def origin_of(operation: Operation, name: str) -> Origin:
    """What a step of an operation is marked with."""
    label = getattr(operation, "label", None)
    return Origin(PixelSource.PAINTED, name, label, str(operation))


def operated(
    labels: Labels,
    geometry: Geometry,
    operation: Operation,
    *,
    view: SliceView | None = None,
    locked: Collection[int] = (),
) -> tuple[Box, Labels]:
    """What an operation makes of the whole mask, or of one slice of it.

    Pixels that are ignored or of a locked class stay, and no pixel becomes one.

    Args:
        labels: (*shape) uint8; not changed.
        geometry: The grid they lie on.
        operation: What to do.
        view: The slice; the whole mask if left out.
        locked: Classes that must not change.

    Returns:
        Where, and uint8 of that box's shape.
    """
    if view is None:
        box = tuple(slice(0, side) for side in geometry.shape)
    else:
        rows, columns = (slice(0, side) for side in view.sides)
        box = view.box((rows, columns))
    before = labels[box]
    flat = [axis for axis, side in enumerate(before.shape) if side == 1 and view is not None]
    plane = before.squeeze(tuple(flat))
    spacing = tuple(side for axis, side in enumerate(geometry.spacing) if axis not in flat)
    after = operation(np.ascontiguousarray(plane), spacing).reshape(before.shape)
    fixed = np.zeros(256, bool)
    fixed[[IGNORE, *locked]] = True
    return box, np.where(fixed[before] | fixed[after], before, after)
