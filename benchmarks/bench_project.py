"""What a project costs: a stroke that is kept, a case that is opened, a list of many cases.

Prints each number beside what was asked for. The floor of a kept stroke is a bare append of 1 kB
to a file with fsync on the same disk, measured in turn with the strokes, so that a busy disk slows
both alike. Everything lies under --folder, which should be on the disk that projects lie on.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from engine.core.case import CaseState, ImageRef
from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.planes import Plane, slice_view
from engine.core.sources import Origin, PixelSource
from engine.editing.history import History
from engine.editing.pointer import Phase, Pointer
from engine.editing.sheet import Sheet
from engine.editing.tools.table import TOOLS
from engine.project.case_filter import CaseFilter
from engine.project.database import connected
from engine.project.replay import go_on, rebuild, stand
from engine.project.snapshots import save_labels
from engine.project.store import Project
from engine.workflow.project import describe_project, with_states

CLASSES = LabelSet.named(["background", "a", "b", "c"])
LARGE = Geometry((4096, 4096))
CUBE = Geometry((256, 256, 256), np.eye(4))
RADIUS = 25.0  # a brush of 50 px


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--strokes", type=int, default=1000)
    parser.add_argument("--cases", type=int, default=50_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        print("| what | asked | found |")
        print("|---|---|---|")
        strokes(Path(folder), arguments.strokes)
        switching(Path(folder))
        many_cases(Path(folder), arguments.cases)
    return 0


def strokes(folder: Path, count: int) -> None:
    """Brush strokes on a predicted 4096 x 4096 map: time on release, and bytes."""
    project = Project.create(folder / "strokes.sulcus", CLASSES)
    (case,) = project.add([ImageRef(folder / "a.png")])
    chance = np.random.default_rng(0)
    history = opened(project, case.id, LARGE)
    predicted = np.kron(chance.integers(0, 4, (64, 64)), np.ones((64, 64))).astype(np.uint8)
    whole = (slice(0, 4096), slice(0, 4096))
    history.replace(whole, predicted, Origin(PixelSource.MODEL, "unet"))
    took: list[float] = []
    floor: list[float] = []
    with (folder / "floor").open("ab") as file:
        for number in range(count):
            took.append(stroke(history, chance, 1 + number % 3))
            start = time.perf_counter()
            file.write(os.urandom(1024))
            file.flush()
            os.fsync(file.fileno())
            floor.append(time.perf_counter() - start)
    row("stroke kept on 4096 x 4096, ms", "p95 < 16", spread(took))
    row("append 1 kB + fsync (floor), ms", "", spread(floor))
    with connected(project.folder) as database:
        sizes = [n for (n,) in database.execute("SELECT length(packed) FROM journal")][1:]
        (pages,) = database.execute("PRAGMA page_count").fetchone()
    row(
        "bytes of a 50 px brush stroke, packed", "median <= 2000", f"{statistics.median(sizes):.0f}"
    )
    row(f"database after {count} strokes, kB each", "", f"{pages * 4.096 / count:.2f}")
    start = time.perf_counter()
    alone = rebuild(project.folder, case.id, LARGE, CLASSES)
    row(f"{count} strokes replayed, s", "< 2", f"{time.perf_counter() - start:.2f}")
    assert np.array_equal(alone.label_map.labels, history.labels)
    start = time.perf_counter()
    undone = 0
    while undone < 200 and history.undo():
        undone += 1
    row("one of 200 undos, ms", "", f"{(time.perf_counter() - start) / undone * 1000:.1f}")


def stroke(history: History, chance: np.random.Generator, label: int) -> float:
    """One stroke of about 400 px; seconds from letting go to being kept."""
    start = chance.uniform(300, 3700, 2)
    sheet = Sheet(history, slice_view(LARGE, Plane.AXIAL, 0))
    gesture = TOOLS.load("brush")(RADIUS)(sheet, Pointer((start[0], start[1]), Phase.PRESS), label)
    next(gesture)
    at = start
    for step in chance.uniform(-20, 30, (20, 2)):
        at = at + step
        gesture.send(Pointer((at[0], at[1]), Phase.MOVE))
    begin = time.perf_counter()
    with suppress(StopIteration):
        gesture.send(Pointer((at[0], at[1]), Phase.RELEASE))
    return time.perf_counter() - begin


def switching(folder: Path) -> None:
    """Two cases of 256^3 with their snapshots: opening the mask of one after the other."""
    project = Project.create(folder / "cubes.sulcus", CLASSES)
    cases = project.add([ImageRef(folder / name) for name in ("a.nii", "b.nii")])
    down, across, along = np.ogrid[-1:1:256j, -1:1:256j, -1:1:256j]
    shells = np.sqrt(down**2 + across**2 + along**2) + 0.05 * np.sin(9 * along)
    labels = np.digitize(shells, (0.4, 0.6, 0.8)).astype(np.uint8)
    whole = (slice(0, 256),) * 3
    for case in cases:
        history = opened(project, case.id, CUBE)
        history.replace(whole, labels, Origin(PixelSource.MODEL))
        mark = stand(project.folder, case.id, CUBE, CLASSES).mark
        save_labels(project.folder, case.id, history.labels, history.sources, mark)
    took: list[float] = []
    for number in range(10):
        start = time.perf_counter()
        opened(project, cases[number % 2].id, CUBE)
        took.append(time.perf_counter() - start)
    row("mask and history of a 256^3 case opened, ms", "< 300", spread(took))
    copy = LabelMap(labels.copy(), CUBE, CLASSES)
    start = time.perf_counter()
    save_labels(project.folder, cases[0].id, copy.labels, history.sources, mark)
    row("snapshot of it written in the background, ms", "", f"{milli(start):.0f}")


def many_cases(folder: Path, count: int) -> None:
    """A project of many cases, opened and listed."""
    project = Project.create(folder / "many.sulcus", CLASSES)
    project.add(ImageRef(folder / f"image {number}.png") for number in range(count))
    took: list[float] = []
    busy: list[float] = []
    for _ in range(5):
        start, begun = time.perf_counter(), time.process_time()
        found = describe_project(project.folder)
        took.append(time.perf_counter() - start)
        busy.append(time.process_time() - begun)
    assert len(found.cases) == count
    row(f"project of {count} cases opened, ms", "< 1000", spread(took))
    row("the same, processor time, ms", "", spread(busy))
    chance = np.random.default_rng(0)
    for number in chance.integers(0, count, 200):
        project.set_state(found.cases[number].id, CaseState.APPROVED)
    pages: list[float] = []
    for number in range(20):
        start = time.perf_counter()
        project.find(CaseFilter(f"{number}", (), "name", first=100 * number, count=100))
        project.find(CaseFilter("", (CaseState.APPROVED,), "name", is_descending=True, count=100))
        pages.append((time.perf_counter() - start) / 2)
    row("a page of 100 of them, filtered and sorted, ms", "", spread(pages))
    start = time.perf_counter()
    again = with_states(found)
    assert sum(case.state is CaseState.APPROVED for case in again.cases) > 100
    row("states of all of them read again, ms", "", f"{milli(start):.0f}")


def opened(project: Project, case_id: str, geometry: Geometry) -> History:
    """The history of a case, as the window opens it."""
    standing = stand(project.folder, case_id, geometry, CLASSES)
    journal = go_on(project.folder, case_id, standing, person="bench")
    return History(
        standing.label_map, standing.sources,
        keep=journal, done=standing.done, undone=standing.undone,
    )  # fmt: skip


def milli(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def spread(seconds: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    ordered = sorted(one * 1000 for one in seconds)
    return f"p50 {statistics.median(ordered):.1f}, p95 {ordered[int(len(ordered) * 0.95)]:.1f}"


def row(what: str, asked: str, found: str) -> None:
    print(f"| {what} | {asked} | {found} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
