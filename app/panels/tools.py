"""The toolbar: a button for each tool of the table."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QSize, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QToolBar, QWidget

from app.icons import icon
from app.presenters.editing import EditingPresenter
from app.widgets.tip import PLACE, tell
from engine.editing.tools.table import TOOLS

_translated = partial(QCoreApplication.translate, "tools")
_SIDE = 22


class ToolsPanel(QToolBar):
    """One button a tool; its key works over the canvas."""

    def __init__(self, presenter: EditingPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tools"))
        self.setObjectName("tools")
        self.setIconSize(QSize(_SIDE, _SIDE))
        self._presenter = presenter
        group = QActionGroup(self)
        self._buttons: dict[str, QAction] = {}
        before = ""
        for row in TOOLS:
            if before and row.group != before:
                self.addSeparator()
            before = row.group
            title, note = _translated(row.title), _translated(row.note)
            action = QAction(icon(row.icon), title, self)
            action.setCheckable(True)
            tell(action, f"{title}{PLACE}: {note}\n{_translated(row.hint)}", f"tools.{row.name}")
            action.setData(row.name)
            group.addAction(action)
            self.addAction(action)
            self._buttons[row.name] = action
        group.triggered.connect(self._choose)
        presenter.tool_changed.connect(self._mark)
        self._mark(presenter.tool)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self._presenter.choose_tool(action.data())

    @Slot(str)
    def _mark(self, name: str) -> None:
        self._buttons[name].setChecked(True)
