from __future__ import annotations

import numpy as np
import pytest

from app.presenters.steps import Steps, StepsPresenter
from engine.workflow.requests import RefineSteps
from tests.app.conftest import CLASSES


@pytest.fixture
def steps(runner, case, prediction, refinement):
    return StepsPresenter(runner, case, prediction, refinement)


def beliefs():
    """Two iterations over (9, 8): the first moves a row to class 1, the second two more."""
    found = np.zeros((3, 2, 9, 8), np.float16)
    for step, rows in enumerate((0, 1, 3)):
        found[step, 1, :rows] = 0.9
        found[step, 1, rows:] = 0.1
    found[:, 0] = 1 - found[:, 1]
    return found


def test_the_slice_on_screen_is_asked_for_with_the_crf_in_hand(desk, steps):
    runner, case, refinement = desk
    refinement.choose_crf("dense")
    refinement.set("iterations", 2)
    case.step(1)
    found = []
    steps.found.connect(found.append)
    steps.ask()
    request = runner.asked[0][1]
    assert isinstance(request, RefineSteps)
    assert (request.crf, request.index, request.parameters.iterations) == ("dense", 3, 2)
    runner.answer(0, beliefs(), "beliefs")
    assert found[0].beliefs.shape == (3, 2, 9, 8)
    assert found[0].spacing == case.view.spacing


def test_asking_again_drops_what_was_asked_before(desk, steps):
    runner, _, _ = desk
    found = []
    steps.found.connect(found.append)
    steps.ask()
    steps.ask()
    runner.answer(0, beliefs(), "beliefs")
    assert not found
    runner.answer(1, beliefs(), "beliefs")
    assert len(found) == 1


def test_changed_pixels_are_counted_step_by_step():
    found = Steps(beliefs(), CLASSES, (1.0, 1.0))
    assert [found.changed(step) for step in range(3)] == [0, 8, 16]
