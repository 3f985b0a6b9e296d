"""The history of the case: what was done, by whom and when; a click goes there."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QListView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.item_models.history import HistoryModel
from app.presenters.case import CasePresenter
from app.presenters.history import HistoryPresenter
from app.widgets.line_delegate import LineDelegate
from app.widgets.tip import tell


class HistoryPanel(QDockWidget):
    """The newest step on top; undone ones are faint, and a bar marks where the mask stands."""

    def __init__(
        self, history: HistoryPresenter, case: CasePresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("History"))
        self.setObjectName("history")
        self._history = history
        self._case = case
        self._list = QListView()
        self._list.setAccessibleName(self.tr("Steps of this case, the newest first"))
        self._list.setModel(HistoryModel(history, case, self))
        self._list.setItemDelegate(LineDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFrameShape(QListView.Shape.NoFrame)
        self._list.clicked.connect(self._go)
        self._list.activated.connect(self._go)
        self._count = QLabel()
        self._count.setForegroundRole(self._count.palette().ColorRole.PlaceholderText)
        self._undo = self._button("undo", self.tr("Undo"))
        self._redo = self._button("redo", self.tr("Redo"))
        self._undo.clicked.connect(case.undo)
        self._redo.clicked.connect(case.redo)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 2)
        top.addWidget(self._count, 1)
        top.addWidget(self._undo)
        top.addWidget(self._redo)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._list, 1)
        self.setWidget(inner)
        history.listed.connect(self._tell)
        history.added.connect(self._tell)
        history.moved.connect(self._tell)
        self._tell()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(280, 240)

    def _button(self, name: str, what: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setAutoRaise(True)
        tell(button, what, f"edit.{name}")
        button.setAccessibleName(what)
        return button

    def _go(self, index: QModelIndex) -> None:
        if index.row() != self._history.undone:
            self._history.go_to(index.row())

    def _tell(self) -> None:
        count, undone = len(self._history.steps), self._history.undone
        text = self.tr("{} steps").format(f"{count:,}") if count else ""
        if undone:
            text = self.tr("{} steps, {} undone").format(f"{count:,}", f"{undone:,}")
        self._count.setText(text)
        self._undo.setEnabled(undone < count)
        self._redo.setEnabled(undone > 0)
