"""By keyboard alone, and for those who hear the window or see little of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollBar,
    QToolBar,
    QWidget,
)

from app.canvas.view import Canvas
from app.showing import DIALOGS
from app.theme import DARK, LIGHT, palette_of

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    Canvas,
)
OF_THE_SYSTEM = {
    "files",
    "folder",
    "recover",
    "export-surface",
}  # windows that Qt or the system brings
ROLE = QPalette.ColorRole
TEXTS = [
    (ROLE.WindowText, ROLE.Window),
    (ROLE.Text, ROLE.Base),
    (ROLE.Text, ROLE.AlternateBase),
    (ROLE.ButtonText, ROLE.Button),
    (ROLE.ToolTipText, ROLE.ToolTipBase),
    (ROLE.HighlightedText, ROLE.Highlight),
    (ROLE.PlaceholderText, ROLE.Base),
    (ROLE.PlaceholderText, ROLE.Window),
    (ROLE.Link, ROLE.Base),
    (ROLE.Link, ROLE.Window),
    (ROLE.BrightText, ROLE.Window),
]


def controls(window: QWidget) -> list[QWidget]:
    """What a person can use of a window, without the parts that Qt makes inside its own."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and widget.window() is window
        and widget.isVisibleTo(window)
        and not isinstance(widget, QScrollBar)
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parentWidget(), QAbstractItemView | QComboBox | QLineEdit)
        and type(widget).__name__ != "QComboBoxListView"
    ]


def name_of(widget: QWidget) -> str:
    """What a screen reader says of it."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def described(widget: QWidget) -> str:
    owners = []
    parent = widget.parentWidget()
    while parent is not None:
        owners.append(type(parent).__name__)
        parent = parent.parentWidget()
    return f"{type(widget).__name__} '{name_of(widget)}' in {' in '.join(owners[:4])}"


def windows(program) -> dict[str, QWidget]:
    """The main window, and each dialog that can be opened over it."""
    found: dict[str, QWidget] = {"window": program.window}
    for name in DIALOGS:
        if name not in OF_THE_SYSTEM:
            dialog = program.window._showing.show(name)
            if dialog is not None:
                found[name] = dialog
    return found


def close(shown: dict[str, QWidget]) -> None:
    for one in shown.values():
        if isinstance(one, QDialog):
            one.reject()
    QApplication.processEvents()


def test_every_control_has_a_name_in_every_window_and_dialog(at_work):
    shown = windows(at_work)
    assert len(shown) > 5
    nameless = [
        f"{where}: {described(widget)}"
        for where, window in shown.items()
        for widget in controls(window)
        if not name_of(widget).strip()
    ]
    close(shown)
    assert not nameless


def test_every_control_can_be_reached_by_the_keyboard(at_work):
    """By Tab, or by the key or menu of its command."""
    shown = windows(at_work)
    commands = {action.text() for action in at_work.window.actions_by_name.values()}
    lost = []
    for where, window in shown.items():
        for widget in controls(window):
            own = {action.text() for action in widget.actions()}
            in_menu = isinstance(widget.parentWidget(), QToolBar) and own & commands
            if widget.isEnabled() and not in_menu and not takes_tab(widget):
                lost.append(f"{where}: {described(widget)}")
    close(shown)
    assert not lost


def is_one_of_a_group(widget: QWidget) -> bool:
    """Whether arrows choose among it and others, and Tab goes to the chosen one."""
    if not isinstance(widget, QAbstractButton):
        return False
    group = widget.group()
    return widget.autoExclusive() or (group is not None and group.exclusive())


def takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)


@pytest.mark.parametrize("name", ["window", *sorted(DIALOGS.keys() - OF_THE_SYSTEM)])
def test_tab_goes_to_every_control_and_shows_where_it_is(at_work, qtbot, name):
    window = at_work.window
    if name != "window":
        window = at_work.window._showing.show(name)
        if window is None:
            pytest.skip("there is nothing to ask")
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    wanted = [one for one in controls(window) if one.isEnabled() and takes_tab(one)]
    wanted = [one for one in wanted if not is_one_of_a_group(one) or one.isChecked()]
    assert wanted
    for one in wanted:
        one.clearFocus()
    plain = {one: one.grab().toImage() for one in wanted}
    wanted[0].setFocus()
    visited: list[QWidget] = []
    unseen: list[str] = []
    for _ in range(2 * len(wanted) + 20):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        is_default = isinstance(now, QPushButton) and now.isDefault()  # marked without it too
        is_empty = isinstance(now, QAbstractItemView) and now.model().rowCount() == 0
        is_new = now in plain and now not in visited and not is_default and not is_empty
        if is_new and now.grab().toImage() == plain[now]:
            unseen.append(described(now))
        visited.append(now)
    lost = [described(one) for one in wanted if one not in visited]
    if name != "window":
        window.reject()
    last = QApplication.focusWidget()
    assert not lost, f"Tab does not go there, but stays in {described(last)}"
    assert not unseen, "the focus cannot be seen there"


def luminance(colour: QColor) -> float:
    """Source: WCAG 2.2, definition of relative luminance."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(palette: QPalette, text: QPalette.ColorRole, ground: QPalette.ColorRole) -> float:
    dark, bright = sorted((luminance(palette.color(text)), luminance(palette.color(ground))))
    return (bright + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_that_of_the_standard():
    palette = QPalette()
    palette.setColor(ROLE.Text, QColor("#ffffff"))
    palette.setColor(ROLE.Base, QColor("#000000"))
    assert contrast(palette, ROLE.Text, ROLE.Base) == pytest.approx(21.0)
    palette.setColor(ROLE.Text, QColor("#767676"))
    palette.setColor(ROLE.Base, QColor("#ffffff"))
    assert contrast(palette, ROLE.Text, ROLE.Base) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize(("text", "ground"), TEXTS, ids=lambda role: role.name)
def test_texts_stand_out_in_both_themes(qapp, theme, text, ground):
    assert contrast(palette_of(theme), text, ground) >= 4.5


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_mark_of_the_focus_stands_out_in_both_themes(qapp, theme):
    for ground in (ROLE.Window, ROLE.Base):
        assert contrast(palette_of(theme), ROLE.Highlight, ground) >= 2.0
