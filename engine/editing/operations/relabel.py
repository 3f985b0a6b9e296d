"""Turn one class into another, which merges both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Labels


@dataclass(frozen=True, slots=True)
class Relabel:
    """Options: `label`, the class that ends, and `into`, the one that it becomes."""

    label: int = 1
    into: int = 2

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:  # noqa: ARG002
        """Every pixel of `label` becomes `into`."""
        return np.where(labels == self.label, np.uint8(self.into), labels)
