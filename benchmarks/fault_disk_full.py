"""Work on a project whose disk is full again and again, and see that nothing reported is lost.

A small disk in memory (tmpfs) is mounted, which only the system's administrator may do; elsewhere
the program says so and ends. In each round a file takes all of it but a little, and strokes,
erasing, undo, redo, refinements, predictions over all cases, snapshots and exports go on until
several of them were refused for lack of room. An act that is refused must leave the mask on screen
as it was. Then the file is removed, and every case must stand where the acts lead that were not
refused: as a new process finds it, and by the journal alone. Every hash chain must hold, the last
export must be whole, nothing half-written may be left, and undo must go on, at the end to the very
beginning.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from fault_kill import ACTS, CLASSES, GRID, WHOLE, act, blocks

from engine.core.case import ImageRef
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.sources import Origin, PixelSource
from engine.editing.history import History, MemoryKeeper
from engine.errors import SulcusError, WriteError
from engine.export.formats.masks_png import MasksPng
from engine.export.write import write_mask
from engine.io.opening import read_labels
from engine.project.database import connected
from engine.project.journal import Journal, check_chain
from engine.project.lock import Hold
from engine.project.replay import rebuild, stand
from engine.project.snapshots import check_labels
from engine.project.store import Project
from engine.workflow.checkpoint import checkpoint_case, hold_project, open_journal

CASES = 3
DISK_MB = 12
LEAST, MOST = 4 << 10, 160 << 10  # bytes that are left free in a round
REFUSALS = 8  # in a round
MOST_ACTS = 4000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        if not _mount(Path(folder), stack):
            print("Not run: a small disk can only be mounted by the administrator of a Linux.")
            return 0
        bench = Bench(Path(folder), arguments.seed)
        for number in range(arguments.rounds):
            bench.round(number)
        bench.undo_all()
    for line in bench.losses:
        print(line)
    refused = ", ".join(f"{count} x {name}" for name, count in sorted(bench.refused.items()))
    print(f"refused for lack of room: {refused}")
    print(
        f"{arguments.rounds} rounds, seed {arguments.seed}: {bench.done} acts reported done, "
        f"{bench.refused.total()} refused, {len(bench.losses)} losses, "
        f"{time.perf_counter() - start:.0f} s"
    )
    return 1 if bench.losses or not bench.refused else 0


def _mount(folder: Path, stack: ExitStack) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "sulcus-bench", str(folder)]
    try:
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return False
    except OSError:
        return False
    stack.callback(subprocess.run, ["umount", str(folder)], check=False)
    return True


class Bench:
    """One project on a small disk, and in memory what its cases must look like."""

    def __init__(self, disk: Path, seed: int) -> None:
        self.disk = disk
        project = Project.create(disk / "a.sulcus", CLASSES)
        self.folder = project.folder
        added = project.add([ImageRef(disk / f"{number}.png") for number in range(CASES)])
        self.ids = [case.id for case in added]
        self.model = [History(LabelMap.empty(GRID, CLASSES), keep=MemoryKeeper()) for _ in self.ids]
        self.exported: np.ndarray | None = None
        self.chance = random.Random(seed)
        self.done = 0
        self.refused: Counter[str] = Counter()
        self.losses: list[str] = []
        self._round = 0

    def round(self, number: int) -> None:
        """Fill the disk, work until it refuses often enough, make room, and compare."""
        self._round = number
        before = self.refused.total()
        with hold_project(self.folder) as hold, ExitStack() as stack:
            opened = [self._open(case_id, hold, stack) for case_id in self.ids]
            ballast = self._fill(self.chance.randint(LEAST, MOST))
            for _ in range(MOST_ACTS):
                self._act(opened, hold)
                if self.refused.total() - before >= REFUSALS:
                    break
            ballast.unlink()
            for _ in range(5):  # in the same session, once there is room again
                self._act(opened, hold)
        self._compare()

    def undo_all(self) -> None:
        """Take everything back, on the disk too."""
        with hold_project(self.folder) as hold, ExitStack() as stack:
            for case_id in self.ids:
                history, _ = self._open(case_id, hold, stack)
                while history.undo():
                    pass
                again = stand(self.folder, case_id, GRID, CLASSES)
                if again.label_map.labels.any() or again.sources.any():
                    self._lost("undo does not lead back to the beginning")

    def _open(self, case_id: str, hold: Hold, stack: ExitStack) -> tuple[History, Journal]:
        standing = stand(self.folder, case_id, GRID, CLASSES)
        journal = open_journal(self.folder, case_id, standing, hold)
        stack.callback(journal.close)
        history = History(
            standing.label_map, standing.sources,
            keep=journal, done=standing.done, undone=standing.undone,
        )  # fmt: skip
        return history, journal

    def _fill(self, free: int) -> Path:
        """Take all of the disk but `free` bytes."""
        ballast = self.disk / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(1 << 16)):
                    pass
            except OSError:
                file.truncate(max(0, file.tell() - free))
        return ballast

    def _act(self, opened: list[tuple[History, Journal]], hold: Hold) -> None:
        name, seed = self.chance.choice(ACTS), self.chance.randrange(2**32)
        case = self.chance.randrange(CASES)
        numbers = range(CASES) if name == "batch" else (case,)
        for number in numbers:
            history, journal = opened[number]
            shown = history.labels.copy(), history.sources.copy()
            try:
                self._do(name, seed + number, history)
                self._write(name, number, history, journal, hold)
            except WriteError as error:
                self.refused[name] += 1
                self._see_refused(name, error, shown, history)
            else:
                self._do(name, seed + number, self.model[number])
                self.done += 1

    def _do(self, name: str, seed: int, history: History) -> None:
        chance = np.random.default_rng(seed)
        if name == "batch":
            history.replace(WHOLE, blocks(chance), Origin(PixelSource.MODEL, "unet"))
        else:
            act(history, name, chance)

    def _write(
        self, name: str, number: int, history: History, journal: Journal, hold: Hold
    ) -> None:
        if name == "snapshot":
            checkpoint_case(
                self.folder, self.ids[number], history.label_map, history.sources,
                journal.mark, hold,
            )  # fmt: skip
        elif name == "export":
            path = self.disk / "out.png"
            write_mask(history.label_map, Source(path, ""), path, MasksPng())
            self.exported = history.labels.copy()

    def _see_refused(
        self, name: str, error: WriteError, shown: tuple[np.ndarray, np.ndarray], history: History
    ) -> None:
        if not error.remedy or str(self.disk) not in error.what:
            self._lost(f"{name} was refused without saying where and what to do: {error}")
        if not all(map(np.array_equal, shown, (history.labels, history.sources))):
            self._lost(f"{name} was refused, but changed the mask on screen")

    def _compare(self) -> None:
        """The cases as a new process finds them, beside what they must look like."""
        try:
            for case_id, model in zip(self.ids, self.model, strict=True):
                for found in (stand, rebuild):
                    there = found(self.folder, case_id, GRID, CLASSES)
                    is_same = np.array_equal(there.label_map.labels, model.labels)
                    if not is_same or not np.array_equal(there.sources, model.sources):
                        self._lost(f"{found.__name__} gives another mask than was reported")
                    stacks = [len(there.done), len(there.undone)]
                    if stacks != [len(part) for part in model.stacks]:
                        self._lost("there is another number of steps to undo")
            with connected(self.folder) as database:
                for number, what in check_chain(database):
                    self._lost(f"row {number} {what}")
            for path in (self.folder / "labels").glob("*.npz"):
                check_labels(path)
            out = self.disk / "out.png"
            if self.exported is not None and not np.array_equal(
                read_labels(out).labels, self.exported
            ):
                self._lost("the last export that was reported is not there")
        except SulcusError as error:
            self._lost(str(error))
        left = [path.name for path in self.disk.rglob(".*")]
        if left:
            self._lost(f"half-written files are left: {left}")

    def _lost(self, what: str) -> None:
        self.losses.append(f"round {self._round}: {what}")


if __name__ == "__main__":
    sys.exit(main())
