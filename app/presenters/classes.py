"""Adding, renaming and recolouring classes of the project."""

from __future__ import annotations

import itertools
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner
from app.presenters.case import CasePresenter
from app.presenters.project import ProjectPresenter
from app.presenters.refinement import RefinementPresenter
from engine.core.label_set import Colour, LabelClass, LabelSet
from engine.progress import Progress
from engine.workflow.checkpoint import read_only
from engine.workflow.classes import add_class, change_class
from engine.workflow.project import describe_project


class ClassesPresenter(QObject):
    """The case on screen is read again with the classes as they are then; its mask stays."""

    refused = Signal()  # what was typed does not stand
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        project: ProjectPresenter,
        refinement: RefinementPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._project = project
        self._refinement = refinement
        self._fresh: tuple[Path, int] | None = None  # the project, and the class that has no name

    def add(self) -> None:
        """Add a class 'class N', which has no pixels yet."""
        project = self._case.project
        if project is None or self._is_refused():
            return
        folder, hold, pattern = project.folder, self._case.hold, self.tr("class {}")
        self._case.save()

        def work(_: Progress) -> LabelSet:
            known = describe_project(folder).label_set
            names = (pattern.format(number) for number in itertools.count(len(known)))
            name = next(name for name in names if known.places_of([name]) is None)
            return add_class(folder, name, right=hold)

        self._runner.run(
            "Adding a class",
            work,
            must_finish=True,
            on_success=self._take_added,
            on_failure=self._fail,
        )

    def take_fresh(self) -> int | None:
        """The class to name now, once it is on screen; it is told once."""
        project, fresh = self._case.project, self._fresh
        if project is None or fresh is None or fresh[0] != project.folder:
            return None
        self._fresh = None
        return fresh[1]

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
        if changed == was or self._is_refused():
            return
        folder, hold = project.folder, self._case.hold
        self._case.save()

        def work(_: Progress) -> LabelSet:
            return change_class(folder, changed, hold)

        self._runner.run(
            "Changing a class", work, must_finish=True, on_success=self._take, on_failure=self._fail
        )

    def _is_refused(self) -> bool:
        """Whether the project can only be looked at; says so if it is."""
        refused = self._case.is_read_only or self._project.read_only is not None
        if refused:
            self._fail(read_only())
        return refused

    def _take_added(self, found: LabelSet) -> None:
        project = self._case.project
        self._fresh = (project.folder, len(found) - 1) if project else None
        used = self._refinement.parameters
        if (wide := used.widened(len(found))) != used:
            self._refinement.use(wide)
        self._project.reload()

    def _take(self, _: LabelSet) -> None:
        self._project.reload()

    def _fail(self, error: Exception) -> None:
        self.refused.emit()
        self.failed.emit(error)
