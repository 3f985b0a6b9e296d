"""Paint a class wherever the pointer goes."""

from __future__ import annotations

from dataclasses import dataclass

from engine.editing.options import pressure_option, radius_option, shape_option, solid_option
from engine.editing.painting import Tip, paint_along
from engine.editing.pointer import Gesture, Pointer
from engine.editing.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Brush:
    """Options of the brush; see their metadata."""

    radius: float = radius_option()
    shape: str = shape_option()
    is_solid: bool = solid_option()
    heeds_pressure: bool = pressure_option()

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:
        """Begin a stroke of `label`."""
        tip = Tip(self.radius, self.shape == "square", self.is_solid, self.heeds_pressure)
        return paint_along(sheet, pressed, tip, label)
