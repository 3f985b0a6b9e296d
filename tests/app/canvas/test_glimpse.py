from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from app.canvas.glimpse import UNREAD, draw_glimpse
from engine.core.survey import Glimpse


def drawn(
    pixels: np.ndarray, sides: tuple[int, int], window: tuple[float, float], rows: int = 99
) -> QImage:
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor(1, 2, 3))
    painter = QPainter(image)
    draw_glimpse(
        painter, QRect(0, 0, 200, 100), Glimpse(pixels, min(rows, pixels.shape[1]), sides, window)
    )
    painter.end()
    return image


@pytest.fixture(autouse=True)
def _application(qapp):
    return qapp


def test_a_glimpse_lies_where_the_whole_picture_will():
    pixels = np.full((3, 8, 8), 200, np.uint8)
    pixels[0, 4:] = 0
    image = drawn(pixels, (4000, 4000), (0.0, 255.0))
    assert image.pixelColor(100, 20) == QColor(200, 200, 200)
    assert image.pixelColor(100, 80) == QColor(0, 200, 200)
    assert image.pixelColor(52, 3) == QColor(200, 200, 200)
    assert image.pixelColor(147, 3) == QColor(200, 200, 200)
    for x in (47, 152):
        assert image.pixelColor(x, 50) == QColor(1, 2, 3)


def test_a_deep_glimpse_is_shown_through_its_window():
    pixels = np.full((1, 4, 8), 30_000, np.uint16)
    assert drawn(pixels, (1000, 2000), (20_000, 40_000)).pixelColor(90, 40).red() in (127, 128)
    assert drawn(pixels, (1000, 2000), (30_000, 40_000)).pixelColor(90, 40) == QColor(0, 0, 0)


def test_what_was_not_read_yet_is_not_drawn():
    pixels = np.full((1, 8, 8), 200, np.uint8)
    image = drawn(pixels, (4000, 4000), (0.0, 255.0), rows=4)
    assert image.pixelColor(100, 40) == QColor(200, 200, 200)
    assert image.pixelColor(100, 60) == QColor(UNREAD)
    assert image.pixelColor(20, 60) == QColor(1, 2, 3)
