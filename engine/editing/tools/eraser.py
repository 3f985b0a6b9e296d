"""Paint the background wherever the pointer goes."""

from __future__ import annotations

from dataclasses import dataclass

from engine.editing.painting import paint_capsules
from engine.editing.pointer import Gesture, Pointer
from engine.editing.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Eraser:
    """Options of the eraser: `radius` in pixels of the image."""

    radius: float = 5.0

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:  # noqa: ARG002
        """Begin a stroke of background, whatever `label` is chosen."""
        return paint_capsules(sheet, pressed, self.radius, label=0)
