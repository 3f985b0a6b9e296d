"""Atrous conversion: a network that stops halving its maps, with the same weights.

Where a layer would make the map coarser than wanted, its stride becomes 1 and the filters of all
that follow are spread by what was left out (DeepLab, Chen et al. 2015, section 3.1). The finer map
then holds the coarser one: every n-th of its values is the value that the published network gives.
This holds everywhere for padded layers; for pooling without padding it holds up to the last rows
and columns, since the map keeps its size there instead of losing one at each pooling.
"""

from __future__ import annotations

from typing import TypeGuard

import torch
from torch import Tensor, nn
from torch.nn import functional

_BESIDE = ("branch", "downsample", "shortcut")
"""How the names of modules begin that read what their neighbour reads, not what it gives."""

Window = nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d


def dilate(network: nn.Module, output_stride: int) -> None:
    """Replace the strides beyond `output_stride` by dilation, in place.

    Args:
        network: Whose modules stand in the order in which they are used, but for those that begin
            with 'branch', 'downsample' or 'shortcut', which start where their neighbours do.
        output_stride: How many pixels of the image lie between two neighbours of the last map.
    """
    _walk(network, (1, 1), output_stride)


class AtrousPool(nn.Module):
    """Pooling with stride 1 over a window whose taps lie `dilation` apart; keeps the size."""

    def __init__(self, size: int, *, dilation: int, padding: int, average: bool) -> None:
        """Make it.

        Args:
            size: Side of the window.
            dilation: Pixels between two taps.
            padding: What the pooling it replaces pads, in taps.
            average: The mean of the window, else its maximum.
        """
        super().__init__()
        self.size, self.dilation, self.padding, self.average = size, dilation, padding, average

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C, H, W)."""
        before = self.padding * self.dilation
        after = (self.size - 1) * self.dilation - before
        sides = (before, after, before, after)
        if not self.average:
            padded = functional.pad(x, sides, value=float("-inf"))
            return functional.max_pool2d(padded, self.size, 1, dilation=self.dilation)
        if self.padding:
            padded = functional.pad(x, sides)
        else:
            padded = functional.pad(x, sides, mode="replicate")
        channels = x.shape[1]
        weight = torch.full(
            (channels, 1, self.size, self.size), self.size**-2, dtype=x.dtype, device=x.device
        )
        return functional.conv2d(padded, weight, dilation=self.dilation, groups=channels)

    def extra_repr(self) -> str:
        kind = "average" if self.average else "max"
        return f"{kind}, {self.size}, dilation={self.dilation}, padding={self.padding}"


def _walk(module: nn.Module, at: tuple[int, int], limit: int) -> tuple[int, int]:
    """Dilate the modules below `module`; from what it reads to what it gives.

    `at` is (reduction, rate): how coarse the map is, and how far apart the taps are.
    """
    start = at
    for name, child in module.named_children():
        here = start if name.startswith(_BESIDE) else at
        if _is_window(child):
            replaced, at = _dilated(child, here, limit)
            setattr(module, name, replaced)
        else:
            after = _walk(child, here, limit)
            # An empty branch passes on what it reads; the one beside it has strides.
            at = max(at, after) if name.startswith(_BESIDE) else after
    return at


def _dilated(window: Window, at: tuple[int, int], limit: int) -> tuple[nn.Module, tuple[int, int]]:
    """What takes the place of a filter or pooling, and where it leads."""
    reduction, rate = at
    stride = _one(window.stride)
    keeps = reduction * stride <= limit
    after = (reduction * stride, rate) if keeps else (reduction, rate * stride)
    if keeps and rate == 1:
        return window, after
    size, padding = _one(window.kernel_size), _one(window.padding)
    if not isinstance(window, nn.Conv2d):
        average = isinstance(window, nn.AvgPool2d)
        return AtrousPool(size, dilation=rate, padding=padding, average=average), after
    window.stride = (1, 1)
    if size > 1:
        window.dilation = (rate, rate)
        window.padding = (padding * rate, padding * rate)
    return window, after


def _is_window(module: nn.Module) -> TypeGuard[Window]:
    return isinstance(module, (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d))


def _one(value: object) -> int:
    """The side of a square: torch keeps it as a number or as a pair."""
    side = value[0] if isinstance(value, tuple) else value
    assert isinstance(side, int)
    return side
