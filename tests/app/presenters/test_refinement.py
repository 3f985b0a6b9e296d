from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from app.jobs import Job
from app.presenters.case import CasePresenter
from app.presenters.prediction import PredictionPresenter
from app.presenters.refinement import RefinementPresenter
from engine.core.case import Case, CaseState
from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.progress import Progress
from engine.workflow.open_case import OpenCase
from engine.workflow.project import ProjectInfo
from engine.workflow.requests import RefineSlice

CLASSES = LabelSet.named(["background", "object"])


class HeldRunner(QObject):
    """A runner whose jobs end when the test says so."""

    finished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked = []

    def ask(self, title, request, *, on_success, on_failure, on_tile=None):
        job = Job(title, len(self.asked), Progress())
        self.asked.append((job, request, on_success, on_failure))
        return job

    def run(self, title, work, *, on_success, on_failure, **_):
        result = work(Progress())
        on_success(result)
        return Job(title, 0, Progress())

    def answer(self, number: int, labels: np.ndarray) -> None:
        job, _, on_success, _ = self.asked[number]
        if not job.progress.is_cancelled:
            on_success({"labels": labels})


@pytest.fixture
def desk(qapp, tmp_path, monkeypatch):
    geometry = Geometry((8, 9, 5), np.eye(4))
    image = Image(np.zeros((1, 8, 9, 5), np.uint8), geometry, ("grey",), Source(Path("a.nii"), ""))
    case = Case("abc", "a", Path("a.nii"), CaseState.PREDICTED)
    opened = OpenCase(
        case, image, LabelMap.empty(geometry, CLASSES), np.zeros(geometry.shape, bool), True
    )
    monkeypatch.setattr("app.presenters.case.open_case", lambda *_: opened)
    monkeypatch.setattr("app.presenters.case.checkpoint_case", lambda *_: None)
    monkeypatch.setattr("app.presenters.presets.list_presets", lambda _: {})
    runner = HeldRunner()
    presenter = CasePresenter(runner)
    prediction = PredictionPresenter(runner, presenter)
    refinement = RefinementPresenter(runner, presenter, prediction)
    presenter.open(ProjectInfo(tmp_path, CLASSES, (case,)), "abc")
    return runner, presenter, refinement


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
