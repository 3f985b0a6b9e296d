"""U-SegNet, and the small SegNet and small U-Net it was compared with.

Source: Kumar et al. 2018, figure 1 and table 1: patches of 40 x 40 from three neighbouring slices,
four tissues. The small U-Net is a fit: its published 3,900,996 parameters are reached when the last
transposed convolution has no bias, which the paper does not say.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn

from engine.models.blocks import initialise
from engine.models.receptive import Field
from engine.models.upsampling import max_pool, max_unpool


class USegNet(nn.Module):
    """A SegNet of three levels; `skips` of its encoder's maps come back on the way up."""

    stride = 8
    offset = 0
    margin = 0

    def __init__(
        self, *, in_channels: int = 3, classes: int = 4, base: int = 64, skips: int = 1
    ) -> None:
        """Make the network with He-initialised weights.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            base: Channels of the first level; they double at each level below.
            skips: Levels, from the finest, whose map is joined to the unpooled one.
        """
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        w1, w2, w3 = base, 2 * base, 4 * base
        self.down = nn.ModuleList(
            [_block(in_channels, w1, w1), _block(w1, w2, w2), _block(w2, w3, w3, w3)]
        )
        self.up = nn.ModuleList([_block(w1, w1), _block(w2, w2, w1), _block(w3, w3, w3, w2)])
        self.merge = nn.ModuleList(nn.Conv2d(2 * width, width, 1) for width in (w1, w2, w3)[:skips])
        self.head = nn.Conv2d(w1, classes, 3, padding=1)
        field = Field()
        for block in self.down:
            field = field.through(block).pool()
        for block in reversed(self.up):
            field = field.deconv(2, 2).through(block)
        self.receptive_radius = field.through(self.head).radius
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        maps: list[Tensor] = []
        places: list[Tensor] = []
        for block in self.down:
            x = block(x)
            maps.append(x)
            x, where = max_pool(x)
            places.append(where)
        for level in (2, 1, 0):
            x = max_unpool(x, places[level], maps[level].shape[2:])
            if level < len(self.merge):
                x = self.merge[level](torch.cat([maps[level], x], dim=1))
            x = self.up[level](x)
        return self.head(x)


class SmallUNet(nn.Module):
    """Three levels of two convolutions each way, nothing at the lowest, a skip on each level."""

    stride = 8
    offset = 0
    margin = 0

    def __init__(self, *, in_channels: int = 3, classes: int = 4, base: int = 64) -> None:
        """Make the network with He-initialised weights; `base` channels on the first level."""
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        widths = (base, 2 * base, 4 * base)
        self.down = nn.ModuleList(
            _block(before, width, width)
            for before, width in zip((in_channels, *widths), widths, strict=False)
        )
        self.widen = nn.ModuleList(
            nn.ConvTranspose2d(below, width, 2, 2, bias=width != base)
            for below, width in zip((*widths[1:], widths[-1]), widths, strict=True)
        )
        self.up = nn.ModuleList(_block(2 * width, width, width) for width in widths)
        self.head = nn.Conv2d(base, classes, 3, padding=1)
        field = Field()
        for block in self.down:
            field = field.through(block).pool()
        for block in reversed(self.up):
            field = field.deconv(2, 2).through(block)
        self.receptive_radius = field.through(self.head).radius
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        maps: list[Tensor] = []
        for block in self.down:
            x = block(x)
            maps.append(x)
            x = nn.functional.max_pool2d(x, 2)
        for level in (2, 1, 0):
            x = self.up[level](torch.cat([maps[level], self.widen[level](x)], dim=1))
        return self.head(x)


def _block(*widths: int) -> nn.Sequential:
    """3x3 convolutions with bias, BatchNorm and ReLU from each width to the next."""
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [
            nn.Conv2d(before, after, 3, padding=1),
            nn.BatchNorm2d(after),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(*layers)


usegnet_2 = partial(USegNet, skips=2)
small_segnet = partial(USegNet, skips=0)
