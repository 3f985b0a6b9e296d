"""Where the network is in doubt: the entropy of its prediction over the planes on screen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from app.jobs import Job, JobRunner
from app.presenters.case import CasePresenter
from app.presenters.planes import PlanesPresenter
from app.presenters.prediction import PredictionPresenter
from engine.core.arrays import Labels
from engine.core.planes import Plane
from engine.errors import ParameterError
from engine.workflow.requests import Doubt


class DoubtPresenter(QObject):
    """Asks for the doubt of the slices on screen, one after the other, the active plane first.

    Attributes:
        is_on: Whether it is shown.
    """

    changed = Signal()
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        planes: PlanesPresenter,
        prediction: PredictionPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._planes = planes
        self._prediction = prediction
        self._job: Job | None = None
        self._found: dict[Plane, tuple[int, Labels]] = {}
        self.is_on = False
        case.opened.connect(self._forget)
        case.closed.connect(self._leave)
        case.slice_changed.connect(self._ask)
        case.cursor_changed.connect(self._ask)
        planes.changed.connect(self._ask)
        prediction.predicted.connect(self._forget)
        runner.finished.connect(self._end)

    def shown_in(self, plane: Plane) -> Labels | None:
        """(rows, columns) uint8, 0 sure and 255 no idea; None if it is off or not there yet."""
        if not self.is_on or self._case.case is None:
            return None
        index, doubt = self._found.get(plane, (-1, None))
        return doubt if index == self._case.index_in(plane) else None

    @Slot()
    def toggle(self) -> None:
        """Show it or hide it."""
        if self._case.case is None:
            return
        if not self.is_on and not self._prediction.has_prediction:
            self.failed.emit(
                ParameterError(
                    QCoreApplication.translate(
                        "DoubtPresenter", "There is no prediction of this image to be in doubt of."
                    ),
                    remedy=QCoreApplication.translate("DoubtPresenter", "Predict it first."),
                )
            )
            return
        self.is_on = not self.is_on
        self.changed.emit()
        self._ask()

    @Slot()
    def cancel(self) -> None:
        """Stop asking."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @Slot()
    def _ask(self) -> None:
        case, project = self._case.case, self._case.project
        if not self.is_on or self._job is not None or case is None or project is None:
            return
        first = self._case.plane
        order = sorted(self._planes.shown, key=lambda plane: plane is not first)
        missing = [plane for plane in order if self.shown_in(plane) is None]
        if not missing or not self._prediction.has_prediction:
            return
        plane = missing[0]
        index = self._case.index_in(plane)

        def show(answer: dict[str, Any]) -> None:
            self._job = None
            self._found[plane] = (index, answer["labels"])
            self.changed.emit()
            self._ask()

        request = Doubt(project.folder, case.case.id, plane, index)
        self._job = self._runner.ask("Doubt", request, on_success=show, on_failure=self._fail)

    def _fail(self, error: Exception) -> None:
        self._job = None
        self.is_on = False
        self.changed.emit()
        self.failed.emit(error)

    @Slot(object)
    def _end(self, job: Job) -> None:
        """A job that someone cancelled brings no answer."""
        if job is self._job and job.progress.is_cancelled:
            self._job = None

    @Slot()
    def _forget(self) -> None:
        """Another prediction, or another image."""
        self.cancel()
        self._found.clear()
        if not self._prediction.has_prediction:
            self.is_on = False
        self.changed.emit()
        self._ask()

    @Slot()
    def _leave(self) -> None:
        self.cancel()
        self._found.clear()
        self.is_on = False
