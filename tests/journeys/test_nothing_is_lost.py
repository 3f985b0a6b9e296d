from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from app.panels.access import AccessPanel
from engine.core.sources import PixelSource
from engine.project import database
from tests.journeys.conftest import Person

ROOT = Path(__file__).parents[2]
KILLED = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from app.start import make_application, open_window
home, photo = map(Path, sys.argv[1:])
QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(home))
application = make_application(["sulcus"])
window = open_window(home)
window.resize(1200, 800)
window.open_paths([photo])
case, editing = window.presenters.case, window.presenters.editing
while case.case is None:
    QTest.qWait(10)
for row in (5, 12, 20):
    editing.press((row, 10.0))
    editing.move((row, 40.0))
    editing.release((row, 50.0))
case.undo()
editing.press((30.0, 30.0))
editing.move((33.0, 33.0))
print("painted", flush=True)
time.sleep(600)
"""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    picture = np.full((40, 60, 3), 90, np.uint8)
    picture[10:30, 20:45] = (220, 120, 60)
    Image.fromarray(picture).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def paint(person: Person, row: float) -> None:
    editing = person.presenters.editing
    editing.press((row, 10.0))
    editing.move((row, 40.0))
    editing.release((row, 50.0))


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_finished_strokes_and_undo_outlive_a_window_that_is_killed(person, photo, home):
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, home, photo],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
    )
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == b"painted\n"
        child.send_signal(signal.SIGKILL)
        child.wait()
    person.open(photo)
    case = person.presenters.case
    assert not case.is_read_only, "a crash lets the project go"
    rows = np.flatnonzero(case.history.labels.any(axis=1))
    assert rows.min() == 0
    assert rows.max() == 16, "the stroke that was undone and the one under way are not there"
    case.redo()
    assert np.flatnonzero(case.history.labels.any(axis=1)).max() == 24
    for _ in range(3):
        assert case.history.can_undo
        case.undo()
    assert not case.history.labels.any()
    assert not case.history.can_undo


def test_undo_reaches_past_other_cases_and_a_restart(person, photo, tmp_path, enter):
    folder = tmp_path / "in"
    folder.mkdir()
    Image.fromarray(np.full((20, 20), 7, np.uint8)).save(folder / "other.png")
    photo.rename(folder / photo.name)
    person.open(folder)
    case, project = person.presenters.case, person.presenters.project
    paint(person, 5)
    first = case.history.labels.copy()
    paint(person, 20)
    here, there = case.case.case.name, case.case
    project.step(1)
    person.wait(lambda: case.case not in (None, there))
    paint(person, 9)
    person.window.close()
    again = enter()
    again.open(folder)
    case = again.presenters.case
    assert case.case.case.name == here
    again.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(case.history.labels, first)
    again.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not case.history.labels.any()
    again.rest()
    again.window.close()


def test_a_snapshot_that_cannot_be_written_is_said_and_costs_nothing(person, photo, enter):
    person.open(photo)
    person.drag(person.middle, person.middle + QPoint(30, 30))
    drawn = person.presenters.case.history.labels.copy()
    folder = person.presenters.project.project.folder / "labels"
    folder.write_text("in the way")
    person.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    box = person.message()
    assert "cannot be written" in box.text()
    box.close()
    assert not person.presenters.case.is_dirty, "the journal has it"
    assert person.window.close()
    folder.unlink()
    again = enter()
    again.open(photo)
    assert drawn.any()
    assert np.array_equal(again.presenters.case.history.labels, drawn)
    again.window.close()


def test_a_stroke_that_cannot_be_kept_is_taken_back_and_said(person, photo, monkeypatch):
    monkeypatch.setattr(database, "WAIT_S", 0.0)
    person.open(photo)
    person.rest()
    history = person.presenters.case.history
    path = person.presenters.project.project.folder / "project.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        paint(person, 9)
        box = person.message()
        assert "locked" in box.text()
        box.close()
        assert not history.labels.any()
        other.rollback()
    paint(person, 9)
    assert history.labels.any()
    assert not person.presenters.editing.is_drawing


def test_a_second_window_looks_at_the_project_and_changes_nothing(person, photo, enter):
    person.open(photo)
    paint(person, 9)
    drawn = person.presenters.case.history.labels.copy()
    second = enter()
    second.open(photo)
    bar = second.window.findChild(AccessPanel)
    assert bar.isVisible()
    assert "read-only" in bar.findChildren(QLabel)[1].text()
    case = second.presenters.case
    assert np.array_equal(case.history.labels, drawn)
    for change in (
        lambda: paint(second, 25),
        lambda: case.replace(np.ones_like(drawn)),
        second.presenters.prediction.predict,
    ):
        change()
        box = second.message()
        assert "can only be looked at" in box.text()
        box.close()
        second.wait(lambda box=box: not box.isVisible())
    assert np.array_equal(case.history.labels, drawn)
    second.window.close()
    paint(person, 25)
    assert (person.presenters.case.history.labels != drawn).any()


def test_a_prediction_leaves_what_a_person_owns_and_is_undone_after_a_restart(
    person, make_volume, tiny_weights, enter
):
    volume = make_volume()
    person.open(volume)
    editing, case = person.presenters.editing, person.presenters.case
    editing.set_radius(2.0)
    editing.press((4.0, 4.0))
    editing.release((6.0, 5.0))
    drawn, mine = case.history.labels.copy(), case.history.touched.copy()
    assert mine.any()
    person.presenters.prediction.choose(str(tiny_weights))
    person.presenters.prediction.predict()
    person.wait(lambda: not person.presenters.prediction.is_running)
    assert (case.history.labels[mine] == 1).all()
    assert (case.history.sources[mine] == PixelSource.PAINTED).all()
    assert (case.history.sources[~mine] == PixelSource.MODEL).all()
    person.window.close()
    again = enter()
    again.open(volume)
    again.presenters.case.undo()
    assert np.array_equal(again.presenters.case.history.labels, drawn)
    assert np.array_equal(again.presenters.case.history.touched, mine)
    again.window.close()
