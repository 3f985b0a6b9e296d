"""Comparing, keeping and leaving a refinement, as a person would in the window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QPushButton, QSlider, QSpinBox, QWidget

from app.dialogs.compatibility import CompatibilityDialog
from app.dialogs.steps import StepsDialog
from app.panels.refine import RefinePanel
from app.presenters.refinement import Reach
from engine.core.planes import Plane, slice_view
from engine.io.opening import open_image
from engine.project.snapshots import load_probabilities
from engine.workflow.refine import make_refiner


@pytest.fixture
def refining(person, make_volume, tiny_weights):
    """A predicted volume with an exact preview that differs from its mask."""
    values = np.random.default_rng(4).integers(0, 60, (48, 40, 10)).astype(np.int16)
    values[12:36, 10:30, 2:8] += 150
    person.open(make_volume("head.nii.gz", values))
    p = person.presenters
    p.prediction.choose(str(tiny_weights))
    p.prediction.predict()
    person.wait(lambda: not p.prediction.is_running)
    p.refinement.set("smoothness_weight", 3.0)
    p.refinement.turn(on=True)
    person.wait(lambda: p.refinement.has_preview)
    person.rest()
    assert p.comparison.changes.any()
    return person


def fresh(person, crf="conv"):
    """A refiner of the case, made outside of the window."""
    p = person.presenters
    image = open_image(p.case.case.image.source.path)
    folder, labels = p.case.project.folder, p.case.project.label_set
    believed = load_probabilities(folder, p.case.case.case.id, image.geometry, labels)
    return make_refiner(image, labels, believed, "cpu", crf)


def control(person, kind, name) -> QWidget:
    panel = person.window.findChild(RefinePanel)
    return next(one for one in panel.findChildren(kind) if one.accessibleName() == name)


def press(person, text):
    panel = person.window.findChild(RefinePanel)
    button = next(one for one in panel.findChildren(QPushButton) if one.text() == text)
    button.click()


def on_screen(person) -> np.ndarray:
    """(rows, columns, 3) of the canvas, of its pixels."""
    QTest.qWait(20)
    image = person.window.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8)
    return pixels.reshape(image.height(), image.width(), 4)[..., :3].copy()


def test_enter_keeps_and_escape_leaves_wherever_the_focus_is(refining):
    p = refining.presenters
    before = p.case.history.labels.copy()
    number = control(refining, QDoubleSpinBox, "Colour width")
    number.setFocus()
    number.selectAll()
    QTest.keyClicks(number, "31")
    QTest.keyClick(number, Qt.Key.Key_Return)
    refining.rest()
    assert p.refinement.parameters.appearance_colour == 31
    kept = fresh(refining).refine_slice(p.case.view, p.refinement.parameters)
    assert np.array_equal(p.case.view.read(p.case.history.labels), kept)
    p.case.undo()
    assert np.array_equal(p.case.history.labels, before), "it was one step"

    refining.rest()
    slider = control(refining, QSlider, "Colour width")
    slider.setFocus()
    slider.setValue(10)
    QTest.keyClick(slider, Qt.Key.Key_Escape)
    assert not p.refinement.is_on
    refining.rest()
    assert np.array_equal(p.case.history.labels, before)
    assert not p.case.has_overlay

    p.refinement.turn(on=True)
    refining.rest()
    shown = p.case.shown_labels.copy()
    refining.key(Qt.Key.Key_Enter)
    assert np.array_equal(p.case.view.read(p.case.history.labels), shown)
    p.case.undo()
    refining.rest()
    refining.key(Qt.Key.Key_Escape)
    assert not p.refinement.is_on
    assert np.array_equal(p.case.history.labels, before)


def test_changed_pixels_flash_and_escape_takes_back_a_stroke_first(refining):
    still = on_screen(refining)
    refining.key(Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    lit = on_screen(refining)
    changes = refining.presenters.comparison.changes
    assert (lit != still).any()
    share = (lit != still).any(axis=-1).sum() / changes.astype(bool).sum()
    scale = refining.window.canvas.height() * refining.window.canvas.width() / changes.size
    assert share <= scale, "no more of the screen than what changed"
    refining.wait(lambda: np.array_equal(on_screen(refining), still))
    p, canvas = refining.presenters, refining.window.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=refining.middle)
    assert p.editing.is_drawing
    refining.key(Qt.Key.Key_Escape)
    assert not p.editing.is_drawing
    assert p.refinement.is_on
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=refining.middle)


def test_the_split_line_shows_both_masks_or_both_crfs_and_can_be_dragged(refining):
    p, canvas = refining.presenters, refining.window.canvas
    QTest.mouseMove(canvas, QPoint(1, 1))
    after = on_screen(refining)
    p.refinement.hold_before(held=True)
    before = on_screen(refining)
    p.refinement.hold_before(held=False)
    assert (after != before).any()
    refining.key(Qt.Key.Key_S)
    height, width = before.shape[:2]
    for x in (width // 2, width // 3):
        if x != width // 2:
            start = QPoint(width // 2, height // 4)
            QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
            QTest.mouseMove(canvas, QPoint(width // 2 - 20, height // 4))
            QTest.mouseMove(canvas, QPoint(x, height // 4))
            QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, height // 4))
            QTest.mouseMove(canvas, QPoint(1, 1))
        shown = on_screen(refining)
        low = height // 2 + 12  # below captions and handle
        assert np.array_equal(shown[low:, 40 : x - 8], before[low:, 40 : x - 8])
        assert np.array_equal(shown[low:, x + 8 : width - 40], after[low:, x + 8 : width - 40])
    assert not p.case.history.can_redo
    refining.key(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    moved = round((1 / 3 + 0.05) * width)
    shown = on_screen(refining)
    assert np.array_equal(shown[low:, 40 : moved - 10], before[low:, 40 : moved - 10])
    refining.key(Qt.Key.Key_S)
    assert np.array_equal(on_screen(refining), after)


def test_the_line_compares_the_two_crfs(refining):
    p = refining.presenters
    with_ = control(refining, QComboBox, "Compare with")
    with_.setCurrentIndex(1)
    with_.activated.emit(1)
    refining.key(Qt.Key.Key_S)
    refining.wait(lambda: p.comparison.sides[0] is not p.comparison.sides[1])
    for crf, labels in zip(("conv", "dense"), p.comparison.sides, strict=True):
        found = fresh(refining, crf).refine_slice(p.case.view, p.refinement.parameters)
        assert np.array_equal(labels, found)
    crf = control(refining, QComboBox, "CRF")
    crf.setCurrentIndex(1)
    crf.activated.emit(1)
    refining.rest()
    dense = fresh(refining, "dense").refine_slice(p.case.view, p.refinement.parameters)
    assert np.array_equal(p.refinement.preview, dense)
    assert not control(refining, QSlider, "Filter size").isEnabled()
    assert "every pixel" in control(refining, QSlider, "Filter size").parentWidget().toolTip()


def test_a_range_of_slices_or_this_view_is_applied_and_no_more(refining):
    p = refining.presenters
    before = p.case.history.labels.copy()
    reach = control(refining, QComboBox, "Apply to")
    reach.setCurrentIndex(reach.findData(Reach.RANGE.value))
    reach.activated.emit(reach.currentIndex())
    p.case.show_plane(Plane.CORONAL)
    control(refining, QSpinBox, "Last slice").setValue(13)
    control(refining, QSpinBox, "First slice").setValue(11)
    press(refining, "Apply")
    refining.wait(lambda: not p.refining_all.is_running)
    refiner, geometry = fresh(refining), p.case.case.image.geometry
    for index in range(p.case.slices):
        view = slice_view(geometry, Plane.CORONAL, index)
        wanted = view.read(before)
        if 10 <= index <= 12:
            wanted = refiner.refine_slice(view, p.refinement.parameters)
        assert np.array_equal(view.read(p.case.history.labels), wanted)
    panel = refining.window.findChild(RefinePanel)
    texts = [one.text() for one in panel.findChildren(QWidget) if hasattr(one, "text")]
    assert any("in total" in text for text in texts)
    p.case.undo()
    assert np.array_equal(p.case.history.labels, before)

    # and this view is what is seen of the slice
    p.case.show_plane(Plane.AXIAL)
    refining.window.canvas.zoom(4.0)
    p.refinement.choose_reach(Reach.VIEW)
    refining.rest()
    box = p.refinement.scope.box
    rows, columns = p.case.view.sides
    assert 0 < box[0].stop - box[0].start < rows
    assert 0 < box[1].stop - box[1].start < columns
    refining.key(Qt.Key.Key_Return)
    exact = fresh(refining).refine_slice(p.case.view, p.refinement.parameters)
    wanted = p.case.view.read(before).copy()
    wanted[box] = exact[box]
    assert np.array_equal(p.case.view.read(p.case.history.labels), wanted)


def test_steps_and_costs_open_from_the_panel(refining):
    p = refining.presenters
    press(refining, "Steps...")
    dialog = refining.window.findChild(StepsDialog)
    slider = next(one for one in dialog.findChildren(QSlider))
    refining.wait(slider.isEnabled)
    assert slider.maximum() == p.refinement.parameters.iterations
    dialog.reject()
    control(refining, QPushButton, "Compatibility").click()
    costs = refining.window.findChild(CompatibilityDialog)
    cells = costs.findChildren(QDoubleSpinBox)
    assert len(cells) == 16
    p.refinement.set("compatibility", tuple((0.0,) * 4 for _ in range(4)))
    refining.rest()
    free = p.case.view.read(load_mask(refining))
    assert np.array_equal(p.refinement.preview, free), "what costs nothing changes nothing"
    costs.reject()
    refining.rest()
    assert p.refinement.parameters.compatibility == ()
    assert not np.array_equal(p.refinement.preview, free)


def load_mask(person):
    """What the network alone believes most."""
    p = person.presenters
    image = open_image(p.case.case.image.source.path)
    folder, labels = p.case.project.folder, p.case.project.label_set
    return load_probabilities(folder, p.case.case.case.id, image.geometry, labels).argmax()
