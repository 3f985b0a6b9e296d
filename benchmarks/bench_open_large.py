"""How soon a large picture is seen and can be worked on in a real window, and what it costs then.

Pictures are made from a seed: TIFFs of 16,384 x 16,384, colour and 16-bit grey, in deflated tiles,
and a PNG and a JPEG of 8,192 x 8,192. Each is opened in a window without a display, in a process of
its own: told are the seconds until a first picture is on the canvas, until the case is open, and
until nothing computes any more, the processor time of all threads and the peak of the process's
memory. Then a person paints, takes it back, saves, opens another picture and comes back. The floor,
also in a process of its own, is tifffile (or Pillow) that reads the file whole with two workers.

What the interface's thread did without looking at an event is told by its processor time, since
other programs may run beside, and by the wall clock.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import tifffile
from PIL import Image as Pillow

if TYPE_CHECKING:
    from app.presenters.case import CasePresenter

TILE = 512
BEAT_MS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=16384)
    parser.add_argument("--folder", type=Path, help="where the temporary folder is made")
    parser.add_argument("--only", nargs="*", help="some of: rgb grey16 png jpeg")
    parser.add_argument("--one", type=Path, help="measure the window with this file, in here")
    parser.add_argument("--floor", type=Path, help="measure the floor with this file, in here")
    arguments = parser.parse_args()
    Pillow.MAX_IMAGE_PIXELS = None
    if arguments.one or arguments.floor:
        found = _opened(arguments.one) if arguments.one else _floor(arguments.floor)
        print(json.dumps(found))
        return 0
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        for kind, path in _pictures(folder, arguments.side, arguments.only):
            floor, window = (_measured(way, path) for way in ("--floor", "--one"))
            print(f"\n{kind}: floor {_line(floor)}", flush=True)
            for what, values in window.items():
                print(f"  {what}: {_line(values)}", flush=True)
    return 0


def _measured(way: str, path: Path) -> dict:
    done = subprocess.run(
        [sys.executable, __file__, way, str(path)], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def _line(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:,.2f}" for name, value in values.items())


def _floor(path: Path) -> dict[str, float]:
    wall, processor = time.perf_counter(), time.process_time()
    if path.suffix == ".tif":
        tifffile.imread(path, maxworkers=2)
    else:
        with Pillow.open(path) as picture:
            np.asarray(picture)
    return {
        "wall s": time.perf_counter() - wall,
        "processor s": time.process_time() - processor,
        "peak MB": _peak(),
    }


class _Clock:
    """What an act costs, and how long the interface's thread looked at no event meanwhile."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self.found: dict[str, dict[str, float]] = {}
        self._beats: list[tuple[float, float]] = []
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)
        self.begin()

    def begin(self) -> None:
        self._beats.clear()
        self._beat()
        self._begun = (time.perf_counter(), time.process_time())

    def tell(self, what: str) -> None:
        _pause(2 * BEAT_MS)
        gaps = np.diff(np.array(self._beats), axis=0).max(axis=0)
        self.found[what] = {
            "wall s": time.perf_counter() - self._begun[0],
            "processor s": time.process_time() - self._begun[1],
            "peak MB": _peak(),
            "longest turn, processor ms": 1e3 * gaps[1],
            "wall ms": 1e3 * gaps[0],
        }

    def _beat(self) -> None:
        self._beats.append((time.perf_counter(), time.thread_time()))


def _pause(milliseconds: int) -> None:
    from PySide6.QtTest import QTest

    QTest.qWait(milliseconds)


def _wait(until: Callable[[], bool]) -> None:
    while not until():
        _pause(BEAT_MS)


def _opened(path: Path) -> dict[str, dict[str, float]]:
    from PySide6.QtCore import QSettings

    from app.start import make_application, open_window

    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, name)
        make_application(sys.argv[:1])
        window = open_window(Path(name))
        window.resize(1440, 900)
        other = Path(name) / "other.png"
        Pillow.fromarray(np.full((600, 800), 90, np.uint8)).save(other)
        _pause(500)
        p, clock = window.presenters, _Clock()

        def rest() -> None:
            _pause(400)
            _wait(lambda: not p.runner.is_busy)

        window.open_paths([path])
        _wait(lambda: p.case.arrival.glimpse is not None or p.case.case is not None)
        clock.tell("first picture")
        _wait(lambda: p.case.case is not None)
        clock.tell("open")
        rest()
        clock.tell("at rest")
        acts = {
            "a dab": lambda: _dab(p.case),
            "undo": p.case.undo,
            "redo": p.case.redo,
            "save": p.case.save,
            "zoom to 1:1": lambda: window.stage.canvas.zoom_to(1.0),
            "another picture": lambda: p.project.open_paths([other]),
        }
        for what, do in acts.items():
            clock.begin()
            do()
            rest()
            clock.tell(what)
        clock.begin()
        p.project.open_paths([path])
        _wait(lambda: p.case.case is not None and p.case.case.case.name == path.stem)
        rest()
        clock.tell("back again")
        window.close()
    return clock.found


def _dab(case: CasePresenter) -> None:
    from engine.core.edit import Edit

    history = case.history
    assert history is not None
    box = (slice(5000, 5100), slice(5000, 5100))
    before = history.labels[box].copy()
    with history.stroke() as paint:
        paint(Edit(box, before, np.ones_like(before)))
    case.changed(box)


def _peak() -> float:
    text = Path("/proc/self/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0]) / 1000


def _pictures(folder: Path, side: int, only: list[str] | None) -> Iterator[tuple[str, Path]]:
    half = side // 2
    makers: dict[str, Callable[[], Path]] = {
        "rgb": lambda: _tiff(folder / "rgb.tif", side, np.uint8),
        "grey16": lambda: _tiff(folder / "grey16.tif", side, np.uint16),
        "png": lambda: _raster(folder / "p.png", half, compress_level=1),
        "jpeg": lambda: _raster(folder / "j.jpg", half, quality=90),
    }
    for kind in only or makers:
        path = makers[kind]()
        yield kind, path
        path.unlink()


def _tile(top: int, left: int, grains: np.ndarray) -> np.ndarray:
    y, x = np.mgrid[top : top + TILE, left : left + TILE].astype(np.float32)
    discs = 90 * ((y % 160 - 80) ** 2 + (x % 160 - 80) ** 2 < 40**2)
    return np.clip(60 + discs[..., None] + grains, 0, 255)


def _tiff(path: Path, side: int, dtype: type) -> Path:
    rng = np.random.default_rng(0)
    colours = 3 if dtype is np.uint8 else 1
    grains = rng.integers(0, 20, (TILE, TILE, colours))

    def tiles() -> Iterator[np.ndarray]:
        for top in range(0, side, TILE):
            for left in range(0, side, TILE):
                tile = _tile(top, left, grains)
                yield tile.astype(dtype) if colours == 3 else (tile[..., 0] * 16).astype(dtype)

    tifffile.imwrite(
        path, data=tiles(), shape=(side, side, 3)[: 2 + (colours == 3)], dtype=dtype,
        tile=(TILE, TILE), photometric="rgb" if colours == 3 else "minisblack",
        compression="deflate", metadata=None,
    )  # fmt: skip
    return path


def _raster(path: Path, side: int, **more: int) -> Path:
    grains = np.random.default_rng(0).integers(0, 20, (TILE, TILE, 3))
    whole = np.empty((side, side, 3), np.uint8)
    for top in range(0, side, TILE):
        for left in range(0, side, TILE):
            whole[top : top + TILE, left : left + TILE] = _tile(top, left, grains)
    Pillow.fromarray(whole).save(path, **more)
    return path


if __name__ == "__main__":
    sys.exit(main())
