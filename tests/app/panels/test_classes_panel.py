"""The classes: shown, locked, renamed and recoloured where they are listed."""

from __future__ import annotations

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTableWidget, QToolButton

from app.panels.classes import ClassesPanel, Column
from app.start import open_window
from engine.core.label_set import LabelSet
from engine.workflow.project import create_project, describe_project


@pytest.fixture
def window(qtbot, tmp_path):
    Image.new("RGB", (12, 10)).save(tmp_path / "a.png")
    names = LabelSet.named(["background", "leaf", "stem"])
    create_project(tmp_path / "p.sulcus", names, [tmp_path / "a.png"])
    made = open_window(tmp_path)
    qtbot.addWidget(made)
    made.open_paths([tmp_path / "p.sulcus"])
    qtbot.waitUntil(lambda: made.presenters.case.case is not None, timeout=60_000)
    yield made
    made.close()


@pytest.fixture
def table(window):
    return window.findChild(ClassesPanel).findChild(QTableWidget)


def told(table, row, column):
    return table.item(row, column).data(Qt.ItemDataRole.AccessibleTextRole)


def test_eyes_and_locks_are_what_the_tools_see(window, table):
    assert told(table, 1, Column.EYE) == "shown"
    table.cellClicked.emit(1, Column.EYE)
    assert window.presenters.layers.hidden == {1}
    assert told(table, 1, Column.EYE) == "hidden"
    table.cellClicked.emit(2, Column.LOCK)
    assert window.presenters.editing.mode.locked == {2}
    assert told(table, 2, Column.LOCK) == "locked"
    window.actions_by_name["eye.1"].trigger()
    assert told(table, 1, Column.EYE) == "shown"


def test_a_class_gets_another_name_and_colour_and_keeps_them(window, table, qtbot, tmp_path):
    table.item(1, Column.NAME).setText("blade")
    folder = tmp_path / "p.sulcus"
    qtbot.waitUntil(lambda: describe_project(folder).label_set.names[1] == "blade")
    qtbot.waitUntil(lambda: window.presenters.project.project.label_set.names[1] == "blade")
    window.presenters.classes.recolour(1, (1, 2, 3))
    qtbot.waitUntil(lambda: describe_project(folder).label_set[1].colour == (1, 2, 3))


def test_a_name_that_another_class_has_is_refused_and_put_back(window, table, qtbot):
    for presenter in window.presenters.which_fail():
        presenter.failed.disconnect()
    with qtbot.waitSignal(window.presenters.classes.failed) as failed:
        table.item(1, Column.NAME).setText("stem")
    assert "differ" in str(failed.args[0])
    assert table.item(1, Column.NAME).text() == "leaf"


def test_how_much_each_class_covers_is_listed(window, table, qtbot):
    qtbot.waitUntil(lambda: table.item(0, Column.SIZE).text() == "120", timeout=10_000)
    assert table.item(0, Column.SHARE).text() == "100.0"
    assert table.item(1, Column.SHARE).text() == "0.0"


def add_by_button(window, table, qtbot, name):
    """Press the button, type a name; returns once the project has it."""
    button = window.findChild(ClassesPanel).findChild(QToolButton)
    rows = table.rowCount()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center())
    qtbot.waitUntil(lambda: bool(table.findChildren(QLineEdit)), timeout=20_000)
    assert table.rowCount() == rows + 1
    assert table.item(rows, Column.NAME).text() == f"class {rows}"
    editor = table.findChild(QLineEdit)
    QTest.keyClicks(editor, name)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    p = window.presenters
    qtbot.waitUntil(
        lambda: p.case.case is not None and p.case.project.label_set.names[-1] == name,
        timeout=20_000,
    )
    qtbot.waitUntil(lambda: not p.runner.is_busy, timeout=20_000)


def test_a_class_is_added_by_its_button_named_at_once_painted_with_and_there_next_time(
    window, table, qtbot, tmp_path
):
    window.show()
    window.activateWindow()
    p = window.presenters
    add_by_button(window, table, qtbot, "petal")
    assert p.editing.label == 3
    assert table.item(3, Column.KEY).text() == "3"
    p.editing.choose_label(1)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_3)
    assert p.editing.label == 3
    p.editing.press((5.0, 5.0))
    p.editing.release((5.0, 5.0))
    assert p.case.history.labels[5, 5] == 3
    assert p.case.history.can_undo
    qtbot.waitUntil(lambda: not p.runner.is_busy, timeout=20_000)
    window.close()
    again = open_window(tmp_path)
    qtbot.addWidget(again)
    again.open_paths([tmp_path / "p.sulcus"])
    qtbot.waitUntil(lambda: again.presenters.case.case is not None, timeout=60_000)
    rows = again.findChild(ClassesPanel).findChild(QTableWidget)
    assert [rows.item(row, Column.NAME).text() for row in range(4)] == [
        "background", "leaf", "stem", "petal",
    ]  # fmt: skip
    assert again.presenters.case.history.labels[5, 5] == 3
    again.close()


def test_escape_leaves_the_name_that_a_new_class_was_made_with(window, table, qtbot):
    window.actions_by_name["mask.add-class"].trigger()
    qtbot.waitUntil(lambda: bool(table.findChildren(QLineEdit)), timeout=20_000)
    QTest.keyClick(table.findChild(QLineEdit), Qt.Key.Key_Escape)
    assert table.item(3, Column.NAME).text() == "class 3"
    assert window.presenters.project.project.label_set.names[3] == "class 3"
