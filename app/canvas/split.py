"""The line across the view, with one mask on its left and another on its right."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

NEAR = 6
"""Within so many pixels a press takes the line."""

HANDLE = 9
"""Radius of the handle in pixels."""

CAPTION = 140
"""Pixels beside the line that its captions may take."""


class SplitLine:
    """Where the line is; the canvas owns what lies on its sides.

    Attributes:
        share: Of the width of the canvas, from 0 to 1.
        is_shown: Whether there is one.
        is_held: Whether the pointer drags it.
    """

    def __init__(self) -> None:
        self.share = 0.5
        self.is_shown = False
        self.is_held = False

    def show(self, *, shown: bool) -> bool:
        """Show or hide it; whether that is a change."""
        changed = shown != self.is_shown
        self.is_shown = shown
        self.is_held = self.is_held and shown
        return changed

    def takes(self, at: QPointF, width: int) -> bool:
        """Whether a press there takes the line."""
        return self.is_shown and abs(at.x() - self._x(width)) <= NEAR

    def put(self, share: float, area: QRect) -> QRect:
        """Move it; returns what must be painted again."""
        before = self._x(area.width())
        self.share = min(max(share, 0.0), 1.0)
        after = self._x(area.width())
        left, right = min(before, after) - CAPTION, max(before, after) + CAPTION
        return QRect(QPoint(left, area.top()), QPoint(right, area.bottom()))

    def parts(self, area: QRect, width: int) -> tuple[QRect, QRect]:
        """An area of the canvas, left and right of the line; all of it left if there is none."""
        if not self.is_shown:
            return area, QRect()
        x = self._x(width)
        left, right = QRect(area), QRect(area)
        left.setRight(min(area.right(), x - 1))
        right.setLeft(max(area.left(), x))
        return left, right

    def draw(self, painter: QPainter, area: QRect, captions: tuple[str, str]) -> None:
        """The line with its handle, and what lies on its sides."""
        if not self.is_shown:
            return
        x, y = self._x(area.width()), area.center().y()
        for colour, width in ((_EDGE, 4.0), (_LIGHT, 1.6)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(x, area.top(), x, area.bottom())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_handle(painter, x, y)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        height = painter.fontMetrics().height() + 6
        for caption, way in zip(captions, (-1, 1), strict=True):
            width = min(painter.fontMetrics().horizontalAdvance(caption) + 12, CAPTION - 12)
            left = x + 10 if way > 0 else x - 10 - width
            box = QRect(left, area.top() + 28, width, height)
            painter.fillRect(box, _EDGE)
            painter.setPen(_LIGHT)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, caption)

    def _draw_handle(self, painter: QPainter, x: int, y: int) -> None:
        painter.setPen(QPen(_EDGE, 1.5))
        painter.setBrush(_LIGHT)
        painter.drawEllipse(QPoint(x, y), HANDLE, HANDLE)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(40, 44, 52), 1.6))
        for way in (-1, 1):
            tip = x + way * (HANDLE - 3)
            painter.drawPolyline(
                [QPoint(tip - way * 3, y - 3), QPoint(tip, y), QPoint(tip - way * 3, y + 3)]
            )

    def _x(self, width: int) -> int:
        return round(self.share * width)


_EDGE = QColor(0, 0, 0, 150)  # keeps the line visible on white
_LIGHT = QColor(255, 255, 255)
