"""The canvas: one slice with its mask, zoom and pan, and the pointer for the tools.

Buffers of the canvas' own size hold the image and the mask as they are seen; a stroke draws only
the part of the mask it changed, and moving the split line draws nothing anew.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.canvas.flash import Flasher
from app.canvas.layer import MaskLayer, blit
from app.canvas.marks import draw_brush, draw_letters
from app.canvas.rendering import Argb, colour_table, draw_base
from app.canvas.split import SplitLine
from app.canvas.viewport import Viewport
from app.presenters.bundle import Presenters
from app.presenters.refinement import CONV
from engine.core.planes import SliceView

ZOOM_STEP = 1.15
BACKGROUND = 0xFF17191D


class Canvas(QWidget):
    """Shows what the presenters hold; tells them what the pointer does."""

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
        self._pan_from: QPointF | None = None
        self._is_space_held = False
        self._pointer: QPointF | None = None
        self.levels = (0.0, 255.0)
        self.opacity = 0.5
        self.shows_mask = True
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Canvas"))
        self._case.opened.connect(self._open)
        self._case.closed.connect(self._close)
        self._case.slice_changed.connect(self._show_slice)
        self._case.labels_changed.connect(self._draw_mask)
        presenters.comparison.changed.connect(lambda: self._draw_mask(None))
        presenters.comparison.flashed.connect(self._flash)
        self._flasher.changed.connect(self._update_part)
        presenters.editing.radius_changed.connect(self.update)
        presenters.editing.tool_changed.connect(self.update)
        presenters.editing.label_changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(900, 700)

    def fit(self) -> None:
        """Show the whole slice."""
        self._look(self._viewport.fitted())

    def zoom(self, factor: float) -> None:
        """Larger or smaller around the middle."""
        height, width = self._viewport.size
        self._look(self._viewport.zoomed(factor, (height / 2, width / 2)))

    def set_opacity(self, opacity: float) -> None:
        self.opacity = min(max(opacity, 0.0), 1.0)
        self.update()

    def show_mask(self, *, shown: bool) -> None:
        self.shows_mask = shown
        self.update()

    def move_split(self, by: float) -> None:
        """Move the split line by a share of the width."""
        self._put_split(self._split.share + by)

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
            self._presenters.refinement.see(self._viewport.covered(rows, columns))

    def _draw_base(self) -> None:
        case, view = self._case.case, self._view
        if case is None or view is None:
            return
        colours = [i for i, name in enumerate(case.image.channels) if name != "alpha"]
        picture = view.read(case.image.pixels)[: len(colours)]
        self._base = draw_base(picture, self.levels, self._viewport, BACKGROUND)
        self.update()

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
        self._draw_brush(painter)

    def _captions(self) -> tuple[str, str]:
        """What lies left and right of the split line."""
        if not self._presenters.comparison.is_of_crfs:
            return self.tr("before"), self.tr("after")
        conv, dense = self.tr("ConvCRF"), self.tr("Fully connected")
        return (conv, dense) if self._presenters.refinement.crf == CONV else (dense, conv)

    def _draw_brush(self, painter: QPainter) -> None:
        editing, project = self._presenters.editing, self._case.project
        if self._pointer is None or project is None or self._is_space_held:
            return
        erases = editing.tool == "eraser" or editing.label == 0
        colour = None if erases else project.label_set[editing.label].colour
        radius = editing.radius * self._viewport.scale / self.devicePixelRatioF()
        draw_brush(painter, self._pointer, radius, colour)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        was_fitted = self._viewport == self._viewport.fitted()
        viewport = replace(self._viewport, size=self._device_size())
        self._look(viewport.fitted() if was_fitted else viewport)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        button = event.button()
        pans = button == Qt.MouseButton.MiddleButton or self._is_space_held
        if pans:
            self._pan_from = event.position()
        elif button == Qt.MouseButton.LeftButton and self._is_near_split(event.position()):
            self._split.is_held = True
        elif self._view is not None and button in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.RightButton,
        ):
            erase = button == Qt.MouseButton.RightButton
            self._presenters.editing.press(self._place(event.position()), erase=erase)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self._pan_from is not None:
            shift = (event.position() - self._pan_from) * self.devicePixelRatioF()
            self._pan_from = event.position()
            self._look(self._viewport.moved((shift.y(), shift.x())))
            return
        if self._split.is_held:
            self._put_split(event.position().x() / max(1, self.width()))
            return
        self._presenters.editing.move(self._place(event.position()))
        self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._pan_from = None
        self._split.is_held = False
        if self._presenters.editing.is_drawing:
            self._presenters.editing.release(self._place(event.position()))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        steps = event.angleDelta().y() / 120 or event.angleDelta().x() / 120
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._case.step(1 if steps > 0 else -1)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._presenters.editing.scale_radius(1 if steps > 0 else -1)
        else:
            place = event.position() * self.devicePixelRatioF()
            self._look(self._viewport.zoomed(ZOOM_STEP**steps, (place.y(), place.x())))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._is_space_held = True
            self.update()
        elif event.key() == Qt.Key.Key_C and not event.isAutoRepeat():
            self._presenters.refinement.hold_before(held=True)
        elif event.key() == Qt.Key.Key_Escape:
            self._escape()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._is_space_held = False
            self.update()
        elif event.key() == Qt.Key.Key_C and not event.isAutoRepeat():
            self._presenters.refinement.hold_before(held=False)
        else:
            super().keyReleaseEvent(event)

    def _escape(self) -> None:
        """Take back the stroke under way; without one, leave the refinement."""
        if self._presenters.editing.is_drawing:
            self._presenters.editing.cancel()
        else:
            self._presenters.refining_all.leave()

    def _is_near_split(self, at: QPointF) -> bool:
        return self._split.takes(at, self.width())

    def _put_split(self, share: float) -> None:
        """Only the strip between the old and the new place is painted again."""
        self.update(self._split.put(share, self.rect()))

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        self._hover(event.position())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().leaveEvent(event)
        self._pointer = None
        self.hovered.emit(None)
        self.update()

    def _hover(self, at: QPointF) -> None:
        """Move the brush circle, and tell which pixel is under it."""
        reach = int(self._presenters.editing.radius * self._viewport.scale) + 4
        for place in (self._pointer, at):
            if place is not None:
                spot = place.toPoint()
                self.update(QRect(spot.x() - reach, spot.y() - reach, 2 * reach, 2 * reach))
        self._pointer = at
        near = self._is_near_split(at)
        shape = Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor
        if shape != self.cursor().shape():
            self.setCursor(shape)
        if self._view is not None:
            row, column = (int(np.floor(value)) for value in self._place(at))
            inside = 0 <= row < self._view.sides[0] and 0 <= column < self._view.sides[1]
            self.hovered.emit((row, column) if inside else None)

    def _place(self, at: QPointF) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        return self._viewport.to_picture((at.y() * ratio, at.x() * ratio))

    def _device_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return (max(1, round(self.height() * ratio)), max(1, round(self.width() * ratio)))
