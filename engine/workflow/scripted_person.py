"""A person in a script: paints with the real brush where a mask differs from its reference."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from engine.core.arrays import Labels, Mask
from engine.core.planes import Plane, SliceView, slice_count, slice_view
from engine.editing.history import History


def correct_worst(history: History, reference: Labels, *, strokes: int, radius: float) -> None:
    """Paint `strokes` brush strokes, each along the longest wrong run of the worst slice.

    Args:
        history: Of the mask; each stroke can be undone.
        reference: (*shape) uint8, what the person knows to be right.
        strokes: How many.
        radius: Of the brush, in pixels.
    """
    from engine.editing.pointer import Phase, Pointer
    from engine.editing.sheet import Sheet
    from engine.editing.tools.table import TOOLS

    brush = TOOLS.load("brush")
    for _ in range(strokes):
        view = _worst_slice(history, reference)
        wrong = view.read(history.labels) != view.read(reference)
        if not wrong.any():
            break
        row, start, stop = _longest_run(wrong)
        label = int(np.bincount(view.read(reference)[row, start:stop]).argmax())
        sheet = Sheet(history, view)
        gesture = brush(radius)(sheet, Pointer((row + 0.5, start + 0.5), Phase.PRESS), label)
        next(gesture)
        with suppress(StopIteration):
            gesture.send(Pointer((row + 0.5, stop - 0.5), Phase.RELEASE))


def _worst_slice(history: History, reference: Labels) -> SliceView:
    geometry = history.label_map.geometry
    views = [
        slice_view(geometry, Plane.AXIAL, i) for i in range(slice_count(geometry, Plane.AXIAL))
    ]
    return max(
        views,
        key=lambda view: np.count_nonzero(view.read(history.labels) != view.read(reference)),
    )


def _longest_run(wrong: Mask) -> tuple[int, int, int]:
    """(row, first column, column after the last) of the longest run of True along a row."""
    edges = np.diff(np.pad(wrong.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    stops = np.nonzero(edges == -1)[1]
    best = int(np.argmax(stops - starts))
    return int(rows[best]), int(starts[best]), int(stops[best])
