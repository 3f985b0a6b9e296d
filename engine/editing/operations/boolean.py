"""Combine a class with another mask."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.core.arrays import Labels, Mask
from engine.editing.operation_options import Kind, about, option
from engine.errors import ParameterError


@dataclass(frozen=True, slots=True, eq=False)
class Boolean:
    """Options of the combination.

    Attributes:
        label: The class.
        other: bool of the region's shape; nothing if left out.
        how: 'unite', 'intersect' or 'subtract'.
    """

    label: int = option(1, "Class", Kind.CLASS)
    other: Mask | None = field(default=None, repr=False, metadata=about("Mask", Kind.MASK))
    how: str = option(
        "unite",
        "How",
        Kind.CHOICE,
        choices=(("unite", "Unite"), ("intersect", "Intersect"), ("subtract", "Subtract")),
    )

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
