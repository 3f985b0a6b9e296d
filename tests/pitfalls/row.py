"""A row of the table of pitfalls: what must happen, what peers do, and the tests that guard it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """What a library did: in words, and whether that is right."""

    said: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class Peer:
    """A library that is asked the same.

    Attributes:
        name: The module.
        ask: Called with an empty folder; what it raises is a fault of the row, not of the peer.
        wrong: Why what it does is wrong; '' where it is right.
    """

    name: str
    ask: Callable[[Path], Answer]
    wrong: str = ""

    @property
    def is_here(self) -> bool:
        return importlib.util.find_spec(self.name) is not None


@dataclass(frozen=True, slots=True)
class Row:
    """One pitfall.

    Attributes:
        number: As in the design's table.
        pitfall: What may go wrong.
        check: Called with an empty folder: asserts what must happen, and says what did.
        guards: Tests that go deeper, as 'path::name' under tests.
        peers: Who is asked the same.
    """

    number: int
    pitfall: str
    check: Callable[[Path], str]
    guards: tuple[str, ...]
    peers: tuple[Peer, ...] = ()


def refusal(work: Callable[[], object]) -> str:
    """The name of what `work` raises; '' if it goes through."""
    try:
        work()
    except Exception as error:  # noqa: BLE001 - peers raise what they like
        return type(error).__name__
    return ""
