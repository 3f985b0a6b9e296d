"""Draws what a gesture shows: lines, wide strokes, regions, and what it says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPolygonF

from engine.core.arrays import Labels
from engine.core.label_set import LabelSet
from engine.editing.guide import Guide, Line, Region

ToPoint = Callable[[tuple[float, float]], QPointF]

_EDGE = QColor(0, 0, 0, 170)  # keeps a line visible on white
_RULER = QColor(255, 221, 92)
_CHIP = QColor(23, 25, 29, 225)
_WORDS = QColor(244, 246, 250)
_BACKGROUND = QColor(236, 239, 244)

_HANDLE = 3.5
_LIT = 7.0
_MARGIN = 14
"""Pixels between the pointer and what stands beside it."""


class GuidePainter:
    """Puts a guide over a canvas."""

    def __init__(self) -> None:
        self._pixels: Labels = np.zeros((1, 1), np.uint8)  # lives as long as Qt draws from it

    def draw(
        self, painter: QPainter, guide: Guide, point: ToPoint, scale: float, classes: LabelSet
    ) -> None:
        """Draw.

        Args:
            painter: Of the canvas.
            guide: What to draw.
            point: Where a place of the slice lies on the canvas.
            scale: Pixels of the canvas for the unit of the slice's spacing.
            classes: Whose colours there are.
        """
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if guide.region is not None:
            self._draw_region(painter, guide.region, point, classes)
        for line in guide.lines:
            if line.width > 0:
                _draw_stroke(painter, line, point, scale, classes)
            else:
                _draw_line(painter, line, point, classes)
        if guide.text:
            _draw_words(painter, point(guide.at), guide.text)
        painter.restore()

    def _draw_region(
        self, painter: QPainter, region: Region, point: ToPoint, classes: LabelSet
    ) -> None:
        """One pixel of the slice is one of the image that Qt scales, so edges are exact."""
        rows, columns = region.part
        corner = point((rows.start, columns.start))
        height, width = region.inside.shape
        far = point((rows.start + height * region.step, columns.start + width * region.step))
        inside = region.inside[:, ::-1] if far.x() < corner.x() else region.inside
        stride = -(-width // 4) * 4
        self._pixels = np.zeros((height, stride), np.uint8)
        self._pixels[:, :width] = inside
        colour = _colour_of(region.label, classes)
        colour.setAlpha(150)
        image = QImage(self._pixels.data, width, height, stride, QImage.Format.Format_Indexed8)
        image.setColorTable([0, colour.rgba()])
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(QRectF(corner, far).normalized(), image)


def _colour_of(label: int | None, classes: LabelSet) -> QColor:
    if label is None:
        return QColor(_RULER)
    return QColor(_BACKGROUND) if label == 0 else QColor(*classes[label].colour)


def _path(line: Line, point: ToPoint) -> QPolygonF:
    places = [point(place) for place in line.points]
    if line.is_closed:
        places.append(places[0])
    return QPolygonF(places)


def _draw_line(painter: QPainter, line: Line, point: ToPoint, classes: LabelSet) -> None:
    path, colour = _path(line, point), _colour_of(line.label, classes)
    if line.label is not None:
        fill = QColor(colour)
        fill.setAlpha(50)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(path, Qt.FillRule.WindingFill)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    for shade, width in ((_EDGE, 3.6), (colour, 1.8)):
        pen = QPen(shade, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if line.label == 0 and shade is colour:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPolyline(path)
    if line.has_handles:
        _draw_handles(painter, path, colour, is_lit=line.would_close)


def _draw_handles(painter: QPainter, path: QPolygonF, colour: QColor, *, is_lit: bool) -> None:
    painter.setPen(QPen(_EDGE, 1.2))
    painter.setBrush(QColor(255, 255, 255))
    for place in path.toList():
        painter.drawEllipse(place, _HANDLE, _HANDLE)
    if is_lit:
        painter.setPen(QPen(QColor(255, 255, 255), 2.2))
        painter.setBrush(colour)
        painter.drawEllipse(path.first(), _LIT, _LIT)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_stroke(
    painter: QPainter, line: Line, point: ToPoint, scale: float, classes: LabelSet
) -> None:
    """A line as wide as it counts: opaque seeds of a class, or a glow where there is none."""
    places = [point(place) for place in line.points]
    path = QPainterPath(places[0])
    for place in places[1:]:
        path.lineTo(place)
    if len(places) == 1:
        path.lineTo(places[0] + QPointF(0.01, 0.0))
    width = max(2.0, line.width * scale)
    colour = _colour_of(line.label, classes)
    if line.label is None:
        colour.setAlpha(90)
        painter.setPen(_round_pen(colour, width))
        painter.drawPath(path)
        return
    painter.setPen(_round_pen(QColor(255, 255, 255, 220), width + 2.4))
    painter.drawPath(path)
    painter.setPen(_round_pen(colour, width))
    painter.drawPath(path)
    if line.label == 0:
        pen = QPen(QColor(60, 64, 72), 1.4)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPath(path)


def _round_pen(colour: QColor, width: float) -> QPen:
    return QPen(
        colour,
        width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )


def _draw_words(painter: QPainter, at: QPointF, text: str) -> None:
    """What is said, beside a place and within the canvas."""
    font = QFont(painter.font())
    font.setBold(True)
    painter.setFont(font)
    area = QRectF(painter.viewport())
    box = QRectF(painter.fontMetrics().boundingRect(text)).adjusted(-8, -5, 8, 5)
    box.moveTopLeft(at + QPointF(_MARGIN, _MARGIN))
    if box.right() > area.right() - 4:
        box.moveRight(at.x() - _MARGIN)
    if box.bottom() > area.bottom() - 4:
        box.moveBottom(at.y() - _MARGIN)
    box.moveLeft(max(box.left(), area.left() + 4))
    box.moveTop(max(box.top(), area.top() + 4))
    painter.setPen(QPen(QColor(255, 255, 255, 60), 1))
    painter.setBrush(_CHIP)
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(_WORDS)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
