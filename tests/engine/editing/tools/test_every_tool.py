"""What every row of the table promises."""

from __future__ import annotations

import tracemalloc
from contextlib import contextmanager
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.edit import Edit
from engine.core.planes import Plane, slice_count, slice_view
from engine.editing.history import History
from engine.editing.options import options_of
from engine.editing.outcome import Measured, Picked, Refine, Spread
from engine.editing.paint_mode import PaintMode
from engine.editing.pointer import Phase
from engine.editing.tools.table import TOOLS
from tests.engine.editing.hand import Hand, desk_of

ROWS = list(TOOLS)
PAINTING = [row.name for row in ROWS if row.group in ("paint", "area")]
STROKING = [row.name for row in ROWS if row.group == "paint"]
every = pytest.mark.parametrize("tool", [row.name for row in ROWS])
painting = pytest.mark.parametrize("tool", PAINTING)

PHOTO = None
THICK = np.diag([-1.0, 1.0, 3.0, 1.0])  # millimetres
LOOP = [(8.3, 8.6), (8.3, 16.2), (14.5, 16.2), (14.5, 9.1)]


def checkered(shape=(24, 26)) -> np.ndarray:
    """Three classes in patches; nothing of class 3."""
    rows, columns = np.indices(shape[:2])
    labels = ((rows // 6 + columns // 7) % 3).astype(np.uint8)
    return labels if len(shape) == 2 else np.repeat(labels[..., None], shape[2], axis=2).copy()


def blank(shape=(24, 26)) -> np.ndarray:
    return np.ones(shape, np.uint8)


@painting
def test_a_gesture_paints_and_is_one_step_that_undo_takes_back_exactly(tool):
    start = blank()
    desk = desk_of(start.copy())
    Hand(desk, tool, 3).whole(LOOP)
    assert not np.array_equal(desk.labels, start)
    assert desk.keeper.count == 1
    after = desk.labels.copy()
    desk.history.undo()
    assert np.array_equal(desk.labels, start)
    assert not desk.history.touched.any()
    desk.history.redo()
    assert np.array_equal(desk.labels, after)


@every
@pytest.mark.parametrize("events", [1, 2, 3, 5])
def test_escape_leaves_the_mask_as_it_was(tool, events):
    desk = desk_of(blank())
    hand = Hand(desk, tool, 3)
    hand.press(*LOOP[0])
    for place in LOOP[1:events]:
        hand.move(*place)
    if not hand.is_done:  # what a click has done at once cannot be escaped from
        hand.escape()
        assert (desk.labels == 1).all()
        assert desk.keeper.count == 0
        assert not desk.history.is_painting


@every
@pytest.mark.parametrize("where", [(-30.0, -40.0), (90.0, 12.0), (12.0, 90.0), (24.0, 26.0)])
def test_a_gesture_outside_the_image_changes_nothing(tool, where):
    desk = desk_of(blank())
    row, column = where
    near = [(row, column), (row + 1, column + 1), (row, column + 1.5)]
    options = {"radius": 0.6} if "radius" in options_of(TOOLS.load(tool)) else {}
    hand = Hand(desk, tool, 3, **options).whole(near)
    assert (desk.labels == 1).all()
    assert desk.keeper.count == 0
    assert not isinstance(hand.outcome, (Picked, Refine, Spread))
    hand.escape()


@every
def test_tools_that_do_not_paint_leave_the_mask(tool):
    desk = desk_of(checkered())
    before = desk.labels.copy()
    Hand(desk, tool, 3).whole(LOOP)
    assert np.array_equal(desk.labels, before) == (tool not in PAINTING)


places = st.tuples(st.floats(-6, 32), st.floats(-6, 32))


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([row.name for row in ROWS]),
            st.lists(places, min_size=2, max_size=5),
            st.integers(0, 3),
            st.booleans(),
        ),
        max_size=5,
    )
)
def test_any_gestures_are_undone_and_redone_exactly(gestures):
    desk = desk_of(checkered((24, 26, 4)), THICK, index=2)
    states = [desk.labels.copy()]
    for tool, way, label, escapes in gestures:
        hand = Hand(desk, tool, label)
        if escapes:
            hand.press(*way[0])
            hand.move(*way[1])
            hand.escape()
        else:
            hand.whole(way)
            hand.escape()
        if not np.array_equal(desk.labels, states[-1]):
            states.append(desk.labels.copy())
    assert desk.keeper.count == len(states) - 1
    for state in reversed(states[:-1]):
        desk.history.undo()
        assert np.array_equal(desk.labels, state)
    for state in states[1:]:
        desk.history.redo()
        assert np.array_equal(desk.labels, state)


modes = st.builds(
    PaintMode,
    st.none() | st.integers(0, 3),
    st.frozensets(st.integers(0, 3), max_size=2),
    st.none() | st.tuples(st.integers(0, 60), st.integers(50, 150)),
)


@settings(deadline=None, max_examples=60)
@given(modes, st.sampled_from(PAINTING), st.integers(0, 3), st.booleans())
def test_a_mode_holds_for_every_tool_flat_or_through_slices(mode, tool, label, is_solid):
    start = checkered((24, 26, 4))
    options = {"is_solid": is_solid} if "is_solid" in options_of(TOOLS.load(tool)) else {}
    free_desk = desk_of(start.copy(), THICK, index=2)
    desk = desk_of(start.copy(), THICK, index=2, mode=mode)
    for one in (free_desk, desk):
        Hand(one, tool, label, **options).whole(LOOP)
    target = 0 if tool == "eraser" else label
    reached = free_desk.labels != start
    free = np.ones(start.shape, bool)
    if mode.only is not None:
        free &= start == mode.only
    if mode.intensities is not None:
        free &= (start * 50 >= mode.intensities[0]) & (start * 50 <= mode.intensities[1])
    free &= ~np.isin(start, list(mode.locked))
    if target in mode.locked:
        free[:] = False
    assert np.array_equal(desk.labels, np.where(reached & free, target, start))


@painting
@pytest.mark.parametrize("plane", list(Plane))
def test_what_is_painted_lies_in_the_slice_and_is_told(tool, plane):
    labels = blank((20, 22, 24))
    for index in (0, 7):
        desk = desk_of(labels.copy(), THICK, plane=plane, index=index)
        Hand(desk, tool, 3).whole([(5.3, 5.6), (5.3, 12.2), (11.5, 12.2), (11.5, 6.1)])
        view = slice_view(desk.sheet.geometry, plane, index)
        assert 0 <= index < slice_count(desk.sheet.geometry, plane)
        painted = desk.labels != 1
        assert painted.any()
        assert view.read(painted).sum() == painted.sum()
        told = np.zeros(painted.shape, bool)
        for box in desk.boxes:
            told[box] = True
        assert not (painted & ~told).any()


def test_options_say_what_they_may_be_and_no_two_tools_disagree():
    shared: dict = {}
    for row in ROWS:
        tool = TOOLS.load(row.name)
        assert {one.name for one in fields(tool)} == set(options_of(tool))
        for name, (option, default) in options_of(tool).items():
            assert option.suited(default, default) == default
            assert type(option.suited(1e9, default)) is type(default)
            assert option.title
            if option.is_shared:
                assert shared.setdefault(name, (option, default)) == (option, default)


class Watched(History):
    """Counts the pixels that strokes write."""

    pixels = 0

    @contextmanager
    def stroke(self, *args):
        with super().stroke(*args) as paint:

            def count(edit: Edit) -> None:
                Watched.pixels += edit.before.size
                paint(edit)

            yield count


@pytest.mark.parametrize("tool", STROKING)
@pytest.mark.parametrize("is_solid", [False, True])
def test_a_move_of_a_brush_costs_what_the_brush_covers_however_large_the_map(tool, is_solid):
    touched, memory = [], []
    for side in (200, 2000):
        desk = desk_of(blank((side, side, 3)), np.eye(4), index=1)
        Watched.pixels = 0
        desk.history.__class__ = Watched
        hand = Hand(desk, tool, 3, radius=6.0, is_solid=is_solid)
        hand.press(50.2, 50.7)
        tracemalloc.start()
        for step in range(1, 40):
            hand.move(50.2 + step, 50.7 + step / 2)
        memory.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        touched.append(Watched.pixels)
        hand.escape()
    assert touched[0] == touched[1] > 0
    assert memory[1] < 1.1 * memory[0] + 20_000


@every
def test_keys_in_the_midst_of_a_gesture_do_no_harm(tool):
    desk = desk_of(blank())
    hand = Hand(desk, tool, 3)
    hand.press(*LOOP[0])
    for phase in (Phase.FINISH, Phase.DOUBLE, Phase.BACK):
        hand.say(phase, *LOOP[1])
    hand.escape()
    assert not desk.history.is_painting
    assert desk.keeper.count <= 1


@pytest.mark.parametrize("of", ["component", "class"])
def test_measuring_says_so(of):
    desk = desk_of(checkered())
    hand = Hand(desk, "measure", of=of).drag([(8.5, 8.5)])
    assert isinstance(hand.outcome, Measured)
