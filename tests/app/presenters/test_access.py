"""Projects that can only be looked at: held or taken by another process, damaged, images gone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtWidgets import QCheckBox, QLabel, QListWidget, QPushButton

from app.dialogs.relocate import RelocateDialog
from app.dialogs.take_over import take_over_box
from app.jobs import JobRunner
from app.panels.access import AccessPanel
from app.presenters.bundle import Presenters
from app.presenters.opening import Cause
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.sources import PAINTED
from engine.errors import ImageChanged, ProjectTaken
from engine.project.replay import stand
from engine.workflow.checkpoint import editing_mask, hold_project
from engine.workflow.open_case import open_case
from engine.workflow.project import create_project, describe_project

ROOT = Path(__file__).parents[3]
CLASSES = LabelSet.named(["background", "a"])
GRID = Geometry((20, 30))

OTHER = """
import sys
from pathlib import Path
import numpy as np
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.sources import PAINTED
from engine.errors import SulcusError
from engine.workflow.checkpoint import editing_mask, hold_project
folder, case = Path(sys.argv[1]), sys.argv[2]
grid, classes = Geometry((20, 30)), LabelSet.named(["background", "a"])
with hold_project(folder, take_over=sys.argv[3] == "take") as hold:
    try:
        with editing_mask(folder, case, grid, classes, hold) as history:
            row = 0
            print("ready", flush=True)
            for line in sys.stdin:
                history.replace(
                    (slice(row, row + 1), slice(0, 30)), np.ones((1, 30), np.uint8), PAINTED
                )
                row += 1
                print("done", flush=True)
    except SulcusError as error:
        print(type(error).__name__, error, flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    """Three pictures, the first one with a stroke."""
    (tmp_path / "in").mkdir()
    for number, name in enumerate("abc"):
        Pillow.fromarray(np.full((20, 30), number, np.uint8)).save(tmp_path / "in" / f"{name}.png")
    info = create_project(tmp_path / "study.sulcus", CLASSES, [tmp_path / "in"])
    with hold_project(info.folder) as hold:
        for case in info.cases:
            open_case(info.folder, case.id, _quiet(), right=hold)
        with editing_mask(info.folder, info.cases[0].id, GRID, CLASSES, hold) as history:
            history.replace((slice(10, 15), slice(0, 5)), np.ones((5, 5), np.uint8), PAINTED)
    return info.folder


def _quiet():
    from engine.progress import Progress

    return Progress()


@pytest.fixture
def presenters(qtbot, tmp_path):
    runner = JobRunner()
    made = Presenters.make(runner, tmp_path / "home", runner)
    yield made
    made.project.close()
    qtbot.waitUntil(lambda: not runner.is_busy)
    runner.finish()
    runner.stop()


@pytest.fixture
def other(folder):
    """Another process that has the project; it paints a row for each line it is sent."""
    started = []

    def start(way="hold"):
        case = describe_project(folder).cases[0].id
        child = subprocess.Popen(
            [sys.executable, "-c", OTHER, str(folder), case, way],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        started.append(child)
        assert child.stdout.readline() == "ready\n"
        return child

    yield start
    for child in started:
        child.communicate(timeout=30)


def asked(child, times=1):
    for _ in range(times):
        child.stdin.write("\n")
        child.stdin.flush()
    return [child.stdout.readline().strip() for _ in range(times)]


def opened(qtbot, presenters, folder):
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.open_paths([folder])


def test_the_second_window_only_looks_until_it_takes_over_and_nothing_is_lost(
    qtbot, presenters, folder, other
):
    child = other()
    assert asked(child, 2) == ["done", "done"]
    opened(qtbot, presenters, folder)
    why = presenters.project.read_only
    assert (why.cause, why.holder.process) == (Cause.HELD, child.pid)
    assert presenters.case.is_read_only
    bar = AccessPanel(presenters.project)
    qtbot.addWidget(bar)
    told = bar.findChildren(QLabel)[1].text()
    assert "read-only" in told
    assert why.holder.person in told
    assert why.holder.host in told
    assert bar.findChild(QPushButton).text() == "Take over..."
    assert asked(child) == ["done"]
    box = take_over_box(bar, presenters.project)
    assert str(child.pid) in box.text()
    assert "cannot change the project any more" in box.informativeText()
    assert box.defaultButton().text() == "Only look"
    with qtbot.waitSignal(presenters.case.opened):
        next(one for one in box.buttons() if one.text() == "Take over").click()
    assert presenters.project.read_only is None
    assert bar.isHidden()
    assert not presenters.case.is_read_only
    assert presenters.case.history.labels[:3].all(), "what the other reported is here"
    (refused,) = asked(child)
    assert refused.startswith("ProjectTaken The project")
    assert "was taken over by another Sulcus" in refused
    errors = []
    presenters.case.failed.connect(errors.append)
    presenters.editing.press((18, 20))
    presenters.editing.release((18, 20))
    assert errors == []
    assert presenters.case.history.labels[18, 20] == 1
    case = presenters.project.cases[0].id
    kept = stand(folder, case, GRID, CLASSES)
    assert np.array_equal(kept.label_map.labels, presenters.case.history.labels)
    assert len(kept.done) == 1 + 3 + 1


def test_the_first_window_notices_that_it_was_taken_over(qtbot, presenters, folder, other):
    opened(qtbot, presenters, folder)
    presenters.editing.press((3, 3))
    presenters.editing.release((3, 3))
    drawn = presenters.case.history.labels.copy()
    with qtbot.waitSignals([presenters.project.access_changed, presenters.case.opened]):
        child = other("take")
    why = presenters.project.read_only
    assert (why.cause, why.holder.process) == (Cause.TAKEN, child.pid)
    assert presenters.case.is_read_only
    assert np.array_equal(presenters.case.history.labels, drawn)
    assert not presenters.case.is_dirty, "nothing is lost by closing it"
    assert asked(child) == ["done"], "the other one writes"


def test_a_stroke_is_refused_where_the_watch_missed_it(
    qtbot, presenters, folder, other, monkeypatch
):
    monkeypatch.setattr("app.presenters.opening.HoldWatch._look", lambda _: None)
    opened(qtbot, presenters, folder)
    before = presenters.case.history.labels.copy()
    child = other("take")
    presenters.editing.press((3, 3))
    with (
        qtbot.waitSignal(presenters.case.opened),
        qtbot.waitSignal(presenters.case.failed) as failed,
    ):
        presenters.editing.release((3, 3))
    assert isinstance(failed.args[0], ProjectTaken)
    assert presenters.project.read_only.cause is Cause.TAKEN
    assert np.array_equal(presenters.case.history.labels, before)
    assert asked(child) == ["done"]


def test_a_damaged_project_is_looked_at_and_saved_as_a_new_one(qtbot, presenters, folder, tmp_path):
    with closing(sqlite3.connect(folder / "project.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = (folder / "project.db").read_bytes()
    damaged = bytes(4096) + data[4096:]
    (folder / "project.db").write_bytes(damaged)
    opened(qtbot, presenters, folder)
    why = presenters.project.read_only
    assert why.cause is Cause.DAMAGED
    assert [case.name for case in presenters.project.cases] == ["a", "b", "c"]
    assert presenters.case.is_read_only
    assert presenters.case.history.labels.sum() == 25
    bar = AccessPanel(presenters.project)
    qtbot.addWidget(bar)
    assert "3 cases, 1 masks, 1 steps" in bar.findChildren(QLabel)[1].text()
    with qtbot.waitSignal(bar.recovery_asked):
        bar.findChild(QPushButton).click()
    place = presenters.project.project.folder
    assert (folder / "project.db").read_bytes() == damaged
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.recover(tmp_path / "saved.sulcus")
    assert presenters.project.read_only is None
    assert presenters.project.project.folder == tmp_path / "saved.sulcus"
    assert not presenters.case.is_read_only
    assert presenters.case.history.labels.sum() == 25
    qtbot.waitUntil(lambda: not place.exists())
    assert (folder / "labels").is_dir(), "what was only borrowed is there still"


def test_a_project_that_is_damaged_behind_its_list_is_looked_at_too(qtbot, presenters, folder):
    with closing(sqlite3.connect(folder / "project.db")) as database, database:
        database.execute("DROP TABLE journal")
    opened(qtbot, presenters, folder)
    assert presenters.project.read_only.cause is Cause.DAMAGED
    assert presenters.case.history.labels.sum() == 25


def test_a_project_of_which_nothing_can_be_read_is_said_and_not_shown(qtbot, presenters, folder):
    (folder / "project.db").write_bytes(b"")
    with qtbot.waitSignal(presenters.project.failed) as failed:
        presenters.project.open_paths([folder])
    assert "No case of" in failed.args[0].what
    assert presenters.project.project is None


def test_missing_images_are_found_through_the_dialog(qtbot, presenters, folder, tmp_path):
    shutil.move(tmp_path / "in", tmp_path / "moved")
    with qtbot.waitSignal(presenters.relocation.asked):
        presenters.project.open_paths([folder])
    dialog = RelocateDialog(presenters.relocation)
    qtbot.addWidget(dialog)
    assert dialog.findChild(QListWidget).count() == 3
    assert "a.png" in dialog._what.text()
    assert not presenters.relocation.can_accept
    with qtbot.waitSignal(presenters.relocation.changed):
        presenters.relocation.find_file(tmp_path / "moved" / "b.png")
    assert presenters.relocation.can_accept, "another image, unless the person says so"
    assert "not the image that the mask of 'a' was begun on" in dialog._what.text()
    with qtbot.waitSignals([presenters.case.opened, presenters.relocation.changed]):
        presenters.relocation.find_folder(tmp_path / "moved")
    assert presenters.case.history.labels.sum() == 25
    assert presenters.relocation.missing == ()
    assert "3 found" in dialog._result.text()
    assert "All images" in dialog._what.text()


def test_a_changed_image_must_be_confirmed_in_the_dialog(qtbot, presenters, folder, tmp_path):
    Pillow.fromarray(np.full((20, 30), 99, np.uint8)).save(tmp_path / "in" / "a.png")
    with qtbot.waitSignal(presenters.relocation.asked):
        presenters.project.open_paths([folder])
    assert isinstance(presenters.relocation.why, ImageChanged)
    dialog = RelocateDialog(presenters.relocation)
    qtbot.addWidget(dialog)
    assert not dialog._accept.isEnabled()
    dialog.findChild(QCheckBox).setChecked(True)
    assert dialog._accept.isEnabled()
    with qtbot.waitSignal(presenters.case.opened):
        dialog._accept.click()
    assert presenters.case.history.labels.sum() == 25
    qtbot.waitUntil(lambda: not presenters.runner.is_busy)


def test_images_are_copied_into_the_project_from_the_window(qtbot, presenters, folder, tmp_path):
    opened(qtbot, presenters, folder)
    with qtbot.waitSignals([presenters.relocation.copied, presenters.case.opened]):
        presenters.relocation.copy_in()
    shutil.rmtree(tmp_path / "in")
    assert [case.image_path.parent for case in presenters.project.cases] == [folder / "images"] * 3
