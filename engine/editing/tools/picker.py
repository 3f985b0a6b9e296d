"""Take the class under the pointer into the hand."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.label_set import IGNORE
from engine.editing.outcome import Picked
from engine.editing.pointer import Gesture, Phase, Pointer, dragged
from engine.editing.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Picker:
    """No options."""

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:  # noqa: ARG002
        """The class at release; ignored pixels have none."""
        pointer = pressed
        while pointer.phase is not Phase.RELEASE:
            pointer = yield from dragged()
        if not sheet.has(pointer.at):
            return None
        row, column = (int(place) for place in pointer.at)
        found = int(sheet.labels[row, column])
        return None if found == IGNORE else Picked(found)
