"""Predicting many cases one after the other; what a person has begun to correct is left alone."""

from __future__ import annotations

import functools
import secrets
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.jobs import Job, JobRunner
from app.presenters.case import CasePresenter
from app.presenters.prediction import PredictionPresenter
from app.presenters.project import ProjectPresenter
from engine.core.arrays import Labels
from engine.core.case import Case, CaseState
from engine.core.label_map import LabelMap
from engine.core.sources import Origin, PixelSource
from engine.progress import Progress
from engine.workflow.checkpoint import Hold, read_only
from engine.workflow.predict_many import keep_prediction
from engine.workflow.project import ProjectInfo
from engine.workflow.requests import Predict

_AGAIN_MS = 50
"""After which it is asked again whether a case that is being opened is there."""


@dataclass(frozen=True, slots=True)
class Batch:
    """How far a run is.

    Attributes:
        done: Cases that were predicted.
        total: Cases that were to be.
        skipped: Cases that a person has begun, and were left alone.
        failed: Names and the reason, of what could not be predicted.
        is_running: Whether it goes on.
    """

    done: int = 0
    total: int = 0
    skipped: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    is_running: bool = False

    @property
    def left(self) -> int:
        return self.total - self.done - len(self.failed)


class PredictingAllPresenter(QObject):
    """At most one run; after a stop the next one goes on with what is left."""

    changed = Signal(object)  # Batch
    finished = Signal(object)  # Batch
    kept = Signal()  # a case was predicted
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        project: ProjectPresenter,
        case: CasePresenter,
        prediction: PredictionPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._project = project
        self._case = case
        self._prediction = prediction
        self._queue: list[Case] = []
        self._of: ProjectInfo | None = None
        self._job: Job | None = None
        self._model = self._id = ""
        self.batch = Batch()
        project.opened.connect(self._leave_other)

    @property
    def is_running(self) -> bool:
        return self.batch.is_running

    @Slot()
    def start(self) -> None:
        """Predict all cases that have no mask yet."""
        project = self._project.project
        if project is None or self.is_running:
            return
        if self._case.hold is None:
            self.failed.emit(read_only())
            return
        new = [case for case in project.cases if case.state is CaseState.NEW]
        begun = [case for case in project.cases if not case.state.is_unread]
        self._queue, self._of = new, project
        self._model, self._id = self._prediction.model, secrets.token_hex(4)
        self.batch = Batch(0, len(new), len(begun), (), is_running=True)
        self._next()

    @Slot()
    def cancel(self) -> None:
        """Stop; what was predicted stays, the rest can be gone on with."""
        if self._job is not None:
            self._job.cancel()
        if self.is_running:
            self._stop()

    def _next(self) -> None:
        project = self._of
        if not self._queue or project is None:
            self._stop()
            return
        self._tell(self.batch)
        case = self._queue[0]
        request = Predict(project.folder, case.id, self._model, self._case.token)
        self._job = self._runner.ask(
            f"Batch {self.batch.done + len(self.batch.failed) + 1}/{self.batch.total}",
            request,
            on_success=functools.partial(self._keep, case, self._id),
            on_failure=functools.partial(self._fail, case, self._id),
        )

    def _keep(self, case: Case, batch: str, answer: dict[str, Any]) -> None:
        """Into the mask on screen, or into the project where the case is not on screen."""
        if not self.is_running or batch != self._id:
            return
        if self._case.is_opening:  # perhaps of this very case, whose journal it will write
            QTimer.singleShot(_AGAIN_MS, self, lambda: self._keep(case, batch, answer))
            return
        project, hold = self._of, self._case.hold
        assert project is not None
        origin = Origin(PixelSource.MODEL, self._model)
        shown = self._case.case
        if shown is not None and shown.case.id == case.id:
            self._prediction.has_prediction = True
            self._case.replace(answer["labels"], origin=origin)
            self._case.save()
            self._done(batch)
        elif hold is not None:
            self._job = None  # what is being kept is kept, whatever is stopped
            self._runner.run(
                "Keeping",
                functools.partial(_keep, project, case.id, answer["labels"], origin, hold, batch),
                must_finish=True,
                on_success=lambda _: self._done(batch),
                on_failure=functools.partial(self._fail, case, batch),
            )
        else:
            self._stop()

    def _done(self, batch: str) -> None:
        if batch == self._id:
            self._go_on(replace(self.batch, done=self.batch.done + 1))
        self.kept.emit()

    def _fail(self, case: Case, batch: str, error: Exception) -> None:
        if batch == self._id:
            failed = (*self.batch.failed, (case.name, str(error)))
            self._go_on(replace(self.batch, failed=failed))

    def _go_on(self, batch: Batch) -> None:
        """With the next case; not if it was stopped while the last one was kept."""
        self._job = None
        self._queue = self._queue[1:]
        if batch.is_running:
            self.batch = batch
            self._next()
        else:
            self._tell(batch)

    def _stop(self) -> None:
        self._job = None
        self._tell(replace(self.batch, is_running=False))
        self.finished.emit(self.batch)

    def _tell(self, batch: Batch) -> None:
        self.batch = batch
        self.changed.emit(batch)

    @Slot()
    def _leave_other(self) -> None:
        """Another project is shown: stop."""
        project, mine = self._project.project, self._of
        if mine is not None and (project is None or project.folder != mine.folder):
            self.cancel()
            self._of = None
            self._tell(Batch())


def _keep(
    project: ProjectInfo, case_id: str, labels: Labels, origin: Origin, hold: Hold, batch: str,
    _: Progress,
) -> LabelMap:  # fmt: skip
    return keep_prediction(project.folder, case_id, labels, origin, hold, batch)
