"""Smooth the outlines of all classes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.core.arrays import Floats, Labels
from engine.core.label_set import IGNORE
from engine.editing.operation_options import Kind, option


@dataclass(frozen=True, slots=True)
class Smooth:
    """Options: `sigma`, the width of the Gaussian in pixels of the smallest side."""

    sigma: float = option(1.0, "Width", Kind.NUMBER, low=0.3, high=20.0, step=0.1, unit="px")

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:
        """Each pixel gets the class that is strongest around it; no class is favoured."""
        best = np.full(labels.shape, -1.0, np.float32)
        result = labels.copy()
        for label in np.unique(labels[labels != IGNORE]).tolist():
            weight = _blurred(
                (labels == label).astype(np.float32), self.sigma * min(spacing), spacing
            )
            better = weight > best + 1e-6
            best[better] = weight[better]
            result[better] = label
        return result


def _blurred(values: Floats, sigma: float, spacing: tuple[float, ...]) -> Floats:
    """A Gaussian along each axis in turn; beyond the border the values go on mirrored."""
    for axis, side in enumerate(spacing):
        lines = np.ascontiguousarray(np.moveaxis(values, axis, -1))
        width = 2 * int(np.ceil(3 * sigma / side)) + 1
        flat = cv2.GaussianBlur(
            lines.reshape(-1, lines.shape[-1]),
            (width, 1),
            sigmaX=sigma / side,
            sigmaY=1.0,
            borderType=cv2.BORDER_REFLECT,
        )
        values = np.moveaxis(np.asarray(flat, np.float32).reshape(lines.shape), -1, axis)
    return values
