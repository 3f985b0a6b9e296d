"""A copy of a mask and its source map as they are now, made beside while a person paints on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Box, Labels
from engine.core.edit import Edit
from engine.core.sources import Sources

ScalarT = TypeVar("ScalarT", bound=np.generic)

_AT_ONCE = 2**24
"""Pixels that are copied together."""


class MaskCopy:
    """Of arrays that go on changing: whoever changes them first hands in what was there.

    What is copied too late is put right at the end from what was handed in, the oldest last.
    """

    def __init__(self, labels: Labels, sources: Sources, under_way: Sequence[Edit]) -> None:
        """Begin; the edits of a stroke under way do not belong to the copy."""
        self._labels, self._sources = labels, sources
        self._under_way = tuple(under_way)
        self._before: list[tuple[Box, Labels, Sources]] = []
        self.is_taken = False

    def keep(self, box: Box) -> None:
        """Keep what is in a box, which is about to change."""
        if not self.is_taken:
            self._before.append((box, self._labels[box].copy(), self._sources[box].copy()))

    def take(self) -> tuple[Labels, Sources]:
        """The copies, as both were at the beginning; from any thread, once."""
        labels, sources = sparse_copy(self._labels), sparse_copy(self._sources)
        self.is_taken = True  # what changes from here on is not in the copies
        for box, before, of_sources in reversed(self._before):
            labels[box] = before
            sources[box] = of_sources
        for edit in reversed(self._under_way):
            edit.revert(labels)
        self._before.clear()
        return labels, sources


def sparse_copy(values: npt.NDArray[ScalarT]) -> npt.NDArray[ScalarT]:
    """A copy that takes no memory where all is 0."""
    copy = np.zeros(values.shape, values.dtype)
    rows = max(1, _AT_ONCE * len(values) // max(1, values.size))
    for top in range(0, len(values), rows):
        part = values[top : top + rows]
        if part.any():
            copy[top : top + rows] = part
    return copy
