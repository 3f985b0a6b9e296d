"""Refining more than the slice on screen: a range of slices or the volume, as one step of undo."""

from __future__ import annotations

import functools
import time
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.job import About, Listed
from app.jobs import Job, JobRunner
from app.presenters.case import CasePresenter
from app.presenters.measuring import Measured, measure, pins_of
from app.presenters.prediction import PredictionPresenter
from app.presenters.refinement import Reach, RefinementPresenter
from app.presenters.taking import Taking
from engine.core.arrays import Box
from engine.core.edit import union_of
from engine.core.planes import slice_view
from engine.core.scope import Scope
from engine.workflow.checkpoint import read_only
from engine.workflow.requests import RefineAll


class RefiningAllPresenter(QObject):
    """Keeps what was chosen; at most one job under way."""

    running_changed = Signal()
    applied = Signal(object)  # Measured, of all that was refined
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        prediction: PredictionPresenter,
        refinement: RefinementPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._prediction = prediction
        self._refinement = refinement
        self._job: Job | None = None
        self._taking = Taking(runner, case)
        self.last: Measured | None = None  # what `applied` told, of this case and these parameters
        case.closed.connect(self.cancel)
        for signal in (case.opened, case.closed, refinement.parameters_changed):
            signal.connect(self._forget)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    @Slot()
    def apply(self) -> None:
        """Refine what was chosen and put it into the mask as one step of undo."""
        if self._case.slices > 1 and self._refinement.reach in (Reach.RANGE, Reach.VOLUME):
            self._refine(self._box())
        else:
            self._refinement.apply_slice()

    def apply_volume(self) -> None:
        """The same for all of the image, whatever was chosen."""
        if self._case.case is not None:
            self._refine(None)

    @Slot()
    def keep(self) -> None:
        """As `apply`, if there is a preview to keep."""
        if self._refinement.is_on:
            self.apply()

    @Slot()
    def cancel(self) -> None:
        """Stop; the mask is as it was."""
        if self._job is not None:
            self._job.cancel()
            self._taking.cancel()
            self._end()

    @Slot()
    def leave(self) -> None:
        """Everything stays as it was: nothing is refined, kept or shown."""
        self.cancel()
        self._refinement.leave()

    def _box(self) -> Box | None:
        """The range of slices that was chosen; None for all."""
        case = self._case.case
        assert case is not None
        if self._refinement.reach is Reach.VOLUME:
            return None
        views = (
            slice_view(case.image.geometry, self._case.plane, index)
            for index in self._refinement.slices
        )
        return union_of([view.box(_all_of(view.sides)) for view in views])

    def _refine(self, box: Box | None) -> None:
        case, project, history = self._case.case, self._case.project, self._case.history
        if case is None or project is None or history is None or self.is_running:
            return
        if self._case.is_read_only:
            self.failed.emit(read_only())
            return
        refinement, origin = self._refinement, self._refinement.origin
        request = RefineAll(
            project.folder,
            case.case.id,
            refinement.parameters,
            pins_of(history.labels, history.touched),
            None if self._prediction.has_prediction else history.labels.copy(),
            refinement.crf,
            Scope(box),
            self._case.plane,
        )
        start = time.perf_counter()

        def finish(answer: dict[str, Any]) -> None:
            milliseconds = (time.perf_counter() - start) * 1000
            where = request.scope.box_of(history.labels.shape)
            refinement.show_mask()
            note = functools.partial(
                measure, classes=len(project.label_set), milliseconds=milliseconds
            )
            self._taking.take(
                answer["labels"], origin, self._took, self._fail, box=where, note=note
            )

        self._job = self._runner.ask(
            "Refining",
            request,
            about=About(cases=(case.case,), listed=Listed.ALWAYS, on_stop=self.cancel),
            on_success=finish,
            on_failure=self._fail,
        )
        self.running_changed.emit()

    def _took(self, measured: Measured) -> None:
        self._end()
        self.last = measured
        self.applied.emit(measured)

    @Slot()
    def _forget(self) -> None:
        self.last = None

    def _fail(self, error: Exception) -> None:
        self._end()
        self.failed.emit(error)

    def _end(self) -> None:
        self._job = None
        self.running_changed.emit()


def _all_of(sides: tuple[int, int]) -> tuple[slice, slice]:
    return slice(0, sides[0]), slice(0, sides[1])
