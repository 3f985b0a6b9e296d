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

from app.program import Program
from app.start import make_application, open_program, warm
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
        program = open_program(home)
        program.settings.set("look.language", "en")
        program.window.resize(*arguments.size)
        Artist(program, arguments.out).draw_all(home)
        program.window.close()
    return 0


class Artist:
    """Drives the window and keeps pictures of it."""

    def __init__(self, program: Program, out: Path) -> None:
        self._program = program
        self._presenters = program.presenters
        self._out = out

    def draw_all(self, home: Path) -> None:
        """The empty window, the brain from prediction to review, a photo, other looks."""
        self._draw("start")
        warm(self._program.window)
        p = self._presenters
        self._open(sample_project(home).folder)
        p.case.go_to(48)
        p.prediction.predict()
        self._wait(lambda: not (p.prediction.is_running or p.runner.is_busy))
        self._draw("volume")
        self._draw_surface()
        p.refinement.turn(on=True)
        self._wait(lambda: p.refinement.has_preview)
        p.comparison.flash()
        self._draw("refine")
        p.refinement.turn(on=False)
        QTest.qWait(2000)  # until the changed pixels have flashed
        p.case.show_plane(Plane.CORONAL)
        self._correct()
        self._draw("correct")
        p.editing.cancel()
        p.case.show_plane(Plane.AXIAL)
        p.review.comment("Left temporal pole: grey matter runs into the meninges")
        self._wait(lambda: not p.runner.is_busy)
        self._draw("review")
        self._program.settings.set("look.language", "zh_CN")
        self._wait(lambda: not p.runner.is_busy)
        self._draw("chinese")
        self._program.settings.set("look.language", "en")
        self._program.settings.set("look.theme", "light")
        self._open(sample_photos_project(home).folder)
        p.prediction.predict()
        self._wait(lambda: not (p.prediction.is_running or p.runner.is_busy))
        p.refinement.turn(on=True)
        self._wait(lambda: p.refinement.has_preview)
        self._draw("photo")

    def _draw_surface(self) -> None:
        """Grey matter seen through, around the white matter that is in hand."""
        p = self._presenters
        layout = p.settings.choice("planes.layout")
        p.settings.set("planes.layout", "three")
        p.layers.hide(1, hidden=True)
        p.editing.choose_label(3)
        p.scene.fade(0.35)
        p.surface.toggle()
        self._wait(lambda: p.scene.picture is not None and p.scene.picture.is_fine)
        self._draw("surface")
        p.surface.toggle()
        p.layers.hide(1, hidden=False)
        p.editing.choose_label(1)
        p.settings.set("planes.layout", layout)

    def _correct(self) -> None:
        """A brush stroke, with the button still down."""
        self._presenters.editing.choose_label(2)
        canvas = self._program.window.canvas
        start = canvas.rect().center() + QPoint(-60, 40)
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
        for step in range(12):
            QTest.mouseMove(canvas, start + QPoint(4 * step, -2 * step))

    def _open(self, project: Path) -> None:
        self._presenters.editing.cancel()
        before = self._presenters.case.case
        self._program.window.open_paths([project])
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
        if not self._program.window.grab().save(str(path)):
            raise OSError(f"{path} cannot be written")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    sys.exit(main())
