"""Look around and point at places; the mask stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

from engine.editing.pointer import Gesture, Phase, Pointer, dragged
from engine.editing.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Select:
    """No options; the canvas itself moves, and puts the crosshair where it is clicked."""

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:  # noqa: ARG002
        """From press to release."""
        pointer = pressed
        while pointer.phase is not Phase.RELEASE:
            pointer = yield from dragged()
        return None
