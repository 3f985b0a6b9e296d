"""Give a class to the connected pixels that are as bright as the pressed one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from engine.core.arrays import Labels, Mask
from engine.editing.alike import (
    QUICK,
    all_alike,
    distances,
    pixel_at,
    region_around,
    shifted_to,
    whole_of,
)
from engine.editing.filling import paint_region
from engine.editing.guide import Guide, Region, Work
from engine.editing.options import option
from engine.editing.outcome import CarryOut, Outcome, Tuned
from engine.editing.pointer import Gesture, Phase, Pointer, dragged, found
from engine.editing.sheet import Part, Place, Sheet

PER_PIXEL = 0.25
"""How much a pixel of the screen to the right or up adds to the tolerance."""

LARGEST = 254  # all but what is no number


@dataclass(frozen=True, slots=True)
class Wand:
    """How alike pixels must be; what lies off screen is not searched."""

    tolerance: int = option(
        20, "Tolerance", "how far intensities may lie from that of the pressed pixel",
        high=LARGEST, step=1, unit="/ 255", keys="drag",
    )  # fmt: skip
    is_contiguous: bool = option(
        True, "Connected", "only what is joined to the pressed pixel, not all that is alike"
    )

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:
        """From press to release; dragging right or up widens the tolerance."""
        if not sheet.has(pressed.at):
            return None
        part = sheet.seen or whole_of(sheet)
        step = _thinning(part)
        near = self._near(sheet, part, pressed.at, step)
        tolerance, region, pointer = -1, None, pressed
        while pointer.phase is not Phase.RELEASE:
            wanted = self._wanted(sheet, pressed, pointer)
            if wanted != tolerance:
                tolerance = wanted
                region = self._region(near <= tolerance, pixel_at(pressed.at, part, step))
            pointer = yield from dragged(_guide(region, part, step, label, tolerance, pointer.at))

        def search() -> tuple[Part, Mask] | None:
            alike = self._near(sheet, part, pressed.at, 1) <= tolerance
            return self._region(alike, pixel_at(pressed.at, part))

        if step > 1:
            region = yield from found(Work("Searching", search))
        change: Outcome = None
        if region is not None:
            box, inside = region
            change = yield from paint_region(sheet, shifted_to(box, part), inside, label)
        tuned = Tuned("tolerance", tolerance)
        return replace(change, then=tuned) if isinstance(change, CarryOut) else tuned

    def _near(self, sheet: Sheet, part: Part, at: Place, step: int) -> Labels:
        rows, columns = (slice(of.start, of.stop, step) for of in part)
        values = sheet.values
        row, column = (int(place) for place in at)
        return distances(values[:, rows, columns], values[:, row, column], sheet.span)

    def _region(self, alike: Mask, at: tuple[int, int]) -> tuple[Part, Mask] | None:
        return region_around(alike, at) if self.is_contiguous else all_alike(alike)

    def _wanted(self, sheet: Sheet, pressed: Pointer, pointer: Pointer) -> int:
        rows, columns = sheet.view.spacing
        up = (pressed.at[0] - pointer.at[0]) * rows
        right = (pointer.at[1] - pressed.at[1]) * columns
        change = (up + right) / pointer.pixel * PER_PIXEL
        return min(max(round(self.tolerance + change), 0), LARGEST)


def _thinning(part: Part) -> int:
    pixels = math.prod(of.stop - of.start for of in part)
    return max(1, math.ceil(math.sqrt(pixels / QUICK)))


def _guide(
    region: tuple[Part, Mask] | None,
    part: Part,
    step: int,
    label: int,
    tolerance: int,
    at: Place,
) -> Guide:
    shown = None
    if region is not None:
        box, inside = region
        shown = Region(shifted_to(box, part, step), inside, step, label)
    return Guide(region=shown, text=f"± {tolerance}", at=at)
