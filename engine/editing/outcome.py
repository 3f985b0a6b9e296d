"""What should happen after a gesture, besides what it painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from engine.core.scope import Scope
from engine.editing.ahead import Ahead
from engine.editing.guide import Guide, Seeds


@dataclass(frozen=True, slots=True)
class Picked:
    """A class was pointed at: it becomes the class in hand."""

    label: int


@dataclass(frozen=True, slots=True, eq=False)
class Refine:
    """A part of the slice, in (rows, columns) as it is shown, is to be refined."""

    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Seeds, and what the CRF made of them, are to be kept as one step."""

    seeds: Seeds


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Something was measured; it stays on the canvas until something else is done."""

    guide: Guide


@dataclass(frozen=True, slots=True, eq=False)
class CarryOut:
    """A change of the mask was worked out, and is to be done; then something else, perhaps."""

    ahead: Ahead
    then: Tuned | None = None


@dataclass(frozen=True, slots=True)
class Tuned:
    """An option of the tool was set by the gesture."""

    option: str
    value: float


Outcome: TypeAlias = "Picked | Refine | Spread | Measured | CarryOut | Tuned | None"
