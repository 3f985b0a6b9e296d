"""What the pointer did, and what a tool makes of it (Protocol)."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from engine.editing.guide import Guide, Work
from engine.editing.outcome import Outcome
from engine.editing.sheet import Place, Sheet

FoundT = TypeVar("FoundT")


class Phase(Enum):
    """What happened."""

    PRESS = "press"
    MOVE = "move"
    RELEASE = "release"
    DOUBLE = "double"  # the second press of a double click
    FINISH = "finish"  # Enter
    BACK = "back"  # take the last part of the gesture back: Backspace, undo
    FOUND = "found"  # the answer to a Work


@dataclass(frozen=True, slots=True)
class Pointer:
    """One event.

    Attributes:
        at: (row, column) in the slice, sub-pixel; pixel (0, 0) covers [0, 1) x [0, 1).
        phase: What happened.
        pressure: 0 to 1; a mouse gives 1.
        label: The class in hand; 0 if the event erases.
        straight: Whether lines are held to 0, 45 or 90 degrees.
        since: Where a straight line to a press begins; None without one.
        pixel: The side of a pixel of the screen, in the unit of the sheet's spacing.
        found: With FOUND, what the work returned.
    """

    at: Place
    phase: Phase
    pressure: float = 1.0
    label: int = 0
    straight: bool = False
    since: Place | None = None
    pixel: float = 1.0
    found: object = None


Gesture: TypeAlias = Generator["Guide | Work[Any] | None", Pointer, Outcome]
"""Written top to bottom: yields what to draw meanwhile, returns what else should be done.

Closing it early takes it back.
"""


class Tool(Protocol):
    """What a row of the tool table points at: a dataclass of options that can be called."""

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:
        """Begin a gesture on `sheet` with the class `label`."""
        ...


def dragged(guide: Guide | None = None) -> Generator[Guide | None, Pointer, Pointer]:
    """Show a guide until the pointer moves or is released; keys count for nothing."""
    while True:
        pointer = yield guide
        if pointer.phase in (Phase.MOVE, Phase.RELEASE):
            return pointer


def found(
    work: Work[FoundT], guide: Guide | None = None
) -> Generator[Guide | Work[FoundT] | None, Pointer, FoundT]:
    """Wait for an answer, whatever the pointer does meanwhile."""
    pointer = yield work
    while pointer.phase is not Phase.FOUND:
        pointer = yield guide
    return cast("FoundT", pointer.found)
