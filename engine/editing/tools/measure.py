"""Measure a length, or what lies under the pointer; the mask stays as it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Box, Mask
from engine.core.label_set import IGNORE
from engine.core.scope import bounds, shifted
from engine.editing.alike import all_alike, pixel_at, region_around, whole_of
from engine.editing.components import parts_of
from engine.editing.guide import Guide, Line, Region, Work
from engine.editing.options import option
from engine.editing.outcome import Measured
from engine.editing.pointer import Gesture, Phase, Pointer, dragged, found
from engine.editing.sheet import Part, Place, Sheet

SHORTEST = 3
"""A drag over fewer pixels of the screen is a click."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a click measures."""

    of: str = option(
        "component", "Click measures", "the connected part under the pointer, or all of its class",
        choices=(("component", "Connected part"), ("class", "Whole class")),
    )  # fmt: skip

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:  # noqa: ARG002
        """A drag measures a length; a click the area, and the volume, of what is there."""
        pointer = pressed
        while pointer.phase is not Phase.RELEASE:
            pointer = yield from dragged(_ruler(sheet, pressed, pointer))
        ruler = _ruler(sheet, pressed, pointer)
        if ruler is not None:
            return Measured(ruler)
        if not sheet.has(pointer.at) or _label_at(sheet, pointer.at) == IGNORE:
            return None
        part, inside = self._in_slice(sheet, pointer.at)
        texts = [_name(sheet, pointer.at), _area(sheet, int(np.count_nonzero(inside)))]
        voxel_ml = sheet.geometry.voxel_volume_ml
        if sheet.geometry.is_volume:
            search = Work("Measuring", lambda: self._voxels(sheet, pointer.at))
            voxels = yield from found(search, Guide(region=Region(part, inside)))
            texts.append(f"{voxels} vx" if voxel_ml is None else f"{voxels * voxel_ml:.4g} ml")
        return Measured(Guide(region=Region(part, inside), text="  ".join(texts), at=pointer.at))

    def _in_slice(self, sheet: Sheet, at: Place) -> tuple[Part, Mask]:
        alike = sheet.labels == _label_at(sheet, at)
        pixel = pixel_at(at, whole_of(sheet))
        region = all_alike(alike) if self.of == "class" else region_around(alike, pixel)
        assert region is not None
        return region

    def _voxels(self, sheet: Sheet, at: Place) -> int:
        """The voxels of the class, or of its connected part through all slices."""
        alike = sheet.history.labels == _label_at(sheet, at)
        if self.of == "class":
            return int(np.count_nonzero(alike))
        box = bounds(alike)
        assert box is not None
        voxel = sheet.view.voxel(*pixel_at(at, whole_of(sheet)))
        parts, sizes = parts_of(alike[box])
        there: Box = shifted(tuple(slice(one, one + 1) for one in voxel), box)
        return int(sizes[parts[tuple(of.start for of in there)]])


def _ruler(sheet: Sheet, pressed: Pointer, pointer: Pointer) -> Guide | None:
    """The line from press to pointer with its length; None for a click."""
    rows, columns = sheet.view.spacing
    down, along = (b - a for a, b in zip(pressed.at, pointer.at, strict=True))
    length = math.hypot(down * rows, along * columns)
    if length < SHORTEST * pointer.pixel:
        return None
    has_size = sheet.geometry.affine is not None
    text = f"{length:.1f} mm" if has_size else f"{length:.1f} px"
    line = Line((pressed.at, pointer.at), has_handles=True)
    return Guide((line,), text=text, at=pointer.at)


def _label_at(sheet: Sheet, at: Place) -> int:
    return int(sheet.labels[pixel_at(at, whole_of(sheet))])


def _name(sheet: Sheet, at: Place) -> str:
    return sheet.history.label_map.label_set[_label_at(sheet, at)].name


def _area(sheet: Sheet, pixels: int) -> str:
    if sheet.geometry.affine is None:
        return f"{pixels} px"
    return f"{pixels * math.prod(sheet.view.spacing):.4g} mm²"
