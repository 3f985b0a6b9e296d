"""The small networks that torchvision lacks: MobileNet v1 and ShuffleNet v1."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import ParameterError
from engine.models.blocks import initialise
from engine.models.encoders.staged import StagedEncoder, Stages

_MOBILE = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1),
    (512, 1), (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip
"""Filters and stride of each separable convolution (Howard et al. 2017, table 1)."""
_SHUFFLE = {1: 144, 2: 200, 3: 240, 4: 272, 8: 384}
"""Channels of the second stage by groups (Zhang et al. 2018, table 1); they double twice."""


def mobilenet_v1(*, width: float = 1.0, classes: int = 1000, **options: Any) -> StagedEncoder:
    """MobileNet (Howard et al. 2017, table 1).

    Args:
        width: All widths are multiplied by this.
        classes: Of the classifier.
        options: As for `StagedEncoder`.
    """
    before = int(32 * width)
    layers: list[nn.Module] = [_with_norm(nn.Conv2d(3, before, 3, 2, padding=1, bias=False))]
    for filters, stride in _MOBILE:
        layers.append(Separable(before, int(filters * width), stride))
        before = int(filters * width)
    network = _Network(nn.Sequential(*layers), before, classes)
    ends = (2, 4, 6, 12, 14)
    modules = tuple(
        tuple(f"features.{index}" for index in range(start, end))
        for start, end in zip((0, *ends[:-1]), ends, strict=True)
    )
    channels = tuple(int(base * width) for base in (64, 128, 256, 512, 1024))
    return StagedEncoder(network, Stages(modules, channels, (2, 4, 8, 16, 32)), **options)


def shufflenet_v1(*, groups: int = 3, classes: int = 1000, **options: Any) -> StagedEncoder:
    """ShuffleNet (Zhang, Zhou, Lin and Sun 2018, table 1).

    Args:
        groups: Of the 1x1 convolutions: 1, 2, 3, 4 or 8.
        classes: Of the classifier.
        options: As for `StagedEncoder`.

    Raises:
        ParameterError: if the paper has no network with that many groups.
    """
    if groups not in _SHUFFLE:
        raise ParameterError(
            f"ShuffleNet has no variant of {groups} groups.", remedy="Give 1, 2, 3, 4 or 8."
        )
    base = _SHUFFLE[groups]
    layers: list[nn.Module] = [
        _with_norm(nn.Conv2d(3, 24, 3, 2, padding=1, bias=False)),
        nn.MaxPool2d(3, stride=2, padding=1),
    ]
    before = 24
    for width, units in ((base, 4), (2 * base, 8), (4 * base, 4)):
        stage = nn.Sequential()
        for index in range(units):
            # The first pointwise convolution reads so few channels that it is not grouped.
            first = 1 if before == 24 else groups
            stage.append(ShuffleUnit(before, width, groups, first, strided=index == 0))
            before = width
        layers.append(stage)
    network = _Network(nn.Sequential(*layers), before, classes)
    modules = tuple((f"features.{index}",) for index in range(5))
    channels = (24, 24, base, 2 * base, 4 * base)
    return StagedEncoder(network, Stages(modules, channels, (2, 4, 8, 16, 32)), **options)


class Separable(nn.Sequential):
    """A 3x3 filter for each channel, then a 1x1 convolution, each with BatchNorm and ReLU.

    It has 1 / after + 1 / 9 of the weights of a 3x3 convolution (section 3.1).
    """

    def __init__(self, before: int, after: int, stride: int = 1) -> None:
        depthwise = nn.Conv2d(before, before, 3, stride, padding=1, groups=before, bias=False)
        super().__init__(_with_norm(depthwise), _with_norm(nn.Conv2d(before, after, 1, bias=False)))


class ShuffleUnit(nn.Module):
    """Grouped 1x1, shuffle, 3x3 for each channel, grouped 1x1 (figure 2b and 2c).

    With stride 2 the pooled input stands beside the branch in place of being added to it.
    """

    def __init__(
        self, before: int, after: int, groups: int, first_groups: int, *, strided: bool
    ) -> None:
        """Make it.

        Args:
            before: Channels it reads.
            after: Channels it gives.
            groups: Of the second 1x1 convolution and of the shuffle.
            first_groups: Of the first.
            strided: Halve the map.
        """
        super().__init__()
        inside, gives = after // 4, after - before if strided else after
        stride = 2 if strided else 1
        self.groups, self.strided = groups, strided
        self.shortcut = nn.AvgPool2d(3, stride=2, padding=1) if strided else nn.Identity()
        self.branch = nn.Sequential(
            _with_norm(nn.Conv2d(before, inside, 1, groups=first_groups, bias=False)),
            Shuffle(groups),
            nn.Conv2d(inside, inside, 3, stride, padding=1, groups=inside, bias=False),
            nn.BatchNorm2d(inside),
            nn.Conv2d(inside, gives, 1, groups=groups, bias=False),
            nn.BatchNorm2d(gives),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, before, H, W) to (N, after, H / stride, W / stride)."""
        shortcut, branch = self.shortcut(x), self.branch(x)
        if self.strided:
            return torch.cat([shortcut, branch], dim=1).relu()
        return (shortcut + branch).relu()


class Shuffle(nn.Module):
    """Deal the channels of each group out to all groups (section 3.1)."""

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C, H, W)."""
        count, channels, height, width = x.shape
        dealt = x.reshape(count, self.groups, channels // self.groups, height, width)
        return dealt.transpose(1, 2).reshape(count, channels, height, width)


def _with_norm(convolution: nn.Conv2d) -> nn.Sequential:
    return nn.Sequential(convolution, nn.BatchNorm2d(convolution.out_channels), nn.ReLU())


class _Network(nn.Module):
    def __init__(self, features: nn.Sequential, width: int, classes: int) -> None:
        super().__init__()
        self.features = features
        self.fc = nn.Linear(width, classes)
        initialise(self)
