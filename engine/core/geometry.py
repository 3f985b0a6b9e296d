"""Where the voxels of an image lie in the patient, and the gate that two grids must pass."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from math import inf, prod

import numpy as np

from engine.core.arrays import Box, Doubles
from engine.errors import GeometryError

TOLERANCE_MM = 1e-4
"""How far two affines may lie apart, at any corner of the grid, and still be the same grid."""


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """The grid of an image, in file order, never reordered.

    Attributes:
        shape: Pixels or voxels along each of 2 or 3 axes; (rows, columns) for a photo,
            (i, j, k) as the file stores them for a volume.
        affine: float64 (4, 4), voxel index (i, j, k) to millimetres in RAS+ space; None for a
            photo. A 2-D image with an affine has k = 0.
        sizes: Of what has no place in space: millimetres per pixel along each axis, if known.
    """

    shape: tuple[int, ...]
    affine: Doubles | None = None
    sizes: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if len(self.shape) not in (2, 3) or min(self.shape) < 1:
            raise ValueError(f"a grid has 2 or 3 axes of at least one pixel, not {self.shape}")
        if self.affine is not None:
            affine = np.array(self.affine, np.float64)
            if affine.shape != (4, 4) or not np.isfinite(affine).all():
                raise ValueError("an affine is a finite (4, 4) matrix")
            affine.setflags(write=False)
            object.__setattr__(self, "affine", affine)
        if self.sizes is not None:
            is_good = len(self.sizes) == len(self.shape) and all(0 < s < inf for s in self.sizes)
            if self.affine is not None or not is_good:
                raise ValueError(f"{self.sizes} are no sizes of pixels of {self.shape}")

    @property
    def is_volume(self) -> bool:
        return len(self.shape) == 3

    @property
    def spacing(self) -> tuple[float, ...]:
        """The size of a voxel along each axis in millimetres; 1 per pixel for a photo.

        What has sizes but no place counts in its smallest side: pixels, as a photo does.
        """
        if self.sizes is not None:
            return tuple(size / min(self.sizes) for size in self.sizes)
        if self.affine is None:
            return (1.0,) * len(self.shape)
        lengths = np.linalg.norm(self.affine[:3, :3], axis=0)
        return tuple(float(length) for length in lengths[: len(self.shape)])

    @property
    def voxel_volume_ml(self) -> float | None:
        """The volume of a voxel in millilitres, by the determinant; None where it has none."""
        if self.sizes is not None and self.is_volume:
            return prod(self.sizes) / 1000.0
        if self.affine is None or not self.is_volume:
            return None
        return abs(float(np.linalg.det(self.affine[:3, :3]))) / 1000.0

    @property
    def orientation(self) -> str:
        """The direction each axis runs to, as in 'RAS'; '' for a photo.

        The assignment of axes to directions that has the largest sum of cosines, so that each
        letter pair is used once even for oblique grids.
        """
        if self.affine is None:
            return ""
        axes = self.anatomical_axes
        letters = [""] * 3
        for direction, axis in enumerate(axes):
            negative, positive = ("LR", "PA", "IS")[direction]
            letters[axis] = positive if self.affine[direction, axis] > 0 else negative
        return "".join(letters[: len(self.shape)])

    @property
    def anatomical_axes(self) -> tuple[int, int, int]:
        """The array axis that runs along right-left, posterior-anterior and inferior-superior.

        A stack without an affine counts as (slice, row, column).
        """
        if self.affine is None:
            return (2, 1, 0)
        matrix = self.affine[:3, :3]
        cosines = np.abs(matrix / np.maximum(np.linalg.norm(matrix, axis=0), 1e-12))
        best = max(permutations(range(3)), key=lambda p: sum(cosines[d, p[d]] for d in range(3)))
        return (best[0], best[1], best[2])

    @property
    def obliquity(self) -> float:
        """How far the grid is turned from the patient's directions, in degrees; 0 for a photo.

        The largest angle between an axis and the direction that it is assigned to.
        """
        if self.affine is None:
            return 0.0
        matrix = self.affine[:3, :3]
        cosines = np.abs(matrix / np.maximum(np.linalg.norm(matrix, axis=0), 1e-12))
        least = min(cosines[of, axis] for of, axis in enumerate(self.anatomical_axes))
        return float(np.degrees(np.arccos(min(1.0, least))))

    def cropped(self, box: Box) -> Geometry:
        """The grid of a part of the image; a voxel keeps its place in the patient."""
        shape = tuple(of.stop - of.start for of in box)
        if self.affine is None:
            return Geometry(shape, sizes=self.sizes)
        corner = np.zeros(4)
        corner[: len(box)] = [of.start for of in box]
        affine = self.affine.copy()
        affine[:3, 3] += self.affine[:3] @ corner
        return Geometry(shape, affine)

    def distance_mm(self, other: Geometry) -> float:
        """How far the two grids lie apart at the corner where they differ most, in millimetres.

        Infinite if one of them has an affine and the other none.
        """
        if self.affine is None or other.affine is None:
            return 0.0 if self.affine is other.affine else float("inf")
        corners = np.array(
            [
                [i, j, k, 1]
                for i in (0, self.shape[0] - 1)
                for j in (0, self.shape[1] - 1)
                for k in (0, self.shape[2] - 1 if self.is_volume else 0)
            ],
            np.float64,
        )
        apart = corners @ (self.affine - other.affine).T
        return float(np.linalg.norm(apart[:, :3], axis=1).max())

    def require_same(self, other: Geometry, *, mine: str, theirs: str) -> None:
        """The gate: both grids are the same, or the person is told how they differ.

        Args:
            other: The grid that must equal this one.
            mine: What this grid belongs to, for the message.
            theirs: What the other grid belongs to.

        Raises:
            GeometryError: if the shapes differ, or any corner lies over `TOLERANCE_MM` apart.
        """
        if self.shape != other.shape:
            raise GeometryError(
                f"{mine} has {_times(self.shape)} pixels and {theirs} {_times(other.shape)}.",
                remedy="Choose the mask that was made on this image.",
            )
        distance = self.distance_mm(other)
        if distance > TOLERANCE_MM:
            raise GeometryError(
                f"{mine} and {theirs} lie {distance:.4g} mm apart.",
                remedy="Choose the mask that was made on this image, or resample it first.",
            )


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(str(side) for side in shape)
