from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.minimap import Minimap
from app.canvas.stage import Stage
from app.jobs import JobRunner
from app.presenters.bundle import Presenters
from app.presenters.planes import Layout
from engine.core.planes import Plane
from tests.app.volumes import open_volume

SHAPE = (24, 30, 12)
ANISOTROPIC = np.diag([-1.0, 1.0, 2.5, 1.0])
NO_BUTTON = Qt.MouseButton.NoButton


@pytest.fixture
def desk(qtbot, tmp_path, monkeypatch):
    """A stage with its presenters, and a way to open an image of numbers on it."""
    runner = JobRunner()
    presenters = Presenters.make(runner, tmp_path / "projects", runner)
    stage = Stage(presenters)
    qtbot.addWidget(stage)
    stage.resize(700, 500)
    stage.show()

    def show(shape=SHAPE, affine=ANISOTROPIC, pixels=None):
        open_volume(presenters.case, monkeypatch, tmp_path, shape, affine, pixels)
        qtbot.waitUntil(lambda: presenters.case.case is not None)
        qtbot.waitUntil(lambda: not runner.is_busy)
        QApplication.processEvents()

    yield SimpleNamespace(stage=stage, p=presenters, case=presenters.case, show=show)
    runner.stop()


def planes_on(stage):
    return [plane for plane, canvas in stage.canvases.items() if canvas.isVisible()]


def picture(widget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8)
    return pixels.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width()].copy()


def move_with_shift(canvas, at: QPointF) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), NO_BUTTON, NO_BUTTON,
        Qt.KeyboardModifier.ShiftModifier,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def test_a_photo_has_one_canvas_and_a_volume_three(desk):
    desk.show((40, 50), None)
    assert planes_on(desk.stage) == [Plane.AXIAL]
    desk.show()
    assert planes_on(desk.stage) == list(Plane)
    desk.p.planes.arrange(Layout.ONE)
    assert planes_on(desk.stage) == [Plane.AXIAL]
    desk.case.turn_plane(1)
    assert planes_on(desk.stage) == [Plane.CORONAL]
    assert desk.stage.canvas is desk.stage.canvases[Plane.CORONAL]


def test_the_crosshair_follows_the_pointer_with_shift_in_all_planes(desk):
    desk.show()
    coronal = desk.stage.canvases[Plane.CORONAL]
    target = coronal.view.voxel(3, 7)
    move_with_shift(coronal, coronal.point((3.5, 7.5)))
    assert desk.case.cursor == target
    for canvas in desk.stage.canvases.values():
        row, column = canvas.view.pixel(target)
        assert canvas.view.voxel(row, column) == target
        assert canvas.pixel(canvas.point((row + 0.5, column + 0.5))) == (row, column)
    assert desk.case.plane is Plane.AXIAL  # looking is not choosing


def test_a_press_makes_a_plane_the_active_one_that_tools_draw_on(desk):
    desk.show()
    sagittal = desk.stage.canvases[Plane.SAGITTAL]
    at = sagittal.point((5.5, 9.5)).toPoint()
    QTest.mousePress(sagittal, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(sagittal, Qt.MouseButton.LeftButton, pos=at)
    assert desk.case.plane is Plane.SAGITTAL
    assert desk.case.history.labels[sagittal.view.voxel(5, 9)] == 1


def test_voxels_are_as_high_and_wide_as_they_are_in_millimetres(desk):
    desk.show()
    for plane, (high, wide) in {
        Plane.AXIAL: (1.0, 1.0),
        Plane.CORONAL: (2.5, 1.0),
        Plane.SAGITTAL: (2.5, 1.0),
    }.items():
        canvas = desk.stage.canvases[plane]
        corner, across = canvas.point((0, 0)), canvas.point((1, 1))
        height, width = across.y() - corner.y(), across.x() - corner.x()
        assert height / width == pytest.approx(high / wide)


@pytest.mark.parametrize("neurological", [False, True])
def test_the_patients_left_is_on_the_side_that_is_told(desk, neurological):
    pixels = np.zeros((1, *SHAPE), np.int16)
    pixels[0, 0] = 1000  # the first index lies leftmost: x falls with it
    desk.show(pixels=pixels, affine=np.diag([-1.0, 1.0, 1.0, 1.0]))
    pixels_are_left = desk.case.case.image.geometry.affine[0, 0] < 0
    assert pixels_are_left
    if neurological:
        desk.p.planes.toggle_convention()
    desk.p.planes.toggle_crosshair()
    left_most = SHAPE[0] - 1  # of the axis that runs to the left, the last is leftmost
    for plane in (Plane.AXIAL, Plane.CORONAL):
        canvas = desk.stage.canvases[plane]
        row, column = canvas.view.pixel((left_most, *desk.case.cursor[1:]))
        x = canvas.point((row + 0.5, column + 0.5)).x()
        assert (x < canvas.width() / 2) == neurological


def test_the_convention_turns_what_is_painted_with_what_is_seen(desk):
    desk.show()
    canvas = desk.stage.canvas
    canvas.zoom(1.7)
    before = canvas.viewport
    at = QPointF(canvas.width() / 2 + 60, canvas.height() / 2 + 20)
    place = canvas.place(at)
    desk.p.planes.toggle_convention()
    mirrored = QPointF(canvas.width() - at.x(), at.y())
    assert canvas.place(mirrored) == pytest.approx(place)
    desk.p.planes.toggle_convention()
    assert canvas.viewport == before


@pytest.mark.parametrize("outline", [False, True])
@pytest.mark.parametrize("mirrored", [False, True])
def test_strokes_leave_all_planes_as_if_they_were_drawn_anew(desk, outline, mirrored):
    desk.show()
    rng = np.random.default_rng(3)
    desk.p.layers.toggle_pins()
    if outline:
        desk.p.layers.toggle_outline()
    if mirrored:
        desk.p.planes.toggle_convention()
    for plane in [*Plane, *Plane]:
        desk.case.show_plane(plane)
        canvas = desk.stage.canvas
        canvas.zoom(float(rng.uniform(0.6, 2.5)))
        rows, columns = canvas.view.sides
        desk.p.editing.set_radius(float(rng.uniform(1, 5)))
        desk.p.editing.choose_label(int(rng.integers(1, 3)))
        desk.p.editing.press((rows / 2, columns / 2))
        for _ in range(3):
            desk.p.editing.move((float(rng.uniform(0, rows)), float(rng.uniform(0, columns))))
        desk.p.editing.release((rows / 3, columns / 3))
        partly = {one: picture(c) for one, c in desk.stage.canvases.items()}
        desk.p.layers.redrawn.emit()
        for one, widget in desk.stage.canvases.items():
            assert np.array_equal(partly[one], picture(widget))


def test_a_plane_that_was_hidden_shows_what_changed_meanwhile(desk):
    desk.show()
    desk.p.planes.toggle_crosshair()
    desk.p.planes.maximise(Plane.AXIAL)
    desk.p.editing.press((10, 10))
    desk.p.editing.release((20, 10))
    desk.case.put_cursor((12, 14, 4))
    desk.p.planes.maximise()
    QApplication.processEvents()
    assert planes_on(desk.stage) == list(Plane)
    late = {one: picture(c) for one, c in desk.stage.canvases.items()}
    desk.p.layers.redrawn.emit()
    desk.p.layers.resampled.emit()
    for one, widget in desk.stage.canvases.items():
        assert np.array_equal(late[one], picture(widget))
        assert widget.view == desk.case.view_in(one)


def test_a_double_click_on_a_name_fills_the_window_with_its_plane(desk):
    desk.show()
    coronal = desk.stage.canvases[Plane.CORONAL]
    at = QPointF(14, 14)
    assert coronal.is_on_caption(at)
    QTest.mouseDClick(coronal, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert planes_on(desk.stage) == [Plane.CORONAL]
    QTest.mouseDClick(coronal, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert planes_on(desk.stage) == list(Plane)


def test_a_right_drag_with_shift_changes_the_window_and_paints_nothing(desk):
    desk.show()
    canvas, levels = desk.stage.canvas, desk.p.levels
    before, middle = levels.width, levels.middle
    start = canvas.rect().center()
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, shift, start)
    QTest.mouseMove(canvas, start + QPointF(60, 30).toPoint())
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, shift, start)
    assert levels.width > before
    assert levels.middle > middle  # downwards is darker
    assert not desk.case.history.labels.any()


def drag(canvas, button, keys=Qt.KeyboardModifier.NoModifier, way=(40, -36)):
    start = canvas.rect().center()
    QTest.mousePress(canvas, button, keys, start)
    QTest.mouseMove(canvas, start + QPointF(*way).toPoint())
    QTest.mouseRelease(canvas, button, keys, start + QPointF(*way).toPoint())


def seen(desk):
    """What a drag may change: the mask, window and level, the zoom, and what is in the middle."""
    canvas = desk.stage.canvas
    middle = canvas.place(QPointF(canvas.width() / 2, canvas.height() / 2))
    levels = (round(desk.p.levels.low, 3), round(desk.p.levels.high, 3))
    return (
        int(desk.case.history.labels.sum()),
        levels,
        round(canvas.scale, 3),
        tuple(round(at, 2) for at in middle),
    )


@pytest.mark.parametrize(
    ("does", "changes"),
    [("erase", {0}), ("window", {1}), ("zoom", {2, 3}), ("pan", {3})],
)
@pytest.mark.parametrize(
    ("setting", "button", "keys"),
    [
        ("mouse.right", Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
        ("mouse.shift-right", Qt.MouseButton.RightButton, Qt.KeyboardModifier.ShiftModifier),
        ("mouse.middle", Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
        ("mouse.alt-left", Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier),
    ],
)
def test_a_drag_does_what_the_settings_say_and_nothing_else(
    desk, setting, button, keys, does, changes
):
    desk.show()
    desk.p.settings.set(setting, does)
    desk.p.editing.choose_tool("brush")
    desk.case.replace(np.ones(desk.case.history.labels.shape, np.uint8))
    before = seen(desk)
    drag(desk.stage.canvas, button, keys)
    after = seen(desk)
    assert {at for at, (a, b) in enumerate(zip(before, after, strict=True)) if a != b} == changes


def test_dragging_up_zooms_in_where_the_press_was_and_down_out_again(desk):
    desk.show()
    desk.p.settings.set("mouse.right", "zoom")
    canvas = desk.stage.canvas
    start = QPointF(canvas.rect().center())
    place, scale = canvas.place(start), canvas.scale
    drag(canvas, Qt.MouseButton.RightButton, way=(0, -48))
    assert canvas.scale == pytest.approx(scale * 1.15**4, rel=1e-3)
    assert canvas.place(start) == pytest.approx(place, abs=0.01)
    zoomed = canvas.scale
    QTest.mouseMove(canvas, start.toPoint())  # nothing is held any more
    assert canvas.scale == zoomed
    drag(canvas, Qt.MouseButton.RightButton, way=(0, 48))
    assert canvas.scale == pytest.approx(scale, rel=1e-3)


def test_the_minimap_is_there_while_a_part_is_seen_and_moves_the_view(desk):
    desk.show((400, 600), None)
    canvas = desk.stage.canvas
    minimap = canvas.findChild(Minimap)
    assert not minimap.isVisible()
    canvas.zoom(4.0)
    assert minimap.isVisible()
    QTest.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=QPointF(30, 25).toPoint())
    share = (25 / minimap.height(), 30 / minimap.width())
    middle = canvas.place(QPointF(canvas.width() / 2, canvas.height() / 2))
    assert middle == pytest.approx((share[0] * 400, share[1] * 600), abs=8)
    desk.p.layers.toggle_minimap()
    assert not minimap.isVisible()
    desk.p.layers.toggle_minimap()
    canvas.fit()
    assert not minimap.isVisible()


def test_the_minimap_shows_the_picture_as_the_canvas_does(desk):
    pixels = np.zeros((3, 300, 600), np.uint8)
    pixels[0, :, 300:] = 255
    desk.show((300, 600), None, pixels)
    desk.stage.canvas.zoom(5.0)
    minimap = desk.stage.canvas.findChild(Minimap)
    seen = picture(minimap)
    assert seen[20, 20].tolist()[:3] == [0, 0, 0]
    assert seen[20, -20].tolist()[:3] == [0, 0, 255]


def test_layers_are_gone_while_h_is_held(desk):
    desk.show()
    canvas = desk.stage.canvas
    bare = picture(canvas)
    desk.p.editing.press((10, 10))
    desk.p.editing.release((14, 12))
    masked = picture(canvas)
    assert not np.array_equal(bare, masked)
    QTest.keyPress(canvas, Qt.Key.Key_H)
    assert np.array_equal(picture(canvas), bare)
    QTest.keyRelease(canvas, Qt.Key.Key_H)
    assert np.array_equal(picture(canvas), masked)


def test_hidden_classes_are_not_drawn_and_come_back(desk):
    desk.show()
    desk.p.editing.choose_label(2)
    bare = picture(desk.stage.canvas)
    desk.p.editing.press((10, 10))
    desk.p.editing.release((14, 12))
    masked = picture(desk.stage.canvas)
    desk.p.layers.hide(2, hidden=True)
    assert np.array_equal(picture(desk.stage.canvas), bare)
    desk.p.layers.hide(2, hidden=False)
    assert np.array_equal(picture(desk.stage.canvas), masked)


def test_doubt_is_seen_where_the_network_has_it(desk):
    desk.show()
    canvas = desk.stage.canvas
    desk.p.planes.toggle_crosshair()
    bare = picture(canvas)
    doubt = np.zeros(canvas.view.sides, np.uint8)
    doubt[8:16, 6:12] = 255
    desk.p.doubt.is_on = True
    desk.p.doubt._found[Plane.AXIAL] = (desk.case.index, doubt)
    desk.p.doubt.changed.emit()
    changed = (picture(canvas) != bare).any(-1)
    for row, column in [(9, 7), (15, 11)]:
        at = canvas.point((row + 0.5, column + 0.5)).toPoint()
        assert changed[at.y(), at.x()]
    for row, column in [(5, 3), (20, 18)]:
        at = canvas.point((row + 0.5, column + 0.5)).toPoint()
        assert not changed[at.y(), at.x()]


def test_a_grid_is_drawn_only_between_large_pixels(desk):
    desk.show((40, 60), None)
    canvas = desk.stage.canvas
    desk.p.layers.toggle_minimap()
    for scale, has_grid in ((11.0, False), (14.0, True)):
        canvas.zoom_to(scale)
        with_grid = picture(canvas)
        desk.p.layers.toggle_grid()
        assert np.array_equal(with_grid, picture(canvas)) != has_grid
        desk.p.layers.toggle_grid()
