"""Drag a slider of the ConvCRF for five seconds in a real window, and measure what a person feels.

Prints how long each update of the mask took, from the slider's move to the answer, how long the
event loop was away, and whether the mask at the end is the exact result of the last value. The
floor is the same window with the preview switched off, dragged in the same way.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtTest import QTest

from app.start import make_application, open_window
from app.window import MainWindow
from engine.io.opening import open_image
from engine.project.snapshots import load_probabilities
from engine.workflow.refine import make_refiner
from engine.workflow.sample import sample_project

TICK_MS = 8
MOVE_MS = 15


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--parameter", default="appearance_colour")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, folder)
        make_application(sys.argv[:1])
        window = open_window(Path(folder))
        window.resize(1440, 900)
        _prepare(window, Path(folder))
        idle, _ = _drag(window, arguments.parameter, arguments.seconds)
        window.presenters.refinement.turn(on=True)
        _wait(lambda: window.presenters.refinement.has_preview)
        gaps, took = _drag(window, arguments.parameter, arguments.seconds)
        _wait(lambda: not window.presenters.runner.is_busy)
        exact = _is_exact(window)
        window.close()
    print("| what | p50 ms | p95 ms | max ms |")
    print("|---|---|---|---|")
    _row(f"update of the mask ({len(took)} of them)", took)
    _row("event loop, gap between ticks, preview on", gaps)
    _row("event loop, preview off (floor)", idle)
    print(f"\nThe mask at the end is the exact result of the last value: {exact}")
    return 0 if exact else 1


def _prepare(window: MainWindow, home: Path) -> None:
    p = window.presenters
    window.open_paths([sample_project(home).folder])
    _wait(lambda: p.case.case is not None)
    p.prediction.predict()
    _wait(lambda: not p.prediction.is_running and not p.runner.is_busy)


def _drag(window: MainWindow, name: str, seconds: float) -> tuple[list[float], list[float]]:
    """Gaps between the ticks of a timer, and milliseconds of each update, over a drag."""
    ticks: list[float] = []
    took: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(TICK_MS)
    refinement = window.presenters.refinement
    connection = refinement.measured.connect(lambda measured: took.append(measured.milliseconds))
    end = time.perf_counter() + seconds
    step = 0
    while time.perf_counter() < end:
        step += 1
        refinement.set(name, 5.0 + 20.0 * abs((step / 50) % 2 - 1))
        QTest.qWait(MOVE_MS)
    timer.stop()
    refinement.measured.disconnect(connection)
    return [1000 * (b - a) for a, b in pairwise(ticks)], took


def _is_exact(window: MainWindow) -> bool:
    """Whether the mask shown equals a fresh solve of the parameters that the panel shows."""
    p = window.presenters
    assert p.case.case is not None
    assert p.case.project is not None
    image = open_image(p.case.case.image.source.path)
    folder, labels = p.case.project.folder, p.case.project.label_set
    believed = load_probabilities(folder, p.case.case.case.id, image.geometry, labels)
    fresh = make_refiner(image, labels, believed, "cpu")
    wanted = fresh.refine_slice(p.case.view, p.refinement.parameters)
    return bool(np.array_equal(wanted, p.case.shown_labels))


def _wait(until: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            raise TimeoutError("the window did not come to rest")
        QTest.qWait(5)


def _row(what: str, values: list[float]) -> None:
    if values:
        p95 = float(np.percentile(values, 95))
        print(f"| {what} | {statistics.median(values):.1f} | {p95:.1f} | {max(values):.1f} |")


if __name__ == "__main__":
    sys.exit(main())
