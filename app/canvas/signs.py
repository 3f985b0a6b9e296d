"""What tells where a plane lies: name, letters, badge, crosshair, frame."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from app.canvas.marks import draw_letters
from app.canvas.viewport import Viewport
from app.presenters.bundle import Presenters
from app.presenters.refinement import CONV
from engine.core.planes import Plane, SliceView

GAP = 9
"""Pixels around the crossing that the crosshair leaves free."""

FRAME = 2
"""Thickness of the frame of the active plane, in pixels."""

OBLIQUE = 0.5
"""Degrees from which on a badge says that a grid is turned."""

_INK = QColor(235, 238, 245)
_BEHIND = QColor(23, 25, 29, 190)
_ACTIVE = QColor(84, 156, 255)
_LINE = QColor(120, 220, 232)
_EDGE = QColor(0, 0, 0, 110)  # keeps a line visible on white


class PlaneSigns:
    """The signs over one plane; a photo has none but its letters, if it knows them."""

    def __init__(self, presenters: Presenters, plane: Plane) -> None:
        self._case = presenters.case
        self._planes = presenters.planes
        self._plane = plane

    def draw(
        self,
        painter: QPainter,
        area: QRect,
        view: SliceView,
        point: Callable[[tuple[float, float]], QPointF],
        viewport: Viewport,
    ) -> None:
        """Draw all of them.

        Args:
            painter: Of the canvas.
            area: All of the canvas.
            view: The slice that is shown.
            point: From (row, column) of the slice to the canvas.
            viewport: How it is seen.
        """
        assert self._case.case is not None
        geometry = self._case.case.image.geometry
        left, right, top, bottom = view.letters
        if viewport.mirrored:
            left, right = right, left
        painter.save()
        if geometry.is_volume and self._planes.shows_crosshair:
            row, column = view.pixel(self._case.cursor)
            _draw_crosshair(painter, area, point((row + 0.5, column + 0.5)))
        caption = self.caption_box(area, painter.font())
        badge = self._badge_box(caption, painter.font(), geometry.obliquity)
        draw_letters(painter, area, (left, right, top, bottom), caption.united(badge))
        if geometry.is_volume:
            self._draw_caption(painter, caption, badge, geometry.obliquity)
            if self._is_active and len(self._planes.shown) > 1:
                _draw_frame(painter, area)
        painter.restore()

    def caption_box(self, area: QRect, font: QFont) -> QRect:
        """Where the name of the plane stands; nowhere for a photo."""
        text = self._caption
        if not text:
            return QRect()
        metrics = QFontMetrics(_bold(font))
        width = metrics.horizontalAdvance(text) + 14
        return QRect(area.left() + 8, area.top() + 8, width, metrics.height() + 6)

    @property
    def _is_active(self) -> bool:
        return self._plane is self._case.plane

    @property
    def _caption(self) -> str:
        """The plane and its slice, with a mark if it is the active one."""
        case = self._case.case
        if case is None or not case.image.geometry.is_volume:
            return ""
        names = {
            Plane.AXIAL: QCoreApplication.translate("PlaneSigns", "Axial"),
            Plane.CORONAL: QCoreApplication.translate("PlaneSigns", "Coronal"),
            Plane.SAGITTAL: QCoreApplication.translate("PlaneSigns", "Sagittal"),
        }
        text = f"{names[self._plane]} {self._case.index_in(self._plane) + 1}"
        return f"\N{BLACK RIGHT-POINTING TRIANGLE} {text}" if self._is_active else text

    def _badge_box(self, caption: QRect, font: QFont, turned: float) -> QRect:
        """Where it is said that the grid is turned, beside the caption; nowhere if it is not."""
        if caption.isEmpty() or turned < OBLIQUE:
            return QRect()
        width = QFontMetrics(_bold(font)).horizontalAdvance(_badge(turned)) + 14
        return QRect(caption.right() + 5, caption.top(), width, caption.height())

    def _draw_caption(self, painter: QPainter, box: QRect, beside: QRect, turned: float) -> None:
        painter.setFont(_bold(painter.font()))
        painter.fillRect(box, _ACTIVE if self._is_active else _BEHIND)
        painter.setPen(QColor(12, 18, 30) if self._is_active else _INK)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._caption)
        if beside.isEmpty():
            return
        painter.fillRect(beside, QColor(64, 44, 8, 225))
        painter.setPen(QPen(QColor(255, 196, 84), 1))
        painter.drawRect(beside.adjusted(0, 0, -1, -1))
        painter.drawText(beside, Qt.AlignmentFlag.AlignCenter, _badge(turned))


def split_captions(presenters: Presenters) -> tuple[str, str]:
    """What lies left and right of the split line."""
    if presenters.comparison.names is not None:
        return presenters.comparison.names
    if presenters.comparison.is_of_crfs:
        conv = QCoreApplication.translate("Canvas", "ConvCRF")
        dense = QCoreApplication.translate("Canvas", "Fully connected")
        return (conv, dense) if presenters.refinement.crf == CONV else (dense, conv)
    before = QCoreApplication.translate("Canvas", "before")
    return before, QCoreApplication.translate("Canvas", "after")


def _badge(turned: float) -> str:
    return QCoreApplication.translate("PlaneSigns", "oblique {:.0f}°").format(turned)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold


def _draw_crosshair(painter: QPainter, area: QRect, at: QPointF) -> None:
    """A vertical and a horizontal line through a point, with a gap there."""
    x, y = round(at.x()), round(at.y())
    lines = (
        (QPoint(x, area.top()), QPoint(x, y - GAP)),
        (QPoint(x, y + GAP), QPoint(x, area.bottom())),
        (QPoint(area.left(), y), QPoint(x - GAP, y)),
        (QPoint(x + GAP, y), QPoint(area.right(), y)),
    )
    for colour, width in ((_EDGE, 3), (_LINE, 1)):
        painter.setPen(QPen(colour, width))
        for start, stop in lines:
            if start.x() <= stop.x() and start.y() <= stop.y():
                painter.drawLine(start, stop)


def _draw_frame(painter: QPainter, area: QRect) -> None:
    """Around the plane that tools act on."""
    for edge in (
        QRect(area.left(), area.top(), area.width(), FRAME),
        QRect(area.left(), area.bottom() - FRAME + 1, area.width(), FRAME),
        QRect(area.left(), area.top(), FRAME, area.height()),
        QRect(area.right() - FRAME + 1, area.top(), FRAME, area.height()),
    ):
        painter.fillRect(edge, _ACTIVE)
