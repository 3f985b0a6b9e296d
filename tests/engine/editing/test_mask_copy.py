from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.edit import Edit
from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.editing import mask_copy
from engine.editing.history import History
from engine.editing.mask_copy import sparse_copy

CLASSES = LabelSet.named(["background", "one", "two", "three"])
SHAPE = (9, 8)


def painted(history: History, box: tuple[slice, slice], label: int) -> None:
    before = history.labels[box].copy()
    with history.stroke() as paint:
        paint(Edit(box, before, np.full_like(before, label)))


def act(history: History, choice: int, top: int, left: int, label: int) -> None:
    box = (slice(top, top + 3), slice(left, left + 4))
    if choice == 0:
        history.undo()
    elif choice == 1:
        history.redo()
    elif choice == 2:
        history.replace(box, np.full((3, 4), label, np.uint8))
    else:
        painted(history, box, label)


ACTS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 6), st.integers(0, 4), st.integers(0, 3)),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(before=ACTS, meanwhile=ACTS, after=ACTS)
def test_a_copy_is_as_all_was_when_it_was_begun(before, meanwhile, after):
    """Whatever is done between two rows that are copied, and after the last one."""
    history = History(LabelMap.empty(Geometry(SHAPE), CLASSES))
    for one in before:
        act(history, *one)
    labels, sources = history.labels.copy(), history.sources.copy()
    copy = history.copying()
    waiting = list(meanwhile)
    usual, mask_copy._AT_ONCE = mask_copy._AT_ONCE, 8

    class Row(np.ndarray):
        """Tells when it is read."""

        def any(self, *rest, **more):
            if waiting:
                act(history, *waiting.pop(0))
            return super().any(*rest, **more)

    try:
        copy._labels, copy._sources = copy._labels.view(Row), copy._sources.view(Row)
        found = copy.take()
    finally:
        mask_copy._AT_ONCE = usual
    for one in after:
        act(history, *one)
    assert np.array_equal(found[0], labels)
    assert np.array_equal(found[1], sources)


def test_a_stroke_under_way_is_not_in_a_copy_wherever_it_goes_on():
    history = History(LabelMap.empty(Geometry(SHAPE), CLASSES))
    painted(history, (slice(0, 3), slice(0, 3)), 2)
    labels, sources = history.labels.copy(), history.sources.copy()
    with history.stroke() as paint:
        first = (slice(1, 5), slice(1, 5))
        paint(Edit(first, history.labels[first].copy(), np.full((4, 4), 1, np.uint8)))
        copy = history.copying()
        second = (slice(2, 9), slice(0, 8))
        paint(Edit(second, history.labels[second].copy(), np.full((7, 8), 3, np.uint8)))
        found = copy.take()
    assert np.array_equal(found[0], labels)
    assert np.array_equal(found[1], sources)


def test_a_copy_that_was_taken_costs_nothing_more():
    history = History(LabelMap.empty(Geometry(SHAPE), CLASSES))
    copy = history.copying()
    painted(history, (slice(0, 3), slice(0, 3)), 2)
    assert len(copy._before) == 2
    copy.take()
    painted(history, (slice(0, 3), slice(0, 3)), 1)
    assert copy._before == []
    history.copying()
    assert copy not in history._copies


def test_a_sparse_copy_is_a_copy():
    values = np.zeros((5, 7), np.uint8)
    values[3, 2] = 4
    copy = sparse_copy(values)
    assert np.array_equal(copy, values)
    copy[0, 0] = 1
    assert values[0, 0] == 0
