"""Fill the holes of a class: background that it encloses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Labels
from engine.editing.components import parts_of
from engine.editing.operation_options import Kind, option


@dataclass(frozen=True, slots=True)
class FillHoles:
    """Options: `label`, the class."""

    label: int = option(1, "Class", Kind.CLASS)

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:  # noqa: ARG002
        """Holes that hold another class, or reach the border of the region, stay."""
        parts, sizes = parts_of(labels != self.label)
        stays = np.zeros(len(sizes), bool)
        stays[0] = True
        stays[np.unique(parts[labels != 0])] = True
        for axis in range(labels.ndim):
            for end in (0, -1):
                stays[np.unique(np.take(parts, end, axis))] = True
        return np.where(stays[parts], labels, np.uint8(self.label))
