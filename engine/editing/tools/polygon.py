"""Paint what lies within corners that are clicked one after the other."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.editing.guide import Guide, Line
from engine.editing.pointer import Gesture, Phase, Pointer
from engine.editing.polygons import fill_polygon
from engine.editing.sheet import Place, Sheet

NEAR = 10
"""Within so many pixels of the screen from the first corner a press closes the polygon."""


@dataclass(frozen=True, slots=True)
class Polygon:
    """No options."""

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:
        """Begin with the first corner; a press on it, a double click or FINISH closes.

        BACK removes the last corner; the gesture ends without painting once the first is gone.
        """
        corners = [pressed.at]
        pointer = pressed
        while corners:
            at = _held(sheet, corners[-1], pointer) if pointer.straight else pointer.at
            closes = len(corners) > 2 and _is_near(sheet, corners[0], pointer)
            line = Line([*corners, at], label=label, has_handles=True, would_close=closes)
            pointer = yield Guide((line,))
            at = _held(sheet, corners[-1], pointer) if pointer.straight else pointer.at
            closes = len(corners) > 2 and _is_near(sheet, corners[0], pointer)
            ends = pointer.phase in (Phase.FINISH, Phase.DOUBLE)
            if ends or (pointer.phase is Phase.PRESS and closes):
                if len(corners) > 2:
                    return (yield from fill_polygon(sheet, corners, label))
            elif pointer.phase is Phase.PRESS:
                corners.append(at)
            elif pointer.phase is Phase.BACK:
                corners.pop()
        return None


def _is_near(sheet: Sheet, corner: Place, pointer: Pointer) -> bool:
    """Whether the pointer lies on a corner, as seen on the screen."""
    rows, columns = sheet.view.spacing
    distance = math.hypot((pointer.at[0] - corner[0]) * rows, (pointer.at[1] - corner[1]) * columns)
    return distance <= NEAR * pointer.pixel


def _held(sheet: Sheet, corner: Place, pointer: Pointer) -> Place:
    """The place nearest to the pointer that lies at 0, 45 or 90 degrees from a corner."""
    rows, columns = sheet.view.spacing
    down, along = (pointer.at[0] - corner[0]) * rows, (pointer.at[1] - corner[1]) * columns
    angle = round(math.atan2(down, along) / (math.pi / 4)) * math.pi / 4
    length = down * math.sin(angle) + along * math.cos(angle)
    return (
        corner[0] + length * math.sin(angle) / rows,
        corner[1] + length * math.cos(angle) / columns,
    )
