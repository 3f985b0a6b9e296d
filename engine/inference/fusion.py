"""Several views of one picture in one answer: scales fused by their maximum, and flips by the mean.

Each fusion is a network itself, so that it is tiled, blended and predicted like any other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import torch
from torch import Tensor, nn

from engine.errors import ParameterError
from engine.inference.method import BOTH, HORIZONTAL, NO_FLIPS, Method
from engine.models.network import Network

_ROWS, _COLUMNS = 2, 3  # of (N, C, H, W)
_AXES: dict[str, tuple[tuple[int, ...], ...]] = {
    NO_FLIPS: ((),),
    HORIZONTAL: ((), (_COLUMNS,)),
    BOTH: ((), (_COLUMNS,), (_ROWS,), (_ROWS, _COLUMNS)),
}


def fused(network: Network, method: Method) -> Network:
    """The network as `method` has it see a picture: at its scales, each of them flipped.

    Raises:
        ParameterError: if the network takes one size only, or loses a margin, and shall see several
            scales.
    """
    if method.scales != (1.0,):
        if network.margin or getattr(network, "window", None):
            raise ParameterError(
                "Scales are fused only for networks that take any size and give the same size.",
                remedy="Leave the scales at 1, or choose a network with padded convolutions.",
            )
        network = ScaleFusion(network, method.scales)
    if method.flips != NO_FLIPS:
        network = FlipFusion(network, method.flips)
    return network


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
        self.single_precision = getattr(network, "single_precision", False)
        self.bytes_per_pixel = getattr(network, "bytes_per_pixel", None)
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

    def __init__(self, network: Network, flips: str = HORIZONTAL) -> None:
        """Wrap a network; `flips` is one of `engine.inference.method.FLIPS`."""
        super().__init__()
        self.network = network
        self.single_precision = getattr(network, "single_precision", False)
        self.bytes_per_pixel = getattr(network, "bytes_per_pixel", None)
        self.window = getattr(network, "window", None)
        self._axes = _AXES[flips]
        self.in_channels, self.classes = network.in_channels, network.classes
        self.stride, self.offset, self.margin = network.stride, network.offset, network.margin
        self.receptive_radius = network.receptive_radius

    def forward(self, images: Tensor) -> Tensor:
        """Scores (N, classes, H, W) of images (N, in_channels, H, W)."""
        first, *others = self._axes
        found = self.network(images.flip(first)).flip(first)
        for axes in others:
            found += self.network(images.flip(axes)).flip(axes)
        return found / len(self._axes)


def _least_side(stride: int, scale: Fraction) -> int:
    """The smallest side that is a multiple of `stride` before and after scaling."""
    side = stride
    while (side * scale).denominator != 1 or int(side * scale) % stride:
        side += stride
    return side


def _resized(values: Tensor, sides: list[int]) -> Tensor:
    return nn.functional.interpolate(values, size=sides, mode="bilinear", align_corners=False)
