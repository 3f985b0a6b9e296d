"""Computed labels go into the mask at once, or, if they are many, beside the interface."""

from __future__ import annotations

import numpy as np
import pytest

from app.job import Job
from app.presenters import taking
from app.presenters.taking import Taking
from engine.core.sources import PAINTED, Origin, PixelSource
from engine.progress import Progress

MODEL = Origin(PixelSource.MODEL, "model")
SHAPE = (8, 9, 5)


class Later:
    """Runs what it is given when the test says so."""

    def __init__(self):
        self.held = []

    def run(self, title, work, *, on_success, on_failure, **_):
        job = Job(title, len(self.held), Progress())
        self.held.append((job, work, on_success))
        return job

    def end(self):
        job, work, on_success = self.held.pop(0)
        found = work(Progress())
        if not job.is_cancelled:
            on_success(found)


@pytest.fixture
def later(monkeypatch):
    monkeypatch.setattr(taking, "AT_ONCE", 0)
    return Later()


def counted(before, after):
    return int((before != after).sum())


@pytest.mark.parametrize("at_once", [True, False])
def test_labels_become_one_step_and_what_a_person_owns_stays(desk, monkeypatch, at_once):
    monkeypatch.setattr(taking, "AT_ONCE", 1000 if at_once else 0)
    _, case, _ = desk
    runner, told = Later(), []
    corner = (slice(0, 2), slice(0, 2), slice(0, 1))
    case.history.replace(corner, np.ones((2, 2, 1), np.uint8), PAINTED)
    box = (slice(0, 8), slice(0, 9), slice(0, 2))
    labels = np.zeros((8, 9, 2), np.uint8)
    labels[4:] = 1
    Taking(runner, case).take(labels, MODEL, told.append, pytest.fail, box=box, note=counted)
    if not at_once:
        assert not told
        runner.end()
    expected = np.zeros(SHAPE, np.uint8)
    expected[4:, :, :2] = 1
    expected[corner] = 1
    assert np.array_equal(case.history.labels, expected)
    assert told == [72]
    case.undo()
    assert case.history.labels.sum() == 4


def test_a_mask_that_was_changed_meanwhile_is_taken_anew_with_the_change(desk, later):
    _, case, _ = desk
    told = []
    Taking(later, case).take(np.ones(SHAPE, np.uint8), MODEL, told.append, pytest.fail)
    dot = (slice(3, 4), slice(3, 4), slice(3, 4))
    case.history.replace(dot, np.ones((1, 1, 1), np.uint8), PAINTED)
    case.history.replace(dot, np.zeros((1, 1, 1), np.uint8), PAINTED)
    later.end()
    assert not told
    later.end()
    assert told == [None]
    assert case.history.labels.sum() == 8 * 9 * 5 - 1
    assert case.history.labels[3, 3, 3] == 0


def test_labels_of_a_case_that_is_gone_or_that_were_cancelled_go_nowhere(desk, later):
    _, case, _ = desk
    told = []
    takes = Taking(later, case)
    whole = np.ones(SHAPE, np.uint8)
    takes.take(whole, MODEL, pytest.fail, pytest.fail, gone=lambda: told.append("gone"))
    case.open(case.project, "abc")
    later.end()
    assert told == ["gone"]
    takes.take(whole, MODEL, pytest.fail, pytest.fail)
    takes.cancel()
    later.end()
    assert not case.history.labels.any()
