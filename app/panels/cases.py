"""The cases of the project: found by name and state, one row each.

The current row is opened; several rows can be chosen for commands that act on many cases.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QSignalBlocker,
    Qt,
    Slot,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from app.item_models.cases import CasesModel, Order
from app.presenters.project import ProjectPresenter
from app.presenters.selection import SelectionPresenter
from app.presenters.thumbnails import ThumbnailsPresenter
from app.settings import Settings
from app.widgets.case_delegate import CaseDelegate
from engine.core.case import CaseState

_Flag = QItemSelectionModel.SelectionFlag

_ALL: frozenset[CaseState] = frozenset()
_UNREAD = frozenset(state for state in CaseState if state.is_unread)


class CasesPanel(QDockWidget):
    """Search, filter, order, and the list."""

    def __init__(
        self,
        presenter: ProjectPresenter,
        thumbnails: ThumbnailsPresenter,
        settings: Settings,
        selection: SelectionPresenter,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Cases"))
        self.setObjectName("cases")
        self._presenter = presenter
        self._selection = selection
        self._model = CasesModel(presenter, thumbnails, settings, self)
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Search names"))
        self._search.setAccessibleName(self.tr("Search cases by name"))
        self._search.setClearButtonEnabled(True)
        self._filter = QComboBox()
        self._filter.setAccessibleName(self.tr("Which cases to list"))
        self._filter.setToolTip(self.tr("Which cases to list"))
        self._order = QComboBox()
        self._order.setAccessibleName(self.tr("Order of the cases"))
        self._order.setToolTip(self.tr("Order of the cases"))
        self._count = QLabel()
        self._listed = ""
        self._list = QListView()
        self._list.setAccessibleName(self.tr("Cases"))
        self._list.setModel(self._model)
        self._list.setItemDelegate(CaseDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._fill_choices()
        self._lay_out()
        self._search.textChanged.connect(self._look)
        self._search.installEventFilter(self)
        self._filter.currentIndexChanged.connect(self._look)
        self._order.currentIndexChanged.connect(self._look)
        self._list.selectionModel().currentChanged.connect(self._choose)
        self._list.selectionModel().selectionChanged.connect(self._note_chosen)
        self._model.modelReset.connect(self._show)
        presenter.case_chosen.connect(self._mark)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Arrow keys in the search field walk through the list."""
        step = 0
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        last = self._model.rowCount() - 1
        if step and last >= 0:
            row = min(max(self._list.currentIndex().row() + step, 0), last)
            self._list.setCurrentIndex(self._model.index(row))
            return True
        return super().eventFilter(watched, event)

    def _fill_choices(self) -> None:
        choices = (
            (self.tr("All states"), _ALL),
            (self.tr("Unread"), _UNREAD),
            (self.tr("In review"), frozenset({CaseState.IN_REVIEW})),
            (self.tr("Second reader"), frozenset({CaseState.SECOND_READER})),
            (self.tr("Rejected"), frozenset({CaseState.REJECTED})),
            (self.tr("Approved"), frozenset({CaseState.APPROVED, CaseState.ADJUDICATED})),
        )
        for title, states in choices:
            self._filter.addItem(title, states)
        orders = {
            Order.ADDED: self.tr("As added"),
            Order.NAME: self.tr("By name"),
            Order.STATE: self.tr("By state"),
        }
        for order, title in orders.items():
            self._order.addItem(title, order)

    def _lay_out(self) -> None:
        choices = QHBoxLayout()
        choices.addWidget(self._filter, 1)
        choices.addWidget(self._order, 1)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(6, 6, 6, 4)
        layout.addWidget(self._search)
        layout.addLayout(choices)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._count)
        self.setWidget(inner)

    @Slot()
    def _look(self) -> None:
        self._model.look_for(
            self._search.text(), self._filter.currentData(), self._order.currentData()
        )

    @Slot()
    def _show(self) -> None:
        found, total = self._model.rowCount(), self._model.total
        self._listed = (
            self.tr("{0} of {1} cases").format(found, total)
            if found < total
            else self.tr("{} cases").format(total)
            if total != 1
            else self.tr("1 case")
        )
        self._put(self._presenter.position)
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        """Choose again, in a list that was made anew, those that were chosen and are in it."""
        selection, ids = self._list.selectionModel(), self._selection.ids
        if len(ids) > 1:
            rows = [row for row in range(self._model.rowCount()) if self._model.id_of(row) in ids]
            with QSignalBlocker(selection):
                for row in rows:
                    selection.select(self._model.index(row), _Flag.Select)
        self._note_chosen()

    @Slot()
    def _note_chosen(self) -> None:
        rows = self._list.selectionModel().selectedIndexes()
        self._selection.choose(self._model.id_of(index.row()) for index in rows)
        chosen = self.tr(", {} selected").format(len(rows)) if len(rows) > 1 else ""
        self._count.setText(f"{self._listed}{chosen}")

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, index: QModelIndex, _: QModelIndex) -> None:
        if index.isValid():
            self._presenter.choose(self._model.position(index.row()))

    @Slot(int)
    def _mark(self, position: int) -> None:
        self._put(position)
        self._note_chosen()

    def _put(self, position: int) -> None:
        """Make the row of a case the current one."""
        selection, row = self._list.selectionModel(), self._model.row(position)
        with QSignalBlocker(selection):
            if row < 0:
                selection.clear()
            else:
                index = self._model.index(row)
                if selection.currentIndex() != index:  # else a person chose it, maybe with others
                    selection.setCurrentIndex(index, _Flag.ClearAndSelect)
                self._list.scrollTo(index)
        self._list.viewport().update()
