"""A histogram with two handles: what lies below the first is black, above the second white."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

NEAR = 8.0
"""Within so many pixels a press takes a handle; between the handles it takes both."""

_MARGIN = 9.0
_BAR = 14.0  # height of the grey scale under the counts
_STEP = 0.01  # of the range, for a key


class Histogram(QWidget):
    """Counts on a scale that also shows rare values, and the range that is chosen."""

    chosen = Signal(float, float)  # black and white

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = np.zeros(1)
        self._lowest, self._highest = 0.0, 1.0
        self._low, self._high = 0.0, 1.0
        self._held: tuple[bool, bool] | None = None
        self._from = 0.0
        self.setMinimumHeight(110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(360, 140)

    def show_counts(self, counts: npt.NDArray[np.float64], lowest: float, highest: float) -> None:
        """Show counts of bins of the same width from `lowest` to `highest`."""
        self._counts, self._lowest, self._highest = counts, lowest, max(highest, lowest + 1e-9)
        self.update()

    def show_range(self, low: float, high: float) -> None:
        """Show what is black and what is white."""
        self._low, self._high = low, high
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self._room
        painter.fillRect(room, self.palette().base())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().placeholderText())
        painter.drawPolygon(self._outline(room))
        scale = QLinearGradient(self._x(self._low), 0, self._x(self._high), 0)
        scale.setColorAt(0.0, QColor(0, 0, 0))
        scale.setColorAt(1.0, QColor(255, 255, 255))
        painter.fillRect(QRectF(room.left(), room.bottom(), room.width(), _BAR), scale)
        self._draw_handles(painter, room)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().highlight(), 1.5))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        x = event.position().x()
        to_low, to_high = abs(x - self._x(self._low)), abs(x - self._x(self._high))
        if min(to_low, to_high) <= NEAR:
            self._held = (to_low <= to_high, to_high < to_low)
        elif self._x(self._low) < x < self._x(self._high):
            self._held = (True, True)
        self._from = x

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self._held is None:
            return
        x = event.position().x()
        by = (x - self._from) / self._room.width() * (self._highest - self._lowest)
        self._from = x
        self._move(by, *self._held)

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._held = None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        ways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_Up: 1}
        if event.key() not in ways:
            super().keyPressEvent(event)
            return
        by = ways[Qt.Key(event.key())] * _STEP * (self._highest - self._lowest)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        is_level = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        self._move(by, is_level and not shift, True if is_level else shift)

    def _move(self, by: float, moves_low: bool, moves_high: bool) -> None:
        low = self._low + by * moves_low
        high = self._high + by * moves_high
        if low < high:
            self.chosen.emit(low, high)

    @property
    def _room(self) -> QRectF:
        """Where the counts are drawn."""
        return QRectF(self.rect()).adjusted(_MARGIN, 6, -_MARGIN, -_BAR - 8)

    def _x(self, value: float) -> float:
        room = self._room
        share = (value - self._lowest) / (self._highest - self._lowest)
        return room.left() + min(max(share, 0.0), 1.0) * room.width()

    def _outline(self, room: QRectF) -> QPolygonF:
        """Square roots of the counts, so that rare values are seen beside the background."""
        heights = np.sqrt(self._counts / max(1.0, float(self._counts.max())))
        width = room.width() / len(heights)
        places = [QPointF(room.left(), room.bottom())]
        for place, height in enumerate(heights.tolist()):
            y = room.bottom() - height * room.height()
            places.append(QPointF(room.left() + place * width, y))
            places.append(QPointF(room.left() + (place + 1) * width, y))
        places.append(QPointF(room.right(), room.bottom()))
        return QPolygonF(places)

    def _draw_handles(self, painter: QPainter, room: QRectF) -> None:
        edge = self.palette().windowText().color()
        for value, fill in ((self._low, QColor(0, 0, 0)), (self._high, QColor(255, 255, 255))):
            x = self._x(value)
            painter.setPen(QPen(edge, 1.4))
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom() + _BAR))
            painter.setBrush(fill)
            painter.drawEllipse(QPointF(x, room.bottom() + _BAR / 2), 5.0, 5.0)
