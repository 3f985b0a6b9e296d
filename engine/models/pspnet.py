"""PSPNet: a dilated ResNet and means of the map over grids of 1, 2, 3 and 6 cells.

Source: Zhao et al. 2017, figure 3 and section 3.3.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from engine.models.blocks import initialise
from engine.models.deeplab3 import FcnHead, PooledNorm
from engine.models.encoder import make_encoder
from engine.models.upsampling import upsample


class GridMeans(nn.Module):
    """Means of a map over a grid of cells, which share a row where the sides are no multiples.

    The same as torch's adaptive pooling, which ONNX has for maps of a known size only: there it
    is two products with matrices made from the size of the map.
    """

    def __init__(self, grid: int) -> None:
        super().__init__()
        self.grid = grid

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, grid, grid) of (N, C, H, W)."""
        if not torch.onnx.is_in_onnx_export():
            return nn.functional.adaptive_avg_pool2d(x, self.grid)
        return self.shares(x, 2) @ x @ self.shares(x, 3).transpose(0, 1)

    def shares(self, x: Tensor, axis: int) -> Tensor:
        """(grid, side) weights whose rows average the cells of one axis of `x`."""
        side = x.shape[axis]
        at = torch.arange(side, device=x.device)
        cell = torch.arange(self.grid, device=x.device).unsqueeze(1)
        start = (cell * side) // self.grid
        stop = ((cell + 1) * side + self.grid - 1) // self.grid
        inside = ((at >= start) & (at < stop)).to(x.dtype)
        return inside / inside.sum(dim=1, keepdim=True)


class PSPNet(nn.Module):
    """Pyramid pooling beside the map itself, and a head that reads all of it.

    Attributes:
        head_weights: Of the auxiliary and the main loss.
    """

    stride = 8
    offset = 0
    margin = 0
    receptive_radius = None

    def __init__(
        self, *, in_channels: int = 3, classes: int = 2, encoder: str = "resnet50",
        grids: Sequence[int] = (1, 2, 3, 6), auxiliary: bool = True,
    ) -> None:  # fmt: skip
        """Make the network with random weights.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            encoder: A row of ENCODERS that can be dilated, or 'timm:<name>'.
            grids: Cells along a side over which the map is averaged.
            auxiliary: Whether training has a second head on the map before the last.

        Raises:
            UnknownName: if there is no such encoder.
            ParameterError: if it cannot be dilated.
        """
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        self.head_weights = (0.4, 1.0)
        self.encoder = make_encoder(encoder, in_channels=in_channels, output_stride=8)
        width = self.encoder.channels[-1]
        own = width // len(grids)
        self.pools = nn.ModuleList(
            nn.Sequential(
                GridMeans(grid), nn.Conv2d(width, own, 1, bias=False),
                PooledNorm(own), nn.ReLU(inplace=True),
            )
            for grid in grids
        )  # fmt: skip
        self.head = FcnHead(width + len(grids) * own, classes, width=width // 4)
        self.auxiliary = FcnHead(self.encoder.channels[-2], classes) if auxiliary else None
        initialise(self.pools)

    def forward(self, x: Tensor) -> Tensor | list[Tensor]:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W).

        In training with an auxiliary head: those of it, then the main ones.
        """
        maps = self.encoder(x)
        last = maps[-1]
        sides = (last.shape[2], last.shape[3])
        means = [
            nn.functional.interpolate(pool(last), size=sides, mode="bilinear", align_corners=False)
            for pool in self.pools
        ]
        found = upsample(self.head(torch.cat([last, *means], dim=1)), 8)
        if self.auxiliary is None or not self.training:
            return found
        return [upsample(self.auxiliary(maps[-2]), 8), found]
