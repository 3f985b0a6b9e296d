from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from app.widgets.signed_label import SignedLabel

TEXT = "Radiological: patient left is on the right"


def ink(label: SignedLabel) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the pixels that are not of the ground."""
    image = label.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(image.constBits(), np.uint8)
    pixels = pixels.reshape(image.height(), image.bytesPerLine())[:, : image.width()]
    return np.nonzero(pixels != pixels[0, 0])


def test_a_text_without_room_ends_in_dots_and_is_told_whole(qtbot):
    label = SignedLabel(least=0)
    qtbot.addWidget(label)
    label.show_text(TEXT)
    whole = label.sizeHint()
    label.resize(whole)
    assert ink(label)[1].max() > whole.width() - 16
    label.resize(120, whole.height())
    rows, columns = ink(label)
    assert np.ptp(rows[columns > columns.max() - 4]) <= 3, "dots, and no letter cut in half"
    assert label.minimumSizeHint().width() == 0
    assert label.toolTip() == TEXT
    assert label.text() == TEXT


def test_what_may_not_shrink_keeps_the_room_of_its_widest_text(qtbot):
    label = SignedLabel(keeps_width=True)
    qtbot.addWidget(label)
    label.show_text("12")
    narrow = label.minimumSizeHint().width()
    label.show_text("12345678")
    wide = label.minimumSizeHint().width()
    assert wide > narrow
    label.show_text("12")
    assert label.minimumSizeHint().width() == wide
    label.forget_width()
    label.show_text("12")
    assert label.minimumSizeHint().width() == narrow
