"""The table of commands as Qt actions in menus."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.actions.row import ActionRow, Screen
from app.actions.table import ACTIONS, MENUS
from app.icons import icon


def make_actions(screen: Screen, window: QWidget, canvas: QWidget) -> dict[str, QAction]:
    """A Qt action for each row, by its name; keys work in the window or over the canvas."""
    return {row.name: _action(row, screen, window, canvas) for row in ACTIONS}


def fill_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """The menus of the window, by their titles in English; a menu without rows is left out."""
    menus: dict[str, QMenu] = {}
    for title, rows in MENUS.items():
        if not rows:
            continue
        menus[title] = menu = bar.addMenu(_translated(title))
        inner: dict[str, QMenu] = {}
        for row in rows:
            if row.submenu and row.submenu not in inner:
                inner[row.submenu] = menu.addMenu(_translated(row.submenu))
            inner.get(row.submenu, menu).addAction(actions[row.name])
    return menus


def _action(row: ActionRow, screen: Screen, window: QWidget, canvas: QWidget) -> QAction:
    action = QAction(_translated(row.title, row.context), window)
    action.setObjectName(row.name)
    if row.icon:
        action.setIcon(icon(row.icon))
    action.setShortcuts([QKeySequence(key) for key in row.keys])
    action.triggered.connect(lambda _=False: row.run(screen))
    if row.on_canvas:
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        canvas.addAction(action)
    return action


def _translated(text: str, context: str = "actions") -> str:
    return QCoreApplication.translate(context, text)
