"""The parameters of the CRFs, with ranges and units: sliders, flags and docs are made from them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeAlias, cast

from engine.errors import ParameterError

Compatibility: TypeAlias = "tuple[tuple[float, ...], ...]"
Value: TypeAlias = "int | float | str | Compatibility"


@dataclass(frozen=True, slots=True)
class Range:
    """What a parameter may be.

    Attributes:
        title: Name on the screen.
        note: What it does, in one clause.
        low: Smallest value of a number.
        high: Largest value.
        step: Of the slider; for whole numbers also the grid that values lie on, from `low`.
        unit: 'px', 'mm', 'px or mm', '0-255', or ''.
        choices: The values there are, instead of a range.
        is_matrix: Whether it is a table of numbers, one row and one column per class.
        optional: Whether it may be left out: infinity, written 'none'.
        advanced: Whether the panel folds it away at first.
    """

    title: str
    note: str
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    unit: str = ""
    choices: tuple[Value, ...] = ()
    is_matrix: bool = False
    optional: bool = False
    advanced: bool = False


def _number(default: float, title: str, note: str, **limits: Any) -> Any:
    return field(default=default, metadata={"range": Range(title, note, **limits)})


def _choice(default: Value, title: str, note: str, *choices: Value) -> Any:
    limits = Range(title, note, choices=choices, advanced=True)
    return field(default=default, metadata={"range": limits})


@dataclass(frozen=True, slots=True)
class CrfParameters:
    """What the ConvCRF is solved with.

    Source: Teichmann and Cipolla 2018, section 4; the symbols of the paper stand in the notes.
    """

    filter_size: int = _number(
        7, "Filter size", "k: side of the window a pixel listens to",
        low=3, high=21, step=2, unit="px",
    )  # fmt: skip
    iterations: int = _number(5, "Iterations", "mean-field steps", low=1, high=20, step=1)
    appearance_weight: float = _number(
        3.0, "Colour weight", "w1: how strongly like colours agree", high=30.0, step=0.1
    )
    appearance_colour: float = _number(
        8.0, "Colour width", "theta beta: how different colours may be and still agree",
        low=1.0, high=100.0, step=0.5, unit="0-255",
    )  # fmt: skip
    appearance_position: float = _number(
        80.0, "Colour reach", "theta alpha: how far like colours reach; none: anywhere",
        low=1.0, high=160.0, step=1.0, unit="px or mm", optional=True,
    )  # fmt: skip
    smoothness_weight: float = _number(
        0.5, "Smoothness weight", "w2: how strongly neighbours agree", high=30.0, step=0.1
    )
    smoothness_position: float = _number(
        3.0, "Smoothness reach", "theta gamma: how far neighbours reach",
        low=0.5, high=30.0, step=0.1, unit="px or mm",
    )  # fmt: skip
    unary_weight: float = _number(
        1.0, "Trust in the network", "factor on the log-probabilities",
        low=0.05, high=5.0, step=0.05,
    )  # fmt: skip
    temperature: float = _number(
        1.0, "Temperature", "softens the probabilities before anything else",
        low=0.1, high=10.0, step=0.1, advanced=True,
    )  # fmt: skip
    message_weight: float = _number(
        0.2, "Message weight", "share of the messages (released convention only)",
        low=0.0, high=1.0, step=0.01, advanced=True,
    )  # fmt: skip
    blur: int = _choice(1, "Blur", "factor by which messages are passed on a coarser grid", 1, 2, 4)
    window: str = _choice(
        "manhattan", "Window", "shape of the neighbourhood", "manhattan", "square"
    )
    normalisation: str = _choice(
        "symmetric", "Normalisation", "whether each kernel is divided by its own sum",
        "symmetric", "none",
    )  # fmt: skip
    convention: str = _choice(
        "paper", "Convention", "the paper's equations, or what its released code computes",
        "paper", "released",
    )  # fmt: skip
    dimensions: int = _choice(2, "Dimensions", "slice by slice, or through the volume", 2, 3)
    compatibility: Compatibility = field(
        default=(),
        metadata={
            "range": Range(
                "Compatibility",
                "cost of two classes side by side, a row per class; potts: 1 for any two",
                low=-100.0, high=100.0, is_matrix=True, advanced=True,
            )
        },
    )  # fmt: skip

    def __post_init__(self) -> None:
        rows = tuple(tuple(float(cost) for cost in row) for row in self.compatibility)
        object.__setattr__(self, "compatibility", rows)
        for one in fields(self):
            _check(one.name, getattr(self, one.name))

    def changed(self, values: Mapping[str, Value]) -> CrfParameters:
        """These parameters with some of them changed.

        Raises:
            ParameterError: for an unknown name or a value out of range.
        """
        for name in values:
            range_of(name)
        return replace(self, **cast("dict[str, Any]", dict(values)))

    def widened(self, classes: int) -> CrfParameters:
        """For as many classes: where costs of fewer are stated, the others cost 1."""
        stated = self.compatibility
        if not 0 < len(stated) < classes:
            return self
        wide = [list(row) for row in potts(classes)]
        for row, costs in zip(wide, stated, strict=False):
            row[: len(costs)] = costs
        return replace(self, compatibility=tuple(tuple(row) for row in wide))


def potts(classes: int) -> Compatibility:
    """The Potts model as a compatibility matrix: 1 for any two classes that differ."""
    return tuple(tuple(float(a != b) for b in range(classes)) for a in range(classes))


def range_of(name: str) -> Range:
    """What the parameter `name` may be.

    Raises:
        ParameterError: if there is none of that name.
    """
    return cast("Range", _field(name).metadata["range"])


def parse_parameters(texts: Iterable[str]) -> dict[str, Value]:
    """'name=value' texts as typed values.

    Raises:
        ParameterError: if a text is not of that form, or its name or value is refused.
    """
    values: dict[str, Value] = {}
    for text in texts:
        name, separator, value = (part.strip() for part in text.partition("="))
        if not separator:
            raise ParameterError(
                f"'{text}' sets no parameter.", remedy="Write it as name=value, as in iterations=5."
            )
        kind = cast("type[int | float | str]", type(_field(name).default))
        if value == "none" and range_of(name).optional:
            value = "inf"
        try:
            values[name] = _read_matrix(value) if range_of(name).is_matrix else kind(value)
        except (ValueError, OSError):
            raise ParameterError(f"{name} cannot be '{value}'.", remedy=_allowed(name)) from None
        _check(name, values[name])
    return values


def _read_matrix(text: str) -> Compatibility:
    """'potts', or the rows of a text file."""
    if text == "potts":
        return ()
    lines = Path(text).read_text(encoding="utf-8").replace(",", " ").splitlines()
    return tuple(tuple(map(float, line.split())) for line in lines if line.strip())


def _field(name: str) -> Field[Any]:
    known = {one.name: one for one in fields(CrfParameters)}
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(known)}."
        raise ParameterError(f"There is no CRF parameter '{name}'.", remedy=hint)
    return known[name]


def _check(name: str, value: Value) -> None:
    one = _field(name)
    limits = cast("Range", one.metadata["range"])
    whole = isinstance(one.default, int)
    if limits.is_matrix:
        good = _is_matrix(value, limits)
    elif limits.choices:
        good = value in limits.choices
    elif not isinstance(value, (int, float)) or (whole and not isinstance(value, int)):
        good = False
    else:
        good = limits.low <= value <= limits.high or (limits.optional and value == math.inf)
        good = good and not (whole and (value - limits.low) % limits.step)
    if not good:
        raise ParameterError(f"{name} cannot be {value!r}.", remedy=_allowed(name))


def _is_matrix(value: Value, limits: Range) -> bool:
    return isinstance(value, tuple) and all(
        len(row) == len(value) and all(limits.low <= cost <= limits.high for cost in row)
        for row in value
    )


def _allowed(name: str) -> str:
    limits = range_of(name)
    if limits.is_matrix:
        return "Choose potts, or a text file with a row of numbers per class."
    if limits.choices:
        return f"Choose one of {', '.join(map(str, limits.choices))}."
    step = " in steps of 2" if limits.step == 2 else ""
    none = ", or none" if limits.optional else ""
    return f"Choose from {limits.low:g} to {limits.high:g}{step}{none}."


RELEASED = CrfParameters(
    filter_size=11,
    iterations=5,
    appearance_weight=10.0,
    appearance_colour=13.0,
    appearance_position=math.inf,
    smoothness_weight=3.0,
    smoothness_position=3.0,
    message_weight=0.2,
    blur=4,
    window="square",
    normalisation="none",
    convention="released",
)
"""The defaults of the authors' code."""

DENSE_DEFAULT = CrfParameters(
    iterations=10,
    appearance_weight=4.0,
    appearance_colour=5.0,
    appearance_position=49.0,
    smoothness_weight=3.0,
    smoothness_position=3.0,
)
"""What DeepLab's fully connected CRF was published with.

Source: Chen et al. 2017, 'DeepLab', section 4.1: ten iterations, w2 and theta gamma of 3, and w1,
theta alpha and theta beta found by search among 3 to 6, 30 to 100 and 3 to 6. These are the ones
that the authors released with their LargeFOV network.
"""

ROUGH_PICTURE = RELEASED.changed(
    {
        "filter_size": 5,
        "appearance_weight": 3.6,
        "appearance_colour": 8.0,
        "smoothness_weight": 3.1,
        "smoothness_position": 3.1,
        "unary_weight": 0.7,
    }
)
"""For a coarse mask of a picture, which it must not trust: fitted to degraded references.

Measured in docs/reference/performance.md, as is `ROUGH_SCAN`. A network's mask they make worse.
"""

ROUGH_SCAN = CrfParameters(
    filter_size=11,
    appearance_weight=3.6,
    appearance_colour=8.5,
    appearance_position=160.0,
    smoothness_weight=0.1,
    smoothness_position=0.5,
    unary_weight=0.25,
)
"""For a coarse mask of a scan."""
