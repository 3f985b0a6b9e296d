"""What is there already of a picture that is still being read."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.canvas.shades import Shades, Window
from app.canvas.viewport import Viewport
from engine.core.survey import Glimpse

UNREAD = 0xFF24272E


def draw_glimpse(painter: QPainter, area: QRect, glimpse: Glimpse) -> None:
    """Draw it over an area, as large as the whole picture will be shown there once it is open."""
    viewport = Viewport(glimpse.sides, size=(area.height(), area.width())).fitted()
    top, left = viewport.to_canvas((0.0, 0.0))
    bottom, right = viewport.to_canvas((float(glimpse.sides[0]), float(glimpse.sides[1])))
    painter.fillRect(QRectF(left, top, right - left, bottom - top), QColor(UNREAD))
    shades = Shades(Window(*glimpse.window), glimpse.pixels.dtype)
    packed = np.ascontiguousarray(shades.of(glimpse.pixels[:, : glimpse.rows]))
    height, width = packed.shape
    bottom = top + (bottom - top) * height / glimpse.pixels.shape[1]
    image = QImage(packed.data, width, height, width * 4, QImage.Format.Format_RGB32)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(left, top, right - left, bottom - top), image)
