"""Predicting many cases one after the other; what a person has begun to correct is left alone."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.job import About, Failure, Job, Listed, Outcome
from app.jobs import JobRunner
from app.presenters.case import CasePresenter
from app.presenters.prediction import PredictionPresenter
from app.presenters.project import ProjectPresenter
from app.presenters.taking import Taking
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


class Which(Enum):
    """Which cases to predict; what a person has begun is never among them unasked."""

    NEW = "without a mask"
    UNREVIEWED = "unreviewed"
    REST = "left from the last run"


@dataclass(frozen=True, slots=True)
class Batch:
    """How far a run is.

    Attributes:
        done: Cases that were predicted.
        total: Cases that were to be.
        skipped: Cases that a person has begun, and were left alone.
        failed: What could not be predicted, and why.
        is_running: Whether it goes on.
    """

    done: int = 0
    total: int = 0
    skipped: int = 0
    failed: tuple[Failure, ...] = ()
    is_running: bool = False

    @property
    def left(self) -> int:
        return self.total - self.done - len(self.failed)

    @property
    def outcome(self) -> Outcome:
        """As the list of jobs tells it."""
        return Outcome(self.done, self.skipped, self.failed)


class PredictingAllPresenter(QObject):
    """At most one run; after a stop the next one can go on with what is left."""

    changed = Signal(object)  # Batch
    begun_asked = Signal(int, int)  # how many of how many chosen cases a person has begun
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
        self._chosen: tuple[Case, ...] = ()
        self._of: ProjectInfo | None = None
        self._whole: Job | None = None
        self._job: Job | None = None
        self._taking = Taking(runner, case)
        self._model = self._id = ""
        self.batch = Batch()
        project.opened.connect(self._leave_other)

    @property
    def is_running(self) -> bool:
        return self.batch.is_running

    def start(self, which: Which = Which.NEW) -> None:
        """Predict the cases that have no mask yet, or others."""
        project = self._project.project
        if project is None:
            return
        begun = [case for case in project.cases if not case.state.is_unread]
        match which:
            case Which.NEW:
                wanted = [case for case in project.cases if case.state is CaseState.NEW]
            case Which.UNREVIEWED:
                wanted = [case for case in project.cases if case.state.is_unread]
            case Which.REST:
                left = {case.id for case in self._queue}
                wanted = [case for case in project.cases if case.id in left]
                begun = []
        self._begin(wanted, len(begun))

    def start_chosen(self, cases: Sequence[Case]) -> None:
        """Predict these; `begun_asked` asks where a person has begun some of them."""
        if self.is_running or not cases:
            return
        begun = sum(not case.state.is_unread for case in cases)
        if begun:
            self._chosen = tuple(cases)
            self.begun_asked.emit(begun, len(cases))
        else:
            self._begin(cases, 0)

    def answer_begun(self, *, also: bool) -> None:
        """Say whether what a person has begun is predicted too; what they painted stays."""
        chosen, self._chosen = self._chosen, ()
        unread = [case for case in chosen if case.state.is_unread]
        if also:
            self._begin(chosen, 0)
        else:
            self._begin(unread, len(chosen) - len(unread))

    @Slot()
    def cancel(self) -> None:
        """Stop; what was predicted stays, the rest can be gone on with."""
        if self._job is not None:
            self._job.cancel()
        if self.is_running:
            if self._whole is not None:
                self._whole.cancel()
            self._stop()

    def _begin(self, cases: Sequence[Case], skipped: int) -> None:
        project = self._project.project
        if project is None or self.is_running:
            return
        if self._case.hold is None:
            self.failed.emit(read_only())
            return
        self._queue, self._of = list(cases), project
        self._model, self._id = self._prediction.model, secrets.token_hex(4)
        about = About(cases=tuple(cases), listed=Listed.ALWAYS, on_stop=self.cancel)
        self._whole = self._runner.begin("Predicting", about)
        self.batch = Batch(0, len(cases), skipped, (), is_running=True)
        self._next()

    def _next(self) -> None:
        project, whole = self._of, self._whole
        if not self._queue or project is None or whole is None:
            self._stop()
            return
        self._tell(self.batch)
        case = self._queue[0]
        request = Predict(project.folder, case.id, self._model, self._case.token)
        at = self.batch.total - self.batch.left
        self._job = self._runner.ask(
            "Predicting",
            request,
            about=About(cases=(case,), part_of=(whole, at, self.batch.total)),
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
            self._job = None  # as below
            self._prediction.has_prediction = True
            self._taking.take(
                answer["labels"],
                origin,
                lambda _: self._took(batch),
                functools.partial(self._fail, case, batch),
                gone=lambda: self._keep(case, batch, answer),
            )
        elif hold is not None:
            self._job = None  # what is being kept is kept, whatever is stopped
            self._runner.run(
                "Keeping",
                functools.partial(_keep, project, case.id, answer["labels"], origin, hold, batch),
                must_finish=True,
                about=About(cases=(case,), listed=Listed.NEVER),
                on_success=lambda _: self._done(batch),
                on_failure=functools.partial(self._fail, case, batch),
            )
        else:
            self._stop()

    def _took(self, batch: str) -> None:
        self._case.save()
        self._done(batch)

    def _done(self, batch: str) -> None:
        if batch == self._id:
            self._go_on(replace(self.batch, done=self.batch.done + 1))
        self.kept.emit()

    def _fail(self, case: Case, batch: str, error: Exception) -> None:
        if batch == self._id:
            failed = (*self.batch.failed, Failure(str(error), case))
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
            if self._whole is not None:
                self._whole.outcome = batch.outcome

    def _stop(self) -> None:
        self._job = None
        self._tell(replace(self.batch, is_running=False))
        if self._whole is not None:
            self._runner.end(self._whole, self.batch.outcome)
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
            self._of = self._whole = None
            self._queue, self._chosen = [], ()
            self._tell(Batch())


def _keep(
    project: ProjectInfo, case_id: str, labels: Labels, origin: Origin, hold: Hold, batch: str,
    _: Progress,
) -> LabelMap:  # fmt: skip
    return keep_prediction(project.folder, case_id, labels, origin, hold, batch)
