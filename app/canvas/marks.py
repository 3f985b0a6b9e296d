"""What is drawn over image and mask: the letters of the edges and the brush."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

_USES_KEYS = Qt.WidgetAttribute.WA_KeyboardFocusChange


def draw_letters(
    painter: QPainter, area: QRect, letters: tuple[str, str, str, str], taken: QRect
) -> None:
    """Which side of the patient each edge shows, (left, right, top, bottom).

    Args:
        painter: Of the canvas.
        area: All of the canvas.
        letters: '' where an edge has none.
        taken: What a letter stands below of instead of on it.
    """
    font = painter.font()
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(235, 220, 120))
    middle, centre = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignHCenter
    places = (
        middle | Qt.AlignmentFlag.AlignLeft,
        middle | Qt.AlignmentFlag.AlignRight,
        centre | Qt.AlignmentFlag.AlignTop,
        centre | Qt.AlignmentFlag.AlignBottom,
    )
    room = area.adjusted(8, 6, -8, -6)
    for letter, place in zip(letters, places, strict=True):
        if letter:
            box = painter.boundingRect(room, int(place), letter)
            if box.intersects(taken):
                box.moveTop(taken.bottom() + 4)
            painter.fillRect(box.adjusted(-3, -1, 3, 1), QColor(23, 25, 29, 190))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)


def draw_brush(
    painter: QPainter,
    at: QPointF,
    radius: float,
    colour: tuple[int, int, int] | None,
    *,
    is_square: bool = False,
) -> None:
    """The brush's true size in the colour of its class, dashed if it erases (None)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shade = QColor(255, 255, 255) if colour is None else QColor(*colour)
    for tint, width in ((QColor(0, 0, 0, 150), 3.4), (shade, 1.6)):
        pen = QPen(tint, width)
        if colour is None and tint is shade:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        if is_square:
            corner = QPointF(radius, radius)
            painter.drawRect(QRectF(at - corner, at + corner))
        else:
            painter.drawEllipse(at, radius, radius)
    painter.restore()


def draw_focus(painter: QPainter, widget: QWidget) -> None:
    """A frame in the colour of the theme while keys go to `widget`, for those who use keys."""
    if widget.hasFocus() and widget.window().testAttribute(_USES_KEYS):
        painter.setOpacity(1.0)
        painter.setPen(QPen(widget.palette().highlight().color(), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(widget.rect().adjusted(1, 1, -1, -1))
