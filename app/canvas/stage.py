"""The stage: one canvas for a photo, and up to three linked ones for a volume."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from app.canvas.minimap import Minimap
from app.canvas.navigation import Navigation
from app.canvas.pointer import CanvasPointer
from app.canvas.surface import SurfacePane
from app.canvas.view import Canvas
from app.presenters.bundle import Presenters
from app.presenters.planes import Layout
from engine.core.planes import Plane

_SEAM = 3
"""Pixels between planes."""


class Stage(QWidget):
    """Arranges the canvases, and speaks for the active one."""

    hovered = Signal(object, object)  # (row, column) or None, and the SliceView it is of
    zoomed = Signal(float)  # screen pixels per pixel of the active plane

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case = presenters.case
        self._planes = presenters.planes
        self._surface = presenters.surface
        self._arranged: tuple[object, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_SEAM)
        self.canvases = {plane: Canvas(presenters, plane, self) for plane in Plane}
        for canvas in self.canvases.values():
            CanvasPointer(canvas, presenters)
            Navigation(canvas, presenters)
            Minimap(canvas, presenters.layers)
            self._listen(canvas)
        self.surface = SurfacePane(presenters, self)
        self._surface.changed.connect(self._arrange)
        self._planes.changed.connect(self._arrange)
        self._case.closed.connect(self._arrange)
        self._arrange()

    @property
    def canvas(self) -> Canvas:
        """That of the active plane."""
        return self.canvases[self._case.plane]

    def fit(self) -> None:
        """Show all planes whole."""
        for canvas in self.canvases.values():
            canvas.fit()

    def zoom(self, factor: float) -> None:
        """The active plane larger or smaller around its middle."""
        self.canvas.zoom(factor)

    def move_split(self, by: float) -> None:
        """Move the split line by a share of the width."""
        self.canvas.move_split(by)

    def _listen(self, canvas: Canvas) -> None:
        def hover(place: object) -> None:
            self.hovered.emit(place, canvas.view)

        def zoom(scale: float) -> None:
            if canvas.is_active:
                self.zoomed.emit(scale)

        canvas.hovered.connect(hover)
        canvas.zoomed.connect(zoom)

    @Slot()
    def _arrange(self) -> None:
        """Put the planes where the layout has them; the large one is the first of the others."""
        shown = self._planes.shown
        with_surface = self._surface.is_shown and self._planes.maximised is None
        wanted = (shown, self._planes.layout, with_surface)
        if wanted == self._arranged:
            return
        self._arranged = wanted
        had_focus = any(canvas.hasFocus() for canvas in self.canvases.values())
        for canvas in self.canvases.values():
            self._grid.removeWidget(canvas)
        self._grid.removeWidget(self.surface)
        for index in range(3):
            self._grid.setColumnStretch(index, 0)
            self._grid.setRowStretch(index, 0)
        places, stretches = _places(self._planes.layout, len(shown), with_surface=with_surface)
        panes = [self.canvases[plane] for plane in shown]
        for pane, place in zip([*panes, self.surface], places, strict=False):
            self._grid.addWidget(pane, *place)
        for index, (row, column) in enumerate(zip(*stretches, strict=True)):
            self._grid.setRowStretch(index, row)
            self._grid.setColumnStretch(index, column)
        self.surface.setVisible(with_surface)
        for plane, canvas in self.canvases.items():
            canvas.setVisible(plane in shown)
        if had_focus and not self.canvas.hasFocus():
            self.canvas.setFocus()


def _places(
    layout: Layout, count: int, *, with_surface: bool
) -> tuple[tuple[tuple[int, int, int, int], ...], tuple[tuple[int, ...], tuple[int, ...]]]:
    """(row, column, rows, columns) of each plane and of the surface, and the stretches of both.

    Args:
        layout: As the person chose it.
        count: Planes on screen.
        with_surface: Whether the surface is, too.
    """
    if count == 1:
        return ((0, 0, 1, 1), (0, 1, 1, 1)), ((1, 0, 0), (1, int(with_surface), 0))
    if layout is Layout.THREE:
        third = (1, 0, 1, 1) if with_surface else (1, 0, 1, 2)
        return ((0, 0, 1, 1), (0, 1, 1, 1), third, (1, 1, 1, 1)), ((1, 1, 0), (1, 1, 0))
    rows = 3 if with_surface else 2
    small = tuple((row, 1, 1, 1) for row in range(rows))
    return ((0, 0, rows, 1), *small), ((1, 1, int(with_surface)), (2, 1, 0))
