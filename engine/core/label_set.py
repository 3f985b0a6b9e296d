"""The classes of a project: index, name, colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.errors import ParameterError

IGNORE = 255
"""The label of pixels that count nowhere (VOC's void); never a class."""

Colour = tuple[int, int, int]

PALETTE: tuple[Colour, ...] = (
    (0, 114, 178),
    (230, 159, 0),
    (0, 158, 115),
    (204, 121, 167),
    (86, 180, 233),
    (213, 94, 0),
    (240, 228, 66),
    (148, 103, 189),
)
"""Colours that stay apart for colour-blind people. Source: Okabe and Ito 2008, and one more."""


@dataclass(frozen=True, slots=True)
class LabelClass:
    """One class; `index` is the value of its pixels in a label map."""

    index: int
    name: str
    colour: Colour


@dataclass(frozen=True, slots=True)
class LabelSet:
    """Classes with indices 0, 1, 2 ... in order; class 0 is the background."""

    classes: tuple[LabelClass, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.classes) <= IGNORE:
            raise ParameterError(
                f"A project needs 2 to {IGNORE} classes, background included, "
                f"not {len(self.classes)}.",
                remedy="Name the background and at least one class.",
            )
        if [c.index for c in self.classes] != list(range(len(self.classes))):
            raise ValueError("class indices run from 0 without a gap")
        names = [c.name for c in self.classes]
        if len(set(names)) != len(names) or not all(name.strip() for name in names):
            raise ParameterError(
                f"Class names must be given and differ from each other: {', '.join(names)}.",
                remedy="Rename one of them.",
            )

    @classmethod
    def named(cls, names: Sequence[str]) -> LabelSet:
        """Classes with these names and default colours; the first one is the background."""
        return cls(
            tuple(
                LabelClass(i, name.strip(), PALETTE[(i - 1) % len(PALETTE)] if i else (0, 0, 0))
                for i, name in enumerate(names)
            )
        )

    def __len__(self) -> int:
        return len(self.classes)

    def __iter__(self) -> Iterator[LabelClass]:
        return iter(self.classes)

    def __getitem__(self, index: int) -> LabelClass:
        return self.classes[index]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.classes)
