"""The steps of a case as the rows of a list, newest first, and below them the beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QColor

from app.icons import icon
from app.presenters.case import CasePresenter
from app.presenters.history import HistoryPresenter
from app.presenters.step_titles import title_of, when
from app.widgets.line_delegate import LineRole
from engine.core.sources import PixelSource

if TYPE_CHECKING:
    from engine.workflow.history import Entry

_SIGNS = {
    PixelSource.NONE: "undo",
    PixelSource.MODEL: "predict",
    PixelSource.CRF: "refine",
    PixelSource.IMPORTED: "open-file",
    PixelSource.PAINTED: "mask",
    PixelSource.CONFIRMED: "approved",
}
_TOP = QModelIndex()


class HistoryModel(QAbstractListModel):
    """Follows the presenter; changes nothing."""

    def __init__(
        self, history: HistoryPresenter, case: CasePresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._history = history
        self._case = case
        self._steps = history.steps
        history.listed.connect(self._list)
        history.added.connect(self._add)
        history.moved.connect(self._repaint)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:  # noqa: N802 - Qt's name
        if parent.isValid() or self._case.case is None:
            return 0
        return len(self._steps) + 1

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        row = index.row()
        if role == LineRole.IS_FAINT:
            return row < self._history.undone
        if role == LineRole.IS_MARKED:
            return row == self._history.undone
        if row >= len(self._steps):
            return self._beginning(role)
        return self._told(self._steps[row], row, role)

    def _beginning(self, role: int) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.tr("Beginning")
        if role == LineRole.DETAIL:
            return self.tr("before the first of these steps")
        return icon("new") if role == Qt.ItemDataRole.DecorationRole else None

    def _told(self, step: Entry, row: int, role: int) -> Any:
        if role == LineRole.COLOUR:
            return self._colour(step)
        if role == Qt.ItemDataRole.DecorationRole:
            return icon(_SIGNS[step.origin.source])
        title = self._title(step)
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        pixels = "" if step.pixels is None else self.tr("{} px").format(f"{step.pixels:,}")
        who = self.tr("you") if step.person == self._case.reader else step.person
        detail = f"{who} · {when(step.time)}"
        undone = self.tr("undone") if row < self._history.undone else ""
        texts: dict[int, str] = {
            LineRole.DETAIL: detail,
            LineRole.ASIDE: pixels,
            Qt.ItemDataRole.ToolTipRole: "\n".join(
                filter(None, (title, detail, step.origin.detail))
            ),
            Qt.ItemDataRole.AccessibleTextRole: ", ".join(
                filter(None, (title, detail, pixels, undone))
            ),
        }
        return texts.get(role)

    def _title(self, step: Entry) -> str:
        name = self._class_of(step)
        title = title_of(step.origin)
        return f"{title} · {name}" if name and step.origin.label else title

    def _class_of(self, step: Entry) -> str:
        project, label = self._case.project, step.origin.label
        if project is None or label is None or label >= len(project.label_set):
            return ""
        return project.label_set[label].name

    def _colour(self, step: Entry) -> QColor | None:
        project, label = self._case.project, step.origin.label
        if project is None or not label or label >= len(project.label_set):
            return None
        return QColor(*project.label_set[label].colour)

    @Slot()
    def _list(self) -> None:
        self.beginResetModel()
        self._steps = self._history.steps
        self.endResetModel()

    @Slot(int)
    def _add(self, count: int) -> None:
        if not self._steps:
            self._list()
            return
        self.beginInsertRows(_TOP, 0, count - 1)
        self._steps = self._history.steps
        self.endInsertRows()

    @Slot()
    def _repaint(self) -> None:
        self._steps = self._history.steps
        self.dataChanged.emit(self.index(0), self.index(len(self._steps)))
