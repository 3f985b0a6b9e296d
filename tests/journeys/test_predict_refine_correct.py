"""A volume is predicted, refined, corrected; all of it is undone after a restart, and redone."""

from __future__ import annotations

import nibabel as nib
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGroupBox, QSlider

from app.panels.history import HistoryPanel
from app.panels.refine import RefinePanel
from app.start import warm
from engine.core.sources import PixelSource
from engine.workflow.sample import BRAIN_IMAGE, sample_file

_Key = Qt.Key
_CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def slab(tmp_path):
    """Twelve slices through the middle of the shipped brain."""
    whole = nib.load(sample_file(BRAIN_IMAGE))
    middle = tuple(side // 2 for side in whole.shape)
    box = tuple(slice(at - half, at + half) for at, half in zip(middle, (32, 40, 6), strict=True))
    path = tmp_path / "slab.nii.gz"
    nib.save(whole.slicer[box], path)
    return path


def labels(person) -> np.ndarray:
    return person.presenters.case.history.labels.copy()


def test_each_step_from_network_to_brush_is_undone_past_a_restart(person, slab, enter):
    warm(person.window)
    person.open(slab)
    p, panel = person.presenters, person.window.findChild(RefinePanel)
    empty = labels(person)
    assert not empty.any()

    # predict with the model that the program chose
    person.key(_Key.Key_R, _CTRL)
    assert p.prediction.is_running
    person.keep_picture("refine-1-predicting")
    person.wait(lambda: not p.prediction.is_running)
    person.rest()
    predicted = labels(person)
    shares = np.bincount(predicted.ravel(), minlength=4) / predicted.size
    assert (shares[1:] > 0.02).all(), "CSF, grey and white matter are all there"
    person.keep_picture("refine-2-predicted")

    # refine with a slider, and keep it from there
    switch = panel.findChild(QGroupBox)
    switch.setFocus()
    QTest.keyClick(switch, _Key.Key_Space)
    person.wait(lambda: p.refinement.has_preview)
    slider = next(
        one for one in panel.findChildren(QSlider) if one.accessibleName() == "Smoothness weight"
    )
    slider.setFocus()
    before = p.refinement.parameters.smoothness_weight
    for _ in range(8):
        QTest.keyClick(slider, _Key.Key_PageUp)
    person.rest()
    assert p.refinement.parameters.smoothness_weight > before
    shown = p.case.shown_labels.copy()
    assert np.array_equal(labels(person), predicted), "nothing is kept before it is asked for"
    person.keep_picture("refine-3-preview")
    QTest.keyClick(slider, _Key.Key_Return)
    person.rest()
    refined = labels(person)
    assert np.array_equal(p.case.view.read(refined), shown)
    assert (refined != predicted).any()
    slices = (refined != predicted).any(axis=(0, 1))
    assert np.flatnonzero(slices).tolist() == [p.case.view.index], "of one slice"
    person.key(_Key.Key_Escape)
    assert not p.refinement.is_on

    # correct with the brush
    person.key(_Key.Key_B)
    person.key(_Key.Key_1)
    person.drag(person.middle - QPoint(50, 20), person.middle + QPoint(40, 20))
    corrected = labels(person)
    touched = p.case.history.sources == PixelSource.PAINTED
    assert touched.any()
    assert (corrected[touched] == 1).all()
    assert np.array_equal(corrected[~touched], refined[~touched])
    person.window.findChild(HistoryPanel).raise_()
    person.rest()
    person.keep_picture("refine-4-corrected")
    person.window.close()

    # another run of the program: back to the empty mask, and forth again
    again = enter()
    again.open(slab)
    assert np.array_equal(labels(again), corrected)
    again.window.findChild(HistoryPanel).raise_()
    again.rest()
    again.keep_picture("refine-5-after-a-restart")
    for wanted in (refined, predicted, empty):
        again.key(_Key.Key_Z, _CTRL)
        assert np.array_equal(labels(again), wanted)
    assert not again.presenters.case.history.can_undo
    again.rest()
    again.keep_picture("refine-6-all-undone")
    for wanted in (predicted, refined, corrected):
        again.key(_Key.Key_Y, _CTRL)
        assert np.array_equal(labels(again), wanted)
    assert not again.presenters.case.history.can_redo
    again.rest()
    again.keep_picture("refine-7-all-redone")
