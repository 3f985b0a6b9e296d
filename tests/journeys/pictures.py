"""Screenshots of what a journey comes by, for people to look at."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

FOLDER = "SULCUS_ARTEFACTS"
"""The environment variable that names the folder for them."""


def keep_picture(widget: QWidget, name: str, otherwise: Path) -> QImage:
    """Write what a widget looks like to '<name>.png'; see that it shows something, to be read.

    Args:
        widget: A window or a dialog.
        name: Of the file, without its suffix.
        otherwise: The folder where the environment names none.

    Returns:
        The picture as it was read back from the file.
    """
    folder = Path(os.environ.get(FOLDER) or otherwise)
    folder.mkdir(parents=True, exist_ok=True)
    QTest.qWait(50)  # a layout in a layout settles one after the other
    path = folder / f"{name}.png"
    assert widget.grab().save(str(path)), f"{path} cannot be written"
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    assert not image.isNull()
    pixels = np.frombuffer(image.constBits(), np.uint32)
    assert (pixels != pixels[0]).any(), f"{path} is of a single colour"
    cut = cut_texts(widget)
    assert not cut, f"{path} shows texts that are cut: {cut}"
    return image


def cut_texts(widget: QWidget) -> list[str]:
    """Texts of labels and buttons that are on screen and cannot be read to their ends."""
    found: list[str] = []
    for one in widget.findChildren(QWidget):
        if not isinstance(one, QLabel | QAbstractButton) or not one.isVisible() or not one.text():
            continue
        seen = one.visibleRegion().boundingRect()
        is_narrow = one.width() < one.minimumSizeHint().width()
        if isinstance(one, QLabel) and one.wordWrap():
            is_narrow = one.height() < one.heightForWidth(one.width())
        if not seen.isEmpty() and (is_narrow or seen.width() < one.width()):
            found.append(one.text())
    return found
