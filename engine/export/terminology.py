"""SNOMED CT codes of the tissues that Sulcus is used for most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A coded meaning: value and words, in the scheme SCT."""

    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Term:
    """What a class is: its category and its type."""

    category: Code
    kind: Code


_STRUCTURE = Code("123037004", "Anatomical Structure")
_SUBSTANCE = Code("91720002", "Body Substance")
_GREY = Term(_STRUCTURE, Code("389081007", "Gray Matter"))
_WHITE = Term(_STRUCTURE, Code("389080008", "White Matter"))
_FLUID = Term(_SUBSTANCE, Code("65216001", "Cerebrospinal Fluid"))
_BRAIN = Term(_STRUCTURE, Code("12738006", "Brain"))
_TERMS = {
    "gm": _GREY, "gray matter": _GREY, "grey matter": _GREY,
    "wm": _WHITE, "white matter": _WHITE,
    "csf": _FLUID, "cerebrospinal fluid": _FLUID,
    "brain": _BRAIN,
}  # fmt: skip


def term_of(name: str) -> Term | None:
    """The codes for a class of this name, or None if they are not known."""
    return _TERMS.get(" ".join(name.replace("_", " ").split()).casefold())
