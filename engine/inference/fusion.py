"""Several views of one picture in one answer: scales fused by their maximum, and flips by the mean.

Each fusion is a network itself, so that it is tiled, blended and predicted like any other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import torch
from torch import Tensor, nn

from engine.models.network import Network


class ScaleFusion(nn.Module):
    """The network at several scales; the largest score of each class and pixel counts.

    Source: Chen et al. 2017 (DeepLab), section 3.1: scores at 0.5, 0.75 and 1 are brought to full
    size bilinearly, and fused by the maximum, before the softmax.
    """

    offset = 0
    margin = 0

    def __init__(self, network: Network, scales: Sequence[float] = (0.5, 0.75, 1.0)) -> None:
        """Wrap a padded network.

        Raises:
            ValueError: if the network loses a margin.
        """
        super().__init__()
        if network.margin:
            raise ValueError("scales are fused for networks that keep the size")
        self.network = network
        self._scales = [Fraction(scale).limit_denominator(16) for scale in scales]
        self.in_channels, self.classes = network.in_channels, network.classes
        # A window's start must be on the pooling grid at each scale.
        self.stride = math.lcm(*(_least_side(network.stride, scale) for scale in self._scales))
        radius = network.receptive_radius
        self.receptive_radius = radius
        if radius is not None:
            smallest = min(self._scales)
            self.receptive_radius = math.ceil((radius + 2) / smallest) + 2

    def forward(self, images: Tensor) -> Tensor:
        """Scores (N, classes, H, W) of images (N, in_channels, H, W)."""
        sides = images.shape[2:]
        found: Tensor | None = None
        for scale in self._scales:
            small = images if scale == 1 else _resized(images, [int(n * scale) for n in sides])
            scores = self.network(small)
            scores = scores if scale == 1 else _resized(scores, list(sides))
            found = scores if found is None else torch.maximum(found, scores)
        assert found is not None
        return found


class FlipFusion(nn.Module):
    """The mean score over the picture and its mirror images."""

    def __init__(self, network: Network, axes: Sequence[tuple[int, ...]] = ((), (3,))) -> None:
        """Wrap a network; `axes` are the flips of (N, C, H, W), () for none."""
        super().__init__()
        self.network = network
        self._axes = tuple(axes)
        self.in_channels, self.classes = network.in_channels, network.classes
        self.stride, self.offset, self.margin = network.stride, network.offset, network.margin
        self.receptive_radius = network.receptive_radius

    def forward(self, images: Tensor) -> Tensor:
        """Scores (N, classes, H, W) of images (N, in_channels, H, W)."""
        views = [self.network(images.flip(axes)).flip(axes) for axes in self._axes]
        return torch.stack(views).mean(dim=0)


def _least_side(stride: int, scale: Fraction) -> int:
    """The smallest side that is a multiple of `stride` before and after scaling."""
    side = stride
    while (side * scale).denominator != 1 or int(side * scale) % stride:
        side += stride
    return side


def _resized(values: Tensor, sides: list[int]) -> Tensor:
    return nn.functional.interpolate(values, size=sides, mode="bilinear", align_corners=False)
