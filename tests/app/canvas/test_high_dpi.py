"""Layers on screens with 1.25 to 2 device pixels to a pixel of Qt: none lost, none doubled."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from app.canvas.layer import blit

application = QApplication(["test"])

class Shown(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        area = event.rect()
        half = QRect(area.left(), area.top(), area.width() // 2, area.height())
        blit(painter, self.pixels, area)
        blit(painter, self.pixels, half)  # a part lands on the same device pixels

window = QWidget()
window.resize(203, 131)
shown = Shown(window)
shown.setGeometry(13, 7, 171, 111)
ratio = shown.devicePixelRatioF()
assert ratio == float(sys.argv[1]), ratio
size = (round(111 * ratio), round(171 * ratio))
noise = np.random.default_rng(0).integers(0, 2**24, size).astype(np.uint32)
shown.pixels = noise | np.uint32(0xFF000000)
window.show()
image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
found = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
rows, columns = (int(np.floor(at * ratio)) + 2 for at in (7, 13))
height, width = size[0] - 6, size[1] - 6
matches = [
    (down, along)
    for down in range(-1, 6)
    for along in range(-1, 6)
    if np.array_equal(
        found[rows : rows + height, columns : columns + width],
        shown.pixels[down : down + height, along : along + width],
    )
]
assert len(matches) == 1, matches
"""


@pytest.mark.parametrize("ratio", ["1", "1.25", "1.5", "1.75", "2"])
def test_each_pixel_of_a_layer_is_one_pixel_of_the_screen(ratio):
    environment = {
        **os.environ,
        "QT_SCALE_FACTOR": ratio,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    done = subprocess.run(  # noqa: PLW1510 - what it wrote is told
        [sys.executable, "-c", SCRIPT, ratio], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
