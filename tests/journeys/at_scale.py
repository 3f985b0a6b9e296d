"""The program from its first line, on a screen of more device pixels; a process of its own.

`python -m tests.journeys.at_scale FOLDER RATIO` runs `main` on the sample with the scale that the
environment sets, and ends with 0 if the journey went well.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QSettings, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import start
from app.window import MainWindow
from main import main
from tests.journeys.pictures import keep_picture

_NARROWEST = 60  # presses of the key that makes the brush smaller
_PATIENCE = 3000  # looks, of 20 ms
_AWAY = QPoint(3, 3)
PLACES = ((61, 40), (48, 71), (30, 30))
"""Rows and columns of the axial slice that are painted."""


class Journey:
    """Someone who paints single pixels and looks where they are."""

    def __init__(self, folder: Path, ratio: float) -> None:
        self._folder = folder
        self._ratio = ratio

    def begin(self) -> None:
        """Go, and end the program; its exit status says how it went."""
        windows = QApplication.topLevelWidgets()
        self._window = next(one for one in windows if isinstance(one, MainWindow))
        status = 0
        try:
            self._go()
        except Exception:  # noqa: BLE001 - what it is goes to the one who started this process
            traceback.print_exc()
            status = 1
        self._window.close()
        QApplication.exit(status)

    def _go(self) -> None:
        window = self._window
        window.resize(1200, 800)
        p = window.presenters
        self._wait(lambda: p.case.case is not None and not p.runner.is_busy)
        assert window.devicePixelRatioF() == self._ratio
        QTest.mouseMove(window.canvas, _AWAY)
        QTest.qWait(100)
        image = keep_picture(window, f"scale-{self._ratio}-1-sample", self._folder)
        size = (round(1200 * self._ratio), round(800 * self._ratio))
        assert (image.width(), image.height()) == size
        canvas = window.canvas
        canvas.setFocus()
        QTest.keyClick(canvas, Qt.Key.Key_B)
        QTest.keyClick(canvas, Qt.Key.Key_3)
        for _ in range(_NARROWEST):
            QTest.keyClick(canvas, Qt.Key.Key_BracketLeft)
        wanted = np.zeros(p.case.view.sides, np.uint8)
        for place in PLACES:
            self._paint(place)
            wanted[place] = 3
            found = p.case.view.read(p.case.history.labels)
            assert np.array_equal(found, wanted), (place, np.argwhere(found != wanted))
        assert (p.case.history.labels != 0).sum() == len(PLACES), "in this slice alone"
        keep_picture(window, f"scale-{self._ratio}-2-painted", self._folder)
        QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        wanted[PLACES[-1]] = 0
        assert np.array_equal(p.case.view.read(p.case.history.labels), wanted)

    def _paint(self, place: tuple[int, int]) -> None:
        """A click in the middle of a pixel changes the screen where that pixel is."""
        canvas = self._window.canvas
        row, column = place
        before = self._shown()
        QTest.mouseClick(
            canvas, Qt.MouseButton.LeftButton, pos=canvas.point((row + 0.5, column + 0.5)).toPoint()
        )
        rows, columns = np.nonzero(self._shown() != before)
        corners = [canvas.point((row + end, column + end)) * self._ratio for end in (0, 1)]
        across = sorted(corner.x() for corner in corners)
        down = sorted(corner.y() for corner in corners)
        for found, (low, high) in ((columns, across), (rows, down)):
            assert abs(found.min() - low) <= 1.5, (place, found.min(), low)
            assert abs(found.max() + 1 - high) <= 1.5, (place, found.max(), high)

    def _shown(self) -> np.ndarray:
        """(rows, columns) of the canvas in device pixels, without the brush."""
        QTest.mouseMove(self._window.canvas, _AWAY)
        QTest.qWait(50)
        image = self._window.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint32)
        return pixels.reshape(image.height(), -1).copy()

    def _wait(self, until: Callable[[], bool]) -> None:
        for _ in range(_PATIENCE):
            if until():
                return
            QTest.qWait(20)
        raise TimeoutError("the window did not come to rest")


def run(folder: Path, ratio: float) -> int:
    """Start the program as a person does, and make the journey once its window is there."""
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(folder))
    journey = Journey(folder, ratio)
    make = start.make_application

    def make_and_go(argv: list[str]) -> QApplication:
        application = make(argv)
        QTimer.singleShot(0, journey.begin)
        return application

    start.make_application = make_and_go
    return main(["--sample"])


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), float(sys.argv[2])))
