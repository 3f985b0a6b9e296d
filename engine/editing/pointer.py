"""What the pointer did, and what a tool makes of it (Protocol)."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

from engine.editing.sheet import Sheet


class Phase(Enum):
    """Where in a gesture an event stands."""

    PRESS = "press"
    MOVE = "move"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Pointer:
    """One pointer event.

    Attributes:
        at: (row, column) in the slice, sub-pixel; pixel (0, 0) covers [0, 1) x [0, 1).
        phase: Press, move or release.
        pressure: 0 to 1; a mouse gives 1.
    """

    at: tuple[float, float]
    phase: Phase
    pressure: float = 1.0


Gesture: TypeAlias = Generator[None, Pointer, None]
"""From press to release, written top to bottom; closing it early takes it back."""


class Tool(Protocol):
    """What a row of the tool table points at: a dataclass of options that can be called."""

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:
        """Begin a gesture on `sheet` with the class `label`."""
        ...
