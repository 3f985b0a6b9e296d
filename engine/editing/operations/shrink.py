"""Shrink a class; what it leaves becomes background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Labels
from engine.editing.morphology import grown
from engine.editing.operation_options import Kind, option


@dataclass(frozen=True, slots=True)
class Shrink:
    """Options: `label`, the class, and `by`, how far in pixels of the smallest side."""

    label: int = option(1, "Class", Kind.CLASS)
    by: float = option(1.0, "How far", Kind.NUMBER, low=0.5, high=50.0, step=0.5, unit="px")

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:
        """The border of the region takes nothing away."""
        reached = grown(labels != self.label, self.by * min(spacing), spacing)
        return np.where(reached & (labels == self.label), np.uint8(0), labels)
