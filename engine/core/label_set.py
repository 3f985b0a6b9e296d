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

    def with_class(self, name: str, colour: Colour | None = None) -> LabelSet:
        """These and one more, in the first default colour that none has if no colour is given.

        Raises:
            ParameterError: if there are as many as label maps can hold, or the name is empty or
                taken.
        """
        index = len(self)
        if index >= IGNORE:
            raise ParameterError(
                f"A project has {IGNORE} classes at most, background included.",
                remedy="Rename a class that is not needed.",
            )
        taken = {one.colour for one in self.classes}
        free = [one for one in PALETTE if one not in taken]
        chosen = colour or (free or [PALETTE[(index - 1) % len(PALETTE)]])[0]
        return LabelSet((*self.classes, LabelClass(index, name.strip(), chosen)))

    def places_of(self, names: Sequence[str]) -> tuple[int, ...] | None:
        """The index of each of these names, in small or capital letters; None if one has none."""
        exact = {one.name: one.index for one in self.classes}
        loose = {one.name.lower(): one.index for one in reversed(self.classes)}
        places = [exact.get(name, loose.get(name.lower())) for name in names]
        found = tuple(place for place in places if place is not None)
        return found if len(set(found)) == len(names) else None

    def __len__(self) -> int:
        return len(self.classes)

    def __iter__(self) -> Iterator[LabelClass]:
        return iter(self.classes)

    def __getitem__(self, index: int) -> LabelClass:
        return self.classes[index]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.classes)
