"""The convolutions of VGG-16, as the segmentation networks change them.

Source: Simonyan and Zisserman 2015. Layers have the numbers that torchvision gives them, whatever
becomes of the poolings, so that its weights fit by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from engine.models.atrous_conv import AtrousConv2d
from engine.models.receptive import Field

DEPTHS = (2, 2, 3, 3, 3)
"""Convolutions of each stage of VGG-16."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A max pooling; padded so that a stride of 1 keeps the size. Without a stride there is none.

    Attributes:
        kernel: Its side.
        stride: Its step; 0 leaves the pooling out.
    """

    kernel: int = 2
    stride: int = 2


def vgg_widths(base: int = 64) -> tuple[int, ...]:
    """Channels of each stage."""
    return tuple(base * factor for factor in (1, 2, 4, 8, 8))


def vgg_features(
    in_channels: int = 3,
    *,
    base: int = 64,
    norm: bool = False,
    pools: Sequence[Pool] = (Pool(),) * 5,
    dilations: Sequence[int] = (1,) * 5,
) -> nn.Sequential:
    """The thirteen convolutions and what stands between them.

    Args:
        in_channels: Channels of the image.
        base: Channels of the first stage.
        norm: Whether BatchNorm follows each convolution.
        pools: After each stage.
        dilations: Rates of each stage's convolutions.
    """
    layers: list[nn.Module] = []
    before = in_channels
    stages = zip(vgg_widths(base), DEPTHS, pools, dilations, strict=True)
    for width, depth, pool, rate in stages:
        for _ in range(depth):
            layers.append(AtrousConv2d(before, width, 3, padding=rate, dilation=rate))
            layers += [nn.BatchNorm2d(width)] if norm else []
            layers.append(nn.ReLU(inplace=True))
            before = width
        layers.append(_pooling(pool))
    return nn.Sequential(*layers)


class VggTrunk(nn.Module):
    """VGG-16 without its classifier; gives a map after each pooling.

    Attributes:
        features: Its layers.
        channels: Of each map.
    """

    def __init__(self, in_channels: int = 3, *, base: int = 64) -> None:
        """Make it with random weights; `base` channels in the first stage."""
        super().__init__()
        self.features = vgg_features(in_channels, base=base)
        self.channels = vgg_widths(base)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Five maps of images (N, in_channels, H, W)."""
        maps: list[Tensor] = []
        for layer in self.features:
            x = layer(x)
            if isinstance(layer, nn.MaxPool2d):
                maps.append(x)
        return maps

    def fields(self, start: Field) -> list[Field]:
        """What a cell of each map sees, if a cell of the input sees `start`."""
        found: list[Field] = []
        for layer in self.features:
            start = start.through(layer)
            if isinstance(layer, nn.MaxPool2d):
                found.append(start)
        return found


def _pooling(pool: Pool) -> nn.Module:
    if not pool.stride:
        return nn.Identity()
    return nn.MaxPool2d(pool.kernel, pool.stride, (pool.kernel - 1) // 2)
