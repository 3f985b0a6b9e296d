"""U-Net++, and the two U-Nets it was compared with: padded convolutions with biases, no BatchNorm.

Source: Zhou et al. 2018 and 2020. Node x^{i,j} reads all nodes before it on its level and the one
below: H([x^{i,0} .. x^{i,j-1}, U(x^{i+1,j-1})]). With deep supervision each node of the first row
has its own head, so that the network can be cut at any depth after it was trained.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn

from engine.errors import ParameterError
from engine.models.blocks import initialise
from engine.models.receptive import Field

ACCURATE, FAST = "accurate", "fast"
MODES = (ACCURATE, FAST)


class PlainUNet(nn.Module):
    """The U-Net of the same paper: the outer rim of the U-Net++ alone."""

    offset = 0
    margin = 0

    def __init__(
        self, *, in_channels: int = 1, classes: int = 2,
        widths: Sequence[int] = (32, 64, 128, 256, 512),
    ) -> None:  # fmt: skip
        """Make the network with He-initialised weights; `widths` are the channels of each level."""
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        self.stride = 2 ** (len(widths) - 1)
        self.receptive_radius = _field(len(widths) - 1).radius
        self.down = nn.ModuleList(
            _convolutions(before, after)
            for before, after in zip([in_channels, *widths[:-1]], widths, strict=True)
        )
        self.widen = nn.ModuleList(
            nn.ConvTranspose2d(below, above, 2, 2)
            for above, below in zip(widths[-2::-1], widths[:0:-1], strict=True)
        )
        self.up = nn.ModuleList(_convolutions(2 * width, width) for width in widths[-2::-1])
        self.head = nn.Conv2d(widths[0], classes, 1)
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        skips: list[Tensor] = []
        for block in self.down[:-1]:
            x = block(x)
            skips.append(x)
            x = nn.functional.max_pool2d(x, 2)
        x = self.down[-1](x)
        for widen, block, skip in zip(self.widen, self.up, reversed(skips), strict=True):
            x = block(torch.cat([skip, widen(x)], dim=1))
        return self.head(x)


class UNetPlusPlus(nn.Module):
    """Nested U-Nets of every depth that share their nodes.

    Attributes:
        depth: Where the network is cut now: nodes that only deeper heads read are not computed.
        mode: ACCURATE for the mean belief of the heads up to `depth`, FAST for the last one's.
    """

    offset = 0
    margin = 0

    def __init__(
        self, *, in_channels: int = 1, classes: int = 2,
        widths: Sequence[int] = (32, 64, 128, 256, 512), deep_supervision: bool = False,
        mode: str = ACCURATE, depth: int | None = None,
    ) -> None:  # fmt: skip
        """Make the network with He-initialised weights.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            widths: Channels of each level.
            deep_supervision: Whether each depth has a head, and training gives the logits of all.
            mode: How the heads become one answer.
            depth: Where to cut the network for prediction; all of it if left out. Only networks
                with deep supervision have a head there.

        Raises:
            ParameterError: if there is no such mode, or no head at that depth.
        """
        super().__init__()
        self.levels = len(widths) - 1
        self.in_channels = in_channels
        self.classes = classes
        self.stride = 2**self.levels
        self.deep_supervision = deep_supervision
        self.nodes = nn.ModuleDict()
        self.widen = nn.ModuleDict()
        for column in range(self.levels + 1):
            for row in range(self.levels + 1 - column):
                width = widths[row]
                if column:
                    self.widen[_name(row, column)] = nn.ConvTranspose2d(
                        widths[row + 1], width, 2, 2
                    )
                above = in_channels if row == 0 else widths[row - 1]
                read = (column + 1) * width if column else above
                self.nodes[_name(row, column)] = _convolutions(read, width)
        with_head = range(1, self.levels + 1) if deep_supervision else [self.levels]
        self.heads = nn.ModuleDict({str(j): nn.Conv2d(widths[0], classes, 1) for j in with_head})
        initialise(self)
        self.cut(depth or self.levels, mode)

    def cut(self, depth: int, mode: str = ACCURATE) -> None:
        """Predict with the network up to `depth` alone; nothing is lost, and it can be undone.

        Raises:
            ParameterError: if there is no such mode, or no head at that depth.
        """
        if mode not in MODES:
            raise ParameterError(
                f"There is no mode '{mode}'.", remedy=f"Choose one of {', '.join(MODES)}."
            )
        if str(depth) not in self.heads:
            raise ParameterError(
                f"This U-Net++ has no head at depth {depth}.",
                remedy=f"Choose one of {', '.join(self.heads)}.",
            )
        self.depth = depth
        self.mode = mode
        self.receptive_radius = _field(depth).radius

    def prune(self) -> None:
        """Drop the parameters that prediction at the present depth does not read.

        What is left can be trained and predicted with, but not cut deeper again.
        """
        for table in (self.nodes, self.widen):
            for name in list(table):
                row, column = (int(part) for part in name.split("_"))
                if row + column > self.depth:
                    del table[name]
        for name in list(self.heads):
            if int(name) > self.depth or (self.mode == FAST and int(name) < self.depth):
                del self.heads[name]
        self.levels = self.depth
        self.stride = 2**self.depth

    def forward(self, x: Tensor) -> Tensor | list[Tensor]:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W).

        In training with deep supervision: those of every head, from the shallowest.
        """
        is_supervised = self.training and self.deep_supervision
        depth = self.levels if is_supervised else self.depth
        first_row: list[Tensor] = []
        rows: list[list[Tensor]] = [[] for _ in range(depth + 1)]
        for diagonal in range(depth + 1):  # x^{0,d} is the last node that reads level d
            below = rows[diagonal - 1][0] if diagonal else x
            x0 = nn.functional.max_pool2d(below, 2) if diagonal else x
            rows[diagonal].append(self.nodes[_name(diagonal, 0)](x0))
            for column in range(1, diagonal + 1):
                row = diagonal - column
                name = _name(row, column)
                raised = self.widen[name](rows[row + 1][column - 1])
                rows[row].append(self.nodes[name](torch.cat([*rows[row], raised], dim=1)))
            first_row.append(rows[0][diagonal])
        if is_supervised:
            return [self.heads[name](first_row[int(name)]) for name in self.heads]
        if self.mode == FAST:
            return self.heads[str(self.depth)](first_row[self.depth])
        found = [
            self.heads[name](first_row[int(name)]) for name in self.heads if int(name) <= self.depth
        ]
        if len(found) == 1:
            return found[0]
        beliefs = torch.stack(found).log_softmax(dim=2)
        return beliefs.logsumexp(dim=0) - math.log(len(found))


unet_32 = PlainUNet
unet_wide = partial(PlainUNet, widths=(35, 70, 140, 280, 560))
unetpp_deep = partial(UNetPlusPlus, deep_supervision=True)


def _name(row: int, column: int) -> str:
    return f"{row}_{column}"


def _convolutions(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(after, after, 3, padding=1),
        nn.ReLU(inplace=True),
    )


def _field(depth: int) -> Field:
    """Of the path through the lowest level, which sees more than any other."""
    found = Field()
    for _ in range(depth):
        found = found.convs(2).pool()
    found = found.convs(2)
    for _ in range(depth):
        found = found.deconv(2, 2).convs(2)
    return found
