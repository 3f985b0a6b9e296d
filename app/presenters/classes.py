"""Renaming and recolouring the classes of the project."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner
from app.presenters.case import CasePresenter
from app.presenters.project import ProjectPresenter
from engine.core.label_set import Colour, LabelClass, LabelSet
from engine.progress import Progress
from engine.workflow.classes import change_class


class ClassesPresenter(QObject):
    """The case on screen is read again with the changed class; nothing of its mask changes."""

    refused = Signal()  # what was typed does not stand
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        project: ProjectPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._project = project

    def rename(self, index: int, name: str) -> None:
        """Give a class another name."""
        self._change(index, name=name)

    def recolour(self, index: int, colour: Colour) -> None:
        """Give a class another colour."""
        self._change(index, colour=colour)

    def _change(self, index: int, name: str = "", colour: Colour | None = None) -> None:
        project = self._case.project
        if project is None:
            return
        was = project.label_set[index]
        changed = LabelClass(index, name or was.name, colour or was.colour)
        if changed == was:
            return
        folder, hold = project.folder, self._case.hold
        self._case.save()

        def work(_: Progress) -> LabelSet:
            return change_class(folder, changed, hold)

        self._runner.run(
            "Changing a class", work, must_finish=True, on_success=self._take, on_failure=self._fail
        )

    def _take(self, _: LabelSet) -> None:
        self._project.reload()

    def _fail(self, error: Exception) -> None:
        self.refused.emit()
        self.failed.emit(error)
