from __future__ import annotations

import numpy as np
import pytest

from app.presenters.editing import EditingPresenter
from app.presenters.notices import NoticesPresenter
from app.presenters.refinement import DENSE
from app.presenters.spreading import SpreadingPresenter
from engine.core.label_set import IGNORE
from engine.core.sources import PixelSource
from engine.editing.paint_mode import PaintMode


@pytest.fixture
def editing(desk, runner, case):
    return EditingPresenter(runner, case, NoticesPresenter(runner, case))


@pytest.fixture
def spreading(runner, case, refinement, editing):
    return SpreadingPresenter(runner, case, refinement, editing)


def drag(editing, *places) -> None:
    editing.press(places[0])
    for place in places[1:]:
        editing.move(place)
    editing.release(places[-1])


def shown(case) -> np.ndarray:
    return case.view.read(case.history.labels)


def test_a_box_is_refined_and_kept_as_one_step(editing, spreading, runner, case):
    editing.choose_tool("box")
    drag(editing, (1.5, 1.5), (5.5, 6.5))
    request = runner.asked[0][1]
    assert request.scope.box == (slice(1, 6), slice(1, 7))
    assert request.crf == "conv"
    assert spreading.is_running
    case.step(1)  # the answer belongs to the slice it was asked for
    runner.answer(0, np.ones((5, 6), np.uint8))
    assert not spreading.is_running
    case.step(-1)
    assert (shown(case) == 1).sum() == 30
    assert (shown(case)[1:6, 1:7] == 1).all()
    assert len(case.history.stacks[0]) == 1
    assert (case.history.sources[case.history.labels == 1] == PixelSource.CRF).all()
    case.undo()
    assert not case.history.labels.any()


def test_an_answer_waits_for_the_stroke_under_way(editing, spreading, runner, case):
    editing.choose_tool("box")
    drag(editing, (1.5, 1.5), (5.5, 6.5))
    editing.choose_tool("brush")
    editing.set_radius(1.0)
    editing.press((4.5, 4.5))
    runner.answer(0, np.ones((5, 6), np.uint8))
    assert editing.is_drawing
    editing.release((4.5, 4.5))
    assert len(case.history.stacks[0]) == 2


def test_the_crf_brush_changes_only_what_it_went_over(editing, spreading, runner, case):
    editing.choose_tool("crf brush")
    editing.set_radius(1.0)
    drag(editing, (2.5, 2.5), (2.5, 5.5))
    scope = runner.asked[0][1].scope
    runner.answer(0, np.ones([of.stop - of.start for of in scope.box], np.uint8))
    assert np.array_equal(shown(case) == 1, scope.within)


def test_what_a_person_drew_is_pinned_and_stays(editing, spreading, runner, case):
    editing.set_radius(1.0)
    drag(editing, (3.5, 3.5))
    drawn = shown(case).copy()
    editing.choose_tool("box")
    drag(editing, (0.5, 0.5), (7.5, 7.5))
    pinned = runner.asked[-1][1].pinned
    assert np.array_equal(pinned == 1, drawn == 1)
    runner.answer(len(runner.asked) - 1, np.zeros((8, 8), np.uint8))
    assert np.array_equal(shown(case), drawn)


def scribble(editing) -> None:
    editing.choose_tool("scribble")
    editing.set_radius(0.5)
    drag(editing, (4.5, 2.5), (4.5, 4.5))


def test_scribbles_are_spread_for_a_preview_and_kept_as_one_step(editing, spreading, runner, case):
    scribble(editing)
    request = runner.asked[0][1]
    assert request.crf == DENSE
    assert (request.pinned[4, 2:5] == 1).all()
    assert (request.pinned == 1).sum() == 3
    assert (request.mask[request.scope.box] == IGNORE).all(), "only seeds are believed there"
    answer = np.zeros((9, 8), np.uint8)
    answer[3:6] = 1
    runner.answer(0, answer)
    assert case.has_overlay
    assert np.array_equal(case.shown_labels, answer)
    assert not case.history.labels.any(), "the mask waits for Enter"
    editing.finish()
    assert not case.has_overlay
    assert np.array_equal(shown(case), answer)
    assert len(case.history.stacks[0]) == 1
    sources = case.view.read(case.history.sources)
    assert (sources[4, 2:5] == PixelSource.PAINTED).all()
    assert (sources[3] == PixelSource.CRF).all()
    assert not sources[:3].any()
    case.undo()
    assert not case.history.labels.any()
    assert not case.history.sources.any()


def test_escape_drops_scribbles_and_what_they_spread_to(editing, spreading, runner, case):
    scribble(editing)
    runner.answer(0, np.ones((9, 8), np.uint8))
    editing.cancel()
    assert not case.has_overlay
    assert not case.history.labels.any()
    assert not case.history.can_undo


def test_the_newest_scribbles_count_and_those_between_are_not_asked(
    editing, spreading, runner, case
):
    scribble(editing)
    drag(editing, (7.5, 2.5), (7.5, 4.5))
    drag(editing, (1.5, 2.5), (1.5, 4.5))
    assert len(runner.asked) == 1
    runner.answer(0, np.ones((9, 8), np.uint8))
    assert not case.has_overlay, "that was of the first one alone"
    assert len(runner.asked) == 2
    assert (runner.asked[1][1].pinned == 1).sum() == 9
    editing.finish()
    assert not case.history.labels.any(), "kept once it is known"
    runner.answer(1, np.ones((9, 8), np.uint8))
    assert (shown(case) == 1).all()
    assert len(case.history.stacks[0]) == 1


def test_scribbles_keep_to_where_strokes_may_paint(editing, spreading, runner, case):
    drag(editing, (7.5, 7.5))
    kept = shown(case).copy()
    editing.mode = PaintMode(locked=frozenset({0}))
    scribble(editing)
    runner.answer(len(runner.asked) - 1, np.zeros((9, 8), np.uint8))
    editing.finish()
    assert np.array_equal(shown(case), kept)


def test_a_failure_is_told_and_leaves_the_mask(editing, spreading, runner, case):
    failures = []
    spreading.failed.connect(failures.append)
    scribble(editing)
    runner.asked[0][3](RuntimeError("no memory"))
    assert len(failures) == 1
    assert not editing.is_drawing
    assert not spreading.is_running
    assert not case.history.labels.any()


def test_closing_the_case_stops_what_runs(editing, spreading, runner, case):
    editing.choose_tool("box")
    drag(editing, (1.5, 1.5), (5.5, 6.5))
    case.close()
    assert runner.asked[0][0].progress.is_cancelled
    assert not spreading.is_running


def test_scribbles_kept_late_wait_for_the_hand_and_lose_none(editing, spreading, runner, case):
    scribble(editing)
    editing.finish()
    drag(editing, (8.5, 6.5))  # new ones, while the first are still asked for
    editing.press((8.5, 7.5))
    first = np.zeros((9, 8), np.uint8)
    first[4] = 1
    runner.answer(0, first)
    assert not case.history.labels.any(), "the hand is still down"
    editing.release((8.5, 7.5))
    editing.finish()
    second = np.zeros(shown(case).shape, np.uint8)
    second[[4, 8]] = 1
    scope = runner.asked[1][1].scope
    runner.answer(1, second[scope.box])
    assert (shown(case)[4] == 1).all()
    assert (shown(case)[8] == 1).any()
    assert len(case.history.stacks[0]) == 2
