"""Turn one class into another, which merges both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Labels
from engine.editing.operation_options import Kind, option


@dataclass(frozen=True, slots=True)
class Relabel:
    """Options: `label`, the class that ends, and `into`, the one that it becomes."""

    label: int = option(1, "Class", Kind.CLASS)
    into: int = option(2, "Becomes", Kind.CLASS)

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:  # noqa: ARG002
        """Every pixel of `label` becomes `into`."""
        return np.where(labels == self.label, np.uint8(self.into), labels)
