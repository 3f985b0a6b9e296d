"""What was decided and said of a case as the rows of a list, the newest first."""

from __future__ import annotations

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

from app.icons import icon
from app.presenters.review import ReviewPresenter
from app.presenters.step_titles import when
from app.widgets.line_delegate import LineRole

_TOP = QModelIndex()


class ToldModel(QAbstractListModel):
    """Follows the presenter; changes nothing."""

    def __init__(self, review: ReviewPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self._told = tuple(reversed(review.told))
        review.changed.connect(self._list)

    def number_of(self, row: int) -> int:
        """The number in the log of a row."""
        return self._told[row].number

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._told)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        one = self._told[index.row()]
        if role == Qt.ItemDataRole.DecorationRole:
            return icon("comment" if one.is_comment else one.state.value)
        state = QCoreApplication.translate("states", one.state.value)
        said = " · ".join(filter(None, (one.reason, one.comment)))
        title = one.comment if one.is_comment else ": ".join(filter(None, (state, said)))
        who = self.tr("you") if one.reader == self._review.reader else one.reader
        place = f"({', '.join(map(str, one.place))})" if one.place is not None else ""
        detail = " · ".join(filter(None, (who, when(one.time), place)))
        texts: dict[int, str] = {
            Qt.ItemDataRole.DisplayRole: title,
            LineRole.DETAIL: detail,
            Qt.ItemDataRole.ToolTipRole: "\n".join(filter(None, (title, detail))),
            Qt.ItemDataRole.AccessibleTextRole: ", ".join(filter(None, (title, detail))),
        }
        return texts.get(role)

    @Slot()
    def _list(self) -> None:
        told = tuple(reversed(self._review.told))
        if told != self._told:
            self.beginResetModel()
            self._told = told
            self.endResetModel()
