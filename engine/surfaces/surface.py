"""The boundary of one class of a mask, as triangles in millimetres of the patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Doubles, Floats
from engine.core.geometry import Geometry

Triangles: TypeAlias = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A closed mesh; corners run against the clock where they are seen from outside.

    Attributes:
        label: The class whose boundary it is.
        vertices: float32 (n, 3), millimetres in RAS+ space.
        triangles: int32 (m, 3), indices of vertices.
        normals: float32 (n, 3), of length 1, outwards.
    """

    label: int
    vertices: Floats
    triangles: Triangles
    normals: Floats

    @property
    def volume_ml(self) -> float:
        """What it encloses, in millilitres."""
        faces = _faces(self.vertices, self.triangles)
        return _enclosed(self.vertices, self.triangles, faces) / 1000.0

    @property
    def area_mm2(self) -> float:
        """How large it is, in square millimetres."""
        return 0.5 * float(np.linalg.norm(_faces(self.vertices, self.triangles), axis=1).sum())

    @property
    def bounds(self) -> tuple[Doubles, Doubles]:
        """The corners of the box around it, each (3,), in millimetres."""
        low, high = self.vertices.min(axis=0), self.vertices.max(axis=0)
        return low.astype(np.float64), high.astype(np.float64)


def faced_outwards(label: int, vertices: Floats, triangles: Triangles) -> Surface:
    """A surface from a closed mesh whose triangles agree with each other on where outside is.

    Args:
        label: The class whose boundary it is.
        vertices: float32 (n, 3), millimetres.
        triangles: int32 (m, 3).
    """
    faces = _faces(vertices, triangles)
    if _enclosed(vertices, triangles, faces) < 0:
        triangles, faces = np.ascontiguousarray(triangles[:, ::-1]), -faces
    return Surface(label, vertices, triangles, _normals(len(vertices), triangles, faces))


def to_millimetres(geometry: Geometry) -> Doubles:
    """float64 (4, 4): from voxel indices to the millimetres that a surface is told in.

    That is the affine of the image. A stack without one counts as (slice, row, column): rows run
    down, columns to the right and slices up where its first slice is seen from above, so that
    nothing is mirrored; it is measured as its `spacing` is.
    """
    if geometry.affine is not None:
        return geometry.affine
    matrix = np.zeros((4, 4))
    matrix[3, 3] = 1.0
    for direction, axis in enumerate(geometry.anatomical_axes):
        sign = 1.0 if direction == 2 else -1.0
        matrix[direction, axis] = sign * geometry.spacing[axis]
    return matrix


def _faces(vertices: Floats, triangles: Triangles) -> Floats:
    """Across each triangle, as long as twice its area."""
    first, second, third = (vertices[triangles[:, corner]] for corner in range(3))
    return np.cross(second - first, third - first)


def _enclosed(vertices: Floats, triangles: Triangles, faces: Floats) -> float:
    """Cubic millimetres, negative where the mesh faces inwards, by the divergence theorem.

    From the middle of the mesh, so that nothing large cancels.
    """
    if not len(triangles):
        return 0.0
    first = vertices[triangles[:, 0]] - vertices.mean(axis=0, dtype=np.float64)
    return float(np.einsum("ij,ij->", first, faces)) / 6.0


def _normals(count: int, triangles: Triangles, faces: Floats) -> Floats:
    """Of each vertex, the mean of its triangles' by their areas."""
    normals = np.empty((count, 3), np.float32)
    for axis in range(3):
        normals[:, axis] = sum(
            np.bincount(triangles[:, corner], faces[:, axis], count) for corner in range(3)
        )
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    return normals / np.maximum(lengths, np.float32(1e-12))
