"""Names that mean the same class, so that masks of different origin can be brought together."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SAME: tuple[tuple[str, ...], ...] = (
    ("background", "bg", "clear label", "unlabeled", "unlabelled", "unlabeled area", "none"),
    ("csf", "cerebrospinal fluid", "cerebro spinal fluid", "liquor"),
    ("gm", "gray matter", "grey matter", "gray", "grey"),
    ("wm", "white matter", "white"),
    ("ignore", "ignored", "void", "unknown"),
)
_MEANT = {name: group[0] for group in _SAME for name in group}

BACKGROUND = "background"
IGNORED = "ignore"
TISSUES = frozenset({"csf", "gm", "wm"})
"""What the three brain tissues are called after `meaning`."""


def meaning(name: str) -> str:
    """One name for all that mean the same: 'Grey_Matter' gives 'gm', an unknown one itself.

    Capitals, and whether words are parted by blanks, underscores or hyphens, do not count.
    """
    plain = re.sub(r"[\s_-]+", " ", name.casefold()).strip()
    return _MEANT.get(plain, plain)


def are_tissues(names: Iterable[str]) -> bool:
    """Whether cerebrospinal fluid, grey matter and white matter are all among the names."""
    return {meaning(name) for name in names} >= TISSUES
