from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter

from app.canvas.marks import draw_letters


@pytest.mark.parametrize("taken", [QRect(), QRect(8, 8, 74, 22), QRect(8, 8, 40, 22)])
def test_the_letter_of_the_top_stands_below_a_caption_that_takes_its_place(qapp, taken):
    image = QImage(160, 120, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    draw_letters(painter, image.rect(), ("", "", "S", ""), taken)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(120, 160, 4)
    rows, columns = np.nonzero(pixels[..., 2] > 150)
    assert columns.min() > 70
    assert columns.max() < 90
    is_moved = taken.right() > 76
    assert rows.min() > taken.bottom() if is_moved else rows.max() < 24
