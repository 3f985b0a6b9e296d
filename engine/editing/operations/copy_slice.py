"""Copy a class from one slice to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Labels


@dataclass(frozen=True, slots=True)
class CopySlice:
    """Options of the copy.

    Attributes:
        label: The class.
        axis: Across the slices.
        index: The slice that is copied.
        by: Where to: 1 is the next slice, -1 the one before.
    """

    label: int = 1
    axis: int = 0
    index: int = 0
    by: int = 1

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:  # noqa: ARG002
        """Background there becomes the class; beyond the ends nothing is copied."""
        if labels.ndim < 3 or not 0 <= self.index + self.by < labels.shape[self.axis]:
            return labels
        result = labels.copy()
        planes = np.moveaxis(result, self.axis, 0)
        target = planes[self.index + self.by]
        target[(planes[self.index] == self.label) & (target == 0)] = self.label
        return result
