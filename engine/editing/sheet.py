"""One slice of a label map as the screen shows it, to paint on."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.core.arrays import Labels, Pixels
from engine.core.planes import SliceView
from engine.core.sources import PAINTED, Origin
from engine.editing.history import History, Paint
from engine.editing.paint_mode import OVERWRITE, PaintMode


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a tool draws on.

    Attributes:
        history: Of the whole label map.
        view: Which slice, and how it is turned.
        origin: What its strokes are marked with.
        mode: Where they may paint.
        pixels: (*shape) intensities of the image, where the mode asks for them.
    """

    history: History
    view: SliceView
    origin: Origin = PAINTED
    mode: PaintMode = OVERWRITE
    pixels: Pixels | None = None

    @property
    def labels(self) -> Labels:
        """(rows, columns) uint8; read, never written."""
        return self.view.read(self.history.labels)

    @contextmanager
    def stroke(self) -> Generator[Paint]:
        """As `History.stroke`, for edits whose boxes are (rows, columns) of the slice."""
        with self.history.stroke(self.origin) as paint:
            pixels = None if self.pixels is None else self.view.read(self.pixels)
            yield lambda edit: paint(self.view.edit(self.mode.limited(edit, pixels)))
