"""One layer over the image: labels in colours, as large as the canvas."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from app.canvas.rendering import Argb, draw_labels
from app.canvas.viewport import Viewport
from engine.core.arrays import Labels


class MaskLayer:
    """The pixels of the canvas that show a mask.

    Attributes:
        pixels: (height, width) of the canvas, packed and premultiplied.
    """

    def __init__(self) -> None:
        self.pixels: Argb = np.zeros((1, 1), np.uint32)

    def draw(
        self, labels: Labels, table: Argb, viewport: Viewport, part: tuple[slice, slice] | None
    ) -> tuple[slice, slice]:
        """Draw labels, or the (rows, columns) of them that changed.

        Returns:
            The rows and columns of the canvas that were drawn.
        """
        if self.pixels.shape != viewport.size:
            self.pixels = np.zeros(viewport.size, np.uint32)
            part = None
        return draw_labels(labels, table, viewport, self.pixels, part)


def blit(painter: QPainter, pixels: Argb, area: QRect) -> None:
    """Put an area of a layer, which covers all of the painter's device, where it belongs."""
    if area.isEmpty():
        return
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    ratio = painter.device().devicePixelRatioF()
    source = QRectF(QPointF(area.topLeft()) * ratio, area.size().toSizeF() * ratio)
    painter.drawImage(QRectF(area), image, source)
