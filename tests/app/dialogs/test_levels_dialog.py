from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox, QPushButton

from app.dialogs.levels import LevelsDialog
from app.presenters.levels import LevelsPresenter
from app.widgets.histogram import Histogram
from tests.app.volumes import open_volume


@pytest.fixture
def desk(qtbot, runner, case, monkeypatch, tmp_path):
    levels = LevelsPresenter(runner, case)
    pixels = np.arange(1000, dtype=np.int16).reshape(1, 10, 10, 10)
    open_volume(case, monkeypatch, tmp_path, (10, 10, 10), np.eye(4), pixels)
    dialog = LevelsDialog(levels)
    qtbot.addWidget(dialog)
    dialog.open()
    return levels, dialog


def field(dialog, name):
    return next(one for one in dialog.findChildren(QDoubleSpinBox) if one.accessibleName() == name)


def test_a_preset_is_one_press_away_and_the_numbers_follow(desk):
    levels, dialog = desk
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "CT bone")
    button.click()
    assert (levels.width, levels.middle) == (1800.0, 400.0)
    assert field(dialog, "Window").value() == 1800.0
    assert field(dialog, "Level").value() == 400.0
    assert not dialog.isModal()


def test_numbers_can_be_typed(desk):
    levels, dialog = desk
    field(dialog, "Window").setValue(200)
    field(dialog, "Level").setValue(300)
    assert (levels.low, levels.high) == (200.0, 400.0)


def test_a_handle_is_dragged_and_what_lies_between_moves_both(desk):
    levels, dialog = desk
    histogram = dialog.findChild(Histogram)
    levels.set(200, 800)
    y = 40

    def drag(value: float, by: int) -> None:
        at = QPoint(round(histogram._x(value)), y)
        QTest.mousePress(histogram, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseMove(histogram, at + QPoint(by, 0))
        QTest.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=at + QPoint(by, 0))

    drag(200, 30)
    assert levels.low > 210
    assert levels.high == 800
    low = levels.low
    drag(800, -30)
    assert levels.low == low
    assert levels.high < 790
    width = levels.width
    drag(500, 25)
    assert levels.width == pytest.approx(width)
    assert levels.low > low


def test_the_range_can_be_set_by_keys(desk):
    levels, dialog = desk
    histogram = dialog.findChild(Histogram)
    levels.set(200, 800)
    QTest.keyClick(histogram, Qt.Key.Key_Right)
    assert levels.low > 200
    assert levels.width == pytest.approx(600)
    QTest.keyClick(histogram, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert levels.width < 600
