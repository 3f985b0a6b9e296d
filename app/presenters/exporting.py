"""Exporting the project on screen."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.job import About, Failure, Listed, Outcome
from app.jobs import JobRunner, Lane
from app.presenters.case import CasePresenter
from engine.progress import Progress
from engine.workflow.export import ExportPlan, ExportReport, plan_export, write_export


class ExportingPresenter(QObject):
    """Plans and writes; saves the mask on screen before."""

    planned = Signal(object)  # ExportPlan
    exported = Signal(object)  # ExportReport
    failed = Signal(object)  # Exception

    def __init__(
        self, runner: JobRunner, case: CasePresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case

    def plan(self, format_name: str) -> None:
        """Tell what would be written."""
        project = self._case.project
        if project is None:
            return
        self._case.save()

        def work(_: Progress) -> ExportPlan:
            return plan_export(project.folder, format_name)

        self._runner.run(
            "Planning", work, on_success=self.planned.emit, on_failure=self.failed.emit
        )

    def write(self, plan: ExportPlan, destination: Path) -> None:
        """Write what was planned."""

        def done(report: ExportReport) -> None:
            self.exported.emit(report)

        self._runner.run(
            "Exporting",
            functools.partial(write_export, plan, destination),
            lane=Lane.EXPORT,
            about=About(
                cases=tuple(mask.case for mask in plan.masks),
                listed=Listed.ALWAYS,
                outcome=_outcome,
            ),
            on_success=done,
            on_failure=self.failed.emit,
        )


def _outcome(report: ExportReport) -> Outcome:
    failed = tuple(Failure(why, name=name) for name, why in report.failed)
    return Outcome(len(report.masks), 0, failed)
