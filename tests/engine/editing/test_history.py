from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.edit import Edit
from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.planes import Plane, slice_view
from engine.editing.history import History
from engine.editing.pointer import Phase, Pointer
from engine.editing.sheet import Sheet
from engine.editing.tools.table import TOOLS

CLASSES = LabelSet.named(["background", "a", "b", "c"])


def history_of(shape=(20, 22, 9), **kw) -> History:
    affine = np.diag([1.0, 1.0, 2.0, 1.0])
    return History(LabelMap.empty(Geometry(shape, affine), CLASSES), **kw)


def drag(history: History, index: int, points, label: int, tool="brush") -> None:
    sheet = Sheet(history, slice_view(history.label_map.geometry, Plane.AXIAL, index))
    gesture = TOOLS.load(tool)(3.0)(sheet, Pointer(points[0], Phase.PRESS), label)
    next(gesture)
    for point in points[1:]:
        gesture.send(Pointer(point, Phase.MOVE))
    with pytest.raises(StopIteration):
        gesture.send(Pointer(points[-1], Phase.RELEASE))


points = st.lists(st.tuples(st.floats(-5, 30), st.floats(-5, 30)), min_size=1, max_size=5)
strokes = st.lists(
    st.tuples(st.integers(0, 8), points, st.integers(0, 3), st.sampled_from(["brush", "eraser"])),
    max_size=6,
)


@given(strokes)
def test_undoing_all_restores_every_state_and_redoing_repeats_it(steps):
    history = history_of()
    states = [(history.labels.copy(), history.touched.copy())]
    for index, where, label, tool in steps:
        before = history.labels.copy()
        drag(history, index, where, label, tool)
        if not np.array_equal(before, history.labels):
            states.append((history.labels.copy(), history.touched.copy()))
    for labels, touched in reversed(states[:-1]):
        assert history.undo() is not None
        assert np.array_equal(history.labels, labels)
        assert np.array_equal(history.touched, touched)
    assert history.undo() is None
    for labels, touched in states[1:]:
        assert history.redo() is not None
        assert np.array_equal(history.labels, labels)
        assert np.array_equal(history.touched, touched)
    assert history.redo() is None


def test_a_new_stroke_forgets_what_was_undone():
    history = history_of()
    drag(history, 1, [(5, 5)], 1)
    history.undo()
    drag(history, 2, [(5, 5)], 2)
    assert not history.can_redo


def test_closing_a_gesture_takes_the_stroke_back():
    kept: list[Edit] = []
    history = history_of(keep=kept.append)
    sheet = Sheet(history, slice_view(history.label_map.geometry, Plane.AXIAL, 4))
    gesture = TOOLS.load("brush")(5.0)(sheet, Pointer((10, 10), Phase.PRESS), 2)
    next(gesture)
    gesture.send(Pointer((15, 15), Phase.MOVE))
    assert history.labels.any()
    gesture.close()
    assert not history.labels.any()
    assert not kept
    assert not history.can_undo


def test_a_stroke_that_cannot_be_kept_is_taken_back():
    def full(_: Edit) -> None:
        raise OSError("disk full")

    history = history_of(keep=full)
    with pytest.raises(OSError, match="disk full"), history.stroke() as paint:
        paint(Edit((slice(0, 1),) * 3, np.zeros((1, 1, 1), np.uint8), np.ones((1, 1, 1), np.uint8)))
    assert not history.labels.any()
    assert not history.can_undo


def test_only_what_a_person_changed_counts_as_touched():
    history = history_of()
    history.replace((slice(0, 20), slice(0, 22), slice(0, 9)), np.ones((20, 22, 9), np.uint8))
    assert not history.touched.any()
    drag(history, 3, [(10, 10)], 2)
    assert np.array_equal(history.touched, history.labels == 2)
    history.undo()
    assert not history.touched.any()


def test_a_stroke_that_changes_nothing_is_no_step():
    history = history_of()
    drag(history, 0, [(5, 5)], 0)
    assert not history.can_undo
    assert not history.replace((slice(0, 1),) * 3, np.zeros((1, 1, 1), np.uint8))


def test_the_oldest_stroke_falls_off_beyond_the_limit():
    history = history_of(limit=2)
    for label in (1, 2, 3):
        drag(history, 0, [(5, 5)], label)
    assert history.undo()
    assert history.undo()
    assert history.undo() is None
