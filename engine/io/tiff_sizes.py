"""The size of a pixel, where ImageJ or a microscope's program (OME) noted it in a TIFF.

Neither says where the picture lies, so no place comes of it. The resolution that every TIFF may
name is that of a print, and says nothing of what is shown. Source: ImageJ's TiffEncoder ('unit',
'spacing', pixels per unit in the resolution tags); OME data model, Pixels (PhysicalSizeX ...).
"""

from __future__ import annotations

import math
import re
from typing import Any

import tifffile

from engine.core.image import Notice
from engine.io.tiff_axes import Slot

_UNITS = {
    "m": 1e3, "cm": 10.0, "mm": 1.0, "um": 1e-3, "nm": 1e-6, "inch": 25.4, "in": 25.4,
    "meter": 1e3, "centimeter": 10.0, "millimeter": 1.0, "micrometer": 1e-3, "micron": 1e-3,
    "microns": 1e-3, "nanometer": 1e-6,
}  # fmt: skip
_X, _Y = 282, 283  # tags: pixels per unit, as two whole numbers
_PIXELS = re.compile(r"<(?:\w+:)?Pixels\b([^>]*)>")
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*\"([^\"]*)\"")
_SMALLEST, _LARGEST = 1e-7, 1e5
"""Millimetres that a pixel of anything may measure."""

Sizes = tuple[float, ...] | None


def sizes_of(file: tifffile.TiffFile, slot: Slot) -> tuple[Sizes, tuple[Notice, ...]]:
    """Millimetres along each axis of an image, and whose word that is; None where nobody says.

    A stack has sizes only if its slices lie along depth (Z), and the step between them is given.
    """
    for name, found in (("ImageJ", _by_imagej(file)), ("OME", _by_ome(file, slot.series))):
        z, y, x = found
        wanted = (y, x) if len(slot.shape) == 2 else (z, y, x)
        if slot.depth not in ("", "Z") or not all(_SMALLEST < one < _LARGEST for one in wanted):
            continue
        text = " x ".join(f"{one:.4g}" for one in wanted)
        said = f"The size of its pixels ({text} mm) is what {name} noted in this file."
        return wanted, (Notice("noted-sizes", said),)
    return None, ()


def _by_imagej(file: tifffile.TiffFile) -> tuple[float, float, float]:
    """(z, y, x), 0 for what is not given."""
    noted: dict[str, Any] = file.imagej_metadata or {}
    unit = _millimetres(noted.get("unit"))
    tags = file.pages.first.tags
    x, y = (_side(tags.valueof(tag)) for tag in (_X, _Y))
    return _number(noted.get("spacing")) * unit, y * unit, x * unit


def _by_ome(file: tifffile.TiffFile, series: int) -> tuple[float, float, float]:
    images = [dict(_ATTRIBUTE.findall(one)) for one in _PIXELS.findall(file.ome_metadata or "")]
    if series >= len(images):
        return (0.0, 0.0, 0.0)
    noted = images[series]
    z, y, x = (
        _number(noted.get(f"PhysicalSize{axis}"))
        * _millimetres(noted.get(f"PhysicalSize{axis}Unit", "um"))
        for axis in "ZYX"
    )
    return z, y, x


def _millimetres(unit: object) -> float:
    """How long a unit is; 0 for one that is none, as 'pixel'."""
    text = str(unit).strip().lower().replace("\\u00b5", "u")
    return _UNITS.get(re.sub("[\u00b5\u03bc]", "u", text), 0.0)


def _side(value: Any) -> float:
    """Units per pixel of a resolution tag."""
    if not isinstance(value, tuple) or len(value) != 2 or not all(value):
        return 0.0
    return _number(value[1]) / _number(value[0])


def _number(value: Any) -> float:
    """`value` as a finite number; 0 if it is none."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return 0.0
    return found if math.isfinite(found) else 0.0
