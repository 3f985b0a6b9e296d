"""Growing a 2-D or 3-D mask by a distance."""

from __future__ import annotations

import math

import cv2
import numpy as np

from engine.core.arrays import Labels, Mask


def grown(mask: Mask, radius: float, spacing: tuple[float, ...]) -> Mask:
    """The pixels within `radius` of a mask.

    Args:
        mask: (rows, columns) or (slices, rows, columns) bool.
        radius: In the units of `spacing`.
        spacing: Size of a pixel along each axis.
    """
    if mask.ndim == 2:
        return _grown_in_plane(mask, radius, (spacing[0], spacing[1]))
    result = mask.copy()
    reach = int(radius / spacing[0])
    for step in range(-reach, reach + 1):
        left = math.sqrt(max(0.0, radius**2 - (step * spacing[0]) ** 2))
        for index in range(max(0, -step), min(len(mask), len(mask) - step)):
            if mask[index].any():
                result[index + step] |= _grown_in_plane(mask[index], left, (spacing[1], spacing[2]))
    return result


def _grown_in_plane(mask: Mask, radius: float, spacing: tuple[float, float]) -> Mask:
    rows, columns = (int(radius / side) for side in spacing)
    down, along = np.ogrid[-rows : rows + 1, -columns : columns + 1]
    inside = (down * spacing[0]) ** 2 + (along * spacing[1]) ** 2 <= radius**2 + 1e-9
    plane: Labels = np.ascontiguousarray(mask).view(np.uint8)
    spread = cv2.dilate(
        plane, inside.astype(np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    return np.asarray(spread).astype(bool)
