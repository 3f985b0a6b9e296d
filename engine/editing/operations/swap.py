"""Swap two classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Labels
from engine.editing.operation_options import Kind, option


@dataclass(frozen=True, slots=True)
class Swap:
    """Options: `label` and `other`, the classes."""

    label: int = option(1, "Class", Kind.CLASS)
    other: int = option(2, "And", Kind.CLASS)

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:  # noqa: ARG002
        """Each becomes the other."""
        table = np.arange(256, dtype=np.uint8)
        table[[self.label, self.other]] = self.other, self.label
        return table[labels]
