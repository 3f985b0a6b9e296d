"""One slice of a label map as the screen shows it, to paint on."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from engine.core.arrays import Box, Labels, Pixels
from engine.core.edit import Edit
from engine.core.geometry import Geometry
from engine.core.planes import SliceView
from engine.core.sources import PAINTED, Origin
from engine.editing.history import History, Paint
from engine.editing.paint_mode import OVERWRITE, PaintMode

Place: TypeAlias = "tuple[float, float]"
"""(row, column) of a slice, sub-pixel."""

Part: TypeAlias = "tuple[slice, slice]"
"""(rows, columns) of a slice, with start and stop given."""


def _nobody(_: Box) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a tool draws on.

    Attributes:
        history: Of the whole label map.
        view: Which slice, and how it is turned.
        origin: What its strokes are marked with.
        mode: Where they may paint.
        pixels: (*shape) intensities of the image, where the mode asks for them.
        channels: (C, *shape) intensities of the image, for tools that look at them.
        span: From the darkest to the brightest intensity; what tolerances count in 255ths of.
        seen: The (rows, columns) of the slice that are on screen; None for all.
        told: Called with the box of the whole array after each change.
    """

    history: History
    view: SliceView
    origin: Origin = PAINTED
    mode: PaintMode = OVERWRITE
    pixels: Pixels | None = None
    channels: Pixels | None = None
    span: float = 255.0
    seen: Part | None = None
    told: Callable[[Box], None] = _nobody

    @property
    def labels(self) -> Labels:
        """(rows, columns) uint8; read, never written."""
        return self.view.read(self.history.labels)

    @property
    def geometry(self) -> Geometry:
        return self.history.label_map.geometry

    @property
    def unit(self) -> float:
        """The smallest side of a voxel; what sizes of brushes count in."""
        return min(self.geometry.spacing)

    @property
    def values(self) -> Pixels:
        """(C, rows, columns) intensities of the slice; there must be an image."""
        assert self.channels is not None
        return self.view.read(self.channels)

    def has(self, at: Place) -> bool:
        """Whether a place lies in the image."""
        return all(0 <= place < side for place, side in zip(at, self.view.sides, strict=True))

    @contextmanager
    def stroke(self) -> Generator[Paint]:
        """As `History.stroke`, for edits whose boxes are (rows, columns) of the slice."""
        with self.history.stroke(self.origin) as paint:
            pixels = None if self.pixels is None else self.view.read(self.pixels)

            def put(edit: Edit) -> None:
                limited = self.mode.limited(edit, pixels)
                if not limited.changes_nothing:
                    whole = self.view.edit(limited)
                    paint(whole)
                    self.told(whole.box)

            yield put

    @contextmanager
    def solid_stroke(self) -> Generator[Paint]:
        """As `History.stroke`, for edits whose boxes are of the whole array in file order."""
        with self.history.stroke(self.origin) as paint:

            def put(edit: Edit) -> None:
                limited = self.mode.limited(edit, self.pixels)
                if not limited.changes_nothing:
                    paint(limited)
                    self.told(limited.box)

            yield put
