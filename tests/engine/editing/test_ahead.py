from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.sources import MODEL, PAINTED, Origin
from engine.editing.ahead import replacing, travelling
from engine.editing.history import History
from engine.editing.regions import region_at

CLASSES = LabelSet.named(["background", "a", "b", "c"])
SHAPE = (7, 6, 5)

boxes = st.tuples(*(st.tuples(st.integers(0, side - 1), st.integers(1, 3)) for side in SHAPE))
strokes = st.lists(st.tuples(boxes, st.integers(0, 3), st.booleans()), max_size=8)


def history_of() -> History:
    return History(LabelMap.empty(Geometry(SHAPE, np.eye(4)), CLASSES))


def box_of(corner) -> tuple[slice, ...]:
    return tuple(
        slice(start, min(side, start + length))
        for (start, length), side in zip(corner, SHAPE, strict=True)
    )


def put(history: History, corner, label: int, origin: Origin) -> bool:
    box = box_of(corner)
    return history.replace(box, np.full(history.labels[box].shape, label, np.uint8), origin)


def maps(history: History) -> tuple[np.ndarray, np.ndarray]:
    return history.labels.copy(), history.sources.copy()


def go(history: History, number: int) -> bool:
    ahead = travelling(
        history.version, (history.labels, history.sources), history.way_to(number), history.fetch
    )
    return ahead is not None and history.carry_out(ahead)


@settings(deadline=None)
@given(strokes, st.lists(st.integers(0, 8), min_size=1, max_size=6))
def test_going_to_a_step_is_undoing_or_redoing_up_to_it(steps, journey):
    one, other = history_of(), history_of()
    for corner, label, by_hand in steps:
        origin = PAINTED if by_hand else MODEL
        put(one, corner, label, origin)
        put(other, corner, label, origin)
    numbers = [0, *one.stacks[0]]
    for target in journey:
        place = min(target, len(numbers) - 1)
        moved = go(one, numbers[place])
        before = other.version
        while other.can_undo and other.stacks[0][-1] > numbers[place]:
            other.undo()
        while other.can_redo and other.stacks[1][-1] <= numbers[place]:
            other.redo()
        assert moved == (other.version != before)
        for mine, theirs in zip(maps(one), maps(other), strict=True):
            assert np.array_equal(mine, theirs)
        assert one.stacks == other.stacks
        assert np.array_equal(one.touched, other.touched)


@settings(deadline=None)
@given(strokes, boxes, st.integers(0, 3), st.booleans())
def test_what_is_worked_out_ahead_is_what_replacing_does(steps, corner, label, by_hand):
    one, other = history_of(), history_of()
    for where, value, hand in steps:
        for history in (one, other):
            put(history, where, value, PAINTED if hand else MODEL)
    origin = PAINTED if by_hand else MODEL
    box = box_of(corner)
    after = np.full(one.labels[box].shape, label, np.uint8)
    ahead = replacing(one.version, (one.labels, one.sources), box, after, origin)
    assert (ahead is not None) == put(other, corner, label, origin)
    if ahead is None:
        return
    assert one.carry_out(ahead)
    for mine, theirs in zip(maps(one), maps(other), strict=True):
        assert np.array_equal(mine, theirs)
    assert np.array_equal(one.touched, other.touched)
    one.undo()
    other.undo()
    assert np.array_equal(one.labels, other.labels)


def test_the_whole_way_back_leads_to_the_beginning():
    history = history_of()
    for start in range(4):
        put(history, ((start, 2), (0, 2), (0, 2)), 1 + start % 3, PAINTED)
    way = history.way_to(0)
    assert len(way.numbers) == len(history.stacks[0]) == 4
    ahead = travelling(history.version, maps(history), way, history.fetch)
    assert ahead is not None
    assert history.carry_out(ahead)
    assert not history.labels.any()
    assert not history.can_undo
    with pytest.raises(ValueError, match="neither undone nor redone"):
        history.way_to(99)


def test_what_was_worked_out_on_an_older_mask_is_not_carried_out():
    history = history_of()
    put(history, ((0, 2), (0, 2), (0, 2)), 1, PAINTED)
    box = box_of(((2, 2), (2, 2), (2, 2)))
    ahead = replacing(history.version, maps(history), box, np.full((2, 2, 2), 3, np.uint8), PAINTED)
    assert ahead is not None
    history.undo()
    assert not history.carry_out(ahead)
    assert not history.labels.any()
    history.redo()
    assert not history.carry_out(ahead), "the mask is the same again, but nobody looked"


def test_a_stroke_that_was_taken_back_outdates_it_too():
    history = history_of()
    box = box_of(((2, 2), (2, 2), (2, 2)))
    ahead = replacing(history.version, maps(history), box, np.full((2, 2, 2), 3, np.uint8), PAINTED)
    assert ahead is not None

    with history.stroke():
        assert not history.carry_out(ahead), "a stroke is under way"
    assert not history.can_undo
    assert not history.carry_out(ahead), "it was there when this was worked out"


@pytest.mark.parametrize("shape", [(8, 9), (4, 8, 9)])
def test_a_region_is_what_is_connected_to_its_pixel(shape):
    labels = np.zeros(shape, np.uint8)
    labels[..., 1:3, 1:4] = 1
    labels[..., 3, 3] = 2
    labels[..., 6:, 6:] = 1
    here = tuple([0] * (len(shape) - 2) + [1, 2])
    region = region_at(labels, here)
    expected = np.zeros(shape, bool)
    expected[..., 1:3, 1:4] = True
    assert np.array_equal(region, expected)
