from __future__ import annotations

import numpy as np
import pytest

from app.presenters.editing import EditingPresenter
from app.presenters.grip import Grip
from app.presenters.notices import NoticesPresenter
from app.presenters.tool_options import ToolOptions
from engine.editing import alike, filling
from engine.editing.options import options_of
from engine.editing.tools import fill
from engine.editing.tools.table import TOOLS


class Book:
    """A memory that can be looked into."""

    def __init__(self, **kept) -> None:
        self.kept = dict(kept)

    def recall(self, key: str) -> object:
        return self.kept.get(key)

    def keep(self, key: str, value) -> None:
        self.kept[key] = value


@pytest.fixture
def book():
    return Book()


@pytest.fixture
def editing(desk, runner, case, book):
    return EditingPresenter(runner, case, NoticesPresenter(runner, case), ToolOptions(book))


def drag(editing, *places, grip=None) -> None:
    grip = grip or Grip()
    editing.press(places[0], grip)
    for place in places[1:]:
        editing.move(place, grip)
    editing.release(places[-1], grip)


def test_a_stroke_is_one_step_and_tells_the_box_it_changed(editing, case, qtbot):
    told = []
    case.labels_changed.connect(told.append)
    editing.set_radius(1.0)
    drag(editing, (2.5, 2.5), (2.5, 6.5))
    history = case.history
    assert len(history.stacks[0]) == 1
    changed = np.zeros(history.labels.shape, bool)
    for box in told:
        if box is not None and len(box) == 3:
            changed[box] = True
    assert history.labels.any()
    assert not (history.labels.astype(bool) & ~changed).any()
    assert all(box is not None for box in told), "nothing is drawn anew as a whole"


def test_the_other_button_erases_with_the_tool_in_hand(editing, case):
    editing.choose_tool("lasso")
    loop = [(1.0, 1.0), (1.0, 7.0), (8.0, 7.0), (8.0, 1.0)]
    drag(editing, *loop)
    assert (case.view.read(case.history.labels) == 1).sum() == 42
    drag(editing, *loop[:2], (4.0, 7.0), (4.0, 1.0), grip=Grip(erases=True))
    assert (case.view.read(case.history.labels) == 1).sum() == 24
    editing.choose_tool("measure")
    editing.press((2.5, 2.5), Grip(erases=True))
    assert not editing.is_drawing


def test_escape_and_other_slices_take_a_gesture_back(editing, case):
    for end in (editing.cancel, lambda: case.step(1), lambda: editing.choose_tool("brush")):
        editing.press((4.5, 4.5))
        assert case.history.labels.any()
        end()
        assert not editing.is_drawing
        assert not case.history.labels.any()
        assert not case.history.can_undo


def test_undoing_while_a_gesture_is_under_way_takes_that_back_first(editing, case):
    drag(editing, (4.5, 4.5), (4.5, 6.5))
    editing.press((2.5, 2.5))
    case.undo()
    assert not editing.is_drawing
    assert not case.history.labels.any()


def test_keys_reach_the_gesture(editing, case):
    editing.choose_tool("polygon")
    for corner in [(1.0, 1.0), (1.0, 7.0), (5.0, 4.0), (8.0, 7.0), (8.0, 1.0)]:
        editing.press(corner, Grip(pixel=0.01))
        editing.release(corner)
    editing.back()
    assert len(editing.guide.lines[0].points) == 5
    editing.back()
    editing.back()
    editing.press((8.0, 7.0), Grip(pixel=0.01))
    editing.press((8.0, 1.0), Grip(pixel=0.01))
    editing.finish()
    assert editing.guide is None
    assert (case.view.read(case.history.labels) == 1).sum() == 42


def test_shift_draws_on_from_the_end_of_the_last_stroke(editing, case):
    editing.set_radius(0.6)
    drag(editing, (1.5, 1.5))
    editing.move((1.5, 6.5), Grip(straight=True))
    assert list(editing.guide.lines[0].points) == [(1.5, 1.5), (1.5, 6.5)]
    editing.move((1.5, 6.5), Grip())
    assert editing.guide is None
    drag(editing, (1.5, 6.5), grip=Grip(straight=True))
    assert (case.view.read(case.history.labels)[1, 1:7] == 1).all()
    case.step(1)
    drag(editing, (6.5, 6.5), grip=Grip(straight=True))
    assert case.view.read(case.history.labels).sum() == 1, "not from another slice"


def test_the_picker_takes_the_class_and_gives_the_tool_back(editing, case):
    drag(editing, (4.5, 4.5))
    editing.choose_label(0)
    editing.choose_tool("picker")
    editing.choose_tool("measure")
    editing.choose_tool("picker")
    drag(editing, (4.5, 4.5))
    assert editing.label == 1
    assert editing.tool == "brush"


def test_what_was_measured_stays_until_something_else_is_done(editing, case):
    editing.choose_tool("measure")
    drag(editing, (1.0, 1.0), (1.0, 5.0), grip=Grip(pixel=0.1))
    assert editing.guide.text == "4.0 mm"
    assert not case.history.can_undo
    case.step(1)
    assert editing.guide is None
    drag(editing, (1.0, 1.0), (1.0, 5.0), grip=Grip(pixel=0.1))
    editing.leave()
    assert editing.guide is None


def test_measuring_and_picking_are_allowed_where_drawing_is_not(editing, case, monkeypatch):
    monkeypatch.setattr(type(case), "is_read_only", True)
    failures = []
    case.failed.connect(failures.append)
    editing.press((4.5, 4.5))
    assert not editing.is_drawing
    assert len(failures) == 1
    editing.choose_tool("measure")
    drag(editing, (4.5, 4.5))
    assert editing.guide.text.startswith("background")
    assert len(failures) == 1


def test_large_regions_are_searched_and_worked_out_by_a_job(editing, case, runner, monkeypatch):
    for module in (alike, fill, filling):
        monkeypatch.setattr(module, "QUICK", 10)
    jobs = []
    monkeypatch.setattr(
        runner, "run", lambda title, work, on_success, **_: jobs.append((work, on_success))
    )
    editing.choose_tool("fill")
    editing.press((4.5, 4.5))
    editing.release((4.5, 4.5))
    assert editing.is_drawing
    assert not case.history.labels.any()
    while jobs:
        work, answer = jobs.pop()
        answer(work(None))
    assert not editing.is_drawing
    assert (case.view.read(case.history.labels) == 1).all()
    assert len(case.history.stacks[0]) == 1
    case.undo()
    editing.press((4.5, 4.5))
    work, answer = jobs.pop()
    found = work(None)
    monkeypatch.setattr(editing, "_job", None)
    editing.cancel()
    answer(found)
    assert not jobs, "an answer that comes too late is dropped"
    assert not case.history.labels.any()


def test_options_are_remembered_and_brushes_share_their_size(editing, book):
    editing.set_radius(12.5)
    editing.choose_tool("eraser")
    assert editing.radius == 12.5
    editing.choose_tool("scribble")
    assert editing.radius == 1.5
    editing.set_radius(3.0)
    editing.choose_tool("wand")
    assert editing.radius == 0
    editing.set_option("tolerance", 33)
    editing.set_option("radius", 9.0)
    assert book.kept == {
        "radius": 12.5, "scribble/radius": 3.0, "wand/tolerance": 33, "tool": "wand",
    }  # fmt: skip


def test_what_was_remembered_comes_back_even_as_text(desk, runner, case):
    kept = Book(tool="wand", radius="7.5", is_solid="true", shape="star", **{"wand/tolerance": "5"})
    again = EditingPresenter(runner, case, NoticesPresenter(runner, case), ToolOptions(kept))
    assert (again.tool, again.option("tolerance")) == ("wand", 5)
    again.choose_tool("brush")
    assert (again.radius, again.option("is_solid"), again.option("shape")) == (7.5, True, "round")
    damaged = Book(tool="saw", radius="wide", **{"wand/tolerance": "nan"})
    again = EditingPresenter(runner, case, NoticesPresenter(runner, case), ToolOptions(damaged))
    assert (again.tool, again.radius) == ("brush", 5.0)


@pytest.mark.parametrize("tool", [row.name for row in TOOLS])
def test_options_keep_within_their_limits(tool):
    options = ToolOptions()
    for name, (option, default) in options_of(TOOLS.load(tool)).items():
        if not isinstance(default, (bool, str)):
            options.set(tool, name, 1e9)
            assert options.value(tool, name) == option.high
            options.set(tool, name, -5)
            assert options.value(tool, name) == option.low
    options.make(tool)


def test_shift_b_makes_the_brush_a_ball_and_a_stroke_of_it_one_step(editing, case):
    editing.toggle_solid()
    editing.set_radius(1.5)
    drag(editing, (4.5, 4.5))
    slices = np.flatnonzero(case.history.labels.any(axis=(0, 1)))
    assert slices.tolist() == [1, 2, 3]
    case.undo()
    assert not case.history.labels.any()
    editing.toggle_solid()
    drag(editing, (4.5, 4.5))
    assert np.flatnonzero(case.history.labels.any(axis=(0, 1))).tolist() == [2]


def test_the_size_grows_by_a_tenth_and_at_least_by_half(editing):
    for before, steps, after in [(5.0, 1, 5.5), (1.0, 1, 1.5), (100.0, -1, 90.0), (0.5, -3, 0.5)]:
        editing.set_radius(before)
        editing.scale_radius(steps)
        assert editing.radius == after
