"""Connected parts of a 2-D or 3-D mask: pixels that share a side."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engine.core.arrays import Mask

Parts = npt.NDArray[np.int32]


def parts_of(mask: Mask) -> tuple[Parts, npt.NDArray[np.int64]]:
    """Number the connected parts of a mask.

    Volumes are numbered slice by slice, then parts that touch across slices are joined.

    Args:
        mask: (rows, columns) or (slices, rows, columns) bool.

    Returns:
        (*shape) int32, 0 outside and 1, 2, ... in the parts; and the pixels of each number,
        that of 0 included.
    """
    if mask.ndim == 2:
        parts = _in_plane(mask)
        return parts, np.bincount(parts.reshape(-1), minlength=1)
    parts = np.zeros(mask.shape, np.int32)
    count = 0
    for index, plane in enumerate(mask):
        found = _in_plane(plane)
        parts[index] = np.where(found > 0, found + count, 0)
        count += int(found.max(initial=0))
    both = (parts[:-1] > 0) & (parts[1:] > 0)
    pairs = np.unique(np.stack([parts[:-1][both], parts[1:][both]], axis=1), axis=0)
    parts = _joined(count, pairs)[parts]
    return parts, np.bincount(parts.reshape(-1), minlength=1)


def _in_plane(mask: Mask) -> Parts:
    _, parts = cv2.connectedComponents(
        np.ascontiguousarray(mask).view(np.uint8), connectivity=4, ltype=cv2.CV_32S
    )
    return np.asarray(parts, np.int32)


def _joined(count: int, pairs: npt.NDArray[np.int32]) -> Parts:
    """A new number for each old one, the same for those that are joined by pairs."""
    parent = list(range(count + 1))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for a, b in pairs.tolist():
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    roots = np.array([root(number) for number in range(count + 1)])
    return np.unique(roots, return_inverse=True)[1].astype(np.int32)
