"""The canvas: one slice with its mask, seen through a viewport.

Buffers of the canvas' own size hold the image and the mask as they are seen; a stroke draws only
the part of the mask it changed, and moving the split line draws nothing anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.canvas.flash import Flasher
from app.canvas.layer import MaskLayer, blit
from app.canvas.marks import draw_letters
from app.canvas.rendering import Argb, colour_table, draw_base
from app.canvas.split import SplitLine
from app.canvas.viewport import Viewport
from app.presenters.bundle import Presenters
from app.presenters.refinement import CONV
from engine.core.planes import SliceView

BACKGROUND = 0xFF17191D


class Canvas(QWidget):
    """Shows what the presenters hold.

    Attributes:
        over: Draws what lies over all layers: the brush and other marks of the pointer.
    """

    hovered = Signal(object)  # (row, column) of the slice as whole numbers, or None
    zoomed = Signal(float)  # screen pixels per pixel

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenters = presenters
        self._case = presenters.case
        self._viewport = Viewport((1, 1))
        self._view: SliceView | None = None
        self._base: Argb | None = None
        self._layer = MaskLayer()
        self._other_side = MaskLayer()
        self._split = SplitLine()
        self._flasher = Flasher(self)
        self.over: Callable[[QPainter], None] | None = None
        self.levels = (0.0, 255.0)
        self.opacity = 0.5
        self.shows_mask = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Canvas"))
        self._case.opened.connect(self._open)
        self._case.closed.connect(self._close)
        self._case.slice_changed.connect(self._show_slice)
        self._case.labels_changed.connect(self._draw_mask)
        presenters.comparison.changed.connect(self._draw_whole_mask)
        presenters.comparison.flashed.connect(self._flash)
        self._flasher.changed.connect(self._update_part)
        if self._case.case is not None:
            self._open()
            self._show_slice()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(900, 700)

    @property
    def has_picture(self) -> bool:
        return self._view is not None

    @property
    def is_active(self) -> bool:
        """Whether tools and the refinement act on this plane."""
        return True

    @property
    def view(self) -> SliceView | None:
        """The slice that is shown."""
        return self._view

    @property
    def viewport(self) -> Viewport:
        """Which part of it is seen."""
        return self._viewport

    @property
    def scale(self) -> float:
        """Pixels of the canvas per unit of the picture."""
        return self._viewport.scale / self.devicePixelRatioF()

    def look(self, viewport: Viewport) -> None:
        """Show this part of the picture."""
        self._look(replace(viewport, size=self._device_size()))

    def fit(self) -> None:
        """Show the whole slice."""
        self._look(self._viewport.fitted())

    def zoom(self, factor: float) -> None:
        """Larger or smaller around the middle."""
        height, width = self._viewport.size
        self._look(self._viewport.zoomed(factor, (height / 2, width / 2)))

    def zoom_at(self, factor: float, at: QPointF) -> None:
        """Larger or smaller, with what is under a point staying there."""
        ratio = self.devicePixelRatioF()
        self._look(self._viewport.zoomed(factor, (at.y() * ratio, at.x() * ratio)))

    def pan(self, by: QPointF) -> None:
        """Shift the picture by so many pixels of the canvas."""
        ratio = self.devicePixelRatioF()
        self._look(self._viewport.moved((by.y() * ratio, by.x() * ratio)))

    def set_opacity(self, opacity: float) -> None:
        self.opacity = min(max(opacity, 0.0), 1.0)
        self.update()

    def show_mask(self, *, shown: bool) -> None:
        self.shows_mask = shown
        self.update()

    def move_split(self, by: float) -> None:
        """Move the split line by a share of the width."""
        self.put_split(self._split.share + by)

    def set_levels(self, low: float, high: float) -> None:
        """Which intensities are black and white."""
        self.levels = (low, high)
        self._draw_base()

    def _open(self) -> None:
        case = self._case.case
        assert case is not None
        is_bytes = case.image.pixels.dtype == np.uint8
        self.levels = (0.0, 255.0) if is_bytes else case.image.intensity_range()
        self._view = None

    def _close(self) -> None:
        self._view = None
        self._base = None
        self.update()

    def _show_slice(self) -> None:
        view = self._case.view
        other = self._view is None or self._view.sides != view.sides
        self._view = view
        if other:
            unit = min(view.spacing)
            aspect = (view.spacing[0] / unit, view.spacing[1] / unit)
            self._viewport = Viewport(view.sides, aspect, self._device_size()).fitted()
            self.zoomed.emit(self._viewport.scale / self.devicePixelRatioF())
        self._draw_all()

    def _look(self, viewport: Viewport) -> None:
        if self._view is None:
            return
        self._viewport = viewport
        self._draw_all()
        self.zoomed.emit(viewport.scale / self.devicePixelRatioF())

    def _draw_all(self) -> None:
        """Another part of the picture is seen, or another picture."""
        self._flasher.stop()
        self._draw_base()
        self._draw_mask(None)
        rows, columns, row_of, column_of = self._viewport.indices()
        if row_of.size and column_of.size:
            seen = self._viewport.covered(rows, columns)
            self._presenters.refinement.see(seen)
            self._presenters.prediction.see(seen)

    def _draw_base(self) -> None:
        case, view = self._case.case, self._view
        if case is None or view is None:
            return
        colours = [i for i, name in enumerate(case.image.channels) if name != "alpha"]
        picture = view.read(case.image.pixels)[: len(colours)]
        self._base = draw_base(picture, self.levels, self._viewport, BACKGROUND)
        self.update()

    def _draw_whole_mask(self) -> None:
        self._draw_mask(None)

    def _draw_mask(self, part: tuple[slice, slice] | None) -> None:
        project = self._case.project
        if self._case.case is None or project is None or self._view is None:
            return
        table = colour_table(project.label_set)
        sides = self._presenters.comparison.sides
        if self._split.show(shown=sides is not None):
            part = None
        shown = self._case.shown_labels if sides is None else sides[0]
        drawn = self._layer.draw(shown, table, self._viewport, part)
        if sides is not None:
            self._other_side.draw(sides[1], table, self._viewport, part)
        self._update_part(drawn)

    def _update_part(self, part: tuple[slice, slice]) -> None:
        """Have (rows, columns) of the device painted again."""
        ratio = self.devicePixelRatioF()
        rows, columns = part
        dirty = QRectF(
            columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start
        )
        area = QRectF(dirty.topLeft() / ratio, dirty.size() / ratio)
        self.update(area.toAlignedRect().adjusted(-1, -1, 1, 1))

    def _flash(self) -> None:
        changes = self._presenters.comparison.changes
        if changes is not None:
            self._flasher.start(changes, self._viewport)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        if self._base is None or self._view is None:
            painter.fillRect(event.rect(), QColor(BACKGROUND))
            painter.setPen(QColor(150, 155, 165))
            hint = self.tr("Open an image, a folder or a volume, or drop it here")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, hint)
            return
        area = event.rect()
        blit(painter, self._base, area)
        if self.shows_mask:
            painter.setOpacity(self.opacity)
            left, right = self._split.parts(area, self.width())
            blit(painter, self._layer.pixels, left)
            blit(painter, self._other_side.pixels, right)
            painter.setOpacity(1.0)
        if self._flasher.is_lit:
            blit(painter, self._flasher.layer.pixels, area)
        self._split.draw(painter, self.rect(), self._captions())
        draw_letters(painter, self.rect(), self._view.letters)
        if self.over is not None:
            self.over(painter)

    def _captions(self) -> tuple[str, str]:
        """What lies left and right of the split line."""
        if not self._presenters.comparison.is_of_crfs:
            return self.tr("before"), self.tr("after")
        conv, dense = self.tr("ConvCRF"), self.tr("Fully connected")
        return (conv, dense) if self._presenters.refinement.crf == CONV else (dense, conv)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        was_fitted = self._viewport == self._viewport.fitted()
        viewport = replace(self._viewport, size=self._device_size())
        self._look(viewport.fitted() if was_fitted else viewport)

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
        if self._view is None:
            return None
        row, column = (int(np.floor(value)) for value in self.place(at))
        inside = 0 <= row < self._view.sides[0] and 0 <= column < self._view.sides[1]
        return (row, column) if inside else None

    def update_around(self, at: QPointF, reach: int) -> None:
        """Paint a square around a point again, without drawing any layer anew."""
        spot = at.toPoint()
        self.update(QRect(spot.x() - reach, spot.y() - reach, 2 * reach, 2 * reach))

    def is_near_split(self, at: QPointF) -> bool:
        return self._split.takes(at, self.width())

    @property
    def is_split_held(self) -> bool:
        return self._split.is_held

    def hold_split(self, *, held: bool) -> None:
        """Take the split line, or let it go."""
        self._split.is_held = held

    def put_split(self, share: float) -> None:
        """Only the strip between the old and the new place is painted again."""
        self.update(self._split.put(share, self.rect()))

    def _device_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return (max(1, round(self.height() * ratio)), max(1, round(self.width() * ratio)))
