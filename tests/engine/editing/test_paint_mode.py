from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.planes import Plane, slice_view
from engine.core.sources import PAINTED
from engine.editing.history import History
from engine.editing.paint_mode import OVERWRITE, PaintMode
from engine.editing.pointer import Phase, Pointer
from engine.editing.sheet import Sheet
from engine.editing.tools.table import TOOLS

CLASSES = LabelSet.named(["background", "a", "b", "c"])
GRID = Geometry((20, 18, 3), np.diag([-1.0, 1.0, 2.0, 1.0]))
START = np.random.default_rng(0).integers(0, 4, GRID.shape).astype(np.uint8)
PIXELS = np.random.default_rng(1).integers(0, 1000, GRID.shape).astype(np.int16)


def painted(mode: PaintMode, label: int, tool: str = "brush") -> History:
    """A mask of noise after one stroke with a mode."""
    history = History(LabelMap(START.copy(), GRID, CLASSES))
    sheet = Sheet(history, slice_view(GRID, Plane.AXIAL, 1), PAINTED, mode, PIXELS)
    gesture = TOOLS.load(tool)(4.0)(sheet, Pointer((5, 5), Phase.PRESS), label)
    next(gesture)
    gesture.send(Pointer((9, 9), Phase.MOVE))
    with pytest.raises(StopIteration):
        gesture.send(Pointer((12, 4), Phase.RELEASE))
    return history


modes = st.builds(
    PaintMode,
    st.none() | st.integers(0, 3),
    st.frozensets(st.integers(0, 3)),
    st.none() | st.tuples(st.integers(0, 500), st.integers(400, 1000)),
)


@settings(deadline=None)
@given(modes, st.integers(0, 3), st.sampled_from(["brush", "eraser"]))
def test_a_stroke_paints_where_its_mode_allows_and_nowhere_else(
    mode: PaintMode, label: int, tool: str
) -> None:
    with_all = painted(OVERWRITE, label, tool)
    reached = with_all.labels != START
    history = painted(mode, label, tool)
    target = 0 if tool == "eraser" else label
    free = np.ones(GRID.shape, bool)
    if mode.only is not None:
        free &= mode.only == START
    if mode.intensities is not None:
        free &= (mode.intensities[0] <= PIXELS) & (mode.intensities[1] >= PIXELS)
    for one in mode.locked:
        free &= one != START
        if one == target:
            free &= False
    assert np.array_equal(history.labels, np.where(reached & free, target, START))
    history.undo()
    assert np.array_equal(history.labels, START)


def test_without_a_limit_a_stroke_overwrites() -> None:
    assert (painted(PaintMode(), 2).labels[..., 1] == 2).sum() > 60
