"""What the CRF believes after each iteration, for the slice on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.job import About
from app.jobs import Job, JobRunner
from app.presenters.case import CasePresenter
from app.presenters.measuring import pins_of
from app.presenters.prediction import PredictionPresenter
from app.presenters.refinement import RefinementPresenter
from engine.core.arrays import Float16s
from engine.core.label_set import LabelSet
from engine.workflow.requests import RefineSteps


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The beliefs of one slice.

    Attributes:
        beliefs: (iterations + 1, K, rows, columns) float16; the first are the network's.
        label_set: The K classes.
        spacing: Size of a pixel along (rows, columns).
    """

    beliefs: Float16s
    label_set: LabelSet
    spacing: tuple[float, float]

    def changed(self, step: int) -> int:
        """How many pixels changed their class in a step; none in the first, 0."""
        if not step:
            return 0
        before, after = (self.beliefs[at].argmax(axis=0) for at in (step - 1, step))
        return int(np.count_nonzero(before != after))


class StepsPresenter(QObject):
    """Asks for the steps of the slice on screen."""

    found = Signal(object)  # Steps
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
        case.closed.connect(self.cancel)

    @Slot()
    def ask(self) -> None:
        """Ask for them with the parameters in hand; what was asked before is dropped."""
        case, project, history = self._case.case, self._case.project, self._case.history
        if case is None or project is None or history is None:
            return
        self.cancel()
        view = self._case.view
        labels = view.read(history.labels)
        request = RefineSteps(
            project.folder,
            case.case.id,
            self._case.plane,
            self._case.index,
            self._refinement.parameters,
            pins_of(labels, view.read(history.touched)),
            None if self._prediction.has_prediction else labels.copy(),
            self._refinement.crf,
        )

        def show(answer: dict[str, Any]) -> None:
            self._job = None
            self.found.emit(Steps(answer["beliefs"], project.label_set, view.spacing))

        self._job = self._runner.ask(
            "Solving step by step",
            request,
            about=About(on_stop=self.cancel),
            on_success=show,
            on_failure=self._fail,
        )

    @Slot()
    def cancel(self) -> None:
        """Stop asking."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _fail(self, error: Exception) -> None:
        self._job = None
        self.failed.emit(error)
