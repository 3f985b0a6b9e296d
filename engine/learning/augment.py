"""Random changes to training images: where pixels are taken from, and what becomes of them.

Images are (H, W) or (C, H, W) float32 in [0, 1] unless a docstring says otherwise; every function
draws from the generator it is given and leaves its input as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from engine.core.arrays import Floats


@dataclass(frozen=True, slots=True)
class Warps:
    """How far `draw_places` may turn, stretch and bend.

    Attributes:
        rotation_degrees: Largest turn to either side.
        scale: Smallest and largest magnification.
        elastic_px: Largest standard deviation of the bending.
        flip: Whether columns are mirrored in half of the cases.
    """

    rotation_degrees: float = 20.0
    scale: tuple[float, float] = (0.75, 1.25)
    elastic_px: float = 4.0
    flip: bool = True


def draw_places(
    rng: Generator, side: int, centre: tuple[float, float], warps: Warps | None = None
) -> Floats:
    """Where the pixels of a crop come from, (2, side, side) in rows and columns of the image.

    Args:
        rng: The source of chance.
        side: Rows and columns of the crop.
        centre: The row and column of the image at the middle of the crop.
        warps: How far to go.
    """
    warps = warps or Warps()
    angle = np.deg2rad(rng.uniform(-warps.rotation_degrees, warps.rotation_degrees))
    scale = rng.uniform(*warps.scale)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) / scale
    if warps.flip and rng.random() < 0.5:
        turn[:, 1] *= -1
    line = np.arange(side) - (side - 1) / 2
    grid = np.stack(np.meshgrid(line, line, indexing="ij"))
    if warps.elastic_px > 0:
        reach = rng.uniform(0, warps.elastic_px)
        grid = grid + np.stack([smooth_field(rng, (side, side), 8) for _ in range(2)]) * reach
    places = np.tensordot(turn, grid, axes=1) + np.asarray(centre)[:, None, None]
    return places.astype(np.float32)


def take(image: npt.NDArray[Any], places: Floats, *, order: int = 1, outside: float = 0) -> Floats:
    """The image at `places`, (..., side, side) float32.

    Args:
        image: (..., H, W), any number type.
        places: (2, side, side) rows and columns.
        order: 0 for the nearest pixel, 1 for bilinear.
        outside: The value beyond the image.
    """
    height, width = image.shape[-2:]
    y, x = places
    inside = (y >= -0.5) & (y <= height - 0.5) & (x >= -0.5) & (x <= width - 0.5)
    y, x = np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)
    if order == 0:
        taken = image[..., np.rint(y).astype(np.intp), np.rint(x).astype(np.intp)]
        return np.where(inside, taken, outside).astype(np.float32)
    top, left = y.astype(np.intp), x.astype(np.intp)
    bottom, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, along = y - top, x - left
    upper = image[..., top, left] * (1 - along) + image[..., top, right] * along
    lower = image[..., bottom, left] * (1 - along) + image[..., bottom, right] * along
    taken = upper * (1 - down) + lower * down
    return np.where(inside, taken, outside).astype(np.float32)


def smooth_field(rng: Generator, shape: tuple[int, int], knots: int) -> Floats:
    """A smooth random surface of `shape` through knots x knots values of N(0, 1)."""
    knots = max(2, knots)
    values = rng.standard_normal((knots, knots)).astype(np.float32)
    rows, columns = (np.linspace(0, knots - 1, side) for side in shape)
    across = _cubic_weights(columns, knots)
    return (_cubic_weights(rows, knots) @ values @ across.T).astype(np.float32)


def _cubic_weights(at: npt.NDArray[np.float64], knots: int) -> Floats:
    """(len(at), knots): Catmull-Rom weights, with the edge knots repeated."""
    first = np.minimum(np.floor(at).astype(int), knots - 2)
    t = at - first
    weights = (
        (-(t**3) + 2 * t**2 - t) / 2,
        (3 * t**3 - 5 * t**2 + 2) / 2,
        (-3 * t**3 + 4 * t**2 + t) / 2,
        (t**3 - t**2) / 2,
    )
    matrix = np.zeros((len(at), knots), np.float32)
    for step, weight in enumerate(weights):
        np.add.at(matrix, (np.arange(len(at)), np.clip(first + step - 1, 0, knots - 1)), weight)
    return matrix


def change_gamma(rng: Generator, image: Floats, sd: float = 0.3) -> Floats:
    """The image to the power exp(N(0, sd))."""
    return np.clip(image, 0, 1) ** np.float32(np.exp(rng.normal(0, sd)))


def add_bias_field(rng: Generator, image: Floats, sd: float = 0.3, knots: int = 4) -> Floats:
    """The image times a smooth field exp(N(0, U(0, sd))), as receive coils make it."""
    field = smooth_field(rng, (image.shape[-2], image.shape[-1]), knots)
    return image * np.exp(field * np.float32(rng.uniform(0, sd)))


def add_noise(rng: Generator, image: Floats, sd: float = 0.03) -> Floats:
    """The image plus independent N(0, U(0, sd)) in each pixel."""
    reach = np.float32(rng.uniform(0, sd))
    return (image + reach * rng.standard_normal(image.shape, np.float32)).astype(np.float32)


def blur(rng: Generator, image: Floats, largest_px: float = 1.2) -> Floats:
    """The image smoothed by a Gaussian of standard deviation U(0.2, largest_px)."""
    sigma = rng.uniform(0.2, largest_px)
    rows, columns = (_gaussian_weights(side, sigma) for side in image.shape[-2:])
    return (rows @ image @ columns.T).astype(np.float32)


def _gaussian_weights(side: int, sigma: float) -> Floats:
    """(side, side): a Gaussian of `sigma` pixels about each pixel, cut at the edges."""
    at = np.arange(side)
    weights = np.exp(-0.5 * ((at[:, None] - at[None]) / sigma) ** 2)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def coarsen(rng: Generator, image: Floats, largest: float = 2.5) -> Floats:
    """The image reduced U(1, largest) times and enlarged again, as coarser pixels look."""
    height, width = image.shape[-2:]
    factor = rng.uniform(1, largest)
    small = (max(2, round(height / factor)), max(2, round(width / factor)))
    down = [_area_weights(side, fewer) for side, fewer in zip((height, width), small, strict=True)]
    up = [_linear_weights(fewer, side) for side, fewer in zip((height, width), small, strict=True)]
    rows, columns = (enlarge @ reduce for enlarge, reduce in zip(up, down, strict=True))
    return (rows @ image @ columns.T).astype(np.float32)


def _area_weights(side: int, fewer: int) -> Floats:
    """(fewer, side): the mean over the part of the line that each coarse pixel covers."""
    edges = np.linspace(0, side, fewer + 1)
    start, stop = edges[:-1, None], edges[1:, None]
    pixel = np.arange(side)[None]
    covered = np.clip(np.minimum(stop, pixel + 1) - np.maximum(start, pixel), 0, 1)
    return (covered / covered.sum(axis=1, keepdims=True)).astype(np.float32)


def _linear_weights(fewer: int, side: int) -> Floats:
    """(side, fewer): linear interpolation with half-pixel centres."""
    at = np.clip((np.arange(side) + 0.5) * fewer / side - 0.5, 0, fewer - 1)[:, None]
    return np.clip(1 - np.abs(at - np.arange(fewer)[None]), 0, 1).astype(np.float32)
