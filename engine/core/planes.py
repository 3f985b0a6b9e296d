"""How a slice of a volume is laid on the screen, and back.

Data stay in file order; only the view turns. Radiological convention: the patient's left is on the
right of the screen in axial and coronal slices; a sagittal slice has the nose on the left.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Box, Doubles
from engine.core.edit import Edit
from engine.core.geometry import Geometry

ScalarT = TypeVar("ScalarT", bound=np.generic)


class Plane(Enum):
    """The anatomical plane of a slice; a 2-D image is shown as it is, whatever the plane."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"


# Directions in RAS+ space: 0 right-left, 1 posterior-anterior, 2 inferior-superior.
_NORMAL = {Plane.AXIAL: 2, Plane.CORONAL: 1, Plane.SAGITTAL: 0}
# The directions that run down the rows and along the columns; on the screen each of them runs
# against RAS+ (anterior and superior at the top, right and anterior on the left).
_ROWS_COLUMNS = {Plane.AXIAL: (1, 0), Plane.CORONAL: (2, 0), Plane.SAGITTAL: (2, 1)}
_LETTERS = (("L", "R"), ("P", "A"), ("I", "S"))  # where each direction comes from and goes to

OBLIQUE = 10.0
"""Degrees from which on a single letter would lie, so that the second direction is told too."""


@dataclass(frozen=True, slots=True)
class SliceView:
    """One slice of a grid as the screen shows it: rows down, columns to the right.

    Attributes:
        normal: The array axis across the slice; None for a 2-D image.
        index: The index along `normal`; 0 for a 2-D image.
        transposed: Whether the rows of the screen are the later one of the in-plane array axes.
        flips: Whether (rows, columns) run against their array axis.
        sides: Pixels along (rows, columns).
        spacing: Millimetres, or pixels of a photo, per (row, column).
        letters: The direction at the (left, right, top, bottom) edge, as 'A', or 'As' where the
            edge lies over `OBLIQUE` degrees off it towards superior; '' where there is none.
    """

    normal: int | None
    index: int
    transposed: bool
    flips: tuple[bool, bool]
    sides: tuple[int, int]
    spacing: tuple[float, float]
    letters: tuple[str, str, str, str]

    def read(self, array: npt.NDArray[ScalarT]) -> npt.NDArray[ScalarT]:
        """The slice of `array`, whose last axes are the grid's; leading axes stay in front.

        A view, not a copy: what is written to it is written to `array`.
        """
        plane = array
        if self.normal is not None:
            plane = array[(..., self.index) + (slice(None),) * (2 - self.normal)]
        if self.transposed:
            plane = plane.swapaxes(-1, -2)
        rows, columns = (-1 if flip else 1 for flip in self.flips)
        return plane[..., ::rows, ::columns]

    def box(self, part: tuple[slice, slice]) -> Box:
        """(rows, columns) of the screen as a box of the whole array in file order."""
        rows, columns = (
            slice(side - of.stop, side - of.start) if flip else of
            for of, flip, side in zip(part, self.flips, self.sides, strict=True)
        )
        box: Box = (columns, rows) if self.transposed else (rows, columns)
        if self.normal is None:
            return box
        return (*box[: self.normal], slice(self.index, self.index + 1), *box[self.normal :])

    def part(self, box: Box) -> tuple[slice, slice] | None:
        """The (rows, columns) of the screen that a box of the array covers; None if elsewhere."""
        inner = list(box)
        if self.normal is not None:
            across = inner.pop(self.normal)
            if not across.start <= self.index < across.stop:
                return None
        if self.transposed:
            inner.reverse()
        rows, columns = (
            slice(side - of.stop, side - of.start) if flip else of
            for of, flip, side in zip(inner, self.flips, self.sides, strict=True)
        )
        return rows, columns

    def edit(self, edit: Edit) -> Edit:
        """An edit of the slice as it is shown, as an edit of the whole array in file order."""
        rows, columns = edit.box
        box = self.box((rows, columns))
        return Edit(box, self._to_file(edit.before), self._to_file(edit.after))

    def _to_file(self, plane: npt.NDArray[ScalarT]) -> npt.NDArray[ScalarT]:
        rows, columns = (-1 if flip else 1 for flip in self.flips)
        turned = plane[::rows, ::columns]
        turned = turned.T if self.transposed else turned
        if self.normal is not None:
            turned = np.expand_dims(turned, self.normal)
        return np.ascontiguousarray(turned)

    def voxel(self, row: int, column: int) -> tuple[int, ...]:
        """The array index of a pixel of the screen."""
        place = [
            side - 1 - at if flip else at
            for at, flip, side in zip((row, column), self.flips, self.sides, strict=True)
        ]
        if self.transposed:
            place.reverse()
        if self.normal is not None:
            place.insert(self.normal, self.index)
        return tuple(place)

    def place(self, at: tuple[float, float]) -> tuple[float, ...]:
        """Where a place of the screen, sub-pixel, lies in the array: half-way through the slice."""
        place = [
            side - along if flip else along
            for along, flip, side in zip(at, self.flips, self.sides, strict=True)
        ]
        if self.transposed:
            place.reverse()
        if self.normal is not None:
            place.insert(self.normal, self.index + 0.5)
        return tuple(place)

    def pixel(self, voxel: tuple[int, ...]) -> tuple[int, int]:
        """The pixel of the screen at a voxel, or at the one before or behind it; see `voxel`."""
        place = list(voxel)
        if self.normal is not None:
            place.pop(self.normal)
        if self.transposed:
            place.reverse()
        row, column = (
            side - 1 - at if flip else at
            for at, flip, side in zip(place, self.flips, self.sides, strict=True)
        )
        return row, column


def slice_view(geometry: Geometry, plane: Plane, index: int) -> SliceView:
    """How slice `index` of a plane is shown; `index` counts as `slice_count` does.

    Slices are counted from the patient's inferior, posterior and right side upwards, whichever way
    the file stores them.
    """
    if geometry.affine is None and not geometry.is_volume:
        rows, columns = geometry.shape
        return SliceView(
            None, 0, False, (False, False), (rows, columns), (1.0, 1.0), ("", "", "", "")
        )
    axes = geometry.anatomical_axes
    if not geometry.is_volume:
        plane = next(plane for plane, across in _NORMAL.items() if axes[across] == 2)
    count = slice_count(geometry, plane)
    if not 0 <= index < count:
        raise ValueError(f"slice {index} of {count}")
    normal = axes[_NORMAL[plane]]
    down, along = _ROWS_COLUMNS[plane]
    rows, columns = axes[down], axes[along]
    known = geometry.affine is not None
    flips = (
        known and not _runs_down(geometry, down, rows),
        known and not _runs_down(geometry, along, columns),
    )
    return SliceView(
        normal=normal if geometry.is_volume else None,
        index=index if slice_step(geometry, plane) > 0 else count - 1 - index,
        transposed=rows > columns,
        flips=flips,
        sides=(geometry.shape[rows], geometry.shape[columns]),
        spacing=(geometry.spacing[rows], geometry.spacing[columns]),
        letters=_letters(geometry, (rows, columns), flips),
    )


def slice_count(geometry: Geometry, plane: Plane) -> int:
    """How many slices a plane has; 1 for a 2-D image."""
    if not geometry.is_volume:
        return 1
    return geometry.shape[geometry.anatomical_axes[_NORMAL[plane]]]


def slice_index(geometry: Geometry, plane: Plane, voxel: tuple[int, ...]) -> int:
    """Which slice of a plane a voxel lies in; 0 for a 2-D image."""
    if not geometry.is_volume:
        return 0
    at = voxel[geometry.anatomical_axes[_NORMAL[plane]]]
    if slice_step(geometry, plane) > 0:
        return at
    return slice_count(geometry, plane) - 1 - at


def slice_step(geometry: Geometry, plane: Plane) -> int:
    """1 if the array index grows with the count of slices, -1 if it falls."""
    direction = _NORMAL[plane]
    return -1 if _runs_down(geometry, direction, geometry.anatomical_axes[direction]) else 1


def _runs_down(geometry: Geometry, direction: int, axis: int) -> bool:
    return geometry.affine is not None and bool(geometry.affine[direction, axis] < 0)


def _letters(
    geometry: Geometry, axes: tuple[int, int], flips: tuple[bool, bool]
) -> tuple[str, str, str, str]:
    if geometry.affine is None:
        return ("", "", "", "")
    down, along = (
        geometry.affine[:3, axis] * (-1.0 if flip else 1.0)
        for axis, flip in zip(axes, flips, strict=True)
    )
    return (_letter(-along), _letter(along), _letter(-down), _letter(down))


def _letter(towards: Doubles) -> str:
    """Where a vector in RAS+ space points to."""
    cosines = towards / max(float(np.linalg.norm(towards)), 1e-12)
    first, second, _ = np.argsort(-np.abs(cosines), kind="stable")
    letter = _LETTERS[first][int(cosines[first] > 0)]
    if np.degrees(np.arccos(min(1.0, abs(cosines[first])))) <= OBLIQUE:
        return letter
    return letter + _LETTERS[second][int(cosines[second] > 0)].lower()
