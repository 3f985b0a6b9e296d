from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.edit import Edit
from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.planes import Plane, slice_view
from engine.core.sources import Origin, PixelSource
from engine.core.step import Step
from engine.editing import history as history_module
from engine.editing.history import History, MemoryKeeper
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


@settings(deadline=None)
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


class Listed(MemoryKeeper):
    """Tells what it was asked to keep, and can refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.is_full = False

    def _tell(self, what: str) -> None:
        if self.is_full:
            raise OSError("disk full")
        self.told.append(what)

    def do(self, step: Step) -> int:
        self._tell("do")
        return super().do(step)

    def undo(self, number: int) -> None:
        self._tell(f"undo {number}")

    def redo(self, number: int) -> None:
        self._tell(f"redo {number}")


def test_closing_a_gesture_takes_the_stroke_back():
    keeper = Listed()
    history = history_of(keep=keeper)
    sheet = Sheet(history, slice_view(history.label_map.geometry, Plane.AXIAL, 4))
    gesture = TOOLS.load("brush")(5.0)(sheet, Pointer((10, 10), Phase.PRESS), 2)
    next(gesture)
    gesture.send(Pointer((15, 15), Phase.MOVE))
    assert history.labels.any()
    gesture.close()
    assert not history.labels.any()
    assert not keeper.told
    assert not history.can_undo


ONE = (slice(0, 1),) * 3
WHOLE = (slice(0, 20), slice(0, 22), slice(0, 9))


def test_what_cannot_be_kept_did_not_happen():
    keeper = Listed()
    history = history_of(keep=keeper)
    drag(history, 0, [(5, 5)], 1)
    drag(history, 0, [(9, 9)], 2)
    history.undo()
    states = history.labels.copy(), history.sources.copy(), history.touched.copy()
    stacks = history.stacks
    keeper.is_full = True
    with pytest.raises(OSError, match="disk full"), history.stroke() as paint:
        paint(Edit(ONE, np.zeros((1, 1, 1), np.uint8), np.ones((1, 1, 1), np.uint8)))
    for change in (
        history.undo,
        history.redo,
        lambda: history.confirm(ONE),
        lambda: history.replace(ONE, np.full((1, 1, 1), 3, np.uint8)),
    ):
        with pytest.raises(OSError, match="disk full"):
            change()
    assert np.array_equal(history.labels, states[0])
    assert np.array_equal(history.sources, states[1])
    assert np.array_equal(history.touched, states[2])
    assert history.stacks == stacks
    keeper.is_full = False
    history.redo()
    assert keeper.told == ["do", "do", "undo 2", "redo 2"]


def test_undo_goes_on_from_what_was_kept_before():
    keeper = Listed()
    first = history_of(keep=keeper)
    for label in (1, 2, 3):
        drag(first, 0, [(5, 5)], label)
    first.undo()
    again = History(first.label_map, first.sources, keep=keeper, done=(1, 2), undone=(3,))
    assert again.redo()
    assert again.labels.max() == 3
    while again.undo():
        pass
    assert not again.labels.any()
    assert not again.sources.any()


def test_nothing_else_changes_the_labels_while_a_stroke_is_under_way():
    history = history_of()
    drag(history, 0, [(5, 5)], 1)
    before = history.labels.copy()
    with history.stroke() as paint:
        paint(Edit(ONE, np.zeros((1, 1, 1), np.uint8), np.ones((1, 1, 1), np.uint8)))
        assert history.is_painting
        for change in (
            history.undo,
            history.redo,
            lambda: history.confirm(WHOLE),
            lambda: history.replace(WHOLE, np.full((20, 22, 9), 3, np.uint8)),
        ):
            with pytest.raises(ValueError, match="under way"):
                change()
        labels, _ = history.copying().take()
        assert np.array_equal(labels, before), "a snapshot holds no half stroke"
    assert not history.is_painting
    assert history.labels[0, 0, 0] == 1


def test_the_source_map_says_who_gave_each_pixel():
    history = history_of()
    predicted = np.ones((20, 22, 9), np.uint8)
    predicted[:5] = 0
    history.replace(WHOLE, predicted, Origin(PixelSource.MODEL, "unet"))
    assert (history.sources == PixelSource.MODEL).all(), "also where it said background"
    drag(history, 3, [(10, 10)], 2)
    refined = np.full((20, 22, 9), 3, np.uint8)
    refined[:, :, 5:] = predicted[:, :, 5:]
    history.replace(WHOLE, refined, Origin(PixelSource.CRF))
    painted = history.labels == 2
    assert (history.sources[painted] == PixelSource.PAINTED).all()
    assert (history.sources[:, :, 5:] == PixelSource.MODEL).all(), "the CRF left these alone"
    assert (history.sources[:, :, :5][~painted[:, :, :5]] == PixelSource.CRF).all()
    history.undo()
    history.undo()
    assert (history.sources == PixelSource.MODEL).all()
    history.undo()
    assert not history.sources.any()


def test_a_model_writes_over_people_only_when_asked():
    history = history_of()
    drag(history, 3, [(10, 10)], 2)
    drawn = history.labels == 2
    history.replace(WHOLE, np.ones((20, 22, 9), np.uint8), Origin(PixelSource.MODEL))
    assert np.array_equal(history.labels == 2, drawn)
    assert (history.labels[~drawn] == 1).all()
    history.replace(
        WHOLE, np.full((20, 22, 9), 3, np.uint8), Origin(PixelSource.MODEL), over_people=True
    )
    assert (history.labels == 3).all()
    assert not history.touched.any()


def test_confirming_makes_a_person_the_owner_and_changes_no_class():
    history = history_of()
    history.replace(WHOLE, np.ones((20, 22, 9), np.uint8), Origin(PixelSource.MODEL))
    drag(history, 3, [(10, 10)], 2)
    labels, drawn = history.labels.copy(), history.labels == 2
    box = (slice(0, 20), slice(0, 22), slice(3, 4))
    assert history.confirm(box)
    assert not history.confirm(box)
    assert np.array_equal(history.labels, labels)
    assert (history.sources[drawn] == PixelSource.PAINTED).all()
    assert (history.sources[:, :, 3][~drawn[:, :, 3]] == PixelSource.CONFIRMED).all()
    assert history.touched[:, :, 3].all()
    assert not history.touched[:, :, 4:].any()
    history.undo()
    assert np.array_equal(history.touched, drawn)


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


def test_a_long_stroke_holds_little_and_is_taken_back_exactly(monkeypatch):
    monkeypatch.setattr(history_module, "HELD", 2000)
    history = history_of()
    rng = np.random.default_rng(3)
    drag(history, 4, [(10, 10)], 3)
    before = history.labels.copy()
    stroke = history.stroke()
    paint = stroke.__enter__()
    for _ in range(200):
        row, column, label = (int(n) for n in rng.integers(0, (15, 15, 4)))
        box = (slice(row, row + 5), slice(column, column + 5), slice(4, 6))
        old = history.labels[box].copy()
        paint(Edit(box, old, np.full_like(old, label)))
        held = sum(2 * edit.before.nbytes for edit in history._under_way)
        assert held < 4000, "all edits would be 20,000 bytes"
    assert np.array_equal(history.copying().take()[0], before)
    assert not stroke.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert np.array_equal(history.labels, before)
