"""The classes: colour, name, key, and how much of the image each one covers."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDockWidget,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.presenters.case import CasePresenter
from app.presenters.editing import EditingPresenter
from engine.core.label_set import LabelClass

COUNT_AFTER_MS = 150
"""Counting waits until strokes have paused this long."""


class ClassesPanel(QDockWidget):
    """Choosing a row chooses the class to paint with."""

    def __init__(
        self, case: CasePresenter, editing: EditingPresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Classes"))
        self.setObjectName("classes")
        self._case = case
        self._editing = editing
        self._table = QTableWidget(0, 3)
        self._table.setAccessibleName(self.tr("Classes"))
        self._table.setHorizontalHeaderLabels([self.tr("Class"), self.tr("Key"), self.tr("Size")])
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.setWidget(self._table)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(COUNT_AFTER_MS)
        self._later.timeout.connect(self._count)
        case.opened.connect(self._fill)
        case.history_changed.connect(self._later.start)
        editing.label_changed.connect(self._mark)
        self._table.currentCellChanged.connect(lambda row, *_: editing.choose_label(row))
        self._fill()
        self._count()

    def _fill(self) -> None:
        project = self._case.project
        if project is None:
            return
        with QSignalBlocker(self._table):
            self._table.setRowCount(len(project.label_set))
            for one in project.label_set:
                self._table.setItem(one.index, 0, QTableWidgetItem(_swatch(one), one.name))
                key = str(one.index) if one.index < 10 else ""
                self._table.setItem(one.index, 1, QTableWidgetItem(key))
                self._table.setItem(one.index, 2, QTableWidgetItem(""))
        self._mark(self._editing.label)

    def _mark(self, index: int) -> None:
        with QSignalBlocker(self._table):
            self._table.selectRow(index)

    def _count(self) -> None:
        history = self._case.history
        if history is None:
            return
        mask = history.label_map
        counts, volumes = mask.counts(), mask.volumes_ml()
        total = max(1, mask.labels.size)
        for one in mask.label_set:
            item = self._table.item(one.index, 2)
            if item is None:
                continue
            share = 100 * counts[one.index] / total
            text = f"{volumes[one.index]:,.1f} ml" if volumes else f"{share:.1f} %"
            item.setText(text)
            item.setToolTip(self.tr("{} pixels").format(f"{counts[one.index]:,}"))


def _swatch(one: LabelClass) -> QIcon:
    pixmap = QPixmap(16, 16)
    pixmap.fill(QColor(*one.colour))
    swatch = QIcon(pixmap)
    swatch.addPixmap(pixmap, QIcon.Mode.Selected)  # else the selection tints the colour
    return swatch
