"""Every key there is, made from the tables."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions.table import ACTIONS

MOUSE = (
    ("Left drag", "Use the tool"),
    ("Right drag", "Erase"),
    ("Middle drag, Space + drag", "Move the picture"),
    ("Wheel", "Zoom at the pointer"),
    ("Ctrl + wheel", "Slice"),
    ("Shift + wheel", "Brush size"),
    ("C held", "Show the mask before the refinement"),
    ("Drag the split line", "Compare the masks on its sides"),
    ("Esc", "Take back the stroke under way, or leave the refinement"),
)


class ShortcutsDialog(QDialog):
    """A list to read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard and mouse"))
        self.resize(520, 560)
        rows = [
            (", ".join(row.keys), QCoreApplication.translate(row.context, row.title))
            for row in ACTIONS
            if row.keys
        ]
        rows += [(self.tr(keys), self.tr(what)) for keys, what in MOUSE]
        table = QTableWidget(len(rows), 2)
        table.setAccessibleName(self.tr("Keyboard and mouse"))
        table.setHorizontalHeaderLabels([self.tr("Key"), self.tr("Does")])
        table.horizontalHeader().setStretchLastSection(True)
        table.verticalHeader().hide()
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        for number, (keys, what) in enumerate(rows):
            table.setItem(number, 0, QTableWidgetItem(keys))
            table.setItem(number, 1, QTableWidgetItem(what))
        table.resizeColumnsToContents()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(table)
        layout.addWidget(buttons)
