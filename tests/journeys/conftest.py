"""A real window with a home of its own, driven as a person would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.start import open_window
from app.window import MainWindow

LONG_MS = 60_000


class Person:
    """Someone at the window: waits, clicks, drags, presses keys."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        self.presenters = window.presenters

    def wait(self, until: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(until, timeout=LONG_MS)

    def open(self, *paths: Path) -> None:
        before = self.presenters.case.case
        self.window.open_paths(paths)
        self.wait(lambda: self.presenters.case.case not in (None, before))

    def rest(self) -> None:
        """Wait until nothing runs, everything is exact and everything is drawn."""
        p = self.presenters
        self.wait(
            lambda: not p.runner.is_busy and (p.refinement.is_settled or not p.refinement.is_on)
        )
        QApplication.processEvents()

    def drag(self, start: QPoint, stop: QPoint, button=Qt.MouseButton.LeftButton) -> None:
        canvas = self.window.canvas
        QTest.mousePress(canvas, button, pos=start)
        for part in range(1, 6):
            QTest.mouseMove(canvas, start + (stop - start) * part / 5)
        QTest.mouseRelease(canvas, button, pos=stop)

    def key(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        if QApplication.activeWindow() is None:  # offscreen nothing follows a dialog that closed
            self.window.activateWindow()
            self.wait(self.window.isActiveWindow)
        self.window.canvas.setFocus()
        QTest.keyClick(self.window.canvas, key, modifier)

    def message(self) -> QMessageBox:
        """The error that is shown; waits for one."""
        found: list[QMessageBox] = []

        def look() -> bool:
            found[:] = [box for box in self.window.findChildren(QMessageBox) if box.isVisible()]
            return bool(found)

        self.wait(look)
        return found[0]

    @property
    def middle(self) -> QPoint:
        return self.window.canvas.rect().center()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def person(qtbot: QtBot, qapp: QApplication, home: Path) -> Iterator[Person]:
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(home))
    window = open_window(home)
    qtbot.addWidget(window)
    window.resize(1200, 800)
    yield Person(window, qtbot)
    window.close()
