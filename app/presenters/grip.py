"""How the pointer is held over the canvas."""

from __future__ import annotations

from dataclasses import dataclass

from engine.editing.sheet import Part


@dataclass(frozen=True, slots=True)
class Grip:
    """How the pointer is held.

    Attributes:
        erases: Whether it does the same with background.
        straight: Whether lines are held to steps of 45 degrees, or run on from the last stroke.
        pressure: 0 to 1.
        pixel: The side of a pixel of the screen, in the unit of the slice's spacing.
        is_double: Whether it is the second press of a double click.
        seen: The (rows, columns) of the slice on screen; None if that is not known.
    """

    erases: bool = False
    straight: bool = False
    pressure: float = 1.0
    pixel: float = 1.0
    is_double: bool = False
    seen: Part | None = None


HELD = Grip()
"""The left button of a mouse, without a key."""
