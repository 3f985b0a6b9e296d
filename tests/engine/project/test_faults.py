"""What goes wrong around a project: killed processes, full disks, read-only folders."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.case import ImageRef
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.sources import PAINTED
from engine.project.replay import rebuild, stand
from engine.project.store import Project
from engine.workflow.checkpoint import editing_mask, hold_project

ROOT = Path(__file__).parents[3]
CLASSES = LabelSet.named(["background", "a", "b", "c"])
GRID = Geometry((200, 300))

posix = pytest.mark.skipif(sys.platform == "win32", reason="done with POSIX means")

FILLING = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.sources import PAINTED
from engine.errors import WriteError
from engine.workflow.checkpoint import editing_mask, hold_project
folder, case_id, limit = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
noise = np.random.default_rng(0)
grid, classes = Geometry((200, 300)), LabelSet.named(["background", "a", "b", "c"])
box = (slice(0, 200), slice(0, 300))
with hold_project(folder) as hold:
    try:
        with editing_mask(folder, case_id, grid, classes, hold) as history:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            for step in range(1000):
                labels = noise.integers(0, 4, (200, 300)).astype(np.uint8)
                before = history.labels.copy()
                try:
                    history.replace(box, labels, PAINTED)
                except WriteError:
                    assert np.array_equal(history.labels, before), "the stroke was not taken back"
                    raise
                np.save(folder.parent / "reported.npy", history.labels)
                print(step + 1, flush=True)
    except WriteError as error:
        print("refused:", error)
"""

READ_ONLY = """
import os, sys
from pathlib import Path
from engine.errors import SulcusError
from engine.progress import Progress
from engine.workflow.checkpoint import hold_project
from engine.workflow.open_case import open_case
from engine.workflow.project import describe_project

def look():
    info = describe_project(Path(sys.argv[1]))
    opened = open_case(info.folder, info.cases[0].id, Progress())
    return "shown", int(opened.label_map.labels.sum()), opened.is_read_only

look()  # what is imported late must be there before the user changes
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
print(*look())
try:
    hold_project(Path(sys.argv[1]))
except SulcusError as error:
    print("refused:", error)
"""


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@posix
def test_what_a_killed_process_reported_is_there_in_each_of_25_rounds() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/fault_kill.py", "--rounds", "25", "--seed", "7"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.search(r"25 rounds, seed 7: (\d+) acts reported done, .* 0 losses", done.stdout)
    assert told, done.stdout
    assert int(told[1]) > 0, "something was reported before it was killed"


@posix
def test_a_disk_that_is_full_in_each_of_10_rounds_costs_nothing_that_was_reported() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/fault_disk_full.py", "--rounds", "10", "--seed", "3"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.stdout.startswith("Not run"):
        pytest.skip("a small disk cannot be mounted here")
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.search(r"10 rounds, seed 3: (\d+) acts reported done, (\d+) refused, 0 losses",
                     done.stdout)  # fmt: skip
    assert told, done.stdout
    assert int(told[1]) > 0
    assert int(told[2]) > 0


@posix
def test_a_full_disk_is_said_and_costs_no_stroke_that_was_done(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "a.sulcus", CLASSES)
    (case,) = project.add([ImageRef(tmp_path / "a.png")])
    done = run(FILLING, project.folder, case.id, 400_000)
    assert done.returncode == 0, done.stderr
    *steps, refused = done.stdout.splitlines()
    assert steps, "some strokes had room"
    assert len(steps) < 1000
    assert refused.startswith("refused: ")
    assert str(project.folder) in refused
    found = stand(project.folder, case.id, GRID, CLASSES)
    assert np.array_equal(found.label_map.labels, np.load(tmp_path / "reported.npy"))
    assert len(found.done) == len(steps)
    alone = rebuild(project.folder, case.id, GRID, CLASSES)
    assert np.array_equal(alone.label_map.labels, found.label_map.labels)


@posix
def test_a_folder_that_cannot_be_written_is_looked_at() -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        Image.fromarray(np.zeros((200, 300), np.uint8)).save(folder / "a.png")
        project = Project.create(folder / "a.sulcus", CLASSES)
        (case,) = project.add([ImageRef(folder / "a.png")])
        with (
            hold_project(project.folder) as hold,
            editing_mask(project.folder, case.id, GRID, CLASSES, hold) as history,
        ):
            history.replace((slice(0, 5), slice(0, 5)), np.ones((5, 5), np.uint8), PAINTED)
        (project.folder / "project.lock").unlink()
        folder.chmod(0o755)
        project.folder.chmod(0o555)
        try:
            done = run(READ_ONLY, project.folder)
        finally:
            project.folder.chmod(0o755)
    assert done.returncode == 0, done.stderr
    shown, refused = done.stdout.splitlines()
    assert shown == "shown 25 True"
    assert refused.startswith("refused: ")
    assert "cannot be written: permission denied" in refused
