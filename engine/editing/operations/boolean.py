"""Combine a class with another mask."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.core.arrays import Labels, Mask
from engine.errors import ParameterError


@dataclass(frozen=True, slots=True, eq=False)
class Boolean:
    """Options of the combination.

    Attributes:
        label: The class.
        other: bool of the region's shape; nothing if left out.
        how: 'unite', 'intersect' or 'subtract'.
    """

    label: int = 1
    other: Mask | None = field(default=None, repr=False)
    how: str = "unite"

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:  # noqa: ARG002
        """What the class gains it takes from the background alone."""
        other = np.zeros(labels.shape, bool) if self.other is None else self.other
        if self.how == "unite":
            return np.where(other & (labels == 0), np.uint8(self.label), labels)
        if self.how not in ("intersect", "subtract"):
            raise ParameterError(
                f"Masks cannot be combined by '{self.how}'.",
                remedy="Say unite, intersect or subtract.",
            )
        lost = ~other if self.how == "intersect" else other
        return np.where(lost & (labels == self.label), np.uint8(0), labels)
