"""The classes of a mask as surfaces, to be seen and to be kept as files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.core.arrays import Doubles, Labels
from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.errors import MissingSystem, ParameterError
from engine.files import safe_name, unused_name
from engine.progress import Progress

if TYPE_CHECKING:
    from engine.surfaces.surface import Surface

STL, PLY = ".stl", ".ply"

_THIN, _THIN_EACH = 60_000, 4000
"""Triangles of all thinned surfaces together, and of each one at least."""


def surfaces_of(
    mask: LabelMap, classes: Collection[int], progress: Progress
) -> tuple[Surface, ...]:
    """The surfaces of those of the classes that a volume's mask has, in order.

    Args:
        mask: Of a volume.
        classes: Which; never the background.
        progress: Told of each class.

    Raises:
        MissingSystem: if the library that computes them is not installed.
        Cancelled: if `progress` was asked to stop.
    """
    try:
        from engine.surfaces.meshing import surface_of
    except ImportError as error:
        raise missing_vtk(error) from error
    matrix = millimetres(mask.geometry)
    wanted = sorted(classes)
    found: list[Surface] = []
    for number, label in enumerate(wanted):
        progress.step(number, len(wanted), "Building surfaces")
        surface = surface_of(mask.labels, label, matrix)
        if surface is not None:
            found.append(surface)
    progress.check()
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The surfaces of a mask as it was when they were built.

    Attributes:
        labels: (I, J, K) uint8, the mask then.
        built: The classes whose surfaces were asked for.
        surfaces: By class; none for a class without a voxel.
        thin: The same with few triangles, to be turned quickly.
    """

    labels: Labels
    built: frozenset[int]
    surfaces: Mapping[int, Surface]
    thin: Mapping[int, Surface]

    @property
    def triangles(self) -> int:
        """How many there are of all classes."""
        return sum(len(surface.triangles) for surface in self.surfaces.values())


def shapes_of(
    mask: LabelMap, classes: Collection[int], before: Shapes | None, progress: Progress
) -> Shapes:
    """The surfaces of a mask; of classes that are as they were, those that were built before.

    Args:
        mask: Of a volume; its labels are kept, and must not change any more.
        classes: Which must be there; never the background.
        before: What was built of the same volume.
        progress: Told of each class.

    Raises:
        MissingSystem: if the library that computes them is not installed.
        Cancelled: if `progress` was asked to stop.
    """
    kept = frozenset[int]()
    if before is not None:
        kept = before.built - _changed(before.labels, mask.labels)
    missing = frozenset(classes) - kept
    surfaces = {one.label: one for one in surfaces_of(mask, missing, progress)}
    thin: dict[int, Surface] = {}
    if surfaces:
        from engine.surfaces.meshing import thinned

        share = max(_THIN // max(1, len(classes)), _THIN_EACH)
        thin = {label: thinned(one, share) for label, one in surfaces.items()}
    if before is not None:
        surfaces.update({label: one for label, one in before.surfaces.items() if label in kept})
        thin.update({label: one for label, one in before.thin.items() if label in kept})
    return Shapes(mask.labels, kept | missing, surfaces, thin)


def _changed(before: Labels, after: Labels) -> frozenset[int]:
    """The classes that gained or lost voxels."""
    where = before != after
    counts = np.bincount(before[where], minlength=256) + np.bincount(after[where], minlength=256)
    return frozenset(int(label) for label in np.flatnonzero(counts))


def millimetres(geometry: Geometry) -> Doubles:
    """float64 (4, 4): from the voxels of a volume to where its surfaces lie."""
    from engine.surfaces.surface import to_millimetres

    return to_millimetres(geometry)


def point_under(
    surfaces: Sequence[Surface], origin: Doubles, towards: Doubles
) -> tuple[float, float, float] | None:
    """Where a line of sight first meets one of the surfaces, in millimetres, if it does."""
    from engine.surfaces.hit import first_hit

    found = first_hit(surfaces, origin, towards)
    return None if found is None else (float(found[0]), float(found[1]), float(found[2]))


def export_surfaces(
    path: Path, mask: LabelMap, classes: Collection[int], progress: Progress
) -> tuple[Path, ...]:
    """Write the surfaces of classes: one PLY in their colours, or one STL for each of them.

    Args:
        path: Its ending says which; several STL files have the names of their classes behind it.
        mask: Of a volume.
        classes: Which; never the background.
        progress: Told of each class.

    Returns:
        The files that were written.

    Raises:
        MissingSystem: if the library that computes surfaces is not installed.
        ParameterError: if the ending is another one, or the mask has none of the classes.
        WriteError: if a file cannot be written.
    """
    from engine.surfaces.write import write_ply, write_stl

    ending = path.suffix.lower()
    if ending not in (STL, PLY):
        raise ParameterError(
            f"'{path.name}' ends in neither {STL} nor {PLY}.", remedy="Choose one of the two."
        )
    surfaces = surfaces_of(mask, classes, progress)
    if not surfaces:
        raise ParameterError(
            "The mask has no voxel of a class that is shown.", remedy="Draw one, or show its class."
        )
    if ending == PLY:
        write_ply(path, surfaces, {one.index: one.colour for one in mask.label_set})
        return (path,)
    paths = _paths_of(path, surfaces, mask.label_set)
    for at, surface in zip(paths, surfaces, strict=True):
        write_stl(at, surface, mask.label_set[surface.label].name)
    return paths


def missing_vtk(error: ImportError) -> MissingSystem:
    """What to say where VTK cannot be imported."""
    if isinstance(error, ModuleNotFoundError):
        return MissingSystem(
            "Surfaces need the library VTK, which is not installed.",
            remedy='Install it with: pip install "sulcus[surface]".',
        )
    return MissingSystem(
        f"The library VTK cannot be loaded: {error}.",
        remedy="Install the system's libraries for X11 and OpenGL (libx11-6, libgl1, libegl1).",
    )


def _paths_of(path: Path, surfaces: Sequence[Surface], classes: LabelSet) -> tuple[Path, ...]:
    if len(surfaces) == 1:
        return (path,)
    taken: set[str] = set()
    names = [unused_name(safe_name(classes[one.label].name), taken) for one in surfaces]
    return tuple(path.with_name(f"{path.stem}-{name}{path.suffix}") for name in names)


def voxel_at(geometry: Geometry, point: Sequence[float], towards: Doubles) -> tuple[int, ...]:
    """The voxel behind a point of a surface: half a voxel on, where one looks.

    Args:
        geometry: Of the volume.
        point: (3,) millimetres.
        towards: float64 (3,), where one looks, of any length.
    """
    inverse = np.linalg.inv(millimetres(geometry))
    place = inverse[:3, :3] @ np.asarray(point) + inverse[:3, 3]
    step = inverse[:3, :3] @ towards
    place += 0.5 * step / max(float(np.abs(step).max()), 1e-12)
    return tuple(
        int(at) for at in np.clip(np.rint(place), 0, np.array(geometry.shape) - 1).astype(int)
    )
