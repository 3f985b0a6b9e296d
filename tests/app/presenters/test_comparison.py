from __future__ import annotations

import numpy as np
import pytest

from app.presenters.comparison import ComparisonPresenter
from app.presenters.measuring import GAINED, LOST, OTHER, kinds_of_change


@pytest.fixture
def comparison(runner, case, refinement):
    return ComparisonPresenter(runner, case, refinement)


def ones():
    return np.ones((9, 8), np.uint8)


def test_the_line_has_the_mask_on_its_left_and_the_preview_on_its_right(desk, comparison):
    runner, case, refinement = desk
    assert comparison.sides is None
    comparison.split(on=True)
    assert refinement.is_on, "there is nothing to split without a preview"
    assert comparison.sides is None
    runner.answer(0, ones())
    left, right = comparison.sides
    assert np.array_equal(left, case.view.read(case.history.labels))
    assert np.array_equal(right, ones())
    refinement.hold_before(held=True)
    assert comparison.sides is None, "the mask is shown everywhere"
    refinement.hold_before(held=False)
    comparison.toggle()
    assert comparison.sides is None


def test_the_other_crf_is_asked_once_the_preview_is_exact(desk, comparison):
    runner, _, refinement = desk
    comparison.compare_crfs(on=True)
    comparison.split(on=True)
    runner.answer(0, ones())
    assert [request.crf for _, request, _, _ in runner.asked] == ["conv", "dense"]
    left, right = comparison.sides
    assert left is right, "until it answers"
    runner.answer(1, ones() * 0)
    assert np.array_equal(comparison.sides[0], ones())
    assert not comparison.sides[1].any()
    comparison.compare_crfs(on=True)
    assert len(runner.asked) == 2, "it is known already"
    refinement.set("iterations", 2)
    runner.answer(2, ones())
    assert runner.asked[3][1].crf == "dense"
    assert runner.asked[3][1].parameters.iterations == 2


def test_an_answer_of_the_other_crf_to_yesterdays_parameters_is_not_shown(desk, comparison):
    runner, _, refinement = desk
    comparison.compare_crfs(on=True)
    comparison.split(on=True)
    runner.answer(0, ones())
    refinement.set("iterations", 2)
    runner.answer(2, ones())
    runner.answer(1, ones() * 0)
    assert comparison.sides[1].all()
    assert runner.asked[3][1].crf == "dense"
    assert runner.asked[3][1].parameters.iterations == 2
    runner.answer(3, ones() * 0)
    assert not comparison.sides[1].any()


def test_a_failure_of_the_other_crf_leaves_the_preview(desk, comparison):
    runner, _, refinement = desk
    failures = []
    comparison.failed.connect(failures.append)
    comparison.compare_crfs(on=True)
    comparison.split(on=True)
    runner.answer(0, ones())
    runner.asked[1][3](RuntimeError("no"))
    assert len(failures) == 1
    assert refinement.has_preview
    assert not comparison.is_of_crfs


def test_the_other_crf_can_be_stopped_and_asked_again(desk, comparison):
    runner, _, refinement = desk
    comparison.compare_crfs(on=True)
    comparison.split(on=True)
    runner.answer(0, ones())
    comparison.cancel()
    runner.answer(1, ones() * 0)
    assert comparison.sides[1].all()
    refinement.set("iterations", 2)
    runner.answer(2, ones())
    runner.answer(3, ones() * 0)
    assert not comparison.sides[1].any()


def test_changed_pixels_are_told_apart(desk, comparison):
    before = np.array([[0, 0, 1, 1, 2]], np.uint8)
    after = np.array([[0, 2, 1, 0, 1]], np.uint8)
    assert kinds_of_change(before, after).tolist() == [[0, GAINED, 0, LOST, OTHER]]
    assert comparison.changes is None
    runner, _, refinement = desk
    refinement.turn(on=True)
    runner.answer(0, ones())
    assert (comparison.changes == GAINED).all()
