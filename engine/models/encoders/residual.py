"""The residual networks: one class with the flags of its descendants.

Its parameters carry torchvision's names and its strides stand where torchvision has them (in the
3x3 convolution of a bottleneck), so torchvision's weights fit; torchvision's own class knows
neither pre-activation nor gates nor stochastic depth, and timm's has other names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from engine.models.blocks import initialise
from engine.models.encoders.staged import StagedEncoder, Stages

_BLOCKS = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}


@dataclass(frozen=True, slots=True)
class _Style:
    """What the blocks of one network share."""

    bottleneck: bool
    groups: int
    width_per_group: int
    squeeze: int
    preactivated: bool

    def channels(self, base: int) -> int:
        """What a block of the stage with `base` filters gives."""
        return base * 4 if self.bottleneck else base

    def width(self, base: int) -> int:
        """Filters inside a bottleneck: `width_per_group` counts them at a base of 64."""
        if self.bottleneck:
            return base * self.width_per_group // 64 * self.groups
        return base


def resnet(
    depth: int,
    *,
    groups: int = 1,
    width_per_group: int = 64,
    squeeze: int = 0,
    preactivated: bool = False,
    survival: float = 1.0,
    classes: int = 1000,
    **options: Any,
) -> StagedEncoder:
    """A residual network (He, Zhang, Ren and Sun 2016) or one of its descendants.

    Args:
        depth: 18, 34, 50, 101 or 152 layers.
        groups: Parallel paths of the 3x3 convolution in a bottleneck (ResNeXt, Xie et al. 2017).
        width_per_group: Filters of a path in the first stage; 128 with one group is the Wide
            ResNet of twice the width (Zagoruyko and Komodakis 2016).
        squeeze: How many times fewer channels the gate of a block has inside (SENet, Hu, Shen and
            Sun 2018: 16); 0 leaves the gates out.
        preactivated: BatchNorm and ReLU before each convolution and a clean shortcut (He et al.
            2016, 'Identity Mappings', figure 4e); where a shortcut must change its width it
            begins after the first activation, and one BatchNorm ends the network.
        survival: The chance in training that the last block is kept; that of block l of L is
            1 - (1 - survival) l / L (Huang et al. 2016, equation 4). Where we differ: it is drawn
            for each image, and kept branches are divided by their chance, so that evaluation
            needs no factor.
        classes: Of the classifier.
        options: As for `StagedEncoder`.
    """
    style = _Style(depth >= 50, groups, width_per_group, squeeze, preactivated)
    network = _ResNet(_BLOCKS[depth], style, survival, classes)
    stem = ("conv1",) if preactivated else ("conv1", "bn1", "relu")
    last = ("layer4", "norm", "relu") if preactivated else ("layer4",)
    channels = tuple(style.channels(base) for base in (64, 128, 256, 512))
    stages = Stages(
        (stem, ("maxpool", "layer1"), ("layer2",), ("layer3",), last),
        (64, *channels),
        (2, 4, 8, 16, 32),
    )
    return StagedEncoder(network, stages, **options)


resnet18 = partial(resnet, 18)
resnet34 = partial(resnet, 34)
resnet50 = partial(resnet, 50)
resnet101 = partial(resnet, 101)
resnet152 = partial(resnet, 152)
preact_resnet50 = partial(resnet, 50, preactivated=True)
wide_resnet50 = partial(resnet, 50, width_per_group=128)
wide_resnet101 = partial(resnet, 101, width_per_group=128)
resnext50 = partial(resnet, 50, groups=32, width_per_group=4)
resnext101 = partial(resnet, 101, groups=32, width_per_group=8)
se_resnet50 = partial(resnet, 50, squeeze=16)
stochastic_resnet50 = partial(resnet, 50, survival=0.5)


class SqueezeExcitation(nn.Module):
    """A gate for each channel from the mean of all of them (Hu, Shen and Sun 2018, figure 3)."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, channels // reduction, 1)
        self.fc2 = nn.Conv2d(channels // reduction, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C, H, W)."""
        gate = self.fc2(self.fc1(x.mean((2, 3), keepdim=True)).relu())
        return x * gate.sigmoid()


class StochasticDepth(nn.Module):
    """In training the branch of each image is kept with a chance of `survival`, else 0."""

    def __init__(self, survival: float) -> None:
        super().__init__()
        self.survival = survival

    def forward(self, branch: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C, H, W)."""
        if not self.training:
            return branch
        chance = torch.full((len(branch), 1, 1, 1), self.survival, device=branch.device)
        return branch * torch.bernoulli(chance).to(branch.dtype) / self.survival

    def extra_repr(self) -> str:
        return f"survival={self.survival:.3f}"


class _Block(nn.Module):
    """Two 3x3 convolutions, or 1x1, 3x3 and 1x1, beside a shortcut.

    Attributes:
        downsample: Brings the shortcut to the size and width of the branch; None if it has both.
    """

    def __init__(self, before: int, base: int, stride: int, style: _Style, survival: float) -> None:
        super().__init__()
        after, width = style.channels(base), style.width(base)
        sizes = (1, 3, 1) if style.bottleneck else (3, 3)
        widths = (before, width, width, after) if style.bottleneck else (before, width, after)
        strided = 1 if style.bottleneck else 0
        for index, size in enumerate(sizes):
            convolution = nn.Conv2d(
                widths[index],
                widths[index + 1],
                size,
                stride=stride if index == strided else 1,
                padding=size // 2,
                groups=style.groups if style.bottleneck and size == 3 else 1,
                bias=False,
            )
            norm = nn.BatchNorm2d(widths[index if style.preactivated else index + 1])
            pair = [(f"conv{index + 1}", convolution), (f"bn{index + 1}", norm)]
            for name, module in reversed(pair) if style.preactivated else pair:
                self.add_module(name, module)
        self._layers = len(sizes)
        self.preactivated = style.preactivated
        self.relu = nn.ReLU()
        self.se = SqueezeExcitation(after, style.squeeze) if style.squeeze else None
        self.drop = StochasticDepth(survival) if survival < 1 else None
        self.downsample: nn.Module | None = None
        if stride != 1 or before != after:
            change = nn.Conv2d(before, after, 1, stride=stride, bias=False)
            norms = [] if style.preactivated else [nn.BatchNorm2d(after)]
            self.downsample = nn.Sequential(change, *norms)

    def forward(self, x: Tensor) -> Tensor:
        """(N, before, H, W) to (N, after, H / stride, W / stride)."""
        if self.preactivated:
            return self._preactivated(x)
        branch = x
        for index in range(1, self._layers + 1):
            branch = self.get_submodule(f"bn{index}")(self.get_submodule(f"conv{index}")(branch))
            if index < self._layers:
                branch = self.relu(branch)
        shortcut = x if self.downsample is None else self.downsample(x)
        return self.relu(self._gated(branch) + shortcut)

    def _preactivated(self, x: Tensor) -> Tensor:
        first = self.relu(self.get_submodule("bn1")(x))
        shortcut = x if self.downsample is None else self.downsample(first)
        branch = self.get_submodule("conv1")(first)
        for index in range(2, self._layers + 1):
            branch = self.relu(self.get_submodule(f"bn{index}")(branch))
            branch = self.get_submodule(f"conv{index}")(branch)
        return self._gated(branch) + shortcut

    def _gated(self, branch: Tensor) -> Tensor:
        for module in (self.se, self.drop):
            if module is not None:
                branch = module(branch)
        return branch


class _ResNet(nn.Module):
    """The modules by torchvision's names; `StagedEncoder` says in which order they are used."""

    def __init__(
        self, blocks: tuple[int, ...], style: _Style, survival: float, classes: int
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        if not style.preactivated:
            self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        before, number = 64, 0
        for stage, count in enumerate(blocks):
            layer = nn.Sequential()
            for index in range(count):
                number += 1
                kept = 1 - (1 - survival) * number / sum(blocks)
                stride = 2 if stage > 0 and index == 0 else 1
                layer.append(_Block(before, 64 * 2**stage, stride, style, kept))
                before = style.channels(64 * 2**stage)
            self.add_module(f"layer{stage + 1}", layer)
        if style.preactivated:
            self.norm = nn.BatchNorm2d(before)
        self.fc = nn.Linear(before, classes)
        initialise(self)
