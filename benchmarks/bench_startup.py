"""From the start of the process to the painted window, beside a bare window of Qt.

Each start is a process of its own with a home of its own; the two take turns. Told are wall time,
the processor time of all threads, the memory then, and whether torch was imported by then.

    QT_QPA_PLATFORM=offscreen python benchmarks/bench_startup.py
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

ROOT = Path(__file__).parents[1]
SULCUS, BARE = "Sulcus", "bare Qt"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        name, began = arguments.child
        return CHILDREN[name](float(began))
    found: dict[str, list[dict[str, float]]] = {SULCUS: [], BARE: []}
    with tempfile.TemporaryDirectory() as compiled:
        for _ in range(arguments.rounds + 1):
            for name, rounds in found.items():
                rounds.append(_started(name, compiled))
    print("| start | wall, s: least / median | processor, s: least / median | memory, MB | torch |")
    print("|---|---|---|---|---|")
    for name, rounds in found.items():
        warm = rounds[1:]  # the first one reads the files into memory
        cells = [
            f"{min(values):.2f} / {statistics.median(values):.2f}"
            for values in ([one[what] for one in warm] for what in ("wall", "processor"))
        ]
        torch = "imported" if any(one["torch"] for one in warm) else "not imported"
        print(f"| {name} | {' | '.join(cells)} | {max(o['memory'] for o in warm):.0f} | {torch} |")
    return 0


def _started(name: str, compiled: str) -> dict[str, float]:
    """One start in a new home; byte code is kept, as an installed program has it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": compiled}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as home:
        places = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
        told = subprocess.run(
            [sys.executable, __file__, "--child", name, str(time.monotonic())],
            env={**environment, **dict.fromkeys(places, home)},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    return json.loads(told.stdout.splitlines()[-1])


def _tell_once_painted(widget: QWidget, began: float) -> None:
    """Print what the start took after the first painting of `widget`, and end."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Paint:
                watched.removeEventFilter(self)
                QTimer.singleShot(0, lambda: _tell(began))
            return False

    widget.installEventFilter(Watch(widget))


def _tell(began: float) -> None:
    wall, processor = time.monotonic() - began, time.process_time()
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    said = {"wall": wall, "processor": processor, "memory": kilobytes / 1024}
    sys.stdout.write(json.dumps({**said, "torch": "torch" in sys.modules}) + "\n")
    sys.stdout.flush()
    os._exit(0)


def _sulcus(began: float) -> int:
    from app import start
    from main import main as run

    opened = start.open_program

    def watched(*given: object) -> object:
        program = opened(*given)
        _tell_once_painted(program.window, began)
        return program

    start.open_program = watched
    return run([])


def _bare(began: float) -> int:
    from PySide6.QtWidgets import QApplication, QMainWindow, QTextEdit

    application = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(QTextEdit())
    window.menuBar().addMenu("File")
    window.resize(1440, 900)
    _tell_once_painted(window, began)
    window.show()
    return application.exec()


CHILDREN = {SULCUS: _sulcus, BARE: _bare}

if __name__ == "__main__":
    sys.exit(main())
