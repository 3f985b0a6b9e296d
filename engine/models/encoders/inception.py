"""GoogLeNet: the paper's, with 5x5 filters and without BatchNorm, and torchvision's.

torchvision's has 3x3 filters in place of the 5x5 ones and BatchNorm after each convolution; with
both its weights fit here name by name. The auxiliary classifiers of training are left out.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from engine.models.blocks import LocalResponseNorm, initialise
from engine.models.encoders.staged import StagedEncoder, Stages
from engine.registry import unknown

_TABLE = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
"""Filters of 1x1, before 3x3, 3x3, before 5x5, 5x5, after pooling (Szegedy et al., table 1)."""


def googlenet(
    *,
    variant: str = "paper",
    naive: bool = False,
    base: int = 64,
    classes: int = 1000,
    **options: Any,
) -> StagedEncoder:
    """GoogLeNet, 22 layers deep (Szegedy et al. 2015, table 1).

    Args:
        variant: 'paper' or 'tv', torchvision's: 3x3 for 5x5 filters, BatchNorm, no local response
            normalisation, and 2x2 for the last 3x3 pooling.
        naive: The modules of figure 2a, without 1x1 filters before the larger ones and after the
            pooling; the maps then grow with each module.
        base: Channels of the first convolution; all others keep their proportion to it,
            rounded down to one at least.
        classes: Of the classifier.
        options: As for `StagedEncoder`.

    Raises:
        UnknownName: if there is no such variant.
    """
    if variant not in ("paper", "tv"):
        raise unknown("variant of GoogLeNet", variant, {"paper": 0, "tv": 0})
    network = _GoogLeNet(as_torchvision=variant == "tv", naive=naive, base=base, classes=classes)
    between = ("norm1",) if variant == "paper" else ()
    after = ("norm2",) if variant == "paper" else ()
    stages = Stages(
        (
            ("conv1",),
            ("maxpool1", *between, "conv2", "conv3", *after),
            ("maxpool2", "inception3a", "inception3b"),
            ("maxpool3", *(f"inception4{letter}" for letter in "abcde")),
            ("maxpool4", "inception5a", "inception5b"),
        ),
        (base, 3 * base, network.widths["3b"], network.widths["4e"], network.widths["5b"]),
        (2, 4, 8, 16, 32),
        head=("dropout", "fc"),
    )
    return StagedEncoder(network, stages, **options)


class NaiveInception(nn.Module):
    """1x1, 3x3 and 5x5 filters and a pooling side by side (figure 2a)."""

    def __init__(self, before: int, one: int, three: int, five: int) -> None:
        super().__init__()
        self.branch1 = _Convolution(before, one, 1)
        self.branch2 = _Convolution(before, three, 3)
        self.branch3 = _Convolution(before, five, 5)
        self.branch4 = nn.MaxPool2d(3, stride=1, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, before, H, W) to (N, one + three + five + before, H, W)."""
        branches = (self.branch1, self.branch2, self.branch3, self.branch4)
        return torch.cat([branch(x) for branch in branches], dim=1)


class Inception(nn.Module):
    """The same with 1x1 filters that reduce the channels before and after (figure 2b)."""

    def __init__(
        self, before: int, filters: tuple[int, ...], *, five: int = 5, normalise: bool = False
    ) -> None:
        """Make it.

        Args:
            before: Channels it reads.
            filters: As in the paper's table 1.
            five: The side of its largest filters.
            normalise: BatchNorm after each convolution.
        """
        super().__init__()
        one, three_before, three, five_before, five_after, pooled = filters
        self.branch1 = _Convolution(before, one, 1, normalise)
        self.branch2 = nn.Sequential(
            _Convolution(before, three_before, 1, normalise),
            _Convolution(three_before, three, 3, normalise),
        )
        self.branch3 = nn.Sequential(
            _Convolution(before, five_before, 1, normalise),
            _Convolution(five_before, five_after, five, normalise),
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1), _Convolution(before, pooled, 1, normalise)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, before, H, W) to (N, after, H, W)."""
        branches = (self.branch1, self.branch2, self.branch3, self.branch4)
        return torch.cat([branch(x) for branch in branches], dim=1)


class _Convolution(nn.Module):
    """A convolution that keeps the size, BatchNorm if wanted, and ReLU."""

    def __init__(
        self, before: int, after: int, size: int, normalise: bool = False, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            before, after, size, stride=stride, padding=size // 2, bias=not normalise
        )
        self.bn = nn.BatchNorm2d(after, eps=0.001) if normalise else None

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return (x if self.bn is None else self.bn(x)).relu()


class _GoogLeNet(nn.Module):
    """The modules by torchvision's names; `StagedEncoder` says in which order they are used.

    Attributes:
        widths: Channels that each inception module gives.
    """

    def __init__(self, *, as_torchvision: bool, naive: bool, base: int, classes: int) -> None:
        super().__init__()
        normalise = as_torchvision
        self.conv1 = _Convolution(3, base, 7, normalise, stride=2)
        self.maxpool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.norm1 = LocalResponseNorm(5)
        self.conv2 = _Convolution(base, base, 1, normalise)
        self.conv3 = _Convolution(base, 3 * base, 3, normalise)
        self.norm2 = LocalResponseNorm(5)
        self.maxpool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.widths: dict[str, int] = {}
        before = 3 * base
        for name, published in _TABLE.items():
            filters = tuple(max(1, width * base // 64) for width in published)
            if name in ("4a", "5a"):
                last = 2 if as_torchvision and name == "5a" else 3
                pool = nn.MaxPool2d(last, stride=2, ceil_mode=True)
                self.add_module("maxpool3" if name == "4a" else "maxpool4", pool)
            one, _, three, _, five, pooled = filters
            if naive:
                module = NaiveInception(before, one, three, five)
            else:
                size = 3 if as_torchvision else 5
                module = Inception(before, filters, five=size, normalise=normalise)
            self.add_module(f"inception{name}", module)
            before = one + three + five + (before if naive else pooled)
            self.widths[name] = before
        self.dropout = nn.Dropout(0.2 if as_torchvision else 0.4)
        self.fc = nn.Linear(before, classes)
        initialise(self)
