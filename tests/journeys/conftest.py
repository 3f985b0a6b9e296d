"""A real window with a home of its own, driven as a person would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.program import Program
from app.start import open_program
from app.window import MainWindow
from tests.journeys.pictures import keep_picture

LONG_MS = 60_000

DialogT = TypeVar("DialogT", bound=QDialog)


class Person:
    """Someone at the window: waits, clicks, drags, drops, presses keys."""

    def __init__(self, program: Program, qtbot: QtBot, album: Path) -> None:
        self.program = program
        self.presenters = program.presenters
        self.qtbot = qtbot
        self._album = album

    @property
    def window(self) -> MainWindow:
        """The one that is shown: in another language there is another."""
        return self.program.window

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

    def at(self, row: float, column: float) -> QPoint:
        """Where a place of the picture lies on the canvas."""
        return self.window.canvas.point((row, column)).toPoint()

    def click(self, where: QPoint, button=Qt.MouseButton.LeftButton) -> None:
        QTest.mouseClick(self.window.canvas, button, pos=where)

    def drop(self, *paths: Path) -> None:
        """Let go of files over the middle of the window, as a file manager does."""
        dropped = QMimeData()
        dropped.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        over, place = self.window.windowHandle(), QPointF(self.window.rect().center())
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        rest = (copy, dropped, left, Qt.KeyboardModifier.NoModifier)
        enter = QDragEnterEvent(place.toPoint(), *rest)
        QApplication.sendEvent(over, enter)
        assert enter.isAccepted(), "the window takes what is dropped"
        QApplication.sendEvent(over, QDragMoveEvent(place.toPoint(), *rest))
        QApplication.sendEvent(over, QDropEvent(place, *rest, QEvent.Type.Drop))

    def keep_picture(self, name: str, widget: QWidget | None = None) -> None:
        """A screenshot of the window, or of a dialog."""
        keep_picture(widget or self.window, name, self._album)

    def dialog(self, kind: type[DialogT]) -> DialogT:
        """The dialog of that kind that is shown, with the keys; waits for one."""
        found: list[DialogT] = []

        def look() -> bool:
            found[:] = [one for one in self.window.findChildren(kind) if one.isVisible()]
            return bool(found)

        self.wait(look)
        found[0].activateWindow()
        self.wait(found[0].isActiveWindow)
        return found[0]

    def key(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        self.go_to_canvas()
        QTest.keyClick(self.window.canvas, key, modifier)

    def go_to_canvas(self) -> None:
        """Let the canvas have the keys."""
        if QApplication.activeWindow() is None:  # offscreen nothing follows a dialog that closed
            self.window.activateWindow()
            self.wait(self.window.isActiveWindow)
        self.window.canvas.setFocus()

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


Enter = Callable[[], Person]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def enter(qtbot: QtBot, qapp: QApplication, home: Path, tmp_path: Path) -> Iterator[Enter]:
    """A function that starts the program, again after it was closed; gives who sits before it."""
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(home))
    programs: list[Program] = []

    def start() -> Person:
        program = open_program(home)
        programs.append(program)
        program.window.resize(1200, 800)
        return Person(program, qtbot, tmp_path / "artefacts")

    yield start
    for program in programs:
        if isValid(program):
            program.window.close()
            program.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def person(enter: Enter) -> Person:
    return enter()
