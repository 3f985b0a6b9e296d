"""The U-Net as it was published, with valid convolutions.

Source: Ronneberger, Fischer and Brox 2015, figure 1 and section 3: 572 pixels in, 388 out.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.blocks import initialise
from engine.models.receptive import Field


class UNet2015(nn.Module):
    """Two valid 3x3 convolutions a level, transposed convolutions of 2x2, skips that are cropped.

    Attributes:
        stride: 2^depth; sides of the input are multiples of it, plus `offset`.
        offset: 12 for a depth of 4: the lowest map has even sides then.
        margin: 92 for a depth of 4.
        receptive_radius: The margin and what pooling adds.
    """

    def __init__(
        self, *, in_channels: int = 1, classes: int = 2, base: int = 64, depth: int = 4,
        dropout: float = 0.5,
    ) -> None:  # fmt: skip
        """Make the network with He-initialised weights.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            base: Channels of the first level; they double at each of the `depth` levels below.
            depth: How many times the image is halved.
            dropout: Of the two lowest levels, in training.
        """
        super().__init__()
        widths = [base * 2**level for level in range(depth + 1)]
        self.in_channels = in_channels
        self.classes = classes
        self.stride = 2**depth
        # On the way up and down, level l loses 4 of its pixels twice; the lowest level once.
        self.margin = sum(4 * 2**level for level in range(depth)) + 2 * 2**depth
        lost = sum(4 * 2**level for level in range(depth))
        self.offset = lost % self.stride
        self.receptive_radius = self._field(depth).crop(-self.margin).radius
        self.down = nn.ModuleList(
            _convolutions(before, after)
            for before, after in zip([in_channels, *widths[:-1]], widths, strict=True)
        )
        self.dropout = nn.Dropout(dropout)
        self.widen = nn.ModuleList(
            nn.ConvTranspose2d(below, above, 2, 2)
            for above, below in zip(widths[-2::-1], widths[:0:-1], strict=True)
        )
        self.up = nn.ModuleList(_convolutions(2 * width, width) for width in widths[-2::-1])
        self.head = nn.Conv2d(base, classes, 1)
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H - 2 margin, W - 2 margin) of images (N, in_channels, H, W)."""
        skips: list[Tensor] = []
        lowest = len(self.down) - 1
        for level, block in enumerate(self.down):
            x = block(x)
            if level >= lowest - 1:
                x = self.dropout(x)
            if level < lowest:
                skips.append(x)
                x = nn.functional.max_pool2d(x, 2)
        for widen, block, skip in zip(self.widen, self.up, reversed(skips), strict=True):
            x = widen(x)
            x = block(torch.cat([_cropped(skip, x), x], dim=1))
        return self.head(x)

    @staticmethod
    def _field(depth: int) -> Field:
        """From the lowest map, which sees more than any skip."""
        found = Field()
        for _ in range(depth):
            found = found.conv(3, padding=0).conv(3, padding=0).pool()
        found = found.conv(3, padding=0).conv(3, padding=0)
        for _ in range(depth):
            found = found.deconv(2, 2).conv(3, padding=0).conv(3, padding=0)
        return found


def _convolutions(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3),
        nn.ReLU(inplace=True),
        nn.Conv2d(after, after, 3),
        nn.ReLU(inplace=True),
    )


def _cropped(skip: Tensor, like: Tensor) -> Tensor:
    """The middle of `skip`, as large as `like`."""
    top, left = (
        (theirs - ours) // 2 for theirs, ours in zip(skip.shape[2:], like.shape[2:], strict=True)
    )
    return skip[:, :, top : top + like.shape[2], left : left + like.shape[3]]
