"""Keep the largest connected part of a class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Labels
from engine.editing.components import parts_of
from engine.editing.operation_options import Kind, option


@dataclass(frozen=True, slots=True)
class KeepLargest:
    """Options: `label`, the class."""

    label: int = option(1, "Class", Kind.CLASS)

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:  # noqa: ARG002
        """All other parts become background."""
        parts, sizes = parts_of(labels == self.label)
        if len(sizes) <= 2:
            return labels
        largest = 1 + int(np.argmax(sizes[1:]))
        return np.where((parts > 0) & (parts != largest), np.uint8(0), labels)
