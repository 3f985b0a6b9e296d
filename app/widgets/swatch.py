"""A small square in the colour of a class."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

SIDE = 12


def swatch(colour: tuple[int, int, int], side: int = SIDE, ratio: float = 2.0) -> QPixmap:
    """The square, with round corners, sharp on screens of up to `ratio` device pixels."""
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_swatch(painter, QRectF(0, 0, side, side), QColor(*colour))
    painter.end()
    return pixmap


def swatch_icon(colour: tuple[int, int, int]) -> QIcon:
    """The same as an icon that a selection does not tint."""
    made = QIcon(swatch(colour))
    made.addPixmap(swatch(colour), QIcon.Mode.Selected)
    return made


def draw_swatch(painter: QPainter, area: QRectF, colour: QColor) -> None:
    """Draw the square into an area."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(area, 3, 3)
    painter.restore()
