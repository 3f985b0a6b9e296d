from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QMenu,
    QScrollBar,
    QWidget,
)

from app.actions.table import ACTIONS
from app.dialogs.shortcuts import ShortcutsDialog
from app.icons import icon, known
from app.start import open_window
from engine.core.case import CaseState
from engine.editing.tools.table import TOOLS


@pytest.fixture
def window(qtbot, tmp_path):
    made = open_window(tmp_path)
    qtbot.addWidget(made)
    yield made
    made.close()


def test_keys_are_unique():
    keys = [QKeySequence(key).toString() for row in ACTIONS for key in row.keys]
    assert all(keys)
    assert len(keys) == len(set(keys))
    assert {row.shortcut for row in TOOLS} | set("0123456789") <= set(keys)


def test_each_command_has_a_name_of_its_own():
    names = [row.name for row in ACTIONS]
    assert len(names) == len(set(names))
    assert all("." in name and name == name.lower() for name in names)


def test_single_letters_count_only_over_the_canvas():
    for row in ACTIONS:
        assert row.on_canvas or all(len(key) > 1 for key in row.keys)


def test_every_icon_is_known(qapp):
    names = {row.icon for row in ACTIONS if row.icon} | {row.icon for row in TOOLS}
    assert names | {state.value for state in CaseState} <= known()
    for name in known():
        assert not icon(name).isNull()


def test_every_action_stands_in_a_menu(window):
    shown: set[str] = set()
    for menu in window.menuBar().findChildren(QMenu):
        shown |= {action.objectName() for action in menu.actions()}
    assert {row.name for row in ACTIONS} <= shown


def test_every_control_without_text_has_a_name(window):
    window.show_dialog("shortcuts")
    kinds = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox)
    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.isVisibleTo(window)
        and not widget.objectName().startswith("qt_")
        and not widget.accessibleName()
        and not getattr(widget, "text", lambda: "")()
        and not widget.toolTip()
        and not isinstance(widget, QScrollBar)
    ]
    assert not nameless
    for dialog in window.findChildren(ShortcutsDialog):
        dialog.close()


def test_commands_without_an_image_do_nothing_and_do_no_harm(window):
    for row in ACTIONS:
        if row.name not in ("file.quit", "file.open", "file.open-folder", "file.sample"):
            row.run(window)
    for dialog in window.findChildren(QWidget):
        if dialog.isWindow() and dialog is not window:
            dialog.close()
    assert window.isVisible()
