"""What the options of a tool say of themselves; the strip above the canvas is made from it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias, cast

Value: TypeAlias = "bool | int | float | str"


@dataclass(frozen=True, slots=True)
class Option:
    """What an option may be.

    Attributes:
        title: Name on the screen.
        note: What it does, in one clause.
        low: Smallest value of a number.
        high: Largest value.
        step: Of the control.
        unit: 'brush' (pixels of a photo; shown in millimetres for a volume), '%', 'px' or ''.
        choices: The values there are, with their titles, instead of a range.
        is_shared: Whether tools that have an option of this name have one value of it.
        for_volumes: Whether it means nothing for a photo.
        keys: What changes it without the strip, for its tooltip.
    """

    title: str
    note: str
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_shared: bool = False
    for_volumes: bool = False
    keys: str = ""

    def suited(self, value: Value, default: Value) -> Value:
        """A value as near to `value` as this option can have, of the kind of its default."""
        if self.choices:
            return value if value in {one for one, _ in self.choices} else default
        if isinstance(default, bool):
            return value if isinstance(value, bool) else default
        if isinstance(value, str):
            return default
        number = min(max(float(value), self.low), self.high)
        return round(number) if isinstance(default, int) else number


def option(default: Value, title: str, note: str, **limits: Any) -> Any:
    """A field of a tool's dataclass; see `Option` for its limits."""
    return field(default=default, metadata={"option": Option(title, note, **limits)})


def radius_option(default: float = 5.0, *, is_shared: bool = True) -> Any:
    """The size of a brush, in sides of the image's smallest pixel."""
    return option(
        default,
        "Size",
        "radius of the brush",
        low=0.5,
        high=500.0,
        step=0.5,
        unit="brush",
        is_shared=is_shared,
        keys="[ ], Shift+wheel",
    )


def shape_option() -> Any:
    """Whether the brush is round or square."""
    return option(
        "round",
        "Shape",
        "what the brush leaves",
        choices=(("round", "Round"), ("square", "Square")),
        is_shared=True,
    )


def solid_option() -> Any:
    """Whether the brush is a ball."""
    return option(
        False,
        "3-D",
        "a ball in millimetres, through neighbouring slices",
        is_shared=True,
        for_volumes=True,
        keys="Shift+B",
    )


def pressure_option() -> Any:
    """Whether the pressure of a pen changes the size."""
    return option(False, "Pressure", "the pressure of a pen sets the size", is_shared=True)


def options_of(tool: type) -> dict[str, tuple[Option, Value]]:
    """What each option of a tool's class may be, and its default, by name in the order shown."""
    found: dict[str, tuple[Option, Value]] = {}
    for one in fields(tool):
        found[one.name] = (one.metadata["option"], cast("Value", one.default))
    return found
