"""The window is made anew over the same presenters; the old one falls off."""

from __future__ import annotations

import weakref

import pytest
from PySide6.QtCore import QMetaMethod, QObject
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDockWidget,
    QLabel,
    QListWidget,
    QTableWidget,
    QWidget,
)
from shiboken6 import isValid

from app.panels.refine import RefinePanel
from app.presenters.measuring import Measured


def texts(window: QWidget) -> dict[str, list[str]]:
    """What stands in the docks, the notices and below the image."""
    found: dict[str, list[str]] = {"title": [window.windowTitle()]}
    for widget in window.findChildren(QWidget):
        owner = type(widget.parentWidget()).__name__
        if owner == "QTabBar":
            continue  # the arrows of its own that Qt makes as it needs them
        match widget:
            case QLabel() | QAbstractButton() if not widget.text().startswith("qt_"):
                found.setdefault(owner, []).append(widget.text())
            case QComboBox():
                found.setdefault(owner, []).append(widget.currentText())
            case QListWidget():
                rows = [widget.item(row).text() for row in range(widget.count())]
                found.setdefault(owner, []).extend([*rows, str(widget.currentRow())])
            case QTableWidget():
                for row in range(widget.rowCount()):
                    cells = (widget.item(row, c) for c in range(widget.columnCount()))
                    found.setdefault(owner, []).append(
                        "|".join(c.text() if c else "" for c in cells)
                    )
            case QDockWidget():
                found.setdefault(owner, []).append(widget.windowTitle())
            case _:
                pass
    for lines in found.values():  # when it was saved is told where it was saved
        lines[:] = ["" if line.startswith("saved ") else line for line in lines]
    return found


def receivers(presenters) -> dict[str, int]:
    """How many listen to each signal of each presenter."""
    found: dict[str, int] = {}
    parts = [getattr(presenters, name) for name in type(presenters).__slots__]
    for part in [one for one in parts if isinstance(one, QObject)]:
        meta = part.metaObject()
        for index in range(meta.methodCount()):
            method = meta.method(index)
            if method.methodType() is QMetaMethod.MethodType.Signal:
                signature = bytes(method.methodSignature()).decode()
                name = f"{type(part).__name__}.{signature}"
                found[name] = part.receivers(f"2{signature}")
    return found


def test_another_window_shows_what_the_one_before_it_showed(at_work):
    before = texts(at_work.window)
    old = at_work.window
    at_work.rebuild()
    assert at_work.window is not old
    assert texts(at_work.window) == before
    assert at_work.window.geometry() == old.geometry()


def test_the_part_of_the_picture_stays(at_work):
    at_work.window.zoom(4.0)
    scale = at_work.window.canvas.scale
    at_work.rebuild()
    assert at_work.window.canvas.scale == pytest.approx(scale)


def test_old_windows_fall_off_and_no_presenter_calls_them(at_work, qtbot, settle):
    at_work.rebuild()
    settle()
    listening = receivers(at_work.presenters)
    widgets: list[QWidget] = []
    windows: list[weakref.ref] = []
    for _ in range(3):
        widgets += [at_work.window, *at_work.window.findChildren(QWidget)]
        windows.append(weakref.ref(at_work.window))
        at_work.rebuild()
        settle()
    assert not [type(one).__name__ for one in widgets if isValid(one)]
    widgets.clear()
    settle()
    assert receivers(at_work.presenters) == listening
    assert not [one for one in windows if one() is not None]
    p = at_work.presenters
    p.project.choose(1)  # most signals of a case come with another one
    opened = lambda: p.case.case is not None and not p.runner.is_busy  # noqa: E731
    qtbot.waitUntil(opened, timeout=60_000)
    assert p.case.case.case.name == "two"
    p.editing.choose_tool("eraser")
    p.editing.set_radius(9.0)
    p.comparison.changed.emit()
    p.refinement.preview_changed.emit()
    p.notices.changed.emit()
    p.settings.set("look.hide-names", value=True)
    assert "two" not in at_work.window.windowTitle()
    p.case.close()
    settle()


def test_the_language_changes_at_once_and_what_is_open_stays_open(at_work, qtbot):
    at_work.window.show_dialog("settings")
    at_work.settings.set("look.language", "zh_CN")
    old = at_work.window
    qtbot.waitUntil(lambda: at_work.window is not old)
    menus = [action.text() for action in at_work.window.menuBar().actions()]
    assert any("文件" in title for title in menus)
    assert at_work.presenters.case.case.case.name == "one"
    assert [one for one in at_work.window.findChildren(QWidget) if one.objectName() == "settings"]
    old = at_work.window
    at_work.settings.set("look.language", "en")
    qtbot.waitUntil(lambda: at_work.window is not old)
    assert at_work.window.menuBar().actions()[0].text() == "&File"


def test_what_the_refinement_told_is_there_in_the_new_language(at_work):
    p = at_work.presenters
    p.refining_all.last = measured = Measured(1200.0, (0, 12), (12, 0))
    p.refining_all.applied.emit(measured)
    panel = at_work.window.findChild(RefinePanel)
    assert panel._applied.text().startswith("Applied in 1.2 s")
    at_work.settings.set("look.language", "zh_CN")
    at_work.rebuild()
    anew = at_work.window.findChild(RefinePanel)
    assert "1.2" in anew._applied.text()
    assert "Applied" not in anew._applied.text()
    assert not anew._applied.isHidden()
    p.refinement.set("iterations", 3)  # other parameters: it is no longer of them
    assert p.refining_all.last is None
    assert anew._applied.isHidden()
