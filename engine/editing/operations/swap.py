"""Swap two classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Labels


@dataclass(frozen=True, slots=True)
class Swap:
    """Options: `label` and `other`, the classes."""

    label: int = 1
    other: int = 2

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:  # noqa: ARG002
        """Each becomes the other."""
        table = np.arange(256, dtype=np.uint8)
        table[[self.label, self.other]] = self.other, self.label
        return table[labels]
