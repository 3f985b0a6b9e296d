"""Copy a class, or all of them, from one slice to the next ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Labels
from engine.editing.operation_options import Kind, option


@dataclass(frozen=True, slots=True)
class CopySlice:
    """Options of the copy.

    Attributes:
        label: The class; None for all of them.
        axis: Across the slices.
        index: The slice that is copied.
        by: Where to: 1 is the next slice, -1 the one before.
        count: How many slices on that side get it.
    """

    label: int | None = option(1, "Class", Kind.CLASS_OR_ALL)
    axis: int = option(0, "Axis", Kind.GIVEN)
    index: int = option(0, "Slice", Kind.GIVEN)
    by: int = option(1, "Towards", Kind.CHOICE, choices=((1, "Next slices"), (-1, "Slices before")))
    count: int = option(1, "How many slices", Kind.WHOLE, low=1, high=500)

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:  # noqa: ARG002
        """Background there becomes the class; beyond the ends nothing is copied."""
        if labels.ndim < 3:
            return labels
        result = labels.copy()
        planes = np.moveaxis(result, self.axis, 0)
        source = planes[self.index]
        wanted = source > 0 if self.label is None else source == self.label
        for distance in range(1, self.count + 1):
            at = self.index + distance * self.by
            if 0 <= at < len(planes):
                free = wanted & (planes[at] == 0)
                planes[at][free] = source[free]
        return result
