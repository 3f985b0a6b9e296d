"""A volume is reviewed from its opening to the last decision without touching the mouse."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget

from app.dialogs.operation import OperationDialog
from app.dialogs.saying import CommentDialog, RejectDialog
from app.panels.history import HistoryPanel
from app.panels.review import ReviewPanel
from app.panels.status import StatusPanel
from engine.core.planes import Plane
from engine.project.store import Project

_Key = Qt.Key
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def brains(tmp_path: Path) -> Path:
    """Three volumes with tissue masks, as a study has them."""
    folder = tmp_path / "study"
    folder.mkdir()
    grid = np.indices((40, 44, 24)).astype(float)
    middle = np.array([20, 22, 12]).reshape(3, 1, 1, 1)
    radius = np.sqrt((((grid - middle) / np.array([17, 19, 10]).reshape(3, 1, 1, 1)) ** 2).sum(0))
    mask = np.select([radius < 0.45, radius < 0.8, radius < 1.0], [3, 2, 1], 0).astype(np.uint8)
    noise = np.random.default_rng(1).normal(0, 12, radius.shape)
    for number in range(3):
        values = np.select([mask == 3, mask == 2, mask == 1], [620, 430, 160], 20) + noise
        affine = np.diag([1.0, 1.0, 2.0, 1.0])
        image = nib.Nifti1Image(values.astype(np.int16), affine)
        image.header.set_xyzt_units("mm", "sec")
        nib.save(image, folder / f"sub-{number + 1:02d}_T1w.nii.gz")
        nib.save(nib.Nifti1Image(mask, affine), folder / f"sub-{number + 1:02d}_T1w_mask.nii.gz")
    return folder


def press(person, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    person.key(key, modifier)
    person.rest()


def type_into(dialog: QDialog, text: str) -> None:
    """Type where the focus is, and press Return."""
    target = dialog.focusWidget()
    assert target is not None, "a dialog takes the keys at once"
    QTest.keyClicks(target, text)
    QTest.keyClick(target, _Key.Key_Return)


def status(person) -> str:
    panel = person.window.findChild(StatusPanel)
    labels = [part.text() for part in panel.findChildren(QWidget) if hasattr(part, "text")]
    return " | ".join(labels)


def tab_to(person, name: str) -> QLineEdit:
    """Go from one control to the next until this one has the keys."""
    person.go_to_canvas()
    for _ in range(200):
        target = QApplication.focusWidget()
        assert target is not None
        if isinstance(target, QLineEdit) and target.accessibleName() == name:
            return target
        QTest.keyClick(target, _Key.Key_Tab)
    raise AssertionError(f"the Tab key never comes to {name}")


def look_at_the_other_planes(person) -> None:
    """One slice up in each, and back; the slices that were not asked for stay."""
    case, seen = person.presenters.case, person.presenters.seen
    begun = case.index
    for plane in (Plane.CORONAL, Plane.SAGITTAL):
        press(person, _Key.Key_Right)
        assert case.plane is plane
        there = case.index
        press(person, _Key.Key_Up)
        assert case.index == there + 1
        assert seen.share(plane)[0] >= 2
        press(person, _Key.Key_Down)
    for _ in range(2):
        press(person, _Key.Key_Left)
    assert case.plane is Plane.AXIAL
    assert case.index == begun


def see_all_axial_slices(person) -> None:
    for _ in range(3):
        press(person, _Key.Key_PageDown)
    for _ in range(person.presenters.case.slices - 1):
        person.key(_Key.Key_Up)
    person.rest()


def test_a_study_is_reviewed_by_keyboard_alone(person, brains):
    person.open(brains)
    answer_the_question_of_orders(person)
    person.rest()
    p, window = person.presenters, person.window
    window.findChild(ReviewPanel).raise_()
    field = tab_to(person, "Reader")
    field.selectAll()
    QTest.keyClicks(field, "Ada")
    QTest.keyClick(field, _Key.Key_Return)
    person.rest()
    assert p.review.reader == "Ada"
    person.keep_picture("review-1-opened")
    assert "[1/3]" in status(person)
    look_at_the_other_planes(person)

    press(person, _Key.Key_Return, _CTRL)
    assert p.project.position == 0, "most slices were not seen"
    see_all_axial_slices(person)
    assert p.seen.share(Plane.AXIAL) == (24, 24)
    person.keep_picture("review-2-all-seen")

    person.key(_Key.Key_M, _CTRL)
    type_into(person.dialog(CommentDialog), "The top slice is noisy")
    person.rest()
    assert p.review.told[-1].comment == "The top slice is noisy"
    assert p.review.told[-1].place == p.case.cursor

    press(person, _Key.Key_Return, _CTRL)
    person.wait(lambda: p.project.position == 1 and p.review.state is not None)
    assert p.project.cases[0].state.value == "approved"

    person.key(_Key.Key_B, _CTRL)
    person.keep_picture("review-3-copy-to-the-next-slices", person.dialog(OperationDialog))
    QTest.keyClick(person.dialog(OperationDialog), _Key.Key_Escape)
    person.key(_Key.Key_Return, _CTRL | _SHIFT)
    dialog = person.dialog(RejectDialog)
    person.keep_picture("review-4-reject", dialog)
    type_into(dialog, "The skull is part of the brain")
    person.rest()
    person.wait(lambda: p.project.position == 2)

    press(person, _Key.Key_Space, _CTRL)
    assert p.project.position == 2, "there is no other case left, so skipping stays"
    press(person, _Key.Key_Space, _CTRL | _SHIFT)
    states = [case.state.value for case in p.project.cases]
    assert states == ["approved", "rejected", "needs second reader"]

    for position in (1, 0):
        press(person, _Key.Key_A)
        person.wait(lambda position=position: p.project.position == position)
        person.rest()
    press(person, _Key.Key_1)
    for _ in range(5):
        press(person, _Key.Key_Up)
    person.key(_Key.Key_B, _CTRL)
    QTest.keyClick(person.dialog(OperationDialog), _Key.Key_Return)
    person.rest()
    assert p.review.state.value == "in review", "an edit voids the approval"
    person.keep_picture("review-5-void")
    window.findChild(HistoryPanel).raise_()
    person.keep_picture("review-6-history")
    press(person, _Key.Key_Z, _CTRL)
    assert p.history.undone == 1

    said = Project(p.project.project.folder).reviews()
    decisions = [(one.state.value, one.reason) for one in said if not one.is_comment]
    assert decisions[:3] == [
        ("approved", ""),
        ("rejected", "The skull is part of the brain"),
        ("needs second reader", ""),
    ]
    assert decisions[3][0] == "in review"


def answer_the_question_of_orders(person) -> None:
    """Say what the numbers mean in the masks of the study, by keyboard too."""
    box = person.message()
    button = box.focusWidget()
    assert "IBSR" in button.text()
    QTest.keyClick(button, _Key.Key_Return)
    p = person.presenters
    person.wait(lambda: p.case.history is not None and p.case.history.labels.any())
    person.rest()


def test_a_second_reader_and_an_adjudicator_work_by_keyboard(person, brains):
    person.open(brains)
    answer_the_question_of_orders(person)
    person.rest()
    p, window = person.presenters, person.window
    p.settings.set("review.all-seen", value=False)
    p.review.set_reader("Ada")
    person.rest()
    before = p.case.history.labels.copy()
    p.editing.choose_label(1)
    p.editing.choose_tool("brush")
    p.editing.set_radius(4)
    p.editing.press((20.0, 20.0))
    p.editing.release((24.0, 24.0))
    person.rest()
    press(person, _Key.Key_Space, _CTRL | _SHIFT)
    person.wait(lambda: p.project.position == 1)
    p.review.set_reader("Bob")
    person.rest()
    press(person, _Key.Key_A, _CTRL | _SHIFT)
    person.wait(lambda: p.project.position == 0 and p.review.is_blind)
    person.rest()
    assert np.array_equal(p.case.history.labels, before)
    assert p.history.steps == ()
    window.findChild(ReviewPanel).raise_()
    person.keep_picture("review-7-second-reader")
    press(person, _Key.Key_Return, _CTRL)
    person.wait(lambda: p.project.position == 1)
    p.review.set_reader("Cy")
    person.rest()
    p.project.choose(0)
    person.wait(lambda: p.review.can_adjudicate)
    person.rest()
    press(person, _Key.Key_M, _CTRL | _SHIFT)
    person.wait(lambda: p.adjudication.is_shown)
    person.rest()
    person.keep_picture("review-8-adjudicating")
    assert p.adjudication.compared.differing > 0
    press(person, _Key.Key_M, _CTRL | _SHIFT)
    assert not p.adjudication.is_shown
