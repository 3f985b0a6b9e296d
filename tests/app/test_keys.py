from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QDoubleSpinBox,
    QLineEdit,
    QListWidget,
    QTableWidget,
    QTreeWidget,
)

from app.actions.keys import (
    PRESETS,
    all_keys,
    assigned,
    conflicts,
    difference,
    keys_of_preset,
    preset_in_use,
    shown_key,
    use_preset,
    writes,
)
from app.actions.table import ACTIONS
from app.dialogs.search import SearchDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.panels.classes import ClassesPanel, Column
from app.settings import SETTINGS
from app.start import open_window
from app.widgets.matching import best, score


@pytest.fixture
def window(qtbot, tmp_path):
    made = open_window(tmp_path)
    qtbot.addWidget(made)
    made.activateWindow()
    yield made
    made.close()


def press(widget, key, modifier=Qt.KeyboardModifier.NoModifier):
    widget.setFocus()
    QTest.keyClick(widget, key, modifier)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda one: one.name)
def test_no_preset_gives_one_key_to_two_commands(preset):
    keys = all_keys(keys_of_preset(preset))
    assert conflicts(keys) == {}
    for name, own in preset.keys.items():
        if name in keys:
            assert keys[name] == own
    assert set(preset.mouse) <= {row.name for row in SETTINGS}


def test_keys_are_known_however_they_are_spelled():
    keys = {"a.one": ("Ctrl+Shift+Z",), "a.two": ("shift+ctrl+z",), "a.three": ("Z",)}
    assert conflicts(keys) == {"Ctrl+Shift+Z": ("a.one", "a.two")}
    after = assigned(keys, "a.three", ("Z", "Shift+Ctrl+Z"))
    assert after["a.one"] == after["a.two"] == ()
    assert conflicts(after) == {}


def test_only_what_differs_from_the_table_is_kept():
    keys = all_keys({})
    assert difference(keys) == {}
    assert difference({**keys, "file.save": ("F5",)}) == {"file.save": ("F5",)}


@pytest.mark.parametrize(
    ("key", "does"),
    [("A", True), ("Shift+A", True), ("[", True), ("1", True), ("Space", True), ("Ctrl+A", False),
     ("Alt+1", False), ("F1", False), ("Up", False), ("Return", False), ("", False)],
)  # fmt: skip
def test_keys_that_write_need_the_canvas(qapp, key, does):
    assert writes(key) is does


def test_a_letter_typed_into_a_field_is_a_letter_and_no_command(at_work):
    window, p = at_work.window, at_work.presenters
    p.settings.set_keys({"view.full-screen": ("J",)})
    steps, tools = [], []
    p.editing.tool_changed.connect(tools.append)
    field, number, names = QLineEdit(window), QDoubleSpinBox(window), QListWidget(window)
    for widget in (field, number, names):
        widget.show()
        for key in (Qt.Key.Key_E, Qt.Key.Key_J, Qt.Key.Key_2):
            press(widget, key)
    assert field.text() == "ej2"
    assert tools == steps == []
    assert not window.isFullScreen()
    press(window.canvas, Qt.Key.Key_E)
    assert tools == ["eraser"]


def test_a_changed_key_works_at_once_and_the_old_one_no_more(at_work):
    window, p = at_work.window, at_work.presenters
    p.settings.set_keys({"tools.eraser": ("Y",)})
    p.editing.choose_tool("brush")
    press(window.canvas, Qt.Key.Key_E)
    assert p.editing.tool == "brush"
    press(window.canvas, Qt.Key.Key_Y)
    assert p.editing.tool == "eraser"
    assert "(Y)" in window.actions_by_name["tools.eraser"].toolTip()


def test_the_editor_warns_with_both_names_before_it_takes_a_key(window):
    settings = window.presenters.settings
    dialog = ShortcutsDialog(settings, window)
    dialog.choose("view.names")
    dialog._edit.setKeySequence(QKeySequence("Ctrl+S"))
    assert "Save" in dialog.warning
    assert "Show or hide names of images" in dialog.warning
    assert settings.keys == {}
    dialog._add.click()
    assert settings.keys == {"view.names": ("Ctrl+S",), "file.save": ()}
    dialog.choose("file.save")
    dialog._reset.click()
    assert settings.keys == {}


def test_keys_are_added_and_taken_away_in_the_editor(window):
    settings = window.presenters.settings
    dialog = ShortcutsDialog(settings, window)
    dialog.choose("edit.redo")
    dialog.set_key("Ctrl+Shift+Y")
    assert settings.keys == {"edit.redo": ("Ctrl+Shift+Y", "Ctrl+Shift+Z", "Ctrl+Y")}
    dialog._clear.click()
    assert settings.keys == {"edit.redo": ()}
    assert not window.actions_by_name["edit.redo"].shortcuts()


def test_a_preset_sets_keys_and_mouse_and_is_recognised(window):
    settings = window.presenters.settings
    assert preset_in_use(settings) == "sulcus"
    dialog = ShortcutsDialog(settings, window)
    for number, preset in enumerate(PRESETS):
        use_preset(preset, settings)
        assert preset_in_use(settings) == preset.name
        assert dialog._preset.currentIndex() == number
    assert settings.choice("mouse.wheel") == "slice"
    assert settings.choice("mouse.right") == "zoom"
    settings.set("mouse.right", "pan")
    assert preset_in_use(settings) == ""
    settings.set("mouse.right", "zoom")
    settings.set_keys({"file.save": ("F5",)})
    assert preset_in_use(settings) == ""
    assert dialog._preset.currentIndex() == -1


def search(window, qtbot):
    """The dialog, as Ctrl+K opens it."""
    window.actions_by_name["help.search"].trigger()
    dialog = window.findChildren(SearchDialog)[-1]
    qtbot.waitUntil(dialog._text.hasFocus)
    return dialog


def test_search_shows_what_fits_with_its_key_and_enter_does_it(window, qtbot):
    dialog = search(window, qtbot)
    QTest.keyClicks(dialog._text, "eras")
    first = dialog.findChild(QTreeWidget).topLevelItem(0)
    assert (first.text(0), first.text(2)) == ("Eraser", "E")
    QTest.keyClick(dialog._text, Qt.Key.Key_Return)
    assert window.presenters.editing.tool == "eraser"
    assert not dialog.isVisible()


def test_search_finds_settings_and_moves_by_keys_alone(window, qtbot):
    dialog = search(window, qtbot)
    QTest.keyClicks(dialog._text, "theme")
    tree = dialog.findChild(QTreeWidget)
    titles = [tree.topLevelItem(row).text(0) for row in range(3)]
    assert titles == ["Theme: Dark", "Theme: Light", "Theme: As the system"]
    QTest.keyClick(dialog._text, Qt.Key.Key_Down)
    QTest.keyClick(dialog._text, Qt.Key.Key_Return)
    assert window.presenters.settings.choice("look.theme") == "light"


def test_search_finds_every_command(window):
    dialog = SearchDialog(window, window)
    titles = {entry.title for _, entry in dialog._entries}
    for row in ACTIONS:
        if row.name != "help.search" and not row.name.startswith("class."):
            assert row.title.removesuffix("...") in titles


def test_the_better_fit_comes_first():
    texts = ["Reopen all images", "Open files", "Keep the first", "Open folder"]
    entries = [(text, text) for text in texts]
    assert best("open fi", entries, 9)[0] == "Open files"
    assert best("of", entries, 2) == ["Open files", "Open folder"]
    assert best("xyz", entries, 9) == []
    assert best("", entries, 2) == texts[:2]
    assert score("fo", "of") is None


def test_the_classes_name_the_keys_that_a_person_has_chosen(at_work):
    window, settings = at_work.window, at_work.presenters.settings
    table = window.findChild(ClassesPanel).findChild(QTableWidget)

    def told():
        row = [table.item(1, at) for at in range(table.columnCount())]
        return row[Column.KEY].text(), row[Column.EYE].toolTip(), row[Column.LOCK].toolTip()

    assert told() == ("1", "shown (Ctrl+1)", "not locked (Alt+1)")
    settings.set_keys({"class.1": ("Y",), "eye.1": ("F7",), "lock.1": ()})
    assert told() == ("Y", "shown (F7)", "not locked")


def test_tool_tips_name_the_key_that_a_person_has_chosen(at_work):
    window, settings = at_work.window, at_work.presenters.settings
    told = [
        one
        for kind in (QAbstractButton, QAction)
        for one in window.findChildren(kind)
        if one.property("command")
    ]
    table = {row.name: row.keys for row in ACTIONS}
    commands = {one.property("command") for one in told}
    assert commands <= set(table)
    assert {"edit.undo", "mask.predict", "review.approve", "tools.brush", "view.split"} <= commands
    for one in told:
        keys = table[one.property("command")]
        assert f"({shown_key(keys[0])})" in one.toolTip() if keys else "(" not in one.toolTip()
    settings.set_keys({name: (f"Ctrl+F{9 + at}",) for at, name in enumerate(sorted(commands))})
    for at, name in enumerate(sorted(commands)):
        for one in told:
            if one.property("command") == name:
                assert f"(Ctrl+F{9 + at})" in one.toolTip()
    settings.set_keys(dict.fromkeys(commands, ()))
    assert not any("(" in one.toolTip().splitlines()[0] for one in told)
