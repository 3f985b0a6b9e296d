"""ConvCRF as a differentiable torch module in two and three dimensions: the textbook.

Source: Teichmann and Cipolla 2018, 'Convolutional CRFs for Semantic Segmentation', equations 1 to
6. Mean field over pixels that see each other only within a window, so that each message is a sum
over the shifts of that window and can be computed exactly.

Two conventions:

* paper: the equations as written. Potts model, neighbours j != i, appearance kernel of colour and
  position, belief starts as the softmax of the unary; neighbours outside the image are left out.
* released: what the authors' code computes. The pixel is its own neighbour too, the first message
  is taken from log-probabilities, and the update is (unary weight - w) log p + w message, with raw
  scores after the last iteration. Its defaults are `engine.crf.parameters.RELEASED`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

import torch
from torch import Tensor, nn

from engine.crf.parameters import CrfParameters

_TINY = 1e-20


class ConvCRF(nn.Module):
    """Mean field with truncated Gaussian kernels; every weight and width is a parameter.

    Attributes:
        settings: What it was made with (window, iterations, conventions).
        compatibility: (K, K) costs of two neighbouring classes, None for the Potts model.
    """

    def __init__(self, settings: CrfParameters) -> None:
        super().__init__()
        self.settings = settings
        self.appearance_weight = _learnable(settings.appearance_weight)
        self.appearance_colour = _learnable(settings.appearance_colour)
        self.appearance_position = _learnable(settings.appearance_position)
        self.smoothness_weight = _learnable(settings.smoothness_weight)
        self.smoothness_position = _learnable(settings.smoothness_position)
        self.unary_weight = _learnable(settings.unary_weight)
        self.message_weight = _learnable(settings.message_weight)
        costs = settings.compatibility
        self.compatibility = nn.Parameter(torch.tensor(costs)) if costs else None

    def forward(
        self,
        log_probabilities: Tensor,
        colours: Tensor,
        spacing: tuple[float, ...] | None = None,
        pinned: Tensor | None = None,
    ) -> Tensor:
        """Beliefs after the last iteration.

        Args:
            log_probabilities: (N, K, *S) logits or log p, S of 2 or 3 axes; the negative unary.
            colours: (N, F, *S) on the scale 0 to 255.
            spacing: Size of a pixel along each axis, in the unit of the widths; 1 if left out.
            pinned: (N, *S) integer, the class that a pixel must keep, or a negative number.

        Returns:
            (N, K, *S) beliefs that sum to 1; raw scores in the released convention.

        Raises:
            ValueError: if the shapes do not fit each other.
        """
        _check_shapes(log_probabilities, colours, spacing, pinned)
        released = self.settings.convention == "released"
        scores = (log_probabilities / self.settings.temperature).log_softmax(dim=1)
        kernels = self._kernels(colours, spacing or (1.0,) * (colours.ndim - 2))
        fixed = None if pinned is None else _one_hot(pinned, scores)
        if released:
            base = (self.unary_weight - self.message_weight) * scores
            belief = scores
        else:
            base = self.unary_weight * scores
            belief = base.softmax(dim=1)
        updated = belief
        for _ in range(self.settings.iterations):
            message = self._message(_hold(belief, fixed), kernels)
            updated = base + (self.message_weight * message if released else message)
            belief = updated.softmax(dim=1)
        return updated if released else _hold(belief, fixed)

    def _message(self, belief: Tensor, kernels: Kernels) -> Tensor:
        """What the neighbours say in favour of each class, (N, K, *S)."""
        message = kernels.filter(belief)
        if self.compatibility is None:
            return message
        return -torch.einsum("kc,nc...->nk...", self.compatibility, message)

    def _kernels(self, colours: Tensor, spacing: tuple[float, ...]) -> Kernels:
        """The Gaussians of equation 6 between each pixel and its neighbours."""
        settings = self.settings
        place = _positions(colours, spacing)
        features: list[tuple[Tensor, Tensor]] = [
            (self.smoothness_weight, place / self.smoothness_position),
            (self.appearance_weight, colours / self.appearance_colour),
        ]
        if math.isfinite(settings.appearance_position):
            near = place / self.appearance_position
            joint = torch.cat([features[1][1], near.expand(len(colours), *near.shape[1:])], dim=1)
            features[1] = (self.appearance_weight, joint)
        offsets = list(_window(settings, colours.ndim - 2))
        symmetric = settings.normalisation == "symmetric"
        return Kernels(features, offsets, blur=settings.blur, symmetric=symmetric)


def _learnable(value: float) -> nn.Parameter:
    return nn.Parameter(torch.tensor(float(value)))


class Kernels:
    """Gaussian kernels between each pixel and the pixels at fixed offsets from it."""

    def __init__(
        self,
        features: list[tuple[Tensor, Tensor]],
        offsets: list[tuple[int, ...]],
        *,
        blur: int,
        symmetric: bool,
    ) -> None:
        """Compute them.

        Args:
            features: For each kernel its weight and its features (N or 1, F, *S).
            offsets: The neighbours, one step per axis of the blurred grid.
            blur: Factor by which the grid is coarser than the image.
            symmetric: Whether each kernel is divided by the square roots of its sums at both ends.
        """
        self._offsets = offsets
        self._blur = blur
        self._radius = max((max(map(abs, offset)) for offset in offsets), default=0)
        self._weights = [weight for weight, _ in features]
        self._gaussians = [self._gaussian(_pooled(feature, blur)) for _, feature in features]
        self._scales: list[Tensor] | None = None
        if symmetric:
            ones = torch.ones_like(features[0][1][:, :1])
            sums = [self._apply(gaussian, ones) for gaussian in self._gaussians]
            self._scales = [(total + _TINY).rsqrt() for total in sums]
        else:
            parts = [
                [weight * tap for tap in taps]
                for weight, taps in zip(self._weights, self._gaussians, strict=True)
            ]
            self._merged = [
                torch.stack(torch.broadcast_tensors(*taps)).sum(dim=0)
                for taps in zip(*parts, strict=True)
            ]

    def filter(self, values: Tensor) -> Tensor:
        """The weighted sum of all kernels over the neighbours of each pixel, (N, K, *S)."""
        if self._scales is None:
            return self._apply(self._merged, values)
        total = torch.zeros_like(values)
        for weight, gaussian, scale in zip(
            self._weights, self._gaussians, self._scales, strict=True
        ):
            total = total + weight * scale * self._apply(gaussian, scale * values)
        return total

    def _gaussian(self, feature: Tensor) -> list[Tensor]:
        """exp(-|f_i - f_j|^2 / 2) for each offset, (N or 1, 1, *S)."""
        shifted = _Shifts(feature, self._radius)
        return [
            torch.exp(-0.5 * (shifted[offset] - feature).square().sum(dim=1, keepdim=True))
            for offset in self._offsets
        ]

    def _apply(self, taps: list[Tensor], values: Tensor) -> Tensor:
        """Sum over the neighbours of taps times values; outside the image values are zero."""
        coarse = _pooled(values, self._blur)
        shifted = _Shifts(coarse, self._radius)
        total = torch.zeros_like(coarse)
        for tap, offset in zip(taps, self._offsets, strict=True):
            total = total + tap * shifted[offset]
        return _upsampled(total, values.shape[2:], self._blur)


class _Shifts:
    """A tensor seen from its pixels' neighbours; zero outside."""

    def __init__(self, values: Tensor, radius: int) -> None:
        self._sides = values.shape[2:]
        self._radius = radius
        self._padded = nn.functional.pad(values, [radius] * (2 * len(self._sides)))

    def __getitem__(self, offset: tuple[int, ...]) -> Tensor:
        part = [slice(None), slice(None)]
        for step, side in zip(offset, self._sides, strict=True):
            part.append(slice(self._radius + step, self._radius + step + side))
        return self._padded[tuple(part)]


def _window(settings: CrfParameters, dimensions: int) -> Iterator[tuple[int, ...]]:
    """The offsets of the neighbours; the pixel itself only in the released convention."""
    reach = settings.filter_size // 2
    for offset in product(range(-reach, reach + 1), repeat=dimensions):
        if settings.window == "manhattan" and sum(map(abs, offset)) > reach:
            continue
        if any(offset) or settings.convention == "released":
            yield offset


def _positions(like: Tensor, spacing: tuple[float, ...]) -> Tensor:
    """The place of each pixel in the unit of `spacing`, (1, axes, *S)."""
    axes = [
        torch.arange(side, dtype=like.dtype, device=like.device) * size
        for side, size in zip(like.shape[2:], spacing, strict=True)
    ]
    return torch.stack(torch.meshgrid(*axes, indexing="ij"))[None]


def _pooled(values: Tensor, factor: int) -> Tensor:
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


def _upsampled(values: Tensor, sides: torch.Size, factor: int) -> Tensor:
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


def _one_hot(pinned: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
    """(N, 1, *S) where a class is pinned, and (N, K, *S) that class as a certain belief."""
    held = (pinned >= 0)[:, None]
    classes = nn.functional.one_hot(pinned.clamp(min=0).long(), like.shape[1])
    return held, classes.movedim(-1, 1).to(like.dtype)


def _hold(belief: Tensor, fixed: tuple[Tensor, Tensor] | None) -> Tensor:
    return belief if fixed is None else torch.where(fixed[0], fixed[1], belief)


def _check_shapes(
    log_probabilities: Tensor,
    colours: Tensor,
    spacing: tuple[float, ...] | None,
    pinned: Tensor | None,
) -> None:
    sides = log_probabilities.shape[2:]
    if log_probabilities.ndim not in (4, 5):
        raise ValueError(f"(N, K, *S) with 2 or 3 axes, not {tuple(log_probabilities.shape)}")
    if colours.shape[2:] != sides or len(colours) != len(log_probabilities):
        raise ValueError(
            f"colours {tuple(colours.shape)} do not fit {tuple(log_probabilities.shape)}"
        )
    if spacing is not None and len(spacing) != len(sides):
        raise ValueError(f"{len(spacing)} spacings for {len(sides)} axes")
    if pinned is not None and pinned.shape != (len(log_probabilities), *sides):
        raise ValueError(f"pinned {tuple(pinned.shape)} do not fit {tuple(sides)}")
