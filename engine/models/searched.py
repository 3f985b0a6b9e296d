"""U-shaped networks put together from a few kinds of cells: what architecture search chooses from.

Source: the search is that of Zoph and Le 2017; the space is ours, small enough for a desk. A row of
MODELS makes any of its networks from the arguments of a card.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.errors import ParameterError
from engine.models.blocks import initialise, upsample_twice

BATCH, GROUP, NONE = "batch", "group", "none"
NORMS = (BATCH, GROUP, NONE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of cell: two convolutions, each with its normalisation and ReLU.

    Attributes:
        kernel: Side of the filters.
        dilation: Of the second convolution; that of the first is 1.
        separable: Whether each is a depthwise one and then a 1x1.
        residual: Whether what goes in is added to what comes out.
    """

    kernel: int = 3
    dilation: int = 1
    separable: bool = False
    residual: bool = False

    @property
    def radius(self) -> int:
        """How far it sees, in pixels of its level."""
        return (1 + self.dilation) * (self.kernel // 2)


CELLS: dict[str, Cell] = {
    "plain3": Cell(),
    "plain5": Cell(kernel=5),
    "dilated3": Cell(dilation=2),
    "residual3": Cell(residual=True),
    "separable3": Cell(separable=True),
    "separable5": Cell(kernel=5, separable=True),
}
"""The kinds of cells by name."""


class Searched(nn.Module):
    """A U-shaped network with a cell of its own kind on each level.

    Attributes:
        stride: Height and width of the input must be multiples of this (2^depth).
        receptive_radius: No output pixel sees further than this; None if it is normalised over
            groups, which looks at the whole image.
    """

    offset = 0
    margin = 0

    def __init__(
        self, *, in_channels: int = 1, classes: int = 2, base: int = 16, depth: int = 3,
        cells: str = "plain3", norm: str = BATCH,
    ) -> None:  # fmt: skip
        """Make the network with He-initialised weights.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            base: Channels of the first level; they double at each level below.
            depth: How many times the image is halved.
            cells: The kind of cell of each level from the first to the lowest, with commas; the
                last counts for those that are left out.
            norm: BATCH, GROUP or NONE.

        Raises:
            ParameterError: if there is no such cell or normalisation, or too many are named.
        """
        super().__init__()
        kinds = _kinds(cells, depth)
        if norm not in NORMS:
            raise ParameterError(
                f"There is no normalisation '{norm}'.", remedy=f"Choose one of {', '.join(NORMS)}."
            )
        widths = [base * 2**level for level in range(depth + 1)]
        self.in_channels = in_channels
        self.classes = classes
        self.stride = 2**depth
        self.receptive_radius = None if norm == GROUP else _radius(kinds)
        self.down = nn.ModuleList(
            _Cell(before, after, kind, norm)
            for before, after, kind in zip([in_channels, *widths[:-1]], widths, kinds, strict=True)
        )
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ModuleList(
            _Cell(above + below, above, kind, norm)
            for above, below, kind in zip(widths[-2::-1], widths[:0:-1], kinds[-2::-1], strict=True)
        )
        self.head = nn.Conv2d(base, classes, 1)
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        skips: list[Tensor] = []
        for cell in self.down[:-1]:
            x = cell(x)
            skips.append(x)
            x = self.pool(x)
        x = self.down[-1](x)
        for cell, skip in zip(self.up, reversed(skips), strict=True):
            x = cell(torch.cat([skip, upsample_twice(x)], dim=1))
        return self.head(x)


class _Cell(nn.Module):
    """Two convolutions of one kind that keep the size."""

    def __init__(self, before: int, after: int, kind: Cell, norm: str) -> None:
        super().__init__()
        first = _convolution(before, after, kind, 1, norm)
        second = _convolution(after, after, kind, kind.dilation, norm)
        self.layers = nn.Sequential(*first, nn.ReLU(inplace=True), *second)
        self.across = nn.Conv2d(before, after, 1) if kind.residual else None
        self.activation = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """(N, before, H, W) to (N, after, H, W)."""
        found = self.layers(x)
        return self.activation(found if self.across is None else found + self.across(x))


def _convolution(before: int, after: int, kind: Cell, dilation: int, norm: str) -> list[nn.Module]:
    padding = dilation * (kind.kernel // 2)
    if kind.separable:
        layers: list[nn.Module] = [
            nn.Conv2d(
                before, before, kind.kernel, padding=padding, dilation=dilation, groups=before
            ),
            nn.Conv2d(before, after, 1, bias=norm == NONE),
        ]
    else:
        layers = [
            nn.Conv2d(
                before, after, kind.kernel, padding=padding, dilation=dilation, bias=norm == NONE
            )
        ]
    makers: dict[str, Callable[[int], nn.Module]] = {
        BATCH: nn.BatchNorm2d,
        GROUP: lambda channels: nn.GroupNorm(min(4, channels), channels),
    }
    return [*layers, makers[norm](after)] if norm in makers else layers


def _kinds(cells: str, depth: int) -> list[Cell]:
    """The cell of each level from the first to the lowest."""
    names = cells.split(",")
    for name in names:
        if name not in CELLS:
            raise ParameterError(
                f"There is no cell '{name}'.", remedy=f"Choose among {', '.join(CELLS)}."
            )
    if len(names) > depth + 1:
        raise ParameterError(
            f"{len(names)} cells are named for {depth + 1} levels.", remedy="Name fewer."
        )
    names += [names[-1]] * (depth + 1 - len(names))
    return [CELLS[name] for name in names]


def _radius(kinds: list[Cell]) -> int:
    """As in `engine.models.unet`, with the radius of each level's own cell."""
    depth = len(kinds) - 1
    radius = kinds[depth].radius * 2**depth
    for level in range(depth):
        radius += 2 * kinds[level].radius * 2**level + 2 ** (level + 1) + 2**level
    return radius
