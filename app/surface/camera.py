"""From where the surfaces are seen: millimetres of the patient to points of the picture, and back.

Nothing is smaller for being further off, so that lengths can be compared wherever they lie.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np

from engine.core.arrays import Doubles

_AIR = 1.06
"""How much larger than what is shown the picture is."""
_NEAREST, _FURTHEST = 1.0, 1e5
"""Millimetres that the picture may be high."""


class Side(Enum):
    """From which side of the patient one looks; the value is the letter of that side."""

    ANTERIOR = "A"
    POSTERIOR = "P"
    LEFT = "L"
    RIGHT = "R"
    SUPERIOR = "S"
    INFERIOR = "I"


_VIEWS: dict[Side, tuple[tuple[int, int, int], tuple[int, int, int]]] = {
    Side.ANTERIOR: ((0, 1, 0), (0, 0, 1)),
    Side.POSTERIOR: ((0, -1, 0), (0, 0, 1)),
    Side.LEFT: ((-1, 0, 0), (0, 0, 1)),
    Side.RIGHT: ((1, 0, 0), (0, 0, 1)),
    Side.SUPERIOR: ((0, 0, 1), (0, 1, 0)),
    Side.INFERIOR: ((0, 0, -1), (0, 1, 0)),
}
"""Where the eye stands and what is up, in RAS+ space."""


def _basis(eye: tuple[float, float, float], up: tuple[float, float, float]) -> Doubles:
    back = np.asarray(eye, np.float64)
    back = back / np.linalg.norm(back)
    right = np.cross(np.asarray(up, np.float64), back)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(back, right), back]).astype(np.float64)


def _askew() -> Doubles:
    """From the front, a little from the left and from above: three sides are seen."""
    return _basis((-0.5, 0.8, 0.33), (0, 0, 1))


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """How the picture lies in the patient.

    Attributes:
        basis: float64 (3, 3), unit vectors to the right, upwards and towards the eye, in rows.
        centre: float64 (3,), the millimetres in the middle of the picture.
        height: Millimetres from its lower edge to its upper one.
    """

    basis: Doubles = field(default_factory=_askew)
    centre: Doubles = field(default_factory=lambda: np.zeros(3))
    height: float = 200.0

    def around(self, centre: Doubles, radius: float, shape: tuple[int, int]) -> Camera:
        """With a ball in the middle, which stays in the picture however it is turned.

        Args:
            centre: float64 (3,), millimetres.
            radius: Millimetres.
            shape: (height, width) of the picture in pixels.
        """
        rows, columns = shape
        height = 2 * max(radius, _NEAREST) * _AIR * max(1.0, rows / columns)
        return replace(self, centre=centre, height=height)

    def seen_from(self, side: Side) -> Camera:
        """From a side of the patient, of the same place."""
        return replace(self, basis=_basis(*_VIEWS[side]))

    def askew(self) -> Camera:
        """As at first, of the same place."""
        return replace(self, basis=_askew())

    def turned(self, right: float, down: float) -> Camera:
        """As if the surface were dragged by so many radians, right and down on the screen."""
        (a, b), (c, d) = (np.cos(right), np.sin(right)), (np.cos(down), np.sin(down))
        about_up = np.array([[a, 0, b], [0, 1, 0], [-b, 0, a]])
        about_right = np.array([[1, 0, 0], [0, c, -d], [0, d, c]])
        first, second, _ = about_right @ about_up @ self.basis
        back = np.cross(first, second)  # made square again, lest many small turns skew it
        back /= np.linalg.norm(back)
        first /= np.linalg.norm(first)
        return replace(self, basis=np.stack([first, np.cross(back, first), back]))

    def moved(self, right: float, down: float) -> Camera:
        """As if the surface were dragged by parts of the picture's height."""
        by = self.height * (-right * self.basis[0] + down * self.basis[1])
        return replace(self, centre=self.centre + by)

    def zoomed(self, factor: float, at: tuple[float, float] = (0.0, 0.0)) -> Camera:
        """Larger, with what is at a point staying there.

        Args:
            factor: Above 1 to see it larger.
            at: (right, up) of the middle, in parts of the picture's height.
        """
        height = min(max(self.height / factor, _NEAREST), _FURTHEST)
        kept = at[0] * self.basis[0] + at[1] * self.basis[1]
        return replace(self, height=height, centre=self.centre + (self.height - height) * kept)

    def to_picture(self, points: Doubles, shape: tuple[int, int]) -> Doubles:
        """float64 (n, 3): x, y in pixels from the upper left, and millimetres towards the eye.

        Args:
            points: float64 (n, 3), millimetres.
            shape: (height, width) of the picture in pixels.
        """
        rows, columns = shape
        seen = (points - self.centre) @ self.basis.T
        scale = rows / self.height
        seen[:, 0] = columns / 2 + seen[:, 0] * scale
        seen[:, 1] = rows / 2 - seen[:, 1] * scale
        return seen

    def sight(self, x: float, y: float, shape: tuple[int, int]) -> tuple[Doubles, Doubles]:
        """A point of the line of sight through a pixel, and where it runs: away from the eye."""
        rows, columns = shape
        scale = self.height / rows
        right, up = (x - columns / 2) * scale, (rows / 2 - y) * scale
        return self.centre + right * self.basis[0] + up * self.basis[1], -self.basis[2]
