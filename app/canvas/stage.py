"""The stage: one canvas for a photo, and up to three linked ones for a volume."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from app.canvas.minimap import Minimap
from app.canvas.navigation import Navigation
from app.canvas.pointer import CanvasPointer
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
        wanted = (shown, self._planes.layout)
        if wanted == self._arranged:
            return
        self._arranged = wanted
        had_focus = any(canvas.hasFocus() for canvas in self.canvases.values())
        for canvas in self.canvases.values():
            self._grid.removeWidget(canvas)
        for index in range(2):
            self._grid.setColumnStretch(index, 0)
            self._grid.setRowStretch(index, 0)
        if len(shown) == 1:
            self._grid.addWidget(self.canvases[shown[0]], 0, 0)
            stretches = (1, 0), (1, 0)
        elif self._planes.layout is Layout.THREE:
            first, second, third = (self.canvases[plane] for plane in shown)
            self._grid.addWidget(first, 0, 0)
            self._grid.addWidget(second, 0, 1)
            self._grid.addWidget(third, 1, 0, 1, 2)
            stretches = (1, 1), (1, 1)
        else:
            first, second, third = (self.canvases[plane] for plane in shown)
            self._grid.addWidget(first, 0, 0, 2, 1)
            self._grid.addWidget(second, 0, 1)
            self._grid.addWidget(third, 1, 1)
            stretches = (1, 1), (2, 1)
        for index, (row, column) in enumerate(zip(*stretches, strict=True)):
            self._grid.setRowStretch(index, row)
            self._grid.setColumnStretch(index, column)
        for plane, canvas in self.canvases.items():
            canvas.setVisible(plane in shown)
        if had_focus and not self.canvas.hasFocus():
            self.canvas.setFocus()
