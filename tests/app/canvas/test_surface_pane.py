"""The fourth pane on the stage, with the runner and the drawing that the program has."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider, QToolButton

from app.canvas.stage import Stage
from app.jobs import JobRunner
from app.presenters.bundle import Presenters
from app.presenters.planes import Layout
from app.surface.camera import Camera, Side
from engine.core.edit import Edit
from engine.core.planes import Plane
from tests.app.volumes import CLASSES, open_volume

SHAPE = (24, 30, 12)
AFFINE = np.diag([-1.0, 1.0, 2.5, 1.0])
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def desk(qtbot, tmp_path, monkeypatch):
    """A stage with a volume that has a block of class 1, and its surface on screen."""
    pytest.importorskip("vtkmodules")
    runner = JobRunner()
    p = Presenters.make(runner, tmp_path / "projects", runner)
    stage = Stage(p)
    qtbot.addWidget(stage)
    stage.resize(800, 600)
    stage.show()
    open_volume(p.case, monkeypatch, tmp_path, SHAPE, AFFINE)
    qtbot.waitUntil(lambda: p.case.case is not None)
    box = (slice(6, 18), slice(8, 22), slice(3, 9))
    before = p.case.history.labels[box].copy()
    with p.case.history.stroke() as put:
        put(Edit(box, before, np.ones_like(before)))
    p.case.changed(None)

    def rest():
        qtbot.waitUntil(
            lambda: p.scene.picture is not None and p.scene.picture.is_fine, timeout=60_000
        )
        qtbot.waitUntil(lambda: not p.runner.is_busy, timeout=60_000)
        QApplication.processEvents()

    def show():
        p.surface.toggle()
        rest()

    yield SimpleNamespace(stage=stage, pane=stage.surface, view=stage.surface.view, p=p, show=show,
                          rest=rest, qtbot=qtbot)  # fmt: skip
    runner.stop()


def pixels_of(widget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGBX8888)
    found = np.frombuffer(image.constBits(), np.uint8)
    return found.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width()].copy()


def share_of_class(pixels: np.ndarray, label: int) -> float:
    """How much of a picture has the hue of a class."""
    colour = np.array(CLASSES[label].colour, float)
    seen = pixels[..., :3].astype(float)
    cosines = seen @ colour / (np.linalg.norm(seen, axis=-1) * np.linalg.norm(colour) + 1e-9)
    return float(((cosines > 0.985) & (seen.max(axis=-1) > 60)).mean())


def test_it_is_there_when_wanted_beside_the_planes_of_any_layout(desk):
    assert not desk.pane.isVisible()
    desk.show()

    for layout in Layout:
        desk.p.planes.arrange(layout)
        QApplication.processEvents()
        assert desk.pane.isVisible()
        places = [desk.pane, *(c for c in desk.stage.canvases.values() if c.isVisible())]
        rects = [place.geometry() for place in places]
        assert all(rect.width() > 60 and rect.height() > 60 for rect in rects)
        assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])

    desk.p.planes.maximise(Plane.CORONAL)
    assert not desk.pane.isVisible()
    desk.p.planes.maximise(Plane.CORONAL)
    assert desk.pane.isVisible()
    desk.p.surface.toggle()
    assert not desk.pane.isVisible()


def test_it_shows_the_colour_of_a_class_unless_its_eye_is_closed(desk):
    desk.show()
    assert share_of_class(pixels_of(desk.view), 1) > 0.05

    desk.p.layers.hide(1, hidden=True)
    desk.qtbot.waitUntil(lambda: share_of_class(pixels_of(desk.view), 1) < 0.005)


def test_a_drag_turns_it_and_a_double_click_brings_it_back(desk):
    desk.show()
    before, start = pixels_of(desk.view), desk.p.scene.camera
    middle = desk.view.rect().center()

    QTest.mousePress(desk.view, LEFT, pos=middle)
    QTest.mouseMove(desk.view, middle + QPoint(60, 20))
    QTest.mouseRelease(desk.view, LEFT, pos=middle + QPoint(60, 20))
    desk.rest()

    assert not np.allclose(desk.p.scene.camera.basis, start.basis)
    assert (pixels_of(desk.view) != before).mean() > 0.02
    assert desk.p.scene.camera.height == start.height

    QTest.mouseDClick(desk.view, LEFT, pos=middle)
    desk.rest()
    desk.qtbot.waitUntil(lambda: np.abs(pixels_of(desk.view).astype(int) - before).mean() < 0.5)


def test_the_right_button_moves_it_and_the_wheel_zooms_where_it_stands(desk):
    desk.show()
    start = desk.p.scene.camera
    middle = desk.view.rect().center()

    QTest.mousePress(desk.view, RIGHT, pos=middle)
    QTest.mouseMove(desk.view, middle + QPoint(0, desk.view.height() // 4))
    QTest.mouseRelease(desk.view, RIGHT, pos=middle)

    moved = desk.p.scene.camera
    assert np.allclose(moved.basis, start.basis)
    share = (moved.centre - start.centre) @ start.basis[1] / start.height
    assert share == pytest.approx(0.25, abs=0.01)

    at = QPointF(middle)
    QApplication.sendEvent(desk.view, QWheelEvent(
        at, desk.view.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    ))  # fmt: skip
    assert desk.p.scene.camera.height == pytest.approx(moved.height / 1.2)


def test_a_click_on_the_surface_moves_the_planes(desk):
    desk.show()
    QTest.keyClick(desk.view, Qt.Key.Key_A)
    desk.rest()
    desk.p.case.put_cursor((0, 0, 0))

    QTest.mouseClick(desk.view, LEFT, pos=desk.view.rect().center())

    desk.qtbot.waitUntil(lambda: desk.p.case.cursor != (0, 0, 0))
    assert desk.p.case.cursor[1] == 21
    assert desk.p.case.history.labels[desk.p.case.cursor] == 1


@pytest.mark.parametrize("side", Side)
def test_keys_and_buttons_look_from_the_six_sides(desk, side):
    desk.show()

    QTest.keyClick(desk.view, getattr(Qt.Key, f"Key_{side.value}"))
    assert np.allclose(desk.p.scene.camera.basis, Camera().seen_from(side).basis)

    desk.p.scene.reset()
    button = next(b for b in desk.pane.findChildren(QToolButton) if b.text() == side.value)
    button.click()
    assert np.allclose(desk.p.scene.camera.basis, Camera().seen_from(side).basis)


def test_arrows_signs_and_home_do_what_the_mouse_does(desk):
    desk.show()
    start = desk.p.scene.camera

    QTest.keyClick(desk.view, Qt.Key.Key_Right)
    assert not np.allclose(desk.p.scene.camera.basis, start.basis)
    QTest.keyClick(desk.view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert not np.allclose(desk.p.scene.camera.centre, start.centre)
    QTest.keyClick(desk.view, Qt.Key.Key_Plus)
    assert desk.p.scene.camera.height < start.height
    QTest.keyClick(desk.view, Qt.Key.Key_Home)
    assert np.allclose(desk.p.scene.camera.basis, start.basis)
    assert desk.p.scene.camera.height == pytest.approx(start.height)


def test_the_crosshair_moves_over_it_without_another_drawing(desk):
    desk.show()
    before, picture = pixels_of(desk.view), desk.p.scene.picture

    desk.p.case.put_cursor((2, 3, 1))
    QApplication.processEvents()

    assert (pixels_of(desk.view) != before).any()
    assert desk.p.scene.picture is picture
    desk.p.planes.toggle_crosshair()
    QApplication.processEvents()
    bare = pixels_of(desk.view)
    desk.p.case.put_cursor((9, 9, 9))
    QApplication.processEvents()
    assert (pixels_of(desk.view) == bare).all()


def test_the_button_builds_what_the_switch_does_not(desk):
    desk.p.surface.toggle_automatic()
    desk.p.surface.toggle()
    named = {one.accessibleName(): one for one in desk.pane.findChildren(QToolButton)}
    update = named["Build the surface of the mask as it is"]
    assert update.isEnabled()
    assert desk.view.told == "Press the round arrow above to build the surface"

    update.click()
    desk.rest()

    assert not update.isEnabled()
    assert share_of_class(pixels_of(desk.view), 1) > 0.05


def test_the_slider_and_the_opacity_of_the_other_classes_follow_each_other(desk):
    slider = desk.pane.findChild(QSlider)
    assert slider.accessibleName() == "Opacity of the other classes"

    slider.setValue(40)
    assert desk.p.scene.faintness == 0.4
    desk.p.scene.fade(0.7)
    assert slider.value() == 70


def test_where_it_cannot_be_drawn_a_sentence_says_why(desk, monkeypatch):
    from engine.errors import MissingSystem

    faults = []
    desk.p.scene.failed.connect(faults.append)
    sentence = MissingSystem("There is no OpenGL.", remedy="Install it.")

    def refuse(_look):
        raise sentence

    desk.p.scene._drawing = SimpleNamespace(draw=refuse)
    desk.p.surface.toggle()
    desk.qtbot.waitUntil(lambda: bool(desk.p.surface.why_not))

    assert desk.view.told == "There is no OpenGL. Install it."
    assert not faults
    assert share_of_class(pixels_of(desk.view), 1) < 0.005
