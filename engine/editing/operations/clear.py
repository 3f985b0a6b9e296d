"""Turn a class into background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Labels
from engine.editing.operation_options import Kind, option


@dataclass(frozen=True, slots=True)
class Clear:
    """Options: `label`, the class."""

    label: int = option(1, "Class", Kind.CLASS)

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:  # noqa: ARG002
        """Every pixel of it becomes background."""
        return np.where(labels == self.label, np.uint8(0), labels)
