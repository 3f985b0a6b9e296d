"""A mask: the class of each pixel, on the grid of its image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Labels
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet


@dataclass(frozen=True, slots=True, eq=False)
class LabelMap:
    """Class index per pixel; only `History` writes to its labels.

    Attributes:
        labels: (*shape) uint8, class indices of `label_set` or IGNORE.
        geometry: The grid of the image it belongs to.
        label_set: What the indices mean.
    """

    labels: Labels
    geometry: Geometry
    label_set: LabelSet

    def __post_init__(self) -> None:
        if self.labels.dtype != np.uint8 or self.labels.shape != self.geometry.shape:
            raise ValueError(
                f"labels {self.labels.dtype} {self.labels.shape} do not fit "
                f"the grid {self.geometry.shape}"
            )

    @classmethod
    def empty(cls, geometry: Geometry, label_set: LabelSet) -> LabelMap:
        """All background."""
        return cls(np.zeros(geometry.shape, np.uint8), geometry, label_set)

    def counts(self) -> tuple[int, ...]:
        """How many pixels each class has."""
        counts = _histogram(self.labels.reshape(-1))
        return tuple(int(n) for n in counts[: len(self.label_set)])

    def volumes_ml(self) -> tuple[float, ...] | None:
        """The volume of each class in millilitres; None for a photo."""
        voxel = self.geometry.voxel_volume_ml
        return None if voxel is None else tuple(n * voxel for n in self.counts())


_PAIRS = 1 << 20


def _histogram(flat: Labels) -> npt.NDArray[np.int64]:
    """How many pixels have each of the 256 values.

    Counted by twos and in parts: `bincount` copies what it counts to eight bytes a number, which
    for a large mask takes longer than the counting.
    """
    even = flat[: flat.size // 2 * 2].view(np.uint16)
    pairs = np.zeros(1 << 16, np.int64)
    for start in range(0, even.size, _PAIRS):
        pairs += np.bincount(even[start : start + _PAIRS], minlength=1 << 16)
    square = pairs.reshape(256, 256)
    counts = square.sum(axis=0) + square.sum(axis=1)
    if flat.size % 2:
        counts[flat[-1]] += 1
    return counts
