"""What is drawn over the picture of the surfaces: where the planes cross, and the sides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from app.surface.camera import Camera
from engine.core.arrays import Doubles

_LINE = QColor(120, 220, 232)
_EDGE = QColor(0, 0, 0, 120)  # keeps a line visible on white
_LETTER = QColor(235, 220, 120)
_BEHIND = QColor(23, 25, 29, 190)
_INK = QColor(235, 238, 245)
_SIDES = (("L", "R"), ("P", "A"), ("I", "S"))
_ARM = 25.0
"""Pixels of an axis that lies in the picture."""
_DOT = 3.5
_AWAY = -0.93
"""Cosine to the eye below which a letter would lie under another."""


def draw_crossing(
    painter: QPainter, area: QRect, camera: Camera, lines: Doubles, crossing: Doubles
) -> None:
    """Lines along the axes of the grid through the voxel where the planes cross.

    They are seen through the surfaces, since what they cross lies inside.

    Args:
        painter: Of the pane.
        area: All of it.
        camera: Of the picture that is shown.
        lines: float64 (3, 2, 3), their ends in millimetres.
        crossing: float64 (3,), millimetres.
    """
    shape = (area.height(), area.width())
    ends = camera.to_picture(lines.reshape(-1, 3), shape)
    x, y, _ = camera.to_picture(crossing[None], shape)[0]
    at = QPointF(float(x), float(y))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((_EDGE, 2.6), (_with_alpha(_LINE, 0.75), 1.0)):
        painter.setPen(QPen(colour, width))
        for first, second in zip(ends[::2], ends[1::2], strict=True):
            painter.drawLine(_point(first), _point(second))
    painter.setPen(QPen(_EDGE, 1.4))
    painter.setBrush(_LINE)
    painter.drawEllipse(at, _DOT, _DOT)
    painter.restore()


def draw_axes(painter: QPainter, area: QRect, camera: Camera) -> None:
    """Which way the patient lies: six letters around a point, the nearer ones brighter."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(painter.font())
    font.setBold(True)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    margin = _ARM + metrics.height()
    middle = QPointF(area.left() + margin + 4, area.bottom() - margin - 2)
    arms = [
        (camera.basis[:, axis] * (1 if positive else -1), _SIDES[axis][positive])
        for axis in range(3)
        for positive in (False, True)
    ]
    for arm, letter in sorted(arms, key=lambda one: float(one[0][2])):
        alpha = 0.3 + 0.35 * (float(arm[2]) + 1)
        tip = middle + QPointF(float(arm[0]), -float(arm[1])) * _ARM
        painter.setPen(QPen(_with_alpha(_INK, 0.55 * alpha), 1.4))
        painter.drawLine(middle, tip)
        if float(arm[2]) < _AWAY:
            continue  # hidden behind the one that points to the eye
        box = QRectF(metrics.boundingRect(letter)).adjusted(-3, 0, 3, 0)
        box.moveCenter(middle + QPointF(float(arm[0]), -float(arm[1])) * (_ARM + 7))
        painter.setPen(_with_alpha(_LETTER, min(1.0, alpha)))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)
    painter.restore()


def draw_caption(painter: QPainter, area: QRect, text: str) -> None:
    """The name of the pane, as the planes have theirs."""
    painter.save()
    font = QFont(painter.font())
    font.setBold(True)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    size = (metrics.horizontalAdvance(text) + 14, metrics.height() + 6)
    box = QRect(area.left() + 8, area.top() + 8, *size)
    painter.fillRect(box, _BEHIND)
    painter.setPen(_INK)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def draw_told(painter: QPainter, area: QRect, text: str) -> None:
    """A sentence in the middle."""
    painter.setPen(QColor(176, 182, 192))
    how = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    painter.drawText(area.adjusted(18, 30, -18, -18), how, text)


def crossing_lines(matrix: Doubles, shape: Sequence[int], voxel: Sequence[int]) -> Doubles:
    """float64 (3, 2, 3): through a voxel along each axis, from one end of the grid to the other.

    Args:
        matrix: float64 (4, 4), voxel indices to millimetres.
        shape: Of the grid.
        voxel: Where the planes cross.
    """
    ends = np.tile(np.asarray(voxel, np.float64), (3, 2, 1))
    for axis in range(3):
        ends[axis, :, axis] = -0.5, shape[axis] - 0.5
    return ends @ matrix[:3, :3].T + matrix[:3, 3]


def _point(place: Doubles) -> QPointF:
    return QPointF(float(place[0]), float(place[1]))


def _with_alpha(colour: QColor, alpha: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made
