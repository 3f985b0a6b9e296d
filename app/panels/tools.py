"""The toolbar: the tools of the table, and the size of the brush."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QToolBar, QWidget

from app.icons import icon
from app.presenters.editing import LARGEST, SMALLEST, EditingPresenter
from engine.editing.tools.table import TOOLS


class ToolsPanel(QToolBar):
    """One button a tool; its key works over the canvas."""

    def __init__(self, presenter: EditingPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tools"))
        self.setObjectName("tools")
        self._presenter = presenter
        group = QActionGroup(self)
        self._buttons: dict[str, QAction] = {}
        for row in TOOLS:
            title = QCoreApplication.translate("tools", row.title)
            note = QCoreApplication.translate("tools", row.note)
            action = QAction(icon(row.icon), title, self)
            action.setCheckable(True)
            action.setToolTip(f"{title} ({row.shortcut}): {note}")
            action.triggered.connect(lambda _=False, name=row.name: presenter.choose_tool(name))
            group.addAction(action)
            self.addAction(action)
            self._buttons[row.name] = action
        self.addSeparator()
        label = QLabel(self.tr("Size"))
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.addWidget(label)
        self._size = QDoubleSpinBox()
        self._size.setAccessibleName(self.tr("Brush radius in pixels"))
        self._size.setToolTip(self.tr("Radius in pixels ([ and ], Shift+wheel)"))
        self._size.setRange(SMALLEST, LARGEST)
        self._size.setSingleStep(0.5)
        self._size.setDecimals(1)
        self._size.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self._size.setMaximumWidth(58)
        self._size.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.addWidget(self._size)
        self._size.valueChanged.connect(presenter.set_radius)
        presenter.tool_changed.connect(self._mark)
        presenter.radius_changed.connect(self._show_radius)
        self._mark(presenter.tool)
        self._show_radius(presenter.radius)

    def _mark(self, name: str) -> None:
        self._buttons[name].setChecked(True)

    def _show_radius(self, radius: float) -> None:
        with QSignalBlocker(self._size):
            self._size.setValue(radius)
