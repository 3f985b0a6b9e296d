"""Have the CRF refine what the pointer goes over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.scope import Scope
from engine.editing.guide import Guide, Line
from engine.editing.options import radius_option
from engine.editing.outcome import Refine
from engine.editing.pointer import Gesture, Phase, Pointer, dragged
from engine.editing.scribbling import Scribble, raster
from engine.editing.sheet import Sheet


@dataclass(frozen=True, slots=True)
class CrfBrush:
    """Only the size; the CRF has the options of its panel."""

    radius: float = radius_option()

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:  # noqa: ARG002
        """From press to release."""
        width = self.radius * sheet.unit
        points = [pressed.at] if pressed.since is None else [pressed.since, pressed.at]
        guide = Guide((Line(points, width=2 * width),))  # grows with `points`
        pointer = pressed
        while pointer.phase is not Phase.RELEASE:
            pointer = yield from dragged(guide)
            points.append(pointer.at)
        found = raster(sheet, [Scribble(points, 1, width)])
        if found is None:
            return None
        part, marks = found
        within = np.zeros(sheet.view.sides, bool)
        within[part] = marks == 1
        return Refine(Scope(part, within, sheet.labels.copy()))
