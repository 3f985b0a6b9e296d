"""What a person can choose of an operation, told by the fields of its dataclass."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any


class Kind(Enum):
    """How an option is chosen."""

    CLASS = "class"
    CLASS_OR_ALL = "class or all"
    NUMBER = "number"
    WHOLE = "whole"
    CHOICE = "choice"
    MASK = "mask"
    GIVEN = "given"  # by the slice on screen, not by the person


@dataclass(frozen=True, slots=True)
class Option:
    """One field of an operation.

    Attributes:
        title: What the dialog calls it.
        kind: How it is chosen.
        low: Smallest number.
        high: Largest number.
        step: From one number to the next.
        unit: What the numbers count, '' if nothing.
        choices: (value, title) of a choice, in order.
    """

    title: str
    kind: Kind
    low: float = 0.0
    high: float = 1.0
    step: float = 1.0
    unit: str = ""
    choices: tuple[tuple[Any, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NamedOption:
    """An option with the name and the default of its field."""

    name: str
    default: Any
    option: Option


_KEY = "option"


def option(default: Any, title: str, kind: Kind, **more: Any) -> Any:
    """A field of an operation's dataclass that a person can choose.

    Args:
        default: What it is if nobody chooses.
        title: What the dialog calls it.
        kind: How it is chosen.
        more: Further attributes of `Option`.
    """
    return field(default=default, metadata=about(title, kind, **more))


def about(title: str, kind: Kind, **more: Any) -> dict[str, Option]:
    """The metadata of such a field."""
    return {_KEY: Option(title, kind, **more)}


def options_of(operation: Any) -> tuple[NamedOption, ...]:
    """The options of an operation's dataclass, in the order of its fields."""
    return tuple(
        NamedOption(one.name, one.default, one.metadata[_KEY])
        for one in fields(operation)
        if _KEY in one.metadata
    )
