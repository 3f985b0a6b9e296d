"""Which cases of the list are chosen, for commands that act on several of them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot

from app.presenters.project import ProjectPresenter
from engine.core.case import Case


class SelectionPresenter(QObject):
    """The cases are known by their ids, so that a list that is read anew changes nothing."""

    changed = Signal()

    def __init__(self, project: ProjectPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self.ids: frozenset[str] = frozenset()
        project.opened.connect(self._forget_gone)

    @property
    def cases(self) -> tuple[Case, ...]:
        """The chosen ones as they stand now, in the order of the project."""
        return tuple(case for case in self._project.cases if case.id in self.ids)

    def choose(self, ids: Iterable[str]) -> None:
        """Choose these and no others."""
        chosen = frozenset(ids)
        if chosen != self.ids:
            self.ids = chosen
            self.changed.emit()

    @Slot()
    def _forget_gone(self) -> None:
        """Another project is shown, or a case was removed."""
        self.choose(self.ids & {case.id for case in self._project.cases})
