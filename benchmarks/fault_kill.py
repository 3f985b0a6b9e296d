"""Kill a process that edits a project at random moments, and see that nothing it reported is lost.

Each round forks a child that paints, erases, undoes, redoes, predicts over all cases, refines,
keeps snapshots, exports and switches cases, and tells after each act that it is done. It
is killed with SIGKILL at a random moment. Then every case must stand exactly where the acts that
were reported lead, or one act further (the one that was under way and reached the disk), every hash
chain must hold, the journal alone must give the same masks, exports must be whole, and undo must
lead back to where the project began. The acts come from a seed, so that a failed round can be
repeated. A power cut is not tried: what SIGKILL leaves in the system's cache is still written.
"""

from __future__ import annotations

import argparse
import os
import random
import select
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from engine.core.case import ImageRef
from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.planes import Plane, slice_view
from engine.core.sources import Origin, PixelSource
from engine.core.step import Step
from engine.editing.history import History, MemoryKeeper
from engine.editing.pointer import Phase, Pointer
from engine.editing.sheet import Sheet
from engine.editing.tools.table import TOOLS
from engine.export.formats.masks_png import MasksPng
from engine.export.write import write_mask
from engine.io.opening import read_labels
from engine.project.database import connected
from engine.project.journal import check_chain, fetch_step
from engine.project.replay import rebuild, stand
from engine.project.snapshots import check_labels
from engine.project.store import Project
from engine.workflow.checkpoint import checkpoint_case, hold_project, open_journal

CLASSES = LabelSet.named(["background", "a", "b", "c"])
GRID = Geometry((96, 128))
WHOLE = (slice(0, 96), slice(0, 128))
CASES = 3
ACTS = ("stroke",) * 6 + ("eraser",) * 2 + ("undo",) * 3 + ("redo",) * 2 + (
    "crf", "confirm", "snapshot", "switch", "batch", "export",
)  # fmt: skip
PER_PROJECT = 10  # rounds on one project before a new one is begun
LONGEST_S = 0.12


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    start = time.perf_counter()
    acts = under_way = 0
    losses: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(arguments.rounds):
            if number % PER_PROJECT == 0:
                bench = Bench(Path(folder) / f"{number}.sulcus")
            found = bench.round(arguments.seed * 1_000_003 + number)
            acts += found.reported
            under_way += found.is_further
            losses += [f"round {number}: {what}" for what in found.wrong]
    for line in losses:
        print(line)
    print(
        f"{arguments.rounds} rounds, seed {arguments.seed}: {acts} acts reported done, "
        f"{under_way} under way that reached the disk, {len(losses)} losses, "
        f"{time.perf_counter() - start:.0f} s"
    )
    return 1 if losses else 0


class Found:
    """What one round showed."""

    def __init__(self) -> None:
        self.reported = 0
        self.is_further = False
        self.wrong: list[str] = []


class Bench:
    """One project, and in memory what its cases must look like."""

    def __init__(self, folder: Path) -> None:
        project = Project.create(folder, CLASSES)
        self.folder = project.folder
        added = project.add([ImageRef(folder / f"{number}.png") for number in range(CASES)])
        self.ids = [case.id for case in added]
        self.model = [History(LabelMap.empty(GRID, CLASSES), keep=MemoryKeeper()) for _ in self.ids]

    def round(self, seed: int) -> Found:
        found = Found()
        reported = self._killed(seed)
        found.reported = len(reported)
        acts = acts_of(seed, self.model)
        for _ in reported:
            next(acts)
        there = self._there(found)
        if there is not None and not self._is_model(there):
            next(acts)
            found.is_further = True
            if not self._is_model(there):
                found.wrong.append(f"a case is not where {found.reported} acts lead (seed {seed})")
        self._check(found)
        return found

    def _killed(self, seed: int) -> bytes:
        """Run a child until it is killed; one byte for each act it reported."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            status = 1
            try:
                self._work(seed, writing)
            finally:
                os._exit(status)
        os.close(writing)
        chance = random.Random(seed + 1)
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            first = pipe.read(1)  # the project is open
            time.sleep(chance.random() * LONGEST_S)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            rest = bytearray()
            while select.select([pipe], [], [], 1)[0] and (more := pipe.read(65536)):
                rest += more
        return bytes(rest) if first else b""

    def _work(self, seed: int, writing: int) -> None:
        """What the child does until it is killed."""
        with hold_project(self.folder) as hold, ExitStack() as stack:
            histories: list[History] = []
            journals = []
            for case_id in self.ids:
                standing = stand(self.folder, case_id, GRID, CLASSES)
                journal = open_journal(self.folder, case_id, standing, hold)
                stack.callback(journal.close)
                journals.append(journal)
                histories.append(
                    History(
                        standing.label_map, standing.sources,
                        keep=journal, done=standing.done, undone=standing.undone,
                    )
                )  # fmt: skip
            os.write(writing, b"!")
            for name, case in acts_of(seed, histories):
                history = histories[case]
                if name == "snapshot":
                    checkpoint_case(
                        self.folder, self.ids[case], history.label_map, history.sources,
                        journals[case].mark, hold,
                    )  # fmt: skip
                elif name == "export":
                    path = self.folder / "out.png"
                    write_mask(history.label_map, Source(path, ""), path, MasksPng())
                elif name == "switch":
                    again = stand(self.folder, self.ids[case], GRID, CLASSES)
                    assert np.array_equal(again.label_map.labels, history.labels)
                os.write(writing, b".")

    def _there(self, found: Found) -> list[History] | None:
        """The cases as a new process finds them."""
        histories: list[History] = []
        for case_id in self.ids:
            standing = stand(self.folder, case_id, GRID, CLASSES)
            alone = rebuild(self.folder, case_id, GRID, CLASSES)
            if not np.array_equal(alone.label_map.labels, standing.label_map.labels) or not (
                np.array_equal(alone.sources, standing.sources)
            ):
                found.wrong.append("the journal alone gives another mask")
            reader = Reader(self.folder)
            histories.append(
                History(
                    standing.label_map, standing.sources,
                    keep=reader, done=standing.done, undone=standing.undone,
                )
            )  # fmt: skip
        return histories

    def _is_model(self, there: list[History]) -> bool:
        return all(
            np.array_equal(a.labels, b.labels)
            and np.array_equal(a.sources, b.sources)
            and [len(part) for part in a.stacks] == [len(part) for part in b.stacks]
            for a, b in zip(there, self.model, strict=True)
        )

    def _check(self, found: Found) -> None:
        with connected(self.folder) as database:
            found.wrong += [f"row {number} {what}" for number, what in check_chain(database)]
        for path in (self.folder / "labels").glob("[!.]*.npz"):  # not what a kill left half-written
            check_labels(path)
        if (self.folder / "out.png").exists():
            read_labels(self.folder / "out.png")
        for history in self._there(found) or []:
            while history.undo():
                pass
            if history.labels.any() or history.sources.any():
                found.wrong.append("undo does not lead back to the beginning")


class Reader(MemoryKeeper):
    """Steps of the journal, to undo them without noting it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def fetch(self, number: int) -> Step:
        with connected(self._folder) as database:
            return fetch_step(database, number)


def acts_of(seed: int, histories: list[History]) -> Iterator[tuple[str, int]]:
    """Do one random act after the other on the masks; gives each when it is done."""
    chance = random.Random(seed)
    case = 0
    while True:
        name = chance.choice(ACTS)
        random_numbers = np.random.default_rng(chance.randrange(2**32))
        if name == "switch":
            case = chance.randrange(len(histories))
        if name == "batch":
            for number, history in enumerate(histories):
                predicted = blocks(random_numbers)
                history.replace(WHOLE, predicted, Origin(PixelSource.MODEL, "unet"))
                yield name, number
            continue
        act(histories[case], name, random_numbers)
        yield name, case


def act(history: History, name: str, chance: np.random.Generator) -> None:
    """One act on one mask."""
    if name in ("stroke", "eraser"):
        tool = TOOLS.load("brush" if name == "stroke" else name)(float(chance.uniform(1, 12)))
        points = [tuple(point) for point in chance.uniform((0, 0), GRID.shape, (5, 2))]
        sheet = Sheet(history, slice_view(GRID, Plane.AXIAL, 0))
        gesture = tool(sheet, Pointer(points[0], Phase.PRESS), int(chance.integers(1, 4)))
        next(gesture)
        for point in points[1:-1]:
            gesture.send(Pointer(point, Phase.MOVE))
        try:
            gesture.send(Pointer(points[-1], Phase.RELEASE))
        except StopIteration:
            return
    elif name == "undo":
        history.undo()
    elif name == "redo":
        history.redo()
    elif name == "confirm":
        history.confirm((slice(10, 40), slice(20, 50)))
    elif name == "crf":
        box = (slice(0, 48), slice(0, 128))
        history.replace(box, blocks(chance)[box], Origin(PixelSource.CRF, "conv"))


def blocks(chance: np.random.Generator) -> np.ndarray:
    """A mask of random blocks."""
    coarse = chance.integers(0, 4, (12, 16)).astype(np.uint8)
    return np.kron(coarse, np.ones((8, 8), np.uint8))


if __name__ == "__main__":
    sys.exit(main())
