"""Paint a class wherever the pointer goes."""

from __future__ import annotations

from dataclasses import dataclass

from engine.editing.painting import paint_capsules
from engine.editing.pointer import Gesture, Pointer
from engine.editing.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Brush:
    """Options of the brush: `radius` in pixels of the image."""

    radius: float = 5.0

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:
        """Begin a stroke of `label`."""
        return paint_capsules(sheet, pressed, self.radius, label)
