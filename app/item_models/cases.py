"""The cases of the project as the rows of a list: those that a person looks for, in order."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import Enum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import QImage

from app.icons import icon
from app.presenters.project import ProjectPresenter
from app.presenters.thumbnails import ThumbnailsPresenter
from app.settings import Settings
from app.widgets.case_delegate import CaseRole
from engine.core.case import Case, CaseState

_TOP = QModelIndex()
_DIGITS = re.compile(r"\d+")


class Order(Enum):
    """How rows follow each other."""

    ADDED = "added"
    NAME = "name"
    STATE = "state"


class CasesModel(QAbstractListModel):
    """Rows are positions in the project; finding them among 50,000 takes some milliseconds."""

    def __init__(
        self,
        project: ProjectPresenter,
        thumbnails: ThumbnailsPresenter,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._thumbnails = thumbnails
        self._settings = settings
        self._text = ""
        self._states: frozenset[CaseState] = frozenset()
        self._order = Order.ADDED
        self._names: list[str] = []
        self._rows: list[int] = []
        self._row_of: dict[int, int] = {}
        self._position_of: dict[str, int] = {}
        project.opened.connect(self.refill)
        project.state_changed.connect(self._repaint)
        thumbnails.drawn.connect(self._repaint_case)
        settings.changed.connect(self._follow)
        self.refill()

    @property
    def total(self) -> int:
        """How many cases there are, looked for or not."""
        return len(self._names)

    def position(self, row: int) -> int:
        """Where the case of a row stands in the project."""
        return self._rows[row]

    def id_of(self, row: int) -> str:
        """The id of the case of a row."""
        return self._project.cases[self._rows[row]].id

    def row(self, position: int) -> int:
        """The row of the case at a position of the project; -1 if it is not looked for."""
        return self._row_of.get(position, -1)

    def look_for(self, text: str, states: Collection[CaseState], order: Order) -> None:
        """Show the cases whose names have all words of `text`, in one of the states if any."""
        self._text, self._states, self._order = text, frozenset(states), order
        self._find()

    @Slot()
    def refill(self) -> None:
        """Take over the cases of the project anew."""
        cases = self._project.cases
        self._names = [case.name.casefold() for case in cases]
        self._position_of = {case.id: position for position, case in enumerate(cases)}
        self._find()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._rows)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        position = self._rows[index.row()]
        case = self._project.cases[position]
        is_hidden = self._settings.is_on("look.hide-names")
        name = self.tr("Case {}").format(position + 1) if is_hidden else case.name
        state = QCoreApplication.translate("states", case.state.value)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return name
            case Qt.ItemDataRole.DecorationRole:
                return icon(case.state.value)
            case CaseRole.STATE:
                return state
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{name}, {state}"
            case CaseRole.PICTURE:
                return self._picture(case)
            case _:
                return None

    @Slot(str)
    def _follow(self, setting: str) -> None:
        if setting == "look.hide-names" and self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def _picture(self, case: Case) -> QImage | None:
        found = self._thumbnails.of(case)
        if found is None:
            return None
        height, width = found.shape[:2]
        return QImage(found.data, width, height, 3 * width, QImage.Format.Format_RGB888)

    def _find(self) -> None:
        self.beginResetModel()
        words, names, cases = self._text.casefold().split(), self._names, self._project.cases
        rows = [at for at, name in enumerate(names) if all(word in name for word in words)]
        if self._states:
            rows = [at for at in rows if cases[at].state in self._states]
        if self._order is Order.NAME:
            rows.sort(key=lambda at: _natural(names[at]))
        elif self._order is Order.STATE:
            place = {state: at for at, state in enumerate(CaseState)}
            rows.sort(key=lambda at: place[cases[at].state])
        self._rows = rows
        self._row_of = {position: row for row, position in enumerate(rows)}
        self.endResetModel()

    @Slot(int)
    def _repaint(self, position: int) -> None:
        row = self.row(position)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))

    @Slot(str)
    def _repaint_case(self, case_id: str) -> None:
        self._repaint(self._position_of.get(case_id, -1))


def _natural(name: str) -> str:
    """A key that puts 'slice 2' before 'slice 10'."""
    return _DIGITS.sub(lambda found: found[0].zfill(12), name)
