"""Files that are no images, or do not fit: a sentence each, nothing lost, the window works on."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

_CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def photo(tmp_path):
    picture = np.full((60, 90, 3), 70, np.uint8)
    picture[15:45, 25:65] = (220, 120, 60)
    Image.fromarray(picture).save(tmp_path / "cup.png")
    return tmp_path / "cup.png"


@pytest.fixture
def wrong(tmp_path, photo):
    """What a person may drop by mistake, by what it is."""
    place = tmp_path / "wrong"
    (place / "letters").mkdir(parents=True)
    (place / "letters" / "letter.txt").write_text("Dear all")
    (place / "notes.txt").write_text("milk, bread")
    (place / "invoice.pdf").write_bytes(b"%PDF-1.4 nothing")
    (place / "empty.png").touch()
    (place / "cut.png").write_bytes(photo.read_bytes()[:120])
    return {
        "a text": (place / "notes.txt",),
        "a cut image": (place / "cut.png",),
        "an empty file": (place / "empty.png",),
        "a folder without images": (place / "letters",),
        "two that are no images": (place / "invoice.pdf", place / "notes.txt"),
    }


def close(person, box: QMessageBox) -> None:
    """With the keyboard, and see that it goes."""
    box.activateWindow()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    person.wait(lambda: not any(one.isVisible() for one in person.window.findChildren(QMessageBox)))


def test_what_cannot_be_opened_is_said_and_costs_nothing(person, photo, wrong):
    person.open(photo)
    p, case = person.presenters, person.presenters.case
    person.drag(person.at(20, 30), person.at(20, 60))
    drawn = case.history.labels.copy()
    assert drawn.any()
    shown = case.case.case.id
    for number, (what, paths) in enumerate(wrong.items(), 1):
        person.drop(*paths)
        box = person.message()
        person.rest()
        assert paths[0].name in box.text(), what
        assert len(box.text()) < 400, what
        assert box.informativeText(), f"{what}: what to do"
        assert "Traceback" not in box.detailedText(), what
        assert len(person.window.findChildren(QMessageBox)) == 1, what
        person.keep_picture(f"wrong-{number}-{what.replace(' ', '-')}", box)
        close(person, box)
        person.wait(lambda: case.case is not None)
        person.rest()
        assert case.case.case.id == shown, what
        assert np.array_equal(case.history.labels, drawn), what
        assert [one.name for one in p.project.cases] == ["cup"], what
    person.drag(person.at(40, 30), person.at(40, 60))
    assert (case.history.labels != drawn).any()
    person.key(Qt.Key.Key_Z, _CTRL)
    assert np.array_equal(case.history.labels, drawn)
    person.keep_picture("wrong-6-works-on")


def test_a_mask_of_another_shape_is_left_aside(person, tmp_path, photo):
    person.open(photo)
    case = person.presenters.case
    person.drag(person.at(20, 30), person.at(20, 60))
    drawn, first = case.history.labels.copy(), case.case
    other = tmp_path / "other"
    other.mkdir()
    Image.fromarray(np.full((40, 50, 3), 90, np.uint8)).save(other / "plate.png")
    mask = np.zeros((39, 50), np.uint8)
    mask[10:20, 10:20] = 1
    Image.fromarray(mask).save(other / "plate_mask.png")
    person.drop(other)
    box = person.message()
    said = f"{box.text()} {box.informativeText()} {box.detailedText()}"
    assert "plate" in said
    assert "39" in said
    assert "40" in said
    person.wait(lambda: case.case not in (None, first))
    person.rest()
    person.keep_picture("wrong-7-a-mask-of-another-shape", box)
    close(person, box)
    assert case.case.case.name == "plate"
    assert not case.history.labels.any(), "nothing of a mask that does not fit"
    person.drag(person.at(20, 20), person.at(20, 30))
    assert case.history.labels.any()
    second = case.case
    person.drop(photo)
    person.wait(lambda: case.case not in (None, second))
    assert np.array_equal(case.history.labels, drawn)


def test_an_image_beside_what_is_none_is_opened_and_the_other_named(person, tmp_path, photo):
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.4 nothing")
    person.drop(photo, letter)
    box = person.message()
    assert "letter.pdf" in f"{box.text()} {box.detailedText()}"
    person.keep_picture("wrong-8-an-image-and-a-letter", box)
    close(person, box)
    case = person.presenters.case
    person.wait(lambda: case.case is not None)
    assert [one.name for one in person.presenters.project.cases] == ["cup"]
    person.drag(person.middle, person.middle + QPoint(30, 30))
    assert case.history.labels.any()
