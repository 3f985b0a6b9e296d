"""Draw the main states of the window into a folder, with the real program and a home of its own."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.start import make_application, open_window, warm
from app.window import MainWindow
from engine.core.planes import Plane
from engine.workflow.sample import sample_photos_project, sample_project

PATIENCE_S = 600


def main() -> int:
    """Draw all of them; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    parser.add_argument("--size", type=int, nargs=2, default=(1440, 900))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, folder)
        make_application(sys.argv[:1])
        window = open_window(home)
        window.resize(*arguments.size)
        Artist(window, arguments.out).draw_all(home)
        window.close()
    return 0


class Artist:
    """Drives the window and keeps pictures of it."""

    def __init__(self, window: MainWindow, out: Path) -> None:
        self._window = window
        self._presenters = window.presenters
        self._out = out

    def draw_all(self, home: Path) -> None:
        """The empty window, the brain from prediction to correction, and a photo."""
        self._draw("start")
        warm(self._window)
        p = self._presenters
        self._open(sample_project(home).folder)
        p.case.go_to(48)
        p.prediction.predict()
        self._wait(lambda: not p.prediction.is_running)
        self._draw("predicted")
        p.refinement.turn(on=True)
        self._wait(lambda: p.refinement.has_preview)
        self._draw("refine")
        p.refinement.turn(on=False)
        p.case.show_plane(Plane.CORONAL)
        self._correct()
        self._draw("correct")
        self._open(sample_photos_project(home).folder)
        p.prediction.predict()
        self._wait(lambda: not p.prediction.is_running)
        p.refinement.turn(on=True)
        self._wait(lambda: p.refinement.has_preview)
        self._draw("photo")

    def _correct(self) -> None:
        """A brush stroke, with the button still down."""
        self._presenters.editing.choose_label(2)
        canvas = self._window.canvas
        middle = canvas.rect().center()
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(-60, -120))
        for step in range(12):
            QTest.mouseMove(canvas, middle + QPoint(-60 + 12 * step, -120 - 2 * step))

    def _open(self, project: Path) -> None:
        self._presenters.editing.cancel()
        before = self._presenters.case.case
        self._window.open_paths([project])
        self._wait(lambda: self._presenters.case.case not in (None, before))

    def _wait(self, until: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not until() or self._presenters.runner.is_busy:
            if time.monotonic() > end:
                raise TimeoutError("the window did not come to rest")
            QTest.qWait(10)
        QTest.qWait(300)

    def _draw(self, name: str) -> None:
        QApplication.processEvents()
        path = self._out / f"{name}.png"
        if not self._window.grab().save(str(path)):
            raise OSError(f"{path} cannot be written")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    sys.exit(main())
