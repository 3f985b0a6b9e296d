"""Have the CRF refine what lies in a box."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.core.scope import Scope
from engine.editing.guide import Guide, Line
from engine.editing.outcome import Refine
from engine.editing.pointer import Gesture, Phase, Pointer, dragged
from engine.editing.sheet import Place, Sheet


@dataclass(frozen=True, slots=True)
class RefineBox:
    """No options; the CRF has those of its panel."""

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:  # noqa: ARG002
        """From one corner to the other."""
        pointer = pressed
        while pointer.phase is not Phase.RELEASE:
            (top, left), (bottom, right) = pressed.at, pointer.at
            corners = [(top, left), (top, right), (bottom, right), (bottom, left)]
            part = _covered(sheet, pressed.at, pointer.at)
            text = ""
            if part is not None:
                text = f"{part[1].stop - part[1].start} x {part[0].stop - part[0].start}"
            guide = Guide((Line(corners, is_closed=True),), text=text, at=pointer.at)
            pointer = yield from dragged(guide)
        part = _covered(sheet, pressed.at, pointer.at)
        return None if part is None else Refine(Scope(part))


def _covered(sheet: Sheet, start: Place, stop: Place) -> tuple[slice, slice] | None:
    """The pixels that a box covers, even in part; None outside the image, or if it has no size."""
    part: list[slice] = []
    for a, b, side in zip(start, stop, sheet.view.sides, strict=True):
        low, high = max(0, math.floor(min(a, b))), min(side, math.ceil(max(a, b)))
        if a == b or low >= high:
            return None
        part.append(slice(low, high))
    return part[0], part[1]
