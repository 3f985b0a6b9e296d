"""The table of commands as Qt actions in menus."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.actions.keys import KeyBinder
from app.actions.row import ActionRow, Screen
from app.actions.table import ACTIONS, MENUS
from app.icons import icon


def make_actions(screen: Screen, window: QWidget, canvas: QWidget) -> dict[str, QAction]:
    """A Qt action for each row, by its name; keys work in the window or over the canvas."""
    actions = {row.name: _action(row, screen, window) for row in ACTIONS}
    KeyBinder(actions, canvas, screen.presenters.settings, window)
    return actions


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


def _action(row: ActionRow, screen: Screen, window: QWidget) -> QAction:
    action = QAction(_translated(row.title, row.context), window)
    action.setObjectName(row.name)
    if row.icon:
        action.setIcon(icon(row.icon))
    action.triggered.connect(lambda _=False: row.run(screen))
    return action


def _translated(text: str, context: str = "actions") -> str:
    return QCoreApplication.translate(context, text)
