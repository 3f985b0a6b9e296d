"""A folder of photos: opened, its class named, two masks drawn and approved, a dataset exported."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
)

from app.dialogs.export import ExportDialog
from app.panels.classes import ClassesPanel, Column
from app.panels.status import StatusPanel

_Key = Qt.Key
_LEFT = Qt.MouseButton.LeftButton
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
LEAF = (slice(20, 60), slice(30, 90))


@pytest.fixture
def folder(tmp_path):
    """Three photos of a leaf on a table, as a camera numbers them."""
    place = tmp_path / "leaves"
    place.mkdir()
    noise = np.random.default_rng(3)
    for number in (1, 2, 10):
        picture = np.full((80, 120, 3), (90, 84, 78), np.uint8)
        picture += noise.integers(0, 6, picture.shape, np.uint8)
        picture[LEAF] = (70, 150, 60)
        Image.fromarray(picture).save(place / f"leaf {number}.png")
    return place


def choose_folder(folder: Path) -> None:
    """Type it into the dialog that stops everything else, once that is there."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            QTimer.singleShot(20, look)
            return
        field = next(one for one in dialog.findChildren(QLineEdit) if one.isVisible())
        field.setText(str(folder))
        QTest.keyClick(field, _Key.Key_Return)

    QTimer.singleShot(0, look)


def labels(person) -> np.ndarray:
    return person.presenters.case.history.labels.copy()


def next_case(person, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    before = person.presenters.case.case
    person.key(key, modifier)
    person.wait(lambda: person.presenters.case.case not in (None, before))
    person.rest()


def rename(person, row: int, name: str) -> None:
    table = person.window.findChild(ClassesPanel).findChild(QTableWidget)
    middle = table.visualItemRect(table.item(row, Column.NAME)).center()
    QTest.mouseClick(table.viewport(), _LEFT, pos=middle)
    QTest.mouseDClick(table.viewport(), _LEFT, pos=middle)
    field = table.findChild(QLineEdit)
    assert field is not None, "a double click edits the name"
    field.selectAll()
    QTest.keyClicks(field, name)
    QTest.keyClick(field, _Key.Key_Return)
    project = person.presenters.project
    person.wait(lambda: project.project.label_set.names[row] == name)
    person.rest()


def test_a_folder_of_photos_becomes_a_dataset(person, folder, tmp_path):
    p, window = person.presenters, person.window
    person.keep_picture("folder-1-start")
    choose_folder(folder)
    QTest.keyClick(window, _Key.Key_U, _CTRL)
    person.wait(lambda: p.case.case is not None)
    person.rest()
    assert [one.name for one in p.project.cases] == ["leaf 1", "leaf 2", "leaf 10"]
    rename(person, 1, "leaf")
    assert p.case.case.case.name == "leaf 1"

    # the first photo: a polygon around the leaf, and a stroke of the brush for its stalk
    person.key(_Key.Key_1)
    person.key(_Key.Key_P)
    for corner in ((20, 30), (20, 90), (60, 90)):
        person.click(person.at(*corner))
    QTest.mouseMove(window.canvas, person.at(60, 30))
    person.keep_picture("folder-2-polygon")
    person.click(person.at(60, 30))
    person.key(_Key.Key_Return)
    inside = np.zeros((80, 120), bool)
    inside[LEAF] = True
    wrong = (labels(person) == 1) != inside
    assert wrong.sum() <= 2 * (40 + 60), "but for the rim, where a pixel of the screen decides"
    person.key(_Key.Key_B)
    person.drag(person.at(40.5, 92.5), person.at(40.5, 110.5))
    first = labels(person)
    assert (first[40, 92:111] == 1).all()
    assert not first[40, 116:].any()
    person.drag(person.at(40.5, 104.5), person.at(40.5, 118.5), Qt.MouseButton.RightButton)
    first = labels(person)
    assert not first[40, 104:].any(), "the right button takes it away again"
    person.keep_picture("folder-3-first-mask")
    assert p.project.cases[0].state.value == "in review"
    next_case(person, _Key.Key_Return, _CTRL)
    assert p.project.cases[0].state.value == "approved"

    # the second photo: an outline of the brush, filled inside
    assert p.case.case.case.name == "leaf 2"
    assert not labels(person).any()
    for _ in range(30):
        person.key(_Key.Key_BracketLeft)
    person.key(_Key.Key_B)
    ring = ((24.5, 34.5), (24.5, 84.5), (55.5, 84.5), (55.5, 34.5), (24.5, 34.5))
    for start, stop in itertools.pairwise(ring):
        person.drag(person.at(*start), person.at(*stop))
    assert not labels(person)[40, 60]
    person.key(_Key.Key_F)
    person.click(person.at(40.5, 60.5))
    second = labels(person)
    drawn = np.zeros((80, 120), np.uint8)
    drawn[24:56, 34:85] = 1
    assert np.array_equal(second, drawn), "the ring and all that is in it, and no pixel more"
    person.keep_picture("folder-4-second-mask")
    next_case(person, _Key.Key_Return, _CTRL)
    states = [one.state.value for one in p.project.cases]
    assert states == ["approved", "approved", "new"]
    person.keep_picture("folder-5-both-approved")

    out = tmp_path / "dataset"
    exported = export(person, out)
    assert not exported.failed
    assert sorted(path.name for path in out.iterdir()) == [
        "labels.json",
        "leaf 1.png",
        "leaf 2.png",
    ]
    for name, mask in (("leaf 1", first), ("leaf 2", second)):
        with Image.open(out / f"{name}.png") as image:
            assert np.array_equal(np.asarray(image), mask)
    classes = json.loads((out / "labels.json").read_text())["classes"]
    assert [one["name"] for one in classes] == ["background", "leaf"]
    assert "2 masks exported" in window.findChild(StatusPanel).currentMessage()


def export(person, out):
    """As PNG masks into a folder, by the dialog."""
    done = []
    person.presenters.exporting.exported.connect(done.append)
    person.key(_Key.Key_E, _CTRL | _SHIFT)
    dialog = person.dialog(ExportDialog)
    formats = dialog.findChild(QComboBox)
    formats.setFocus()
    QTest.keyClicks(formats, "PNG")
    assert formats.currentData() == "png"
    field = dialog.findChild(QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, str(out))
    listed = dialog.findChild(QPlainTextEdit)
    go = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    person.wait(go.isEnabled)
    person.rest()
    assert listed.toPlainText().splitlines() == ["leaf 1", "leaf 2", "labels.json"]
    person.keep_picture("folder-6-export", dialog)
    assert not out.exists(), "nothing is written before it is asked for"
    QTest.mouseClick(go, _LEFT, pos=go.rect().center())
    person.wait(lambda: bool(done))
    person.rest()
    return done[0]
