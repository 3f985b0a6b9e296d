from __future__ import annotations

import numpy as np
import pytest

from app.presenters.refinement import Reach
from engine.core.label_set import IGNORE
from engine.core.planes import Plane
from engine.core.scope import EVERYWHERE
from engine.core.sources import Origin, PixelSource
from engine.workflow.requests import RefineSlice


def ones() -> np.ndarray:
    return np.ones((9, 8), np.uint8)


def test_nothing_is_asked_until_the_preview_is_on(desk):
    runner, _, refinement = desk
    refinement.set("iterations", 3)
    assert not runner.asked
    refinement.turn(on=True)
    assert len(runner.asked) == 1


def test_the_latest_value_wins_and_one_job_runs_at_a_time(desk):
    runner, case, refinement = desk
    refinement.turn(on=True)
    for weight in (1.0, 2.0, 3.0, 4.0, 5.0):
        refinement.set("smoothness_weight", weight)
    assert len(runner.asked) == 1
    runner.answer(0, ones())
    assert len(runner.asked) == 2, "one more, not five"
    request = runner.asked[1][1]
    assert isinstance(request, RefineSlice)
    assert request.parameters.smoothness_weight == 5.0
    runner.answer(1, ones() * 0)
    assert len(runner.asked) == 2
    assert not case.shown_labels.any()


def test_an_answer_for_another_slice_is_not_shown(desk):
    runner, case, refinement = desk
    refinement.turn(on=True)
    case.step(1)
    runner.answer(0, ones())
    assert not case.has_overlay
    assert runner.asked[1][1].index == case.index
    runner.answer(1, ones())
    assert case.has_overlay


def test_a_closed_case_shows_no_late_answer(desk):
    runner, case, refinement = desk
    refinement.turn(on=True)
    case.close()
    runner.answer(0, ones())
    assert case.case is None
    assert not refinement.has_preview


def test_applying_keeps_the_preview_as_one_step_and_leaves_pins(desk):
    runner, case, refinement = desk
    view = case.view
    view.read(case.history.labels)[2, 3] = 1
    view.read(case.history.touched)[2, 3] = True
    refinement.turn(on=True)
    request = runner.asked[0][1]
    assert request.pinned[2, 3] == 1
    assert (request.pinned == IGNORE).sum() == 71
    preview = ones()
    preview[2, 3] = 0
    runner.answer(0, preview)
    refinement.apply_slice()
    assert case.view.read(case.history.labels).all(), "the pinned pixel kept its class"
    assert case.history.labels.sum() == 72
    case.undo()
    assert case.history.labels.sum() == 1


def test_what_is_kept_tells_what_made_it(desk, monkeypatch):
    runner, case, refinement = desk
    kept = []
    monkeypatch.setattr(case, "replace", lambda labels, box, origin: kept.append(origin))
    refinement.choose_crf("dense")
    refinement.set("appearance_colour", 21.0)
    refinement.turn(on=True)
    runner.answer(0, ones())
    refinement.apply_slice()
    assert kept == [Origin(PixelSource.CRF, "dense", detail=str(refinement.parameters))]


def test_before_is_shown_while_it_is_held(desk):
    runner, case, refinement = desk
    refinement.turn(on=True)
    runner.answer(0, ones())
    refinement.hold_before(held=True)
    assert not case.shown_labels.any()
    refinement.hold_before(held=False)
    assert case.shown_labels.all()


def test_what_changed_is_counted_by_class(desk):
    runner, _, refinement = desk
    told = []
    refinement.measured.connect(told.append)
    refinement.turn(on=True)
    preview = ones() * 0
    preview[:2] = 1
    runner.answer(0, preview)
    assert told[0].gained == (0, 16)
    assert told[0].lost == (16, 0)


def test_a_failure_turns_the_preview_off(desk):
    runner, _, refinement = desk
    failures = []
    refinement.failed.connect(failures.append)
    refinement.turn(on=True)
    runner.asked[0][3](RuntimeError("no"))
    assert not refinement.is_on
    assert len(failures) == 1


class Clock:
    """Time that passes only when the test says so."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("app.presenters.refinement.time", clock)
    return clock


def test_after_a_slow_answer_the_next_is_coarse_and_the_exact_one_follows(desk, clock, qtbot):
    runner, case, refinement = desk
    told = []
    refinement.measured.connect(told.append)
    refinement.turn(on=True)
    assert not runner.asked[0][1].coarse
    clock.now += 0.3
    runner.answer(0, ones())
    refinement.set("smoothness_weight", 2.0)
    assert runner.asked[1][1].coarse
    clock.now += 0.02
    runner.answer(1, ones() * 0)
    assert told[-1].is_coarse
    assert not refinement.is_settled
    refinement.set("smoothness_weight", 3.0)
    assert runner.asked[2][1].coarse, "a quick coarse answer does not make the exact one quick"
    runner.answer(2, ones() * 0)
    qtbot.waitUntil(lambda: len(runner.asked) == 4)
    request = runner.asked[3][1]
    assert not request.coarse
    assert request.parameters.smoothness_weight == 3.0
    runner.answer(3, ones())
    assert not told[-1].is_coarse
    assert refinement.is_settled
    assert case.shown_labels.all()
    qtbot.wait(200)
    assert len(runner.asked) == 4


def test_while_wishes_come_no_exact_answer_is_asked_for(desk, clock, qtbot):
    runner, _, refinement = desk
    refinement.turn(on=True)
    clock.now += 0.3
    runner.answer(0, ones())
    for weight in range(1, 6):
        refinement.set("smoothness_weight", float(weight))
        refinement.set("smoothness_weight", weight + 0.5)
        runner.answer(len(runner.asked) - 1, ones())
        runner.answer(len(runner.asked) - 1, ones())
        qtbot.wait(20)
    assert all(request.coarse for _, request, _, _ in runner.asked[1:])


def test_what_is_kept_is_exact_even_if_the_preview_is_coarse(desk, clock):
    runner, case, refinement = desk
    refinement.turn(on=True)
    clock.now += 0.3
    runner.answer(0, ones() * 0)
    refinement.set("iterations", 2)
    runner.answer(1, ones() * 0)
    refinement.apply_slice()
    assert not case.history.can_undo, "the preview on screen is coarse"
    assert not runner.asked[2][1].coarse, "the exact one is asked for at once"
    runner.answer(2, ones())
    assert case.view.read(case.history.labels).all()
    case.undo()
    assert not case.history.labels.any()


def test_what_is_kept_does_not_wait_for_the_slider_to_rest(desk, clock):
    runner, case, refinement = desk
    refinement.turn(on=True)
    clock.now += 0.3
    runner.answer(0, ones() * 0)
    refinement.set("iterations", 2)
    refinement.apply_slice()
    assert runner.asked[1][1].coarse
    runner.answer(1, ones() * 0)
    assert len(runner.asked) == 3
    runner.answer(2, ones())
    assert case.view.read(case.history.labels).all()


def test_what_is_kept_answers_what_was_asked_last(desk):
    runner, case, refinement = desk
    refinement.turn(on=True)
    runner.answer(0, ones() * 0)
    refinement.set("iterations", 2)
    refinement.apply_slice()
    refinement.set("iterations", 3)
    runner.answer(1, ones() * 0)
    assert not case.history.can_undo
    runner.answer(2, ones())
    assert case.view.read(case.history.labels).all()


def test_what_waits_to_be_kept_is_not_kept_in_another_slice(desk):
    runner, case, refinement = desk
    refinement.turn(on=True)
    refinement.apply_slice()
    case.step(1)
    assert not refinement.has_preview
    runner.answer(0, ones())
    runner.answer(1, ones())
    assert refinement.has_preview
    assert not case.history.can_undo


def test_leaving_keeps_nothing_and_shows_the_mask(desk):
    runner, case, refinement = desk
    refinement.turn(on=True)
    runner.answer(0, ones())
    refinement.set("iterations", 2)
    refinement.apply_slice()
    refinement.leave()
    runner.answer(1, ones())
    assert not refinement.is_on
    assert not case.has_overlay
    assert not case.history.can_undo


def test_a_cancelled_answer_leaves_the_mask_and_the_next_one_can_come(desk):
    runner, case, refinement = desk
    refinement.turn(on=True)
    runner.answer(0, ones() * 0)
    refinement.set("iterations", 2)
    runner.asked[1][0].stop()  # as the button of the status bar does
    assert runner.asked[1][0].progress.is_cancelled
    assert not case.has_overlay
    assert not refinement.is_on
    refinement.turn(on=True)
    assert len(runner.asked) == 3
    runner.answer(2, ones())
    assert case.shown_labels.all()


def test_keeping_what_changes_nothing_goes_on_showing_a_preview(desk):
    runner, case, refinement = desk
    refinement.turn(on=True)
    runner.answer(0, ones() * 0)
    refinement.apply_slice()
    runner.answer(1, ones() * 0)
    assert refinement.has_preview
    assert not case.history.can_undo


def test_either_crf_is_asked_with_the_same_parameters(desk):
    runner, _, refinement = desk
    refinement.set("appearance_colour", 21.0)
    refinement.turn(on=True)
    runner.answer(0, ones())
    refinement.choose_crf("dense")
    assert [request.crf for _, request, _, _ in runner.asked] == ["conv", "dense"]
    assert runner.asked[1][1].parameters.appearance_colour == 21.0


def test_only_what_is_seen_is_asked_for_in_this_view(desk):
    runner, case, refinement = desk
    view = case.view
    view.read(case.history.labels)[8, 7] = 1
    refinement.see((slice(2, 5), slice(1, 4)))
    refinement.turn(on=True)
    assert runner.asked[0][1].scope is EVERYWHERE
    runner.answer(0, ones())
    refinement.choose_reach(Reach.VIEW)
    assert runner.asked[1][1].scope.box == (slice(2, 5), slice(1, 4))
    refinement.see((slice(2, 6), slice(1, 4)))
    runner.answer(1, ones()[:3, :3])
    assert case.shown_labels.sum() == 10, "elsewhere the mask is as it is"
    assert runner.asked[2][1].scope.box == (slice(2, 6), slice(1, 4)), "the view moved"
    runner.answer(2, ones()[:4, :3])
    refinement.apply_slice()
    assert case.view.read(case.history.labels).sum() == 13
    sources = case.view.read(case.history.sources)
    assert (sources[2:6, 1:4] == PixelSource.CRF).all()
    assert np.count_nonzero(sources) == 12, "what was not refined is not said to be"
    case.undo()
    assert case.history.labels.sum() == 1


def test_a_view_that_another_plane_does_not_have_is_not_asked_for(desk):
    runner, case, refinement = desk
    refinement.choose_reach(Reach.VIEW)
    refinement.see((slice(0, 9), slice(0, 8)))
    refinement.turn(on=True)
    case.show_plane(Plane.CORONAL)
    runner.answer(0, ones())
    assert case.view.sides == (5, 8)
    assert runner.asked[1][1].scope is EVERYWHERE
