"""Fill the slices between two that have a class, from the shape of both."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from engine.core.arrays import Floats, Labels, Mask
from engine.editing.operation_options import Kind, option


@dataclass(frozen=True, slots=True)
class Interpolate:
    """Options of the interpolation.

    Attributes:
        label: The class.
        axis: Across the slices.
    """

    label: int = option(1, "Class", Kind.CLASS)
    axis: int = option(0, "Axis", Kind.GIVEN)

    def __call__(self, labels: Labels, spacing: tuple[float, ...]) -> Labels:  # noqa: ARG002
        """Fill background between drawn slices by the signed distances to both shapes.

        Source: Raya and Udupa 1990, Shape-based interpolation of multidimensional objects.
        """
        if labels.ndim < 3:
            return labels
        result = labels.copy()
        planes = np.moveaxis(result, self.axis, 0)
        drawn = np.flatnonzero((planes == self.label).any(axis=(1, 2)))
        for low, high in pairwise(drawn.tolist()):
            if high == low + 1:
                continue
            first, second = (_signed_distance(planes[end] == self.label) for end in (low, high))
            for index in range(low + 1, high):
                share = (index - low) / (high - low)
                inside = (1 - share) * first + share * second > 0
                planes[index][inside & (planes[index] == 0)] = self.label
        return result


def _signed_distance(mask: Mask) -> Floats:
    """Distance to the edge of a mask in pixels, positive inside, negative outside."""
    plane = np.ascontiguousarray(mask).view(np.uint8)
    inside = cv2.distanceTransform(plane, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    outside = cv2.distanceTransform(1 - plane, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(inside - outside, np.float32)
