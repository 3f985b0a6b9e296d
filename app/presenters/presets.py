"""Parameters of the CRF by name, saved with the project, and learning them from corrections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.job import About, Listed
from app.jobs import Job, JobRunner
from app.presenters.case import CasePresenter
from app.presenters.refinement import RefinementPresenter
from engine.crf.parameters import CrfParameters
from engine.workflow.checkpoint import read_only
from engine.workflow.refine import CRF_OF, SHIPPED, keep_preset, list_presets
from engine.workflow.requests import Fit


@dataclass(frozen=True, slots=True)
class Fitted:
    """What learning from corrections found.

    Attributes:
        before: Mean Dice on held-out pixels with the parameters it began with.
        after: The same with what was learnt.
        parameters: What was learnt, None if it was no better.
    """

    before: float
    after: float
    parameters: CrfParameters | None


class PresetsPresenter(QObject):
    """The presets of the project, and at most one fit under way."""

    presets_changed = Signal()
    running_changed = Signal()
    fitted = Signal(object)  # Fitted
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        refinement: RefinementPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._refinement = refinement
        self._job: Job | None = None
        self.known: dict[str, CrfParameters] = dict(SHIPPED)
        case.opened.connect(self._load)
        case.closed.connect(self.cancel)

    @property
    def is_fitting(self) -> bool:
        return self._job is not None

    def use(self, name: str) -> None:
        """Take the parameters of a preset, and the CRF that it was made for."""
        self._refinement.use(self.known[name], CRF_OF.get(name))

    def keep(self, name: str) -> None:
        """Save the parameters in hand in the project under a name."""
        project, parameters = self._case.project, self._refinement.parameters
        hold = self._case.hold
        if project is None:
            return
        if self._case.is_read_only:
            self.failed.emit(read_only())
            return
        self._runner.run(
            "Saving",
            lambda _: keep_preset(project.folder, name, parameters, hold),
            on_success=self._show,
            on_failure=self.failed.emit,
        )

    @Slot()
    def fit(self) -> None:
        """Learn parameters from the project's corrections; `fitted` tells what was found."""
        project = self._case.project
        if project is None or self.is_fitting:
            return
        if self._case.is_read_only:
            self.failed.emit(read_only())
            return
        self._case.save()
        request = Fit(project.folder, self._refinement.parameters, self._case.token)

        def ask(_: None) -> None:  # runs after the saving that waits in the same lane
            self._job = self._runner.ask(
                "Learning from corrections",
                request,
                about=About(listed=Listed.ALWAYS, on_stop=self.cancel),
                on_success=self._finish,
                on_failure=self._fail,
            )
            self.running_changed.emit()

        self._runner.run("Waiting", lambda _: None, on_success=ask, on_failure=self.failed.emit)

    @Slot()
    def cancel(self) -> None:
        """Stop learning; nothing is kept."""
        if self._job is not None:
            self._job.cancel()
            self._end()

    def _finish(self, answer: dict[str, Any]) -> None:
        self._end()
        self._load()
        report = answer["fit"]
        self.fitted.emit(
            Fitted(
                report["before"],
                report["scores"]["gradient"],
                CrfParameters(**report["parameters"]) if report["chosen"] else None,
            )
        )

    def _fail(self, error: Exception) -> None:
        self._end()
        self.failed.emit(error)

    def _end(self) -> None:
        self._job = None
        self.running_changed.emit()

    @Slot()
    def _load(self) -> None:
        project = self._case.project
        if project is not None:
            self._runner.run(
                "Listing",
                lambda _: list_presets(project.folder),
                on_success=self._show,
                on_failure=self.failed.emit,
            )

    def _show(self, presets: dict[str, CrfParameters]) -> None:
        self.known = presets
        self.presets_changed.emit()
