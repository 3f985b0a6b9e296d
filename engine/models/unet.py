"""The U-Net with padded convolutions.

Source: Ronneberger, Fischer and Brox 2015. Where we differ: convolutions keep the size, BatchNorm
stands after each of them, and the way up is bilinear instead of a transposed convolution.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.blocks import ConvBlock, initialise, upsample_twice


class UNet(nn.Module):
    """A U-Net whose output has the size of its input.

    Attributes:
        stride: Height and width of the input must be multiples of this (2^depth).
        receptive_radius: No output pixel sees further than this many pixels from itself.
    """

    offset = 0
    margin = 0

    def __init__(
        self, *, in_channels: int = 1, classes: int = 2, base: int = 16, depth: int = 4
    ) -> None:
        """Make the network with He-initialised weights.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            base: Channels of the first level; they double at each of the `depth` levels below.
            depth: How many times the image is halved.
        """
        super().__init__()
        widths = [base * 2**level for level in range(depth + 1)]
        self.in_channels = in_channels
        self.classes = classes
        self.stride = 2**depth
        self.receptive_radius = _receptive_radius(depth)
        self.down = nn.ModuleList(
            ConvBlock(before, after)
            for before, after in zip([in_channels, *widths[:-1]], widths, strict=True)
        )
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ModuleList(
            ConvBlock(above + below, above)
            for above, below in zip(widths[-2::-1], widths[:0:-1], strict=True)
        )
        self.head = nn.Conv2d(base, classes, 1)
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        skips: list[Tensor] = []
        for block in self.down[:-1]:
            x = block(x)  # (N, base 2^l, H / 2^l, W / 2^l)
            skips.append(x)
            x = self.pool(x)
        x = self.down[-1](x)  # (N, base 2^depth, H / 2^depth, W / 2^depth)
        for block, skip in zip(self.up, reversed(skips), strict=True):
            x = block(torch.cat([skip, upsample_twice(x)], dim=1))
        return self.head(x)


def _receptive_radius(depth: int) -> int:
    """Two 3x3 convolutions a level, down and up; pooling and bilinear upsampling between them.

    Counted from the output back to the input: two convolutions reach 2 pixels of their level, the
    upsampling one pixel of the level below, and a pooled pixel up to 2^l - 1 pixels to its side.
    """
    radius = 0
    for level in range(depth):
        radius += 2 * 2**level + 2 ** (level + 1)  # the way up: two convolutions, upsampling
    radius += 2 * 2**depth  # the lowest level
    for level in reversed(range(depth)):
        radius += 2**level + 2 * 2**level  # the way down: pooling, two convolutions
    return radius
