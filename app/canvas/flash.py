"""Lights up the pixels that a refinement changed, three times, slowly enough for any eye."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from app.canvas.layer import MaskLayer
from app.canvas.rendering import Style
from app.canvas.shades import OPAQUE, Argb
from app.canvas.viewport import Viewport
from app.presenters.measuring import GAINED, LOST, OTHER
from engine.core.arrays import Labels
from engine.core.scope import bounds

TIMES = 3
ON_OFF_MS = 240
"""About two flashes a second: three or more may harm (WCAG 2.3.1)."""


class Flasher(QObject):
    """A layer that is lit for a while and dark for a while.

    Attributes:
        layer: What changed: gained in white, lost in magenta, of another class in green.
    """

    changed = Signal(object)  # (rows, columns) of the canvas that must be painted again

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.layer = MaskLayer()
        self._dirty = (slice(0, 0), slice(0, 0))
        self._left = 0
        self._timer = QTimer(self)
        self._timer.setInterval(ON_OFF_MS)
        self._timer.timeout.connect(self._turn)

    @property
    def is_lit(self) -> bool:
        return self._left % 2 == 1

    def start(self, changes: Labels, viewport: Viewport) -> None:
        """Flash (rows, columns) kinds of change; what flashed before is dark."""
        self.stop()
        if bounds(changes != 0) is None:
            return
        self.layer.draw([changes], Style(_table()), viewport, None)
        lit = bounds(self.layer.pixels != 0)
        if lit is not None:
            self._dirty = (lit[0], lit[1])
            self._left = 2 * TIMES - 1
            self._timer.start()
            self.changed.emit(self._dirty)

    def stop(self) -> None:
        """Dark, from now on."""
        was_lit, self._left = self.is_lit, 0
        self._timer.stop()
        if was_lit:
            self.changed.emit(self._dirty)

    def _turn(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._timer.stop()
        self.changed.emit(self._dirty)


def _table() -> Argb:
    table = np.zeros(256, np.uint32)
    table[GAINED] = OPAQUE | 0xFFFFFF
    table[LOST] = OPAQUE | 0xFF3FD0
    table[OTHER] = OPAQUE | 0x35FF6B
    return table
