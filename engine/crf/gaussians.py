"""The Gaussian kernels of the ConvCRF: which there are, and what they say about a message.

Source: Teichmann and Cipolla 2018, equations 3, 5 and 6: a weighted sum of Gaussians of any
features, each between a pixel and the neighbours in its window.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product

import torch
from torch import Tensor, nn

from engine.crf import taps as pairs
from engine.crf.parameters import CrfParameters

POSITION, COLOUR = "position", "colour"
"""The features that every picture has."""

TINY = 1e-20


@dataclass(frozen=True, slots=True)
class GaussianKernel:
    """weight exp(-sum over features |f_i - f_j|^2 / 2 width^2), and where it begins to learn.

    Attributes:
        name: First part of its parameters' names: '<name>_weight', '<name>_<feature>'.
        weight: How strongly pixels of like features agree.
        widths: Of each feature by name, in the feature's unit; infinity leaves that feature out.
    """

    name: str
    weight: float
    widths: Mapping[str, float]

    def parameters(self) -> dict[str, float]:
        """Its weight and widths by the names of their parameters."""
        widths = {f"{self.name}_{feature}": width for feature, width in self.widths.items()}
        return {f"{self.name}_weight": self.weight, **widths}

    def features(self) -> list[str]:
        """The features it looks at."""
        return [feature for feature, width in self.widths.items() if math.isfinite(width)]


def standard_kernels(settings: CrfParameters) -> tuple[GaussianKernel, GaussianKernel]:
    """The appearance and the smoothness kernel (equation 4)."""
    appearance = {COLOUR: settings.appearance_colour, POSITION: settings.appearance_position}
    smoothness = {POSITION: settings.smoothness_position}
    return (
        GaussianKernel("appearance", settings.appearance_weight, appearance),
        GaussianKernel("smoothness", settings.smoothness_weight, smoothness),
    )


class Kernels:
    """Kernels between each pixel and its neighbours, ready to pass messages."""

    def __init__(
        self, settings: CrfParameters, weights: Sequence[Tensor], features: Sequence[Tensor]
    ) -> None:
        """Compute them.

        Args:
            settings: Window, blur, normalisation and whether a pixel is its own neighbour.
            weights: Of each kernel.
            features: Of each kernel, (N or 1, F, *S) divided by their widths.
        """
        self._blur = settings.blur
        self._offsets = half_window(settings, features[0].ndim - 2)
        self._has_centre = settings.convention == "released"
        gaussians = [
            pairs.gaussian_taps(pooled(feature, self._blur), self._offsets) for feature in features
        ]
        one = torch.ones_like(weights[0])
        if settings.normalisation == "none":
            self._parts = [_Part(_weighted(weights, gaussians), reduce(torch.add, weights))]
            return
        sums = [
            self._passed(_Part(taps, one), torch.ones_like(feature[:, :1]))
            for taps, feature in zip(gaussians, features, strict=True)
        ]
        scales = [(total + TINY).rsqrt() for total in sums]
        if self._blur == 1:
            lefts = [weight * scale for weight, scale in zip(weights, scales, strict=True)]
            scaled = [
                pairs.scaled_taps(taps, left, scale, self._offsets)
                for taps, left, scale in zip(gaussians, lefts, scales, strict=True)
            ]
            self._parts = [_Part(reduce(torch.add, scaled), _weighted(lefts, scales))]
        else:  # the scales are as fine as the image, the taps are not: one part for each kernel
            self._parts = [
                _Part(taps, one, weight * scale, scale)
                for weight, taps, scale in zip(weights, gaussians, scales, strict=True)
            ]

    def filter(self, values: Tensor) -> Tensor:
        """The weighted sum of all kernels over the neighbours of each pixel, (N, K, *S)."""
        total = self._passed(self._parts[0], values)
        for part in self._parts[1:]:
            total = total + self._passed(part, values)
        return total

    def _passed(self, part: _Part, values: Tensor) -> Tensor:
        """The message of one part; outside the image values are zero."""
        given = values if part.right is None else part.right * values
        coarse = pooled(given, self._blur)
        total = pairs.message(part.taps, coarse, self._offsets)
        if self._has_centre:
            total = total + part.centre * coarse
        total = upsampled(total, values.shape[2:], self._blur)
        return total if part.left is None else part.left * total


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Taps, the tap of the pixel itself, and factors on the message and on what it is of."""

    taps: Tensor
    centre: Tensor
    left: Tensor | None = None
    right: Tensor | None = None


def _weighted(factors: Sequence[Tensor], terms: Sequence[Tensor]) -> Tensor:
    return reduce(torch.add, map(torch.mul, factors, terms))


def half_window(settings: CrfParameters, dimensions: int) -> tuple[pairs.Offset, ...]:
    """One of the two offsets of each pair of neighbours."""
    reach = settings.filter_size // 2
    return tuple(
        offset
        for offset in product(range(-reach, reach + 1), repeat=dimensions)
        if offset > (0,) * dimensions
        and (settings.window == "square" or sum(map(abs, offset)) <= reach)
    )


def positions(like: Tensor, spacing: Sequence[float]) -> Tensor:
    """The place of each pixel in the unit of `spacing`, (1, axes, *S)."""
    axes = [
        torch.arange(side, dtype=like.dtype, device=like.device) * size
        for side, size in zip(like.shape[2:], spacing, strict=True)
    ]
    return torch.stack(torch.meshgrid(*axes, indexing="ij"))[None]


def joined(features: Sequence[Tensor]) -> Tensor:
    """Features one after another, (N, F, *S); those of batch 1 hold for every picture."""
    if len(features) == 1:
        return features[0]
    batch = max(map(len, features))
    return torch.cat([one.expand(batch, *one.shape[1:]) for one in features], dim=1)


def pooled(values: Tensor, factor: int) -> Tensor:
    """Means over blocks of `factor`; blocks at the border hold only the pixels that exist."""
    if factor == 1:
        return values
    pool = nn.functional.avg_pool2d if values.ndim == 4 else nn.functional.avg_pool3d
    padding: list[int] = []
    for side in reversed(values.shape[2:]):  # torch pads from the last axis on
        before = _overhang(side, factor)
        padding += [before, -side % factor - before]
    filled = pool(nn.functional.pad(values, padding), factor)
    return filled / pool(nn.functional.pad(torch.ones_like(values[:1, :1]), padding), factor)


def upsampled(values: Tensor, sides: torch.Size, factor: int) -> Tensor:
    """Back to `sides`, (bi- or tri-)linear with half-pixel centres."""
    if factor == 1:
        return values
    mode = "bilinear" if values.ndim == 4 else "trilinear"
    large = nn.functional.interpolate(values, scale_factor=factor, mode=mode, align_corners=False)
    part = [slice(None), slice(None)]
    for side in sides:
        start = _overhang(side, factor)
        part.append(slice(start, start + side))
    return large[tuple(part)]


def _overhang(side: int, factor: int) -> int:
    """How far the first block reaches beyond the image."""
    return math.ceil((-side % factor) / 2)
