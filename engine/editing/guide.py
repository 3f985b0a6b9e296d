"""What a gesture shows on the canvas besides the mask, and what it asks to be computed beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.core.arrays import Labels, Mask

FoundT = TypeVar("FoundT")


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line through points of the slice.

    Attributes:
        points: (row, column) each, sub-pixel.
        is_closed: Whether it goes back to its first point.
        width: In the unit of the slice's spacing; 0 for the thinnest line there is.
        label: The class whose colour it has; None for that of a ruler.
        has_handles: Whether its points are marked.
        would_close: Whether a press here and now closes it: its first point is lit.
    """

    points: Sequence[tuple[float, float]]
    is_closed: bool = False
    width: float = 0.0
    label: int | None = None
    has_handles: bool = False
    would_close: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Pixels of the slice.

    Attributes:
        part: The (rows, columns) that `inside` lies over.
        inside: bool, one element for `step` x `step` pixels.
        step: How many pixels lie between two elements.
        label: The class whose colour it has; None for that of a ruler.
    """

    part: tuple[slice, slice]
    inside: Mask
    step: int = 1
    label: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """Pixels whose class a person gave, for the CRF to spread.

    Attributes:
        part: The (rows, columns) of the slice in which they may spread.
        labels: uint8 of that size, IGNORE where no seed lies.
    """

    part: tuple[slice, slice]
    labels: Labels


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """What to draw.

    Attributes:
        lines: Drawn over the mask.
        region: Pixels that would be painted, or are being measured.
        text: What a gesture says: numbers with units, and names of classes.
        at: (row, column) beside which the text stands.
        seeds: What the CRF is asked to spread for a preview; another object for each wish.
    """

    lines: tuple[Line, ...] = ()
    region: Region | None = None
    text: str = ""
    at: tuple[float, float] = (0.0, 0.0)
    seeds: Seeds | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Work(Generic[FoundT]):
    """What takes too long to wait for; what it returns is sent to the gesture as FOUND.

    Attributes:
        what: What the status bar says.
        do: Reads what is there and changes nothing.
    """

    what: str
    do: Callable[[], FoundT]
