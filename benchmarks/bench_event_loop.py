"""How long the window's event loop is away while it starts, predicts, learns and refines.

Run offscreen: python benchmarks/bench_event_loop.py. A timer of 5 ms ticks in the real window; a
gap is the time from one tick to the next. Beside it, in the same seconds, the same timer ticks in a
process of its own over a bare QWidget: what is late there is the machine's doing. For the largest
gap the processor time that the interface's own thread spent in it is told too, so that own work can
be told from waiting for the processor or for another thread. With --trace what the interface's
thread was doing in gaps over 50 ms is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.program import Program
from app.start import make_application, open_program, warm
from engine.core.sources import Origin, PixelSource
from engine.workflow.sample import PHOTOS, sample_file

TICK_MS = 5
LATE_MS = 50
ASKED_MS = 100.0


class Ticks:
    """When the event loop came round, and what its thread had spent of the processor by then."""

    def __init__(self) -> None:
        self.clock: list[float] = [time.perf_counter()]
        self.spent: list[float] = [time.thread_time()]
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def _tick(self) -> None:
        self.clock.append(time.perf_counter())
        self.spent.append(time.thread_time())


@dataclass(frozen=True, slots=True)
class Phase:
    """One thing that was done, from `begun` to `ended` of the monotonic clock."""

    name: str
    begun: float
    ended: float


def floor() -> None:
    """Tick over a bare widget until the parent closes the pipe; then print when."""
    application = QApplication(["floor"])
    widget = QWidget()
    widget.show()
    ticks = Ticks()
    threading.Thread(target=lambda: (sys.stdin.read(), application.exit()), daemon=True).start()
    print("ready", flush=True)
    application.exec()
    json.dump([ticks.clock, ticks.spent], sys.stdout)


class Session:
    """The program on a project of its own, and what was measured of it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.phases: list[Phase] = []
        self.program: Program | None = None

    def start(self) -> None:
        """Until the window stands there painted."""
        self.program = open_program(self._home)
        self.program.window.resize(1440, 900)
        QApplication.processEvents()

    def open(self) -> None:
        """The sample: a brain volume in three planes."""
        p = self._p
        p.project.open_sample()
        wait(lambda: p.case.case is not None and not p.runner.is_busy)

    def predict(self) -> None:
        """The first prediction; the device process starts and imports torch for it."""
        p = self._p
        warm(self.program.window)  # type: ignore[union-attr]
        p.prediction.predict()
        wait(lambda: not p.prediction.is_running and not p.runner.is_busy)

    def correct(self) -> None:
        """Paint a few slabs as a person would, so that there is something to learn from."""
        p = self._p
        history = p.case.history
        assert history is not None
        depth = history.labels.shape[2]
        for at in range(depth // 3, 2 * depth // 3, 6):
            box = (slice(60, 120), slice(60, 120), slice(at, at + 1))
            labels = np.roll(history.labels[box], 1, 0)
            p.case.replace(labels, box, Origin(PixelSource.PAINTED, "brush", 1))
        wait(lambda: not p.runner.is_busy)

    def learn(self) -> None:
        """The parameters of the CRF, from those corrections."""
        p = self._p
        p.presets.fit()
        wait(lambda: p.runner.is_busy or p.presets.is_fitting)
        wait(lambda: not p.presets.is_fitting and not p.runner.is_busy)

    def refine(self) -> None:
        """All slices of the volume by the ConvCRF."""
        p = self._p
        p.refining_all.apply_volume()
        wait(lambda: not p.refining_all.is_running and not p.runner.is_busy)

    def open_photos(self) -> None:
        """A folder of twelve photographs."""
        p, folder = self._p, self._home / "photos"
        folder.mkdir()
        for number in range(6):
            for parts in PHOTOS:
                data = sample_file(parts).read_bytes()
                (folder / f"{number} {parts[-1]}").write_bytes(data)
        self.program.window.open_paths([folder])  # type: ignore[union-attr]
        wait(lambda: len(p.project.cases) == 6 * len(PHOTOS) and not p.runner.is_busy)

    def batch(self) -> None:
        """Predict them one after the other."""
        p = self._p
        p.predicting_all.start()
        wait(lambda: not p.predicting_all.is_running and not p.runner.is_busy)
        assert p.predicting_all.batch.done == len(p.project.cases)

    @property
    def _p(self):
        assert self.program is not None
        return self.program.presenters

    def measure(self, name: str, act: Callable[[], None]) -> None:
        begun = time.perf_counter()
        act()
        QTest.qWait(300)  # what comes a little later belongs to it
        self.phases.append(Phase(name, begun, time.perf_counter()))


def wait(until: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            raise TimeoutError("the window did not come to rest")
        QTest.qWait(2)


def watch(ticks: Ticks, told: list[str]) -> None:
    """Note what the interface's thread does whenever it has not ticked for a while."""
    main = threading.main_thread().ident
    assert main is not None
    while True:
        time.sleep(0.02)
        away = (time.perf_counter() - ticks.clock[-1]) * 1000
        if away > LATE_MS:
            frames = traceback.extract_stack(sys._current_frames()[main])
            mine = [
                f"{Path(f.filename).name}:{f.lineno} {f.name}"
                for f in frames
                if "importlib" not in f.filename
            ]
            told.append(f"{away:.0f} ms: {' > '.join(mine[4:])}")


def row(phase: Phase, mine: list[list[float]], bare: list[list[float]]) -> str:
    clock, spent = (np.array(one) for one in mine)
    inside = (clock > phase.begun) & (clock <= phase.ended)
    gaps = np.diff(clock, prepend=clock[0])[inside] * 1000
    own = np.diff(spent, prepend=spent[0])[inside] * 1000
    other = np.array(bare[0])
    inside = (other > phase.begun) & (other <= phase.ended)
    beside = np.diff(other, prepend=other[0])[inside] * 1000
    worst = int(gaps.argmax())
    columns = (
        f"{phase.ended - phase.begun:.1f}",
        f"{np.percentile(gaps, 99):.0f}",
        f"{gaps[worst]:.0f}",
        f"{own[worst]:.0f}",
        f"{own.max():.0f}",
        str(int((gaps > ASKED_MS).sum())),
        f"{np.percentile(beside, 99):.0f}",
        f"{beside.max():.0f}",
    )
    return f"| {phase.name} | {' | '.join(columns)} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trace", action="store_true", help="say what ran in gaps over 50 ms")
    parser.add_argument("--floor", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.floor:
        floor()
        return 0
    beside = subprocess.Popen(
        [sys.executable, __file__, "--floor"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert beside.stdin is not None
    assert beside.stdout is not None
    beside.stdout.readline()
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, folder)
        make_application(sys.argv[:1])
        ticks, told = Ticks(), list[str]()
        if arguments.trace:
            threading.Thread(target=watch, args=(ticks, told), daemon=True).start()
        session = Session(Path(folder))
        QTest.qWait(200)
        for name, act in (
            ("the window is made", session.start),
            ("a volume is opened", session.open),
            ("first prediction, torch imported", session.predict),
            ("corrections are painted", session.correct),
            ("the CRF learns from corrections", session.learn),
            ("the CRF refines the volume", session.refine),
            ("a folder of photographs is opened", session.open_photos),
            ("a batch of them is predicted", session.batch),
        ):
            begun = len(told)
            session.measure(name, act)
            for line in told[begun:]:
                print(f"  {name}: {line}")
        assert session.program is not None
        session.program.window.close()
    out, _ = beside.communicate()
    print("| what | lasts s | p99 ms | largest ms | own work in it | most own work | over 100 ms |"
          " bare Qt beside: p99 | largest |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    bare = json.loads(out)
    for phase in session.phases:
        print(row(phase, [ticks.clock, ticks.spent], bare))
    return 0


if __name__ == "__main__":
    sys.exit(main())
