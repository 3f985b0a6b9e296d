"""How soon the mask begins to grow on a large picture in a real window, and how soon it stops.

A colour picture is written as a tiled TIFF, opened in the window, looked at off its middle, and
predicted with the shipped model. Told are the seconds from the request until the first part of the
mask is drawn, and from the wish to stop until nothing computes any more; beside them the processor
time of the process that computes, since other programs may run beside.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import tifffile
from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest

from app.start import make_application, open_window, warm
from app.window import MainWindow
from engine.core.arrays import Box, Labels

TILE = 512


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=16384)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the temporary folder is made")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, name)
        make_application(sys.argv[:1])
        window = open_window(folder)
        window.resize(1440, 900)
        warm(window)  # as the program does when it starts
        picture = _written(folder / "large.tif", arguments.side)
        start = time.monotonic()
        window.open_paths([picture])
        _wait(lambda: window.presenters.case.case is not None)
        print(f"opened in {time.monotonic() - start:.1f} s, {window.presenters.prediction.model}\n")
        _wait(lambda: not window.presenters.runner.is_busy)
        print("| round | first part, s | its processor time, s | stopped, s | middle of the view |")
        print("|---|---|---|---|---|")
        for number in range(arguments.rounds):
            print(f"| {number + 1} {_round(window)}", flush=True)
        window.close()
    return 0


def _round(window: MainWindow) -> str:
    """Predict until the first part is drawn, then stop."""
    prediction, case = window.presenters.prediction, window.presenters.case
    boxes: list[Box] = []
    grow = prediction._grow

    def noted(box: Box, labels: Labels) -> None:
        boxes.append(box)
        grow(box, labels)

    prediction._grow = noted
    spent, start = _processor(window), time.monotonic()
    prediction.predict()
    _wait(lambda: bool(boxes) and case.has_overlay)
    first, took = time.monotonic() - start, _processor(window) - spent
    start = time.monotonic()
    prediction.cancel()
    _wait(lambda: not window.presenters.runner.is_busy)
    prediction._grow = grow
    focus = prediction._focus()
    assert focus is not None
    holds = all(side.start <= at < side.stop for side, at in zip(boxes[0], focus, strict=True))
    return f"| {first:.2f} | {took:.2f} | {time.monotonic() - start:.2f} | {holds} |"


def _processor(window: MainWindow) -> float:
    """Seconds of processor time that the process that computes has taken."""
    process = window.presenters.runner.device.process
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process.processId()}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _written(path: Path, side: int) -> Path:
    rng = np.random.default_rng(0)
    grains = rng.integers(0, 20, (TILE, TILE, 3))

    def tiles() -> Iterator[np.ndarray]:
        for top in range(0, side, TILE):
            for left in range(0, side, TILE):
                y, x = np.mgrid[top : top + TILE, left : left + TILE].astype(np.float32)
                discs = 90 * ((y % 160 - 80) ** 2 + (x % 160 - 80) ** 2 < 40**2)
                yield np.clip(60 + discs[..., None] + grains, 0, 255).astype(np.uint8)

    tifffile.imwrite(
        path, data=tiles(), shape=(side, side, 3), dtype=np.uint8, tile=(TILE, TILE),
        photometric="rgb", compression="deflate", metadata=None,
    )  # fmt: skip
    return path


def _wait(until: Callable[[], bool]) -> None:
    while not until():
        QTest.qWait(5)


if __name__ == "__main__":
    sys.exit(main())
