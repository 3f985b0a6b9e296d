"""A case with one image, and a runner whose jobs end when the test says so."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, Signal

from app.job import About, Job
from app.language import use_language
from app.presenters.case import CasePresenter
from app.presenters.prediction import PredictionPresenter
from app.presenters.refinement import RefinementPresenter
from app.start import open_program
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

    def ask(self, title, request, *, on_success, on_failure, on_tile=None, about=None):
        job = Job(title, len(self.asked), Progress(), about=about or About())
        self.asked.append((job, request, on_success, on_failure))
        return job

    def run(self, title, work, *, on_success, on_failure, **_):
        result = work(Progress())
        on_success(result)
        return Job(title, 0, Progress())

    def begin(self, title, about):
        self.whole = Job(title, -1, Progress(), about=about)
        return self.whole

    def end(self, job, outcome):
        job.outcome = outcome

    def answer(self, number: int, labels: np.ndarray, name: str = "labels") -> None:
        job, _, on_success, _ = self.asked[number]
        if not job.progress.is_cancelled:
            on_success({name: labels})


@pytest.fixture(autouse=True)
def _settings_of_its_own(tmp_path):
    """Layouts and tool options of one test are not those of another."""
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path))


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


@pytest.fixture
def program(qtbot, tmp_path):
    made = open_program(tmp_path / "home")
    made.window.resize(1200, 800)
    yield made
    window = made.window
    window.close()
    window.deleteLater()
    _settle()
    use_language("en")


@pytest.fixture
def at_work(program, qtbot, tmp_path):
    """With two photos open, the first with a stroke in its mask."""
    for name in ("one", "two"):
        Pillow.fromarray(np.full((40, 60), 90, np.uint8)).save(tmp_path / f"{name}.png")
    p = program.presenters
    program.window.open_paths([tmp_path / "one.png", tmp_path / "two.png"])
    qtbot.waitUntil(lambda: p.case.case is not None and not p.runner.is_busy, timeout=60_000)
    p.editing.press((20.0, 30.0))
    p.editing.release((20.0, 30.0))
    p.case.save()
    qtbot.waitUntil(lambda: not p.runner.is_busy, timeout=60_000)
    qtbot.wait(200)  # the classes are counted a little later
    return program


def _settle() -> None:
    """Have all that is to be deleted deleted."""
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()


@pytest.fixture
def settle():
    """A function that has all deleted that is to be."""
    return _settle
