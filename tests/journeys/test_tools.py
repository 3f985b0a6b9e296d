"""Each tool through a real window, by mouse, pen and keys."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDoubleSpinBox, QToolBar, QToolButton

from app.presenters.tool_options import ToolOptions
from engine.editing.tools.table import TOOLS
from tests.journeys.conftest import Person

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def photo(tmp_path):
    picture = np.full((60, 90, 3), 40, np.uint8)
    picture[15:45, 25:65] = (220, 120, 60)
    path = tmp_path / "block.png"
    Image.fromarray(picture).save(path)
    return path


@pytest.fixture
def at(person: Person, photo):
    """Where a place of the photo lies on the canvas."""
    person.open(photo)
    person.rest()
    return lambda row, column: person.window.canvas.point((row, column)).toPoint()


def labels(person: Person) -> np.ndarray:
    return person.presenters.case.history.labels


def steps(person: Person) -> int:
    return len(person.presenters.case.history.stacks[0])


def press(person: Person, where: QPoint, button=LEFT, keys=NONE) -> None:
    QTest.mousePress(person.window.canvas, button, keys, where)


def release(person: Person, where: QPoint, button=LEFT) -> None:
    QTest.mouseRelease(person.window.canvas, button, NONE, where)


def click(person: Person, where: QPoint, button=LEFT, keys=NONE) -> None:
    press(person, where, button, keys)
    release(person, where, button)


def move(person: Person, where: QPoint) -> None:
    QTest.mouseMove(person.window.canvas, where)


def choose(person: Person, tool: str) -> None:
    """By its key, as a person does."""
    key = TOOLS[tool].shortcut
    held = SHIFT if key.startswith("Shift+") else NONE
    person.key(Qt.Key[f"Key_{key[-1]}"], held)
    assert person.presenters.editing.tool == tool


BLOCK = (slice(15, 45), slice(25, 65))


def block() -> np.ndarray:
    inside = np.zeros((60, 90), bool)
    inside[BLOCK] = True
    return inside


def test_brush_shift_click_right_drag_and_alt(person, at):
    choose(person, "brush")
    person.presenters.editing.set_radius(2.0)
    click(person, at(10.5, 10.5))
    click(person, at(10.5, 80.5), keys=SHIFT)
    assert (labels(person)[10, 10:81] == 1).all()
    assert steps(person) == 2
    person.drag(at(10.5, 30.5), at(10.5, 40.5), RIGHT)
    assert not labels(person)[10, 30:41].any()
    press(person, at(10.5, 60.5), keys=Qt.KeyboardModifier.AltModifier)
    release(person, at(10.5, 60.5))
    assert labels(person)[10, 60] == 0
    assert steps(person) == 4


def test_size_follows_keys_and_the_strip_shows_it(person, at):
    choose(person, "brush")
    editing = person.presenters.editing
    strip = person.window.findChild(QToolBar, "tool options")
    before = editing.radius
    person.key(Qt.Key.Key_BracketRight)
    assert editing.radius == before + 0.5
    number = strip.findChild(QDoubleSpinBox)
    assert number.value() == editing.radius
    person.key(Qt.Key.Key_BracketRight, SHIFT)
    assert editing.radius == 2 * (before + 0.5)
    number.setValue(4.0)
    assert editing.radius == 4.0
    square = next(b for b in strip.findChildren(QToolButton) if "Square" in b.accessibleName())
    QTest.mouseClick(square, LEFT)
    click(person, at(30.0, 45.0))
    assert (labels(person) == 1).sum() == 64
    assert not any("3-D" in box.text() for box in strip.findChildren(QCheckBox)), "of a photo"


def test_polygon_by_clicks_with_backspace_undo_and_enter(person, at):
    choose(person, "polygon")
    for corner in [(15, 25), (15, 65), (45, 65), (45, 25), (55, 5), (50, 3)]:
        click(person, at(*corner))
    person.key(Qt.Key.Key_Backspace)
    person.key(Qt.Key.Key_Z, CTRL)
    assert not labels(person).any()
    assert person.presenters.editing.is_drawing, "undo took a corner, not the polygon"
    person.key(Qt.Key.Key_Return)
    wrong = (labels(person) == 1) != block()
    near = np.ones((3, 3), np.uint8)
    inside = block().view(np.uint8)
    rim = cv2.dilate(inside, near) - cv2.erode(inside, near)
    wrong &= rim == 0
    assert not wrong.any(), "but for the rim, where a pixel of the screen decides"
    assert steps(person) == 1


def test_polygon_closed_by_its_first_corner_and_by_double_click(person, at):
    choose(person, "polygon")
    for corner in [(15, 25), (15, 65), (45, 65)]:
        click(person, at(*corner))
    click(person, at(15, 25) + QPoint(6, 5))
    assert steps(person) == 1
    for corner in [(50, 5), (50, 20), (58, 20)]:
        click(person, at(*corner), RIGHT)
    QTest.mouseDClick(person.window.canvas, LEFT, NONE, at(58, 20))
    assert not person.presenters.editing.is_drawing
    choose(person, "polygon")
    click(person, at(15, 25))
    person.key(Qt.Key.Key_Escape)
    assert not person.presenters.editing.is_drawing


def test_lasso_fill_wand_and_picker(person, at):
    choose(person, "lasso")
    press(person, at(5, 5))
    for place in [(5, 20), (12, 20), (12, 5)]:
        move(person, at(*place))
    release(person, at(12, 5))
    assert abs(int((labels(person) == 1).sum()) - 7 * 15) < 25
    choose(person, "wand")
    click(person, at(30.5, 45.5))
    assert (labels(person)[BLOCK] == 1).all()
    choose(person, "fill")
    click(person, at(30.5, 45.5), RIGHT)
    assert not labels(person)[BLOCK].any()
    assert steps(person) == 3
    choose(person, "picker")
    click(person, at(50.5, 80.5))
    assert person.presenters.editing.label == 0
    assert person.presenters.editing.tool == "fill"


def test_dragging_the_wand_sets_its_tolerance(person, at):
    choose(person, "wand")
    start = at(30.5, 45.5)
    press(person, start)
    for part in range(1, 6):
        move(person, start + QPoint(40 * part, 0))
    guide = person.presenters.editing.guide
    assert guide.text == "± 70"
    release(person, start + QPoint(200, 0))
    assert person.presenters.editing.option("tolerance") == 70


def test_threshold_brush_keeps_to_the_brightness_it_was_pressed_on(person, at):
    choose(person, "threshold")
    person.presenters.editing.set_radius(20.0)
    click(person, at(20.5, 30.5))
    assert (labels(person) == 1).sum() > 100
    assert not ((labels(person) == 1) & ~block()).any()


def test_measure_says_how_long_and_how_large(person, at):
    choose(person, "measure")
    press(person, at(30, 20))
    move(person, at(30, 60))
    release(person, at(30, 60))
    value, unit = person.presenters.editing.guide.text.split()
    assert unit == "px"
    assert abs(float(value) - 40) < 0.5
    click(person, at(30.5, 45.5))
    assert person.presenters.editing.guide.text == "background  5400 px"
    assert not labels(person).any()
    person.key(Qt.Key.Key_Escape)
    assert person.presenters.editing.guide is None


def test_space_and_the_select_tool_move_the_picture(person, at):
    canvas = person.window.canvas
    choose(person, "brush")
    before = canvas.place(QPointF(100, 100))
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    person.drag(at(30, 45), at(30, 45) + QPoint(30, 20))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.place(QPointF(130, 120)) == pytest.approx(before)
    choose(person, "select")
    person.drag(at(30, 45), at(30, 45) - QPoint(30, 20))
    assert canvas.place(QPointF(100, 100)) == pytest.approx(before)
    assert not labels(person).any()


def pen(person: Person, kind: QEvent.Type, where: QPoint, pressure: float, *, eraser=False) -> None:
    end = QPointingDevice.PointerType.Eraser if eraser else QPointingDevice.PointerType.Pen
    device = QPointingDevice(
        "pen", 1, QPointingDevice.DeviceType.Stylus, end,
        QPointingDevice.Capability.Pressure, 1, 1,
    )  # fmt: skip
    place = QPointF(where)
    event = QTabletEvent(
        kind, device, place, person.window.canvas.mapToGlobal(place), pressure,
        0, 0, 0, 0, 0, NONE, LEFT, LEFT,
    )  # fmt: skip
    QApplication.sendEvent(person.window.canvas, event)
    assert event.isAccepted()


def test_a_pen_paints_with_its_pressure_and_erases_with_its_other_end(person, at):
    choose(person, "brush")
    editing = person.presenters.editing
    editing.set_radius(10.0)
    editing.set_option("heeds_pressure", True)
    where = at(30, 45)
    pen(person, QEvent.Type.TabletPress, where, 0.2)
    pen(person, QEvent.Type.TabletRelease, where, 0.2)
    thin = int((labels(person) == 1).sum())
    assert 8 <= thin <= 16
    pen(person, QEvent.Type.TabletPress, where, 1.0)
    pen(person, QEvent.Type.TabletMove, where + QPoint(3, 0), 1.0)
    pen(person, QEvent.Type.TabletRelease, where, 0.0)
    assert (labels(person) == 1).sum() > 20 * thin
    for kind in (QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease):
        pen(person, kind, where, 1.0, eraser=True)
    assert not labels(person)[30, 45]
    assert steps(person) == 3


def test_a_box_is_refined_by_the_real_crf_as_one_step(person, at):
    choose(person, "brush")
    person.presenters.editing.set_radius(4.0)
    person.drag(at(28, 30), at(32, 60))
    before = labels(person).copy()
    choose(person, "box")
    person.drag(at(10, 20), at(50, 70))
    person.wait(lambda: not person.presenters.spreading.is_running)
    person.rest()
    assert steps(person) in (1, 2)
    assert (labels(person)[before == 1] == 1).all(), "what was drawn is pinned"
    outside = np.ones((60, 90), bool)
    outside[9:51, 19:71] = False
    assert not labels(person)[outside].any()


def test_the_ball_paints_through_slices_and_other_planes_see_it(person, make_volume):
    person.open(make_volume("head.nii.gz", np.zeros((24, 20, 12), np.int16), np.eye(4)))
    choose(person, "brush")
    person.presenters.editing.set_radius(3.0)
    person.key(Qt.Key.Key_B, SHIFT)
    strip = person.window.findChild(QToolBar, "tool options")
    assert any("3-D" in box.text() and box.isChecked() for box in strip.findChildren(QCheckBox))
    click(person, person.middle)
    assert len(np.unique(np.nonzero(labels(person))[2])) in (5, 7), "through the slices"
    assert steps(person) == 1
    person.key(Qt.Key.Key_Z, CTRL)
    assert not labels(person).any()


def test_tool_and_size_come_back_in_the_next_run(person, at):
    choose(person, "eraser")
    person.presenters.editing.set_radius(17.0)
    fresh = ToolOptions(person.presenters.editing._options._memory)
    assert fresh.recall("tool") == "eraser"
    assert fresh.value("brush", "radius") == 17.0
