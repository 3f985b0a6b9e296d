"""Lines between pixels that are large on the screen."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from app.canvas.viewport import Viewport

FROM = 12
"""Device pixels that a pixel of the picture must measure for lines to be drawn."""

_LINE = QColor(128, 128, 128, 96)


def draw_grid(painter: QPainter, area: QRect, viewport: Viewport) -> None:
    """Lines one device pixel wide within an area of the canvas, in pixels of Qt."""
    if min(viewport.steps) < FROM:
        return
    ratio = painter.device().devicePixelRatioF()
    (top, left), (bottom, right) = (
        (area.top() * ratio, area.left() * ratio),
        ((area.bottom() + 1) * ratio, (area.right() + 1) * ratio),
    )
    y, x = viewport.origin
    high, wide = (side * step for side, step in zip(viewport.sides, viewport.steps, strict=True))
    top, left = max(top, y), max(left, x)
    bottom, right = min(bottom, y + high), min(right, x + wide)
    if top >= bottom or left >= right:
        return
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    length = math.ceil(bottom) - math.floor(top)
    for at in _lines(x, viewport.steps[1], left, right):
        painter.fillRect(at, math.floor(top), 1, length, _LINE)
    length = math.ceil(right) - math.floor(left)
    for at in _lines(y, viewport.steps[0], top, bottom):
        painter.fillRect(math.floor(left), at, length, 1, _LINE)
    painter.restore()


def _lines(start: float, step: float, low: float, high: float) -> list[int]:
    """The first device pixel of each pixel of the picture between two places."""
    first, last = math.floor((low - start) / step), math.ceil((high - start) / step)
    return [math.ceil(start + k * step - 0.5) for k in range(first, last + 1)]
