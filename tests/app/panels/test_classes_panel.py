"""The classes: shown, locked, renamed and recoloured where they are listed."""

from __future__ import annotations

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget

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
