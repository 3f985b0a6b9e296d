"""One layer over the image: labels in colours, as large as the canvas."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from app.canvas.rendering import Style, draw_labels
from app.canvas.shades import Argb
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
        self,
        sizes: Sequence[Labels],
        style: Style,
        viewport: Viewport,
        part: tuple[slice, slice] | None,
    ) -> tuple[slice, slice]:
        """Draw labels, or the (rows, columns) of them that changed; see `draw_labels`.

        Returns:
            The rows and columns of the canvas that were drawn.
        """
        if self.pixels.shape != viewport.size:
            self.pixels = np.zeros(viewport.size, np.uint32)
            part = None
        return draw_labels(sizes, style, viewport, self.pixels, part)


def blit(painter: QPainter, pixels: Argb, area: QRect) -> None:
    """Put an area of a layer, which covers all of the painter's device, where it belongs.

    Device pixel by device pixel, also where the screen has 1.25 or 1.5 of them to a pixel of Qt:
    the painter is put to the scale and the grid of the device for it.
    """
    if area.isEmpty():
        return
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    ratio = painter.device().devicePixelRatioF()
    left, top = int(area.left() * ratio), int(area.top() * ratio)
    right = math.ceil((area.right() + 1) * ratio)
    bottom = math.ceil((area.bottom() + 1) * ratio)
    part = QRect(left, top, min(right, width) - left, min(bottom, height) - top)
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    to_device = painter.combinedTransform()
    painter.translate(
        round(to_device.dx()) - to_device.dx(), round(to_device.dy()) - to_device.dy()
    )
    painter.drawImage(part.topLeft(), image, part)
    painter.restore()
