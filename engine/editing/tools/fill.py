"""Give a class to the connected pixels that have one class now."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.arrays import Mask
from engine.editing.alike import (
    QUICK,
    all_alike,
    pixel_at,
    region_around,
    whole_of,
)
from engine.editing.filling import paint_region
from engine.editing.guide import Work
from engine.editing.options import option
from engine.editing.pointer import Gesture, Pointer, found
from engine.editing.sheet import Part, Sheet


@dataclass(frozen=True, slots=True)
class Fill:
    """Whether only what is connected to the pressed pixel counts."""

    is_contiguous: bool = option(
        True, "Connected", "only what is joined to the pressed pixel, not the class everywhere"
    )

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:
        """Fill at once; a large slice is searched beside the screen."""
        if not sheet.has(pressed.at):
            return None
        at, labels = pixel_at(pressed.at, whole_of(sheet)), sheet.labels

        def search() -> tuple[Part, Mask] | None:
            alike = labels == labels[at]
            return region_around(alike, at) if self.is_contiguous else all_alike(alike)

        region = search() if labels.size <= QUICK else (yield from found(Work("Filling", search)))
        if region is None:
            return None
        return (yield from paint_region(sheet, *region, label))
