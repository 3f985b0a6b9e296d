"""Paint a class wherever the pointer goes and the image is as bright as where it was pressed."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.arrays import Box, Mask
from engine.editing.alike import distances
from engine.editing.options import option, radius_option, shape_option, solid_option
from engine.editing.painting import Tip, paint_along
from engine.editing.pointer import Gesture, Pointer
from engine.editing.sheet import Sheet


@dataclass(frozen=True, slots=True)
class ThresholdBrush:
    """Options of the brush, and how far intensities may lie from the one that was pressed."""

    radius: float = radius_option()
    tolerance: int = option(
        20, "Tolerance", "how far intensities may lie from that of the pressed pixel", high=255,
        step=1, unit="/ 255",
    )  # fmt: skip
    shape: str = shape_option()
    is_solid: bool = solid_option()

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:
        """Begin a stroke of `label`; pressed outside the image, it paints nothing."""
        if not sheet.has(pressed.at):
            return None
        row, column = (int(place) for place in pressed.at)
        reference = sheet.values[:, row, column]
        is_solid = self.is_solid and sheet.geometry.is_volume
        assert sheet.channels is not None
        values = sheet.channels if is_solid else sheet.values

        def within(box: Box) -> Mask:
            part = values[(slice(None), *box)]
            return distances(part, reference, sheet.span) <= self.tolerance

        tip = Tip(self.radius, self.shape == "square", self.is_solid)
        return (yield from paint_along(sheet, pressed, tip, label, within))
