"""One change of a label map: the atom of undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.core.arrays import Box, Labels


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """A box of a label map before and after a change.

    Attributes:
        box: One slice per axis, in array order, with start and stop given.
        before: Labels in the box before the change, uint8.
        after: Labels in the box after the change, uint8.
    """

    box: Box
    before: Labels
    after: Labels

    def apply(self, labels: Labels) -> None:
        labels[self.box] = self.after

    def revert(self, labels: Labels) -> None:
        labels[self.box] = self.before

    @property
    def changes_nothing(self) -> bool:
        return bool(np.array_equal(self.before, self.after))


Stroke: TypeAlias = "tuple[Edit, ...]"
"""Edits that are undone together."""


def union_of(boxes: Sequence[Box]) -> Box:
    """The smallest box around all of `boxes`."""
    return tuple(
        slice(min(box[axis].start for box in boxes), max(box[axis].stop for box in boxes))
        for axis in range(len(boxes[0]))
    )


def merge(edits: Sequence[Edit], labels: Labels) -> Edit:
    """The one edit that does what `edits` did, in turn, to `labels` (which shows their result)."""
    box = union_of([edit.box for edit in edits])
    after = labels[box].copy()
    before = after.copy()
    for edit in reversed(edits):
        inner = tuple(
            slice(part.start - whole.start, part.stop - whole.start)
            for part, whole in zip(edit.box, box, strict=True)
        )
        before[inner] = edit.before
    return Edit(box, before, after)
