"""A widget that shows a part of a picture: zoom and pan, and from its points to pixels and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.canvas.viewport import Viewport


class Sight(QWidget):
    """Keeps the viewport; what shows the picture says whether there is one, and draws it."""

    zoomed = Signal(float)  # screen pixels per pixel
    looked = Signal()  # another part of the picture is seen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewport = Viewport((1, 1))

    @property
    def has_picture(self) -> bool:
        """Whether there is something to see."""
        return False

    def draw_all(self) -> None:
        """Another part of the picture is seen."""

    @property
    def viewport(self) -> Viewport:
        """Which part of the picture is seen."""
        return self._viewport

    @property
    def scale(self) -> float:
        """Pixels of the canvas per unit of the picture."""
        return self._viewport.scale / self.devicePixelRatioF()

    def look(self, viewport: Viewport) -> None:
        """Show this part of the picture."""
        if not self.has_picture:
            return
        self._viewport = replace(viewport, size=self.device_size())
        self.draw_all()
        self.looked.emit()
        self.zoomed.emit(self.scale)

    def fit(self) -> None:
        """Show the whole slice."""
        self.look(self._viewport.fitted())

    def zoom(self, factor: float) -> None:
        """Larger or smaller around the middle."""
        height, width = self._viewport.size
        self.look(self._viewport.zoomed(factor, (height / 2, width / 2)))

    def zoom_to(self, scale: float) -> None:
        """So many pixels of the screen for one of the picture, around the middle."""
        self.zoom(scale / self._viewport.scale)

    def zoom_at(self, factor: float, at: QPointF) -> None:
        """Larger or smaller, with what is under a point staying there."""
        ratio = self.devicePixelRatioF()
        self.look(self._viewport.zoomed(factor, (at.y() * ratio, at.x() * ratio)))

    def pan(self, by: QPointF) -> None:
        """Shift the picture by so many pixels of the canvas."""
        ratio = self.devicePixelRatioF()
        self.look(self._viewport.moved((by.y() * ratio, by.x() * ratio)))

    def look_at(self, place: tuple[float, float]) -> None:
        """Bring (row, column) of the slice to the middle."""
        y, x = self._viewport.to_canvas(place)
        height, width = self._viewport.size
        self.look(self._viewport.moved((height / 2 - y, width / 2 - x)))

    def place(self, at: QPointF) -> tuple[float, float]:
        """(row, column) of the slice, sub-pixel, at a point of the canvas."""
        ratio = self.devicePixelRatioF()
        return self._viewport.to_picture((at.y() * ratio, at.x() * ratio))

    def point(self, place: tuple[float, float]) -> QPointF:
        """The point of the canvas at (row, column) of the slice."""
        ratio = self.devicePixelRatioF()
        y, x = self._viewport.to_canvas(place)
        return QPointF(x / ratio, y / ratio)

    def pixel(self, at: QPointF) -> tuple[int, int] | None:
        """The pixel of the slice at a point of the canvas; None beside the picture."""
        if not self.has_picture:
            return None
        row, column = (int(np.floor(value)) for value in self.place(at))
        rows, columns = self._viewport.sides
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    def update_around(self, at: QPointF, reach: int) -> None:
        """Paint a square around a point again, without drawing any layer anew."""
        spot = at.toPoint()
        self.update(QRect(spot.x() - reach, spot.y() - reach, 2 * reach, 2 * reach))

    def update_part(self, part: tuple[slice, slice]) -> None:
        """Have (rows, columns) of the device painted again."""
        ratio = self.devicePixelRatioF()
        rows, columns = part
        dirty = QRectF(
            columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start
        )
        area = QRectF(dirty.topLeft() / ratio, dirty.size() / ratio)
        self.update(area.toAlignedRect().adjusted(-1, -1, 1, 1))

    def device_size(self) -> tuple[int, int]:
        """(height, width) in pixels of the device."""
        ratio = self.devicePixelRatioF()
        return (max(1, round(self.height() * ratio)), max(1, round(self.width() * ratio)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        was_fitted = self._viewport == self._viewport.fitted()
        viewport = replace(self._viewport, size=self.device_size())
        self.look(viewport.fitted() if was_fitted else viewport)
