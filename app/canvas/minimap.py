"""The whole picture, small, in a corner of the canvas, with the part that is seen in a frame."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.canvas.shades import Argb
from app.canvas.view import Canvas
from app.canvas.viewport import Viewport
from app.presenters.layers import LayersPresenter

LARGEST = 200
"""The longer side in pixels."""

_MARGIN = 12


class Minimap(QWidget):
    """Drag in it to move the view; gone while the whole picture is seen anyway."""

    def __init__(self, canvas: Canvas, layers: LayersPresenter) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._layers = layers
        self._picture: QPixmap | None = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(self.tr("Minimap"))
        self.setToolTip(self.tr("Drag to move the view"))
        canvas.looked.connect(self._follow)
        canvas.redrawn.connect(self._forget)
        layers.repainted.connect(self._follow)
        self.hide()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        if self._picture is None:
            self._picture = self._drawn()
        painter.drawPixmap(self.rect(), self._picture)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 3))
        painter.drawRect(self._frame)
        painter.setPen(QPen(QColor(255, 221, 92), 1.4))
        painter.drawRect(self._frame)
        painter.setPen(QPen(QColor(190, 196, 206), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._look_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look_at(event.position())

    @property
    def _whole(self) -> Viewport:
        """The picture as this shows it."""
        seen = self._canvas.viewport
        size = self.size()
        small = Viewport(seen.sides, seen.aspect, (size.height(), size.width()))
        return small.fitted().turned(mirrored=seen.mirrored)

    @property
    def _frame(self) -> QRectF:
        """The part that is seen."""
        seen, whole = self._canvas.viewport, self._whole
        corners = [
            whole.to_canvas(seen.to_picture(corner))
            for corner in ((0.0, 0.0), (float(seen.size[0]), float(seen.size[1])))
        ]
        (top, left), (bottom, right) = corners
        return QRectF(left, top, right - left, bottom - top).intersected(
            QRectF(self.rect()).adjusted(1, 1, -2, -2)
        )

    def _look_at(self, at: QPointF) -> None:
        self._canvas.look_at(self._whole.to_picture((at.y(), at.x())))

    def _drawn(self) -> QPixmap:
        pixels: Argb = self._canvas.overview(self._whole)
        height, width = pixels.shape
        image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
        return QPixmap.fromImage(image.copy())

    @Slot()
    def _forget(self) -> None:
        """The picture, or how it is shown, is another one."""
        self._picture = None
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Stand in the corner, and only where there is more than is seen."""
        seen = self._canvas.viewport
        whole = seen.fitted()
        shown = self._layers.shows_minimap and self._canvas.has_picture
        self.setVisible(shown and seen.scale > whole.scale * 1.01)
        if not self.isVisible():
            return
        high, wide = (side * size for side, size in zip(seen.sides, seen.aspect, strict=True))
        scale = LARGEST / max(high, wide)
        size = QSize(max(24, round(wide * scale)), max(24, round(high * scale)))
        if size != self.size():
            self._picture = None
            self.resize(size)
        place = self._canvas.rect().bottomRight()
        self.move(place.x() - size.width() - _MARGIN, place.y() - size.height() - _MARGIN)
        self.update()
