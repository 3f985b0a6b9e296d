"""What the drawing of surfaces is asked for, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.surface.camera import Camera
from engine.core.arrays import Labels
from engine.core.label_set import Colour
from engine.workflow.surface import Shapes


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One picture.

    Attributes:
        shapes: The surfaces there are.
        colours: Of the classes that are drawn.
        opacities: Of the same classes, above 0 to 1.
        camera: From where.
        shape: (height, width) in pixels of the device.
        is_moving: Whether it must be quick, since another will follow at once.
    """

    shapes: Shapes
    colours: Mapping[int, Colour]
    opacities: Mapping[int, float]
    camera: Camera
    shape: tuple[int, int]
    is_moving: bool


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What was drawn.

    Attributes:
        pixels: uint8 (height, width, 4), red, green, blue and 255.
        camera: From where.
        is_fine: Whether every triangle was drawn.
    """

    pixels: Labels
    camera: Camera
    is_fine: bool
