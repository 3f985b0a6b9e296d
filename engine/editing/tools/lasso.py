"""Paint what the pointer goes around."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.editing.guide import Guide, Line
from engine.editing.pointer import Gesture, Phase, Pointer, dragged
from engine.editing.polygons import fill_polygon
from engine.editing.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Lasso:
    """No options."""

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:
        """From press to release, where it is closed by a straight line."""
        points = [pressed.at]
        guide = Guide((Line(points, is_closed=True, label=label),))  # grows with `points`
        pointer = pressed
        while pointer.phase is not Phase.RELEASE:
            pointer = yield from dragged(guide)
            if math.dist(points[-1], pointer.at) > 0:  # a pointer that rests adds nothing
                points.append(pointer.at)
        return (yield from fill_polygon(sheet, points, label))
