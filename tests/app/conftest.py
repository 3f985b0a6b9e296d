"""A case with one image, and a runner whose jobs end when the test says so."""

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
from engine.core.label_set import LabelSet
from engine.progress import Progress
from engine.workflow.open_case import OpenCase
from engine.workflow.project import ProjectInfo

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

    def answer(self, number: int, labels: np.ndarray, name: str = "labels") -> None:
        job, _, on_success, _ = self.asked[number]
        if not job.progress.is_cancelled:
            on_success({name: labels})


@pytest.fixture
def runner(qapp):
    return HeldRunner()


@pytest.fixture
def case(runner):
    return CasePresenter(runner)


@pytest.fixture
def prediction(runner, case):
    return PredictionPresenter(runner, case)


@pytest.fixture
def refinement(runner, case, prediction):
    return RefinementPresenter(runner, case, prediction)


@pytest.fixture
def desk(runner, case, refinement, tmp_path, monkeypatch):
    """A volume of 5 axial slices of (9, 8), predicted and opened."""
    geometry = Geometry((8, 9, 5), np.eye(4))
    image = Image(np.zeros((1, 8, 9, 5), np.uint8), geometry, ("grey",), Source(Path("a.nii"), ""))
    one = Case("abc", "a", Path("a.nii"), CaseState.PREDICTED)
    opened = OpenCase(
        one, image, LabelMap.empty(geometry, CLASSES), np.zeros(geometry.shape, np.uint8), True
    )
    monkeypatch.setattr("app.presenters.case.open_case", lambda *_: opened)
    monkeypatch.setattr("app.presenters.case.checkpoint_case", lambda *_: None)
    monkeypatch.setattr("app.presenters.presets.list_presets", lambda _: {})
    case.open(ProjectInfo(tmp_path, CLASSES, (one,)), "abc")
    return runner, case, refinement
