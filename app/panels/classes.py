"""The classes: shown or not, colour, name, key, locked or not, and how much each one covers."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QDockWidget,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.actions.keys import key_of
from app.icons import icon
from app.presenters.bundle import Presenters
from app.widgets.swatch import swatch_icon
from app.widgets.tip import tell
from engine.core.label_set import LabelClass


class Column(IntEnum):
    """What stands where in a row."""

    EYE = 0
    NAME = 1
    KEY = 2
    LOCK = 3
    SHARE = 4
    SIZE = 5


class ClassesPanel(QDockWidget):
    """Choosing a row chooses the class to paint with."""

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Classes"))
        self.setObjectName("classes")
        self._case = presenters.case
        self._editing = presenters.editing
        self._layers = presenters.layers
        self._modes = presenters.modes
        self._volumes = presenters.volumes
        self._classes = presenters.classes
        self._settings = presenters.settings
        self._table = QTableWidget(0, len(Column))
        self._add = QToolButton()
        self._table.setTabKeyNavigation(False)
        self._lay_out()
        self._table.currentCellChanged.connect(self._choose)
        self._table.cellClicked.connect(self._toggle)
        self._table.itemChanged.connect(self._rename)
        self._case.opened.connect(self._fill)
        self._classes.refused.connect(self._fill)
        self._editing.label_changed.connect(self._mark)
        self._layers.redrawn.connect(self._show_signs)
        self._modes.changed.connect(self._show_signs)
        self._volumes.changed.connect(self._show_sizes)
        self._settings.keys_changed.connect(self._fill)
        self._fill()

    def _lay_out(self) -> None:
        table = self._table
        table.setAccessibleName(self.tr("Classes"))
        titles = ("", self.tr("Class"), self.tr("Key"), "", "%", self.tr("Size"))
        table.setHorizontalHeaderLabels(list(titles))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 9)
        table.setShowGrid(False)
        table.setIconSize(QSize(14, 14))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        header = table.horizontalHeader()
        header.setMinimumSectionSize(24)
        for column in Column:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        self._add.setText(self.tr("Add class"))
        self._add.setIcon(icon("add-class"))
        self._add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._add.setAutoRaise(True)
        tell(self._add, self.tr("Add a class to the project and name it"), "mask.add-class")
        self._add.clicked.connect(self._classes.add)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(table, 1)
        layout.addWidget(self._add)
        self.setWidget(inner)
        recolour = QAction(self.tr("Colour..."), table)
        recolour.triggered.connect(self._ask_colour)
        rename = QAction(self.tr("Rename"), table)
        rename.triggered.connect(self._edit_name)
        table.addActions([rename, recolour])
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    @Slot()
    def _fill(self) -> None:
        project = self._case.project
        with QSignalBlocker(self._table):
            self._table.setRowCount(len(project.label_set) if project else 0)
            for one in project.label_set if project else ():
                self._put_row(one)
        self._mark(self._editing.label)
        self._add.setEnabled(project is not None)
        self._show_signs()
        self._show_sizes()
        fresh = self._classes.take_fresh()
        if fresh is not None:
            self._begin_name(fresh)

    def _begin_name(self, index: int) -> None:
        """Take a new class in hand and let its name be typed."""
        self._editing.choose_label(index)
        self.show()
        self.raise_()
        with QSignalBlocker(self._table):
            self._table.setCurrentCell(index, Column.NAME)
        self._table.setFocus()
        self._edit_name()

    def _put_row(self, one: LabelClass) -> None:
        key = key_of(f"class.{one.index}", self._settings)
        for column in Column:
            item = QTableWidgetItem({Column.NAME: one.name, Column.KEY: key}.get(column, ""))
            if column is Column.NAME:
                item.setIcon(swatch_icon(one.colour))
                item.setToolTip(self.tr("Double-click to rename; right-click for the colour"))
            else:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            if column in (Column.SHARE, Column.SIZE):
                right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                item.setTextAlignment(right)
            self._table.setItem(one.index, column, item)

    @Slot()
    def _show_signs(self) -> None:
        """Eyes and locks, told by icon and by a name that is read aloud."""
        with QSignalBlocker(self._table):
            for row in range(self._table.rowCount()):
                hidden, locked = row in self._layers.hidden, row in self._modes.locked
                eye = self.tr("hidden") if hidden else self.tr("shown")
                lock = self.tr("locked") if locked else self.tr("not locked")
                if row:  # the background is never drawn
                    self._put_sign(row, Column.EYE, "eye-off" if hidden else "eye", eye,
                                   key_of(f"eye.{row}", self._settings))  # fmt: skip
                self._put_sign(row, Column.LOCK, "lock" if locked else "lock-open", lock,
                               key_of(f"lock.{row}", self._settings))  # fmt: skip

    def _put_sign(self, row: int, column: Column, sign: str, told: str, key: str) -> None:
        item = self._table.item(row, column)
        if item is not None:
            item.setIcon(icon(sign))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, told)
            item.setToolTip(f"{told} ({key})" if key else told)

    @Slot()
    def _show_sizes(self) -> None:
        counts, volumes = self._volumes.pixels, self._volumes.ml
        total = max(1, sum(counts))
        with QSignalBlocker(self._table):
            for row in range(self._table.rowCount()):
                share, size = (
                    self._table.item(row, Column.SHARE),
                    self._table.item(row, Column.SIZE),
                )
                if share is None or size is None:
                    continue
                known = row < len(counts)
                pixels = self.tr("{} pixels").format(f"{counts[row]:,}") if known else ""
                share.setText(f"{100 * counts[row] / total:.1f}" if known else "")
                size.setText(
                    ""
                    if not known
                    else f"{volumes[row]:,.1f} ml"
                    if volumes
                    else f"{counts[row]:,}"
                )
                size.setToolTip(pixels)

    @Slot(int)
    def _mark(self, index: int) -> None:
        with QSignalBlocker(self._table):
            self._table.selectRow(index)

    @Slot(int, int, int, int)
    def _choose(self, row: int, _column: int, _before: int, _from: int) -> None:
        self._editing.choose_label(row)

    @Slot(int, int)
    def _toggle(self, row: int, column: int) -> None:
        if column == Column.EYE and row:
            self._layers.hide(row, hidden=row not in self._layers.hidden)
        elif column == Column.LOCK:
            self._modes.toggle_lock(row)

    @Slot(QTableWidgetItem)
    def _rename(self, item: QTableWidgetItem) -> None:
        if item.column() == Column.NAME:
            self._classes.rename(item.row(), item.text())

    @Slot()
    def _edit_name(self) -> None:
        item = self._table.item(self._table.currentRow(), Column.NAME)
        if item is not None:
            self._table.editItem(item)

    @Slot()
    def _ask_colour(self) -> None:
        project, row = self._case.project, self._table.currentRow()
        if project is None or row <= 0:
            return
        was = QColor(*project.label_set[row].colour)
        found = QColorDialog.getColor(was, self, self.tr("Colour of the class"))
        if found.isValid():
            self._classes.recolour(row, (found.red(), found.green(), found.blue()))
