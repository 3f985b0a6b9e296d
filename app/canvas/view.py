"""The canvas: one slice with its layers, seen through a viewport."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.canvas.flash import Flasher
from app.canvas.glimpse import draw_glimpse
from app.canvas.layer import blit
from app.canvas.marks import draw_focus
from app.canvas.shades import Argb
from app.canvas.sight import Sight
from app.canvas.signs import PlaneSigns, split_captions
from app.canvas.split import SplitLine
from app.canvas.stack import BACKGROUND, LayerStack
from app.canvas.viewport import Viewport
from app.presenters.bundle import Presenters
from engine.core.planes import Plane, SliceView


class Canvas(Sight):
    """Shows one plane of what the presenters hold.

    Attributes:
        plane: Which one; a photo is shown whatever the plane.
        over: Draws what lies over all layers: the brush and other marks of the pointer.
    """

    hovered = Signal(object)  # (row, column) of the slice as whole numbers, or None

    redrawn = Signal()  # another image is seen, or the same otherwise

    def __init__(
        self, presenters: Presenters, plane: Plane = Plane.AXIAL, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.plane = plane
        self._presenters = presenters
        self._case = presenters.case
        self._view: SliceView | None = None
        self._is_stale = True
        self._was_active = False
        self._stack = LayerStack(presenters, plane)
        self._signs = PlaneSigns(presenters, plane)
        self._split = SplitLine()
        self._flasher = Flasher(self)
        self.over: Callable[[QPainter], None] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Canvas"))
        self._case.opened.connect(self._open)
        self._case.closed.connect(self._close)
        self._case.arrival.glimpsed.connect(self._repaint)
        self._case.arrival.given_up.connect(self._repaint)
        self._case.slice_changed.connect(self._follow)
        self._case.cursor_changed.connect(self._follow)
        self._case.labels_changed.connect(self._take_change)
        self._case.history_changed.connect(self._draw_pins)
        presenters.planes.changed.connect(self._turn)
        presenters.levels.changed.connect(self._redraw_base)
        presenters.layers.repainted.connect(self._repaint)
        presenters.layers.redrawn.connect(self._draw_masks)
        presenters.layers.resampled.connect(self._draw_base)
        presenters.doubt.changed.connect(self._draw_doubt)
        presenters.pyramid.built.connect(self._redraw_base)
        presenters.pyramid.labels_built.connect(self._draw_masks)
        presenters.comparison.changed.connect(self._draw_masks)
        presenters.comparison.flashed.connect(self._flash)
        self._flasher.changed.connect(self.update_part)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(900, 700)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(120, 90)

    @property
    def has_picture(self) -> bool:
        return self._view is not None

    @property
    def hint(self) -> str:
        """What stands where no picture is."""
        if self._case.is_opening:
            return self.tr("Opening...")
        if self._presenters.project.cases:
            return self.tr("Choose a case from the list")
        return self.tr("Open an image, a folder or a volume, or drop it here")

    @property
    def is_active(self) -> bool:
        """Whether tools and the refinement act on this plane."""
        return self.plane is self._case.plane

    @property
    def view(self) -> SliceView | None:
        """The slice that is shown."""
        return self._view

    def look(self, viewport: Viewport) -> None:
        """Show this part of the picture, also before the canvas is seen."""
        if self._view is None and self._case.case is not None:
            self._view = self._case.view_in(self.plane)
        super().look(viewport)

    def move_split(self, by: float) -> None:
        """Move the split line by a share of the width."""
        self.put_split(self._split.share + by)

    def is_on_caption(self, at: QPointF) -> bool:
        """Whether a point lies on the name of the plane."""
        return self._signs.caption_box(self.rect(), self.font()).contains(at.toPoint())

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

    @Slot()
    def _open(self) -> None:
        self._view = None

    @Slot()
    def _close(self) -> None:
        self._view = None
        self._stack.base = None
        self.update()

    @Slot()
    def _follow(self) -> None:
        """Another slice of this plane is shown, another plane is active, or the cursor moved."""
        if self._case.case is None or not self.isVisible():
            self._is_stale = True
            return
        view, was_active = self._case.view_in(self.plane), self._was_active
        self._was_active = self.is_active
        if view != self._view or self._is_stale:
            self._show(view)
            return
        if was_active != self.is_active:
            self._draw_masks()
            self._tell_seen()
        self.update()

    def _show(self, view: SliceView) -> None:
        other = self._view is None or self._view.sides != view.sides
        self._view = view
        self._is_stale = False
        mirrored = self._presenters.planes.is_mirrored(view)
        if other:
            unit = min(view.spacing)
            aspect = (view.spacing[0] / unit, view.spacing[1] / unit)
            viewport = Viewport(view.sides, aspect, self.device_size(), mirrored=mirrored)
            self._viewport = viewport.fitted()
            self.zoomed.emit(self._viewport.scale / self.devicePixelRatioF())
        self._viewport = self._viewport.turned(mirrored=mirrored)
        self.draw_all()
        self.redrawn.emit()

    @Slot()
    def _turn(self) -> None:
        """The convention may be another one."""
        if self._view is not None and self.isVisible() and not self._is_stale:
            mirrored = self._presenters.planes.is_mirrored(self._view)
            if mirrored != self._viewport.mirrored:
                self.look(self._viewport.turned(mirrored=mirrored))
            self.update()
        else:
            self._is_stale = True

    def draw_all(self) -> None:
        """Another part of the picture is seen, or another picture."""
        self._flasher.stop()
        self._draw_base()
        self._draw_masks()
        self._tell_seen()

    def _tell_seen(self) -> None:
        rows, columns, row_of, column_of = self._viewport.indices()
        if self.is_active and row_of.size and column_of.size:
            seen = self._viewport.covered(rows, columns)
            self._presenters.refinement.see(seen)
            self._presenters.prediction.see(seen)

    @Slot()
    def _draw_base(self) -> None:
        if self._can_draw and self._view is not None:
            self._stack.draw_base(self._view, self._viewport)
            self.update()

    @Slot()
    def _redraw_base(self) -> None:
        """The image is shown otherwise, here and in small."""
        self._draw_base()
        self.redrawn.emit()

    def overview(self, viewport: Viewport) -> Argb:
        """The image alone, as another viewport shows it; there must be a picture."""
        assert self._view is not None
        return self._stack.overview(self._view, viewport)

    @property
    def _can_draw(self) -> bool:
        """Whether there is something to draw and someone to see it; if not, it is done later."""
        if self._view is None or self._case.case is None or self._case.project is None:
            return False
        self._is_stale = self._is_stale or not self.isVisible()
        return not self._is_stale

    @Slot(object)
    def _take_change(self, change: tuple[slice, ...] | None) -> None:
        """The mask changed somewhere; only the part that lies in this slice is drawn."""
        if not self._can_draw:
            return
        if change is None:
            self._draw_masks()
            return
        part = self._presenters.planes.part_in(self.plane, change)
        if part is not None:
            self._draw_part(part)

    @Slot()
    def _draw_masks(self) -> None:
        self._draw_part(None)
        self._draw_pins()
        self._draw_doubt()

    @Slot()
    def _draw_doubt(self) -> None:
        if self._can_draw:
            self._stack.draw_doubt(self._viewport)
            self.update()

    @Slot()
    def _draw_pins(self) -> None:
        """Who owns which pixels may have changed anywhere."""
        if self._can_draw and self._presenters.layers.shows_pins:
            self._stack.draw_pins(self._viewport, self.devicePixelRatioF())
            self.update()

    def _draw_part(self, part: tuple[slice, slice] | None) -> None:
        if not self._can_draw:
            return
        sides = self._presenters.comparison.sides if self.is_active else None
        if self._split.show(shown=sides is not None):
            part = None
        drawn = self._stack.draw_masks(self._viewport, part, self.devicePixelRatioF())
        self.update_part(drawn)

    @Slot()
    def _repaint(self) -> None:
        self.update()

    @Slot()
    def _flash(self) -> None:
        changes = self._presenters.comparison.changes
        if changes is not None and self.is_active and self._can_draw:
            self._flasher.start(changes, self._viewport)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        if self._stack.base is None or self._view is None:
            self._draw_empty(painter)
            return
        self._stack.paint(painter, event.rect(), self._split, self._viewport, self.width())
        if self._flasher.is_lit:
            blit(painter, self._flasher.layer.pixels, event.rect())
        self._split.draw(painter, self.rect(), split_captions(self._presenters))
        self._signs.draw(painter, self.rect(), self._view, self.point, self._viewport)
        if self.over is not None:
            self.over(painter)
        draw_focus(painter, self)

    def _draw_empty(self, painter: QPainter) -> None:
        """Nothing is open: what there is of a picture on its way, or what a person may do."""
        painter.fillRect(self.rect(), QColor(BACKGROUND))
        if self._case.arrival.glimpse is not None:
            draw_glimpse(painter, self.rect(), self._case.arrival.glimpse)
        else:
            painter.setPen(QColor(150, 155, 165))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.hint)
        draw_focus(painter, self)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._follow()
