from __future__ import annotations

import pytest

from app.presenters.presets import PresetsPresenter
from engine.crf.parameters import RELEASED, CrfParameters
from engine.workflow.refine import CRF_OF, SHIPPED
from engine.workflow.requests import Fit


@pytest.fixture
def presets(runner, case, refinement):
    return PresetsPresenter(runner, case, refinement)


def test_a_shipped_preset_brings_its_crf_and_one_of_the_project_does_not(desk, presets):
    runner, _, refinement = desk
    presets.known = {**SHIPPED, "mine": CrfParameters(iterations=9)}
    refinement.choose_crf("dense")
    refinement.turn(on=True)
    presets.use("mine")
    assert (refinement.crf, refinement.parameters.iterations) == ("dense", 9)
    presets.use("Released code")
    assert (refinement.crf, refinement.parameters) == ("conv", RELEASED)
    assert len(runner.asked) == 1, "one wish for both"
    assert set(SHIPPED) <= set(CRF_OF)


def test_one_fit_at_a_time_and_it_can_be_stopped(desk, presets):
    runner, _, _ = desk
    found = []
    presets.fitted.connect(found.append)
    presets.fit()
    presets.fit()
    assert [type(request) for _, request, _, _ in runner.asked] == [Fit]
    assert presets.is_fitting
    presets.cancel()
    assert not presets.is_fitting
    assert runner.asked[0][0].progress.is_cancelled
    presets.fit()
    assert len(runner.asked) == 2
