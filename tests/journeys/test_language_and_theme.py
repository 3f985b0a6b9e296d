"""The language and the theme are switched over work under way: nothing of it is lost."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontDatabase, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget

from app.dialogs.settings import SettingsDialog
from app.language import use_language

_Key = Qt.Key
_CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def photo(tmp_path):
    picture = np.full((60, 90, 3), 70, np.uint8)
    picture[15:45, 25:65] = (220, 120, 60)
    Image.fromarray(picture).save(tmp_path / "cup.png")
    return tmp_path / "cup.png"


@pytest.fixture(autouse=True)
def _as_it_was(qapp):
    yield
    use_language("en")


def choose(person, name: str, keys: str) -> None:
    """Open the settings by key and choose what begins with these letters."""
    person.key(_Key.Key_F2)
    dialog = person.dialog(SettingsDialog)
    box = next(one for one in dialog.findChildren(QComboBox) if one.accessibleName() == name)
    box.setFocus()
    at = next(at for at in range(box.count()) if box.itemText(at).startswith(keys))
    while box.currentIndex() != at:
        step = _Key.Key_Down if at > box.currentIndex() else _Key.Key_Up
        QTest.keyClick(box, step)


def shades(person) -> tuple[int, int]:
    """How bright ground and ink of the window are."""
    palette = person.window.palette()
    return tuple(
        palette.color(role).lightness()
        for role in (QPalette.ColorRole.Window, QPalette.ColorRole.WindowText)
    )


def texts(widget: QWidget) -> list[str]:
    kinds = (QLabel, QPushButton)
    return [one.text() for kind in kinds for one in widget.findChildren(kind) if one.isVisible()]


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_work_under_way_outlives_another_language_and_another_theme(person, photo):
    p, settings = person.presenters, person.program.settings
    settings.set("look.language", "en")
    person.open(photo)
    person.drag(person.at(20, 30), person.at(20, 60))
    person.drag(person.at(40, 30), person.at(40, 60))
    person.key(_Key.Key_Z, _CTRL)
    person.key(_Key.Key_Plus, _CTRL)
    drawn, case, history = p.case.history.labels.copy(), p.case.case, p.case.history
    scale, tool = person.window.canvas.scale, p.editing.tool
    assert drawn.any()
    assert history.can_redo
    assert not any(has_chinese(text) for text in texts(person.window))

    def is_all_there() -> None:
        assert p.case.case is case
        assert p.case.history is history
        assert np.array_equal(history.labels, drawn)
        assert person.window.canvas.scale == pytest.approx(scale)
        assert p.editing.tool == tool
        assert person.window.presenters is p

    # light, and dark again, while the window stays the same
    window = person.window
    dark, ink = shades(person)
    assert dark < 60 < ink
    choose(person, "Theme", "Light")
    person.wait(lambda: shades(person)[0] > 180 > shades(person)[1])
    is_all_there()
    person.keep_picture("look-1-light")
    person.keep_picture("look-2-settings", person.dialog(SettingsDialog))
    QTest.keyClick(person.dialog(SettingsDialog), _Key.Key_Escape)
    choose(person, "Theme", "Dark")
    person.wait(lambda: shades(person) == (dark, ink))
    QTest.keyClick(person.dialog(SettingsDialog), _Key.Key_Escape)
    assert person.window is window

    # Chinese: another window, over the same work
    choose(person, "Language", "简体中文")
    person.wait(lambda: person.window is not window)
    person.rest()
    is_all_there()
    dialog = person.dialog(SettingsDialog)
    assert has_chinese(dialog.windowTitle()), "what was open is open again, in Chinese"
    person.keep_picture("look-3-settings-in-chinese", dialog)
    QTest.keyClick(dialog, _Key.Key_Escape)
    person.wait(lambda: not dialog.isVisible())
    menus = [action.text() for action in person.window.menuBar().actions()]
    assert all(has_chinese(text) for text in menus), menus
    share = [has_chinese(text) for text in texts(person.window) if text.strip()]
    assert sum(share) > 12
    assert shades(person)[0] == dark
    person.keep_picture("look-4-chinese")
    assert QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)

    # and it goes on: a stroke, undone step by step to before the switch, and redone
    person.drag(person.at(30, 70), person.at(50, 80))
    assert not np.array_equal(history.labels, drawn)
    person.key(_Key.Key_Z, _CTRL)
    is_all_there()
    person.key(_Key.Key_Z, _CTRL)
    assert not history.labels.any()
    person.key(_Key.Key_Y, _CTRL)
    is_all_there()

    chinese = person.window
    choose(person, "语言", "English")
    person.wait(lambda: person.window is not chinese)
    person.rest()
    is_all_there()
    QTest.keyClick(person.dialog(SettingsDialog), _Key.Key_Escape)
    assert not any(has_chinese(text) for text in texts(person.window))
    person.drag(person.middle, person.middle + QPoint(20, 20))
    person.key(_Key.Key_Z, _CTRL)
    is_all_there()
