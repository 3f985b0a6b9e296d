"""Whatever is under way or asked is left by Escape or Cancel, and everything is as it was."""

from __future__ import annotations

import time

import nibabel as nib
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from app.dialogs.export import ExportDialog
from app.dialogs.operation import OperationDialog
from app.job import JobState
from app.panels.jobs import JobsPanel
from app.panels.model import ModelPanel
from app.panels.refine import RefinePanel
from app.presenters import case as case_presenter
from app.presenters import exporting
from app.presenters.refinement import Reach
from app.widgets.job_bar import JobBar
from engine.editing.operations.table import OPERATIONS
from engine.workflow.export import write_export
from engine.workflow.open_case import open_case

_Key = Qt.Key
_LEFT = Qt.MouseButton.LeftButton
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def study(tmp_path):
    """Three volumes of noise with a block in it."""
    folder = tmp_path / "study"
    folder.mkdir()
    for number in range(3):
        values = np.random.default_rng(number).integers(0, 60, (48, 40, 16)).astype(np.int16)
        values[12:36, 10:30, 4:12] += 150
        image = nib.Nifti1Image(values, np.diag([1.0, 1.0, 2.0, 1.0]))
        image.header.set_xyzt_units("mm", "sec")
        nib.save(image, folder / f"head-{number + 1}.nii.gz")
    return folder


@pytest.fixture
def at_work(person, study, tiny_weights):
    """The first volume with a painted stroke."""
    person.open(study)
    person.presenters.prediction.choose(str(tiny_weights))
    person.key(_Key.Key_2)
    person.drag(person.middle - QPoint(40, 0), person.middle + QPoint(40, 10))
    person.rest()
    assert person.presenters.case.history.labels.any()
    return person


class Before:
    """What there is, to be there again after something was cancelled."""

    def __init__(self, person) -> None:
        self._person = person
        self._case = person.presenters.case.case
        self._labels, self._rest = self._now()

    def _now(self):
        p = self._person.presenters
        history = p.case.history
        rest = (
            len(history.stacks[0]),
            [case.state for case in p.project.cases],
            p.project.position,
            p.case.index,
            p.case.plane,
            p.refinement.parameters,
            p.editing.label,
            p.editing.tool,
        )
        return history.labels.copy(), rest

    def is_back(self) -> None:
        """Nothing runs, nothing is previewed, nothing has changed, and a stroke still paints."""
        person, p = self._person, self._person.presenters
        person.wait(lambda: not p.runner.is_busy)
        assert p.case.case is self._case
        labels, rest = self._now()
        assert np.array_equal(labels, self._labels)
        assert rest == self._rest
        assert not p.case.has_overlay
        assert not p.editing.is_drawing
        assert not p.refinement.is_on
        person.key(_Key.Key_1)
        person.drag(person.middle - QPoint(0, 30), person.middle + QPoint(0, 30))
        assert not np.array_equal(p.case.history.labels, labels), "one can go on"
        person.key(_Key.Key_Z, _CTRL)
        person.key(_Key.Key_2)
        person.rest()
        assert np.array_equal(p.case.history.labels, labels)


def button(parent: QWidget, text: str) -> QPushButton:
    return next(one for one in parent.findChildren(QPushButton) if one.text() == text)


def press(one: QWidget) -> None:
    QTest.mouseClick(one, _LEFT, pos=one.rect().center())


def stop(where: QWidget) -> None:
    """Press the sign that cancels what is shown there."""
    signs = where.findChildren(QToolButton)
    press(next(one for one in signs if one.accessibleName().startswith("Cancel")))


def stop_in_the_status_bar(person) -> None:
    """Once it shows what runs."""
    bar = person.window.findChild(JobBar)
    person.wait(bar.isVisible)
    stop(bar)


def slowly(work, is_on, *, count: int = 400):
    """The same work on a disk so slow that a person sees how far it is."""

    def done(*given):
        progress = next(one for one in given if hasattr(one, "is_cancelled"))
        for part in range(count if is_on() else 0):
            progress.step(part, count, "Waiting for the disk")
            time.sleep(0.02)
        return work(*given)

    return done


def test_a_stroke_a_polygon_and_a_measure(at_work):
    person, before = at_work, Before(at_work)
    canvas, history = person.window.canvas, person.presenters.case.history
    begun = history.labels.copy()
    QTest.mousePress(canvas, _LEFT, pos=person.middle + QPoint(0, 60))
    QTest.mouseMove(canvas, person.middle + QPoint(30, 60))
    assert not np.array_equal(history.labels, begun)
    person.key(_Key.Key_Escape)
    QTest.mouseRelease(canvas, _LEFT, pos=person.middle + QPoint(30, 60))
    assert np.array_equal(history.labels, begun)
    for tool, corners in ((_Key.Key_P, 4), (_Key.Key_L, 0)):
        person.key(tool)
        if corners:
            for at in ((8, 8), (8, 20), (20, 20), (20, 8))[:corners]:
                person.click(person.at(*at))
            person.keep_picture("cancel-1-polygon")
        else:
            QTest.mousePress(canvas, _LEFT, pos=person.at(8, 8))
            for at in ((8, 20), (20, 20)):
                QTest.mouseMove(canvas, person.at(*at))
        assert person.presenters.editing.is_drawing
        person.key(_Key.Key_Escape)
        if not corners:
            QTest.mouseRelease(canvas, _LEFT, pos=person.at(20, 20))
        assert not person.presenters.editing.is_drawing
    person.key(_Key.Key_B)
    before.is_back()


def test_opening(at_work, monkeypatch):
    person, p = at_work, at_work.presenters
    is_slow = [True]
    monkeypatch.setattr(case_presenter, "open_case", slowly(open_case, lambda: is_slow[0]))
    first, drawn = p.case.case.case.id, p.case.history.labels.copy()
    steps = len(p.case.history.stacks[0])
    person.key(_Key.Key_D)
    assert p.case.is_opening
    person.wait(person.window.findChild(JobBar).isVisible)
    assert person.window.canvas.hint == "Opening..."
    person.keep_picture("cancel-2-opening")
    is_slow[0] = False
    stop_in_the_status_bar(person)
    person.wait(lambda: p.case.case is not None)
    person.rest()
    assert (p.project.position, p.case.case.case.id) == (0, first)
    assert np.array_equal(p.case.history.labels, drawn)
    assert len(p.case.history.stacks[0]) == steps
    Before(person).is_back()

    # stopped again on the way back, nothing is on screen, and any case can be chosen
    is_slow[0] = True
    person.key(_Key.Key_D)
    stop_in_the_status_bar(person)
    assert p.case.is_opening
    person.wait(lambda: p.jobs.shown is not None and not p.jobs.shown.is_cancelled)
    stop_in_the_status_bar(person)
    person.wait(lambda: not p.runner.is_busy)
    assert not p.case.is_opening
    assert p.case.case is None
    assert "list" in person.window.canvas.hint
    person.keep_picture("cancel-2-nothing-opened")
    is_slow[0] = False
    person.key(_Key.Key_D)
    person.wait(lambda: p.case.case is not None)
    person.rest()
    assert np.array_equal(p.case.history.labels, drawn)
    Before(person).is_back()


def test_a_prediction(at_work):
    person, before = at_work, Before(at_work)
    p, panel = person.presenters, person.window.findChild(ModelPanel)
    for way in ("the button", "the list of jobs"):
        person.key(_Key.Key_R, _CTRL)
        assert p.prediction.is_running
        if way == "the button":
            press(button(panel, "Cancel"))
        else:
            jobs = person.window.findChild(JobsPanel)
            jobs.show()
            person.keep_picture("cancel-3-prediction-in-the-list-of-jobs")
            stop(jobs)
            jobs.hide()
        assert not p.prediction.is_running, way
        before.is_back()


def test_predicting_many(at_work):
    person, before = at_work, Before(at_work)
    p, panel = person.presenters, person.window.findChild(ModelPanel)
    person.key(_Key.Key_R, _CTRL | _SHIFT)
    assert p.predicting_all.is_running
    person.keep_picture("cancel-4-many")
    press(button(panel, "Cancel"))
    assert not p.predicting_all.is_running
    before.is_back()
    assert p.predicting_all.batch.left == 2, "it can be gone on with"
    person.keep_picture("cancel-5-many-cancelled")
    press(button(panel, "Go on with 2 left"))
    person.wait(lambda: not p.predicting_all.is_running)
    person.rest()
    assert [case.state.value for case in p.project.cases[1:]] == ["predicted", "predicted"]


def test_refining(at_work):
    person, p = at_work, at_work.presenters
    panel = person.window.findChild(RefinePanel)
    person.key(_Key.Key_R, _CTRL)
    person.wait(lambda: not p.prediction.is_running)
    person.rest()
    before = Before(person)
    switch = panel.findChild(QGroupBox)
    for way in (_Key.Key_Escape, None):
        switch.setFocus()
        QTest.keyClick(switch, _Key.Key_Space)
        person.wait(lambda: p.refinement.has_preview)
        assert (p.case.shown_labels != p.case.view.read(p.case.history.labels)).any()
        if way is None:
            press(button(panel, "Leave"))
        else:
            person.key(way)
        before.is_back()

    # the whole volume, stopped by the button that began it, and by Escape
    switch.setFocus()
    QTest.keyClick(switch, _Key.Key_Space)
    reach = next(one for one in panel.findChildren(QComboBox) if one.accessibleName() == "Apply to")
    reach.setFocus()
    while reach.currentData() != Reach.VOLUME.value:
        QTest.keyClick(reach, _Key.Key_Down)
    for way in ("button", "escape"):
        press(button(panel, "Apply"))
        assert p.refining_all.is_running
        if way == "button":
            press(button(panel, "Cancel"))
        else:
            person.key(_Key.Key_Escape)
        assert not p.refining_all.is_running
    person.key(_Key.Key_Escape)
    before.is_back()


def test_fitting(at_work):
    person, p = at_work, at_work.presenters
    panel = person.window.findChild(RefinePanel)
    person.key(_Key.Key_1)
    person.drag(person.middle + QPoint(-40, 50), person.middle + QPoint(40, 50))
    person.key(_Key.Key_2)
    person.rest()
    before = Before(person)
    known = dict(p.presets.known)
    press(button(panel, "Fit to corrections"))
    person.wait(lambda: p.presets.is_fitting)
    stop_in_the_status_bar(person)
    assert not p.presets.is_fitting
    before.is_back()
    assert p.presets.known == known
    assert button(panel, "Fit to corrections").isEnabled()


def test_exporting(at_work, tmp_path, monkeypatch):
    person, before = at_work, Before(at_work)
    out = tmp_path / "out"
    monkeypatch.setattr(exporting, "write_export", slowly(write_export, lambda: True))
    for way in ("escape", "status bar"):
        person.key(_Key.Key_E, _CTRL | _SHIFT)
        dialog = person.dialog(ExportDialog)
        field = dialog.findChild(QLineEdit)
        field.selectAll()
        QTest.keyClicks(field, str(out))
        go = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
        person.wait(go.isEnabled)
        if way == "escape":
            QTest.keyClick(dialog, _Key.Key_Escape)
            person.wait(lambda dialog=dialog: not dialog.isVisible())
        else:
            press(go)
            stop_in_the_status_bar(person)
        before.is_back()
        assert not out.exists(), way
    jobs = person.presenters.jobs.jobs
    assert jobs[0].state is JobState.CANCELLED
    assert jobs[0].title == "Exporting"


_DIALOGS = (
    "file.export", "edit.settings", "view.levels", "mask.models", "mask.add-model", "mask.steps",
    "mask.compatibility", "go.image", "review.reject", "review.comment", "help.shortcuts",
    "help.search", "help.about",
)  # fmt: skip


def test_dialogs(at_work):
    person, before = at_work, Before(at_work)
    for name in _DIALOGS:
        person.go_to_canvas()
        person.window.actions_by_name[name].trigger()
        dialog = person.dialog(QDialog)
        person.rest()
        person.keep_picture(f"cancel-dialog-{name.replace('.', '-')}", dialog)
        leave(person, dialog)
    before.is_back()


def test_operations_that_were_looked_at(at_work):
    person, before = at_work, Before(at_work)
    p = person.presenters
    drawn = p.case.history.labels.copy()
    for row in OPERATIONS:
        person.go_to_canvas()
        person.window.actions_by_name[f"mask.{row.name}"].trigger()
        dialog = person.dialog(OperationDialog)
        look = next(one for one in dialog.findChildren(QCheckBox) if one.text() == "Preview")
        if look.isEnabled():
            look.setFocus()
            QTest.keyClick(look, _Key.Key_Space)
            person.rest()
        person.keep_picture(f"cancel-operation-{row.name}", dialog)
        leave(person, dialog)
        assert np.array_equal(p.case.history.labels, drawn), row.name
        assert not p.case.has_overlay, row.name
        assert not p.operations.is_previewing, row.name
    before.is_back()


def leave(person, dialog: QDialog) -> None:
    """By Escape, wherever in it the focus is."""
    QTest.keyClick(dialog.focusWidget() or dialog, _Key.Key_Escape)
    person.wait(lambda: not any(one.isVisible() for one in person.window.findChildren(QDialog)))
