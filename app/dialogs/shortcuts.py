"""Every key there is, made from the tables."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions.table import ACTIONS

MOUSE: tuple[tuple[object, object], ...] = (
    (QT_TRANSLATE_NOOP("mouse", "Left drag"), QT_TRANSLATE_NOOP("mouse", "Use the tool")),
    (QT_TRANSLATE_NOOP("mouse", "Right drag"), QT_TRANSLATE_NOOP("mouse", "Erase")),
    (
        QT_TRANSLATE_NOOP("mouse", "Middle drag, Space + drag"),
        QT_TRANSLATE_NOOP("mouse", "Move the picture"),
    ),
    (QT_TRANSLATE_NOOP("mouse", "Wheel"), QT_TRANSLATE_NOOP("mouse", "Zoom at the pointer")),
    (QT_TRANSLATE_NOOP("mouse", "Ctrl + wheel"), QT_TRANSLATE_NOOP("mouse", "Slice")),
    (QT_TRANSLATE_NOOP("mouse", "Shift + wheel"), QT_TRANSLATE_NOOP("mouse", "Brush size")),
    (
        QT_TRANSLATE_NOOP("mouse", "C held"),
        QT_TRANSLATE_NOOP("mouse", "Show the mask before the refinement"),
    ),
    (
        QT_TRANSLATE_NOOP("mouse", "Drag the split line"),
        QT_TRANSLATE_NOOP("mouse", "Compare the masks on its sides"),
    ),
    (
        QT_TRANSLATE_NOOP("mouse", "Esc"),
        QT_TRANSLATE_NOOP("mouse", "Take back the stroke under way, or leave the refinement"),
    ),
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
        rows += [
            (
                QCoreApplication.translate("mouse", str(keys)),
                QCoreApplication.translate("mouse", str(what)),
            )
            for keys, what in MOUSE
        ]
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
