from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QSlider

from app.panels.refine import RefinePanel
from engine.io.opening import open_image
from engine.project.snapshots import load_probabilities
from engine.workflow.refine import make_refiner


@pytest.fixture
def refining(person, make_volume, tiny_weights):
    """A predicted volume with the preview on."""
    values = np.random.default_rng(4).integers(0, 60, (48, 40, 10)).astype(np.int16)
    values[12:36, 10:30, 2:8] += 150
    person.open(make_volume("head.nii.gz", values))
    person.presenters.prediction.choose(str(tiny_weights))
    person.presenters.prediction.predict()
    person.wait(lambda: not person.presenters.prediction.is_running)
    person.rest()
    person.presenters.refinement.turn(on=True)
    person.wait(lambda: person.presenters.refinement.has_preview)
    return person


def exact(person):
    """What a fresh solve of the parameters in hand gives for the slice on screen."""
    p = person.presenters
    image = open_image(p.case.case.image.source.path)
    folder, labels = p.case.project.folder, p.case.project.label_set
    believed = load_probabilities(folder, p.case.case.case.id, image.geometry, labels)
    refiner = make_refiner(image, labels, believed, "cpu")
    return refiner.refine_slice(p.case.view, p.refinement.parameters)


def test_a_dragged_slider_ends_at_the_exact_result_of_its_last_value(refining):
    panel = refining.window.findChild(RefinePanel)
    slider = next(s for s in panel.findChildren(QSlider) if s.accessibleName() == "Colour width")
    updates = []
    refining.presenters.refinement.measured.connect(updates.append)
    for position in [*range(0, 190, 3), *range(190, 40, -3)]:
        slider.setValue(position)
        QTest.qWait(2)
    refining.rest()
    assert refining.presenters.refinement.parameters.appearance_colour == 1.0 + 0.5 * 43
    assert np.array_equal(refining.presenters.case.shown_labels, exact(refining))
    assert 1 <= len(updates) <= 114, "stale values were dropped, the last one was not"


def test_the_preview_follows_to_another_slice(refining):
    case = refining.presenters.case
    refining.key(Qt.Key.Key_Up)
    refining.key(Qt.Key.Key_Up)
    refining.rest()
    assert case.index == 7
    assert np.array_equal(case.shown_labels, exact(refining))


def test_the_whole_volume_is_refined_as_one_step(refining):
    p = refining.presenters
    before = p.case.history.labels.copy()
    p.refining_all.apply_volume()
    refining.wait(lambda: not p.refining_all.is_running)
    refining.rest()
    view = p.case.view
    assert np.array_equal(view.read(p.case.history.labels), exact(refining))
    p.case.undo()
    assert np.array_equal(p.case.history.labels, before)


def test_turning_the_preview_off_shows_the_mask_as_it_is(refining):
    case = refining.presenters.case
    refining.presenters.refinement.turn(on=False)
    assert not case.has_overlay
    assert np.array_equal(case.shown_labels, case.view.read(case.history.labels))


def test_a_preset_is_saved_with_the_project_and_found_again(refining):
    refinement = refining.presenters.refinement
    refinement.set("appearance_colour", 21.5)
    presets = refining.presenters.presets
    presets.keep("mine")
    refining.wait(lambda: "mine" in presets.known)
    refinement.reset()
    assert refinement.parameters.appearance_colour != 21.5
    presets.use("mine")
    assert refinement.parameters.appearance_colour == 21.5
    refining.rest()
    assert np.array_equal(refining.presenters.case.shown_labels, exact(refining))
    presets.keep("Default")
    box = refining.message()
    assert "cannot be saved as 'Default'" in box.text()
    box.close()


def test_fitting_to_corrections_offers_what_it_learnt(refining):
    p = refining.presenters
    p.refinement.turn(on=False)
    middle = refining.middle
    for offset in (-60, 0, 60):
        label = 1 + (offset > 0)
        p.editing.choose_label(label)
        refining.drag(middle + QPoint(-90, offset), middle + QPoint(90, offset))
    assert p.case.history.touched.any()
    before = p.refinement.parameters
    p.presets.fit()
    box = refining.message()
    assert "held-out corrections" in box.text()
    yes = box.button(QMessageBox.StandardButton.Yes)
    if yes is None:
        assert p.refinement.parameters == before
    else:
        yes.click()
        refining.rest()
        assert p.refinement.parameters == p.presets.known["fitted"]
    box.close()
