"""Colours of DICOM: CIELab under D50 as three 16-bit numbers, to sRGB and back.

Source: DICOM PS3.3, C.10.7.1.1; CIE 15 for Lab; IEC 61966-2-1 for sRGB, adapted to D50 by Bradford.
"""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Doubles
from engine.core.label_set import Colour
from engine.io.dicom.values import Vector

_WHITE = np.array([0.96422, 1.0, 0.82521])
_TO_SRGB = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)
_TO_XYZ = np.linalg.inv(_TO_SRGB)
_KNEE = 6 / 29


def srgb_of(value: Vector | None) -> Colour | None:
    """The colour of three numbers from 0 to 65535; None for None."""
    if value is None:
        return None
    lightness, a, b = lab_of(value)
    y = (lightness + 16.0) / 116.0
    steps = np.array([y + a / 500.0, y, y - b / 200.0])
    xyz = _WHITE * np.where(steps > _KNEE, steps**3, 3 * _KNEE**2 * (steps - 4 / 29))
    linear = np.clip(_TO_SRGB @ xyz, 0.0, 1.0)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = (round(float(part) * 255.0) for part in curved)
    return (red, green, blue)


def lab_of(value: Vector) -> Vector:
    """(L*, a*, b*) of three numbers from 0 to 65535."""
    lightness, a, b = (part / 65535.0 for part in value)
    return (lightness * 100.0, a * 255.0 - 128.0, b * 255.0 - 128.0)


def lab_of_srgb(colour: Colour) -> Vector:
    """(L*, a*, b*) of a colour."""
    curved = np.array(colour, np.float64) / 255.0
    linear = np.where(curved <= 0.04045, curved / 12.92, ((curved + 0.055) / 1.055) ** 2.4)
    x, y, z = _steps(_TO_XYZ @ linear / _WHITE)
    return (min(100.0, 116.0 * y - 16.0), 500.0 * (x - y), 200.0 * (y - z))


def _steps(ratio: Doubles) -> tuple[float, ...]:
    bent = np.where(ratio > _KNEE**3, np.cbrt(ratio), ratio / (3 * _KNEE**2) + 4 / 29)
    return tuple(float(part) for part in bent)
