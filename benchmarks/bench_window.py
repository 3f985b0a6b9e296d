"""What the window takes from an event to the painted frame, beside bare Qt in the same run.

Run offscreen: QT_QPA_PLATFORM=offscreen python benchmarks/bench_window.py. Each action is done
through the presenters or the canvas as an event would, and ends when the stage of 1600 x 1000 has
been painted into the backing store. The floor is a bare QWidget that draws a ready picture of that
size by drawImage. Actions and floor take turns, so that both meet the same load. Times are of the
processor, over all threads of the process, so that what runs beside does not count; the wall clock
stands beside them.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.canvas.stage import Stage
from app.jobs import JobRunner
from app.presenters.bundle import Presenters
from app.start import make_application
from engine.core.case import Case, CaseState
from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.editing.history import History
from engine.workflow.open_case import OpenCase
from engine.workflow.project import ProjectInfo

SIZE = (1600, 1000)
REPEATS = 60

CLASSES = LabelSet.named(["background", "one", "two", "three"])


class Floor(QWidget):
    """Draws a picture of its own size, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(*SIZE)
        self._image = QImage(*SIZE, QImage.Format.Format_RGB32)
        self._image.fill(0x405060)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.drawImage(event.rect(), self._image, event.rect())


class Bench:
    """A stage with its presenters, without a project on disk."""

    def __init__(self, folder: Path) -> None:
        self.runner = JobRunner()
        self.p = Presenters.make(self.runner, folder / "projects", self.runner)
        self.stage = Stage(self.p)
        self.stage.resize(*SIZE)
        self.stage.show()
        self.folder = folder

    def open(self, pixels: np.ndarray, affine: np.ndarray | None = None) -> None:
        geometry = Geometry(pixels.shape[1:], affine)
        names = ("grey",) if len(pixels) == 1 else ("red", "green", "blue")
        image = Image(pixels, geometry, names, Source(Path("a"), ""))
        mask = LabelMap.empty(geometry, CLASSES)
        one = Case("abc", "a", Path("a"), CaseState.NEW)
        opened = OpenCase(one, image, mask, np.zeros(geometry.shape, np.uint8), False)
        self.p.case.close()
        self.p.case._project = ProjectInfo(self.folder, CLASSES, (one,))
        self.p.case._show((opened, History(mask)))
        while self.runner.is_busy:
            QApplication.processEvents()
        QApplication.processEvents()

    def painted(self) -> None:
        """Until nothing is left to paint."""
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def timed(act: Callable[[int], None], settle: Callable[[], None], floor: Floor) -> str:
    """Columns of the table: p50 / p95 of an action, of its wall clock, and of the floor."""
    mine: list[float] = []
    wall: list[float] = []
    bare: list[float] = []
    for turn in range(REPEATS + 3):
        begun, start = time.perf_counter(), time.process_time()
        act(turn)
        settle()
        ended, middle = time.perf_counter(), time.process_time()
        floor.repaint()
        stop = time.process_time()
        if turn >= 3:
            mine.append((middle - start) * 1000)
            wall.append((ended - begun) * 1000)
            bare.append((stop - middle) * 1000)
    return " | ".join(_told(times) for times in (mine, wall, bare))


def _told(times: list[float]) -> str:
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"{statistics.median(times):.1f} / {p95:.1f}"


Action = tuple[str, Callable[[int], None]]


def dab(bench: Bench, where: str) -> Iterator[Action]:
    """A stroke of a brush 30 pixels wide, segment by segment."""
    p = bench.p
    rows, columns = p.case.view.sides

    def move(turn: int) -> None:
        place = (rows / 2 + 5 * np.sin(turn), columns / 2 + 3 * turn % 50)
        if turn == 0:
            p.editing.choose_tool("brush")
            p.editing.set_radius(15.0)
            p.editing.press(place)
        p.editing.move(place)

    yield f"dab, {where}", move
    p.editing.cancel()


def views(bench: Bench) -> Iterator[Action]:
    """Pan, zoom and dabs at several sizes."""
    stage = bench.stage

    def pan(turn: int) -> None:
        stage.canvas.pan(QPointF(7 if turn % 2 else -5, 3))

    def zoom(turn: int) -> None:
        stage.canvas.zoom_at(1.15 if turn % 20 < 10 else 1 / 1.15, QPointF(500, 400))

    yield "pan, whole picture", pan
    yield "zoom", zoom
    for scale in (0.0, 1.0, 8.0):
        stage.fit()
        if scale:
            stage.canvas.zoom_to(scale)
            yield f"pan, {scale:g}x", pan
        yield from dab(bench, f"{scale:g}x" if scale else "whole picture")
    stage.fit()


def looks(bench: Bench) -> Iterator[Action]:
    """What changes how all of the picture is seen."""
    p = bench.p
    yield "window/level", lambda turn: p.levels.set(10.0 + turn, 900.0 + turn)
    yield "opacity", lambda turn: p.layers.set_opacity(0.3 + turn % 5 / 10)
    yield "hide a class", lambda turn: p.layers.hide(1, hidden=turn % 2 == 0)
    yield "fill or outline", lambda _: p.layers.toggle_outline()
    if p.case.slices > 1:
        middle = p.case.cursor
        yield "slice step", lambda turn: p.case.step(1 if turn % 40 < 20 else -1)
        yield (
            "crosshair through three planes",
            lambda turn: p.case.put_cursor(tuple(at + turn % 20 for at in middle)),
        )


def actions(bench: Bench) -> Iterator[Action]:
    """What is measured on the picture that is open."""
    yield from views(bench)
    yield from looks(bench)


def pictures() -> Iterator[tuple[str, np.ndarray, np.ndarray | None]]:
    """What is opened, one after the other."""
    rng = np.random.default_rng(0)
    for side in (2048, 8192, 16384):
        tile = rng.integers(0, 1000, (1, 1024, 1024)).astype(np.uint16)
        yield f"16-bit {side}²", np.tile(tile, (1, side // 1024, side // 1024)), None
    tile = rng.integers(0, 255, (3, 1024, 1024)).astype(np.uint8)
    yield "RGB 8192²", np.tile(tile, (1, 8, 8)), None
    volume = np.tile(rng.integers(0, 1000, (1, 64, 64, 64)).astype(np.int16), (1, 8, 8, 8))
    yield "volume 512³, three planes", volume, np.eye(4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only pictures whose name has this")
    only = parser.parse_args().only
    application = make_application(["bench"])
    floor = Floor()
    floor.show()
    print("| picture | action | processor, p50 / p95 ms | wall clock | bare Qt, processor |")
    print("|---|---|---|---|---|")
    for name, pixels, affine in pictures():
        if only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder))
            bench.open(pixels, affine)
            for title, act in actions(bench):
                print(f"| {name} | {title} | {timed(act, bench.painted, floor)} |", flush=True)
            bench.stage.close()
            bench.runner.stop()
    application.quit()


if __name__ == "__main__":
    main()
