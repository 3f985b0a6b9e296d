"""Remove the small connected parts of a class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Labels
from engine.editing.components import parts_of
from engine.editing.operation_options import Kind, option


@dataclass(frozen=True, slots=True)
class RemoveSmall:
    """Options: `label`, the class, and `pixels`, the size of the smallest part that stays."""

    label: int = option(1, "Class", Kind.CLASS)
    pixels: int = option(20, "Smaller than", Kind.WHOLE, low=1, high=10**7, unit="px")

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:  # noqa: ARG002
        """Smaller parts become background."""
        parts, sizes = parts_of(labels == self.label)
        small = sizes < self.pixels
        small[0] = False
        return np.where(small[parts], np.uint8(0), labels)
