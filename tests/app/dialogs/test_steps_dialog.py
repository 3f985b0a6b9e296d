from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QSlider

from app.dialogs.steps import BeliefMap, StepsDialog
from app.presenters.steps import StepsPresenter
from tests.app.presenters.test_steps_presenter import beliefs


@pytest.fixture
def dialog(desk, runner, case, prediction, refinement):
    made = StepsDialog(StepsPresenter(runner, case, prediction, refinement))
    made.show()
    yield made
    made.close()  # which deletes it


def told(dialog):
    return [label.text() for label in dialog.findChildren(QLabel)]


def grey(dialog, x, y):
    """The brightness of the map at a share of its width and height, 0 to 255."""
    shown = dialog.findChild(BeliefMap)
    picture = shown.grab().toImage()
    return picture.pixelColor(int(x * shown.width()), int(y * shown.height())).red()


def test_it_shows_the_map_of_each_class_after_each_iteration(runner, dialog):
    slider, classes = dialog.findChild(QSlider), dialog.findChild(QComboBox)
    assert not slider.isEnabled()
    runner.answer(0, beliefs(), "beliefs")
    assert (slider.minimum(), slider.maximum()) == (0, 2)
    assert classes.currentText() == "object"
    assert any("before any iteration" in text for text in told(dialog))
    assert abs(grey(dialog, 0.5, 0.25) - 0.1 * 255) <= 1
    slider.setValue(2)
    assert any("iteration 2 of 2: 16 pixels changed" in text for text in told(dialog))
    assert abs(grey(dialog, 0.5, 0.25) - 0.9 * 255) <= 1, "the first three of nine rows"
    assert abs(grey(dialog, 0.5, 0.75) - 0.1 * 255) <= 1
    classes.setCurrentIndex(0)
    assert abs(grey(dialog, 0.5, 0.75) - 0.9 * 255) <= 1


def test_closing_it_stops_asking(runner, dialog):
    dialog.finished.emit(0)
    assert runner.asked[0][0].progress.is_cancelled
    runner.answer(0, np.zeros((1, 2, 9, 8), np.float16), "beliefs")
