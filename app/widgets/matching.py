"""How well a few typed letters fit a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

_START_OF_WORD = 8.0
_IN_A_ROW = 5.0
_GAP = 0.2
_WHOLE = 30.0


def score(typed: str, text: str) -> float | None:
    """The larger, the better; None if the letters do not stand in the text in this order.

    Letters that begin a word and letters in a row count most, so that 'onf' finds 'Open files'
    after 'Open folder' only if nothing fits better; a text in which the whole stands comes first.
    """
    wanted, there = typed.casefold().replace(" ", ""), text.casefold()
    if not wanted:
        return 0.0
    total, at, last = 0.0, 0, -2
    for letter in wanted:
        found = _next(letter, there, at, last)
        if found < 0:
            return None
        if found == last + 1:
            total += _IN_A_ROW
        if found == 0 or not there[found - 1].isalnum():
            total += _START_OF_WORD
        total -= _GAP * (found - at)
        at, last = found + 1, found
    place = there.find(typed.casefold().strip())
    if place >= 0:
        total += _WHOLE - _GAP * place
    return total - 0.01 * len(there)


def best(typed: str, entries: Iterable[tuple[str, T]], most: int) -> list[T]:
    """At most so many entries whose text fits, the best first; equals stay in their order."""
    found: list[tuple[float, T]] = []
    for text, entry in entries:
        points = score(typed, text)
        if points is not None:
            found.append((points, entry))
    found.sort(key=lambda one: -one[0])
    return [entry for _, entry in found[:most]]


def _next(letter: str, text: str, at: int, last: int) -> int:
    """Where to take a letter: right after the last one, else where a word begins, else anywhere."""
    if last >= 0 and last + 1 < len(text) and text[last + 1] == letter:
        return last + 1
    anywhere = place = text.find(letter, at)
    while place > 0 and text[place - 1].isalnum():
        place = text.find(letter, place + 1)
    return place if place >= 0 else anywhere
