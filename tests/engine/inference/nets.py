"""Small networks for the tests of tiling: what they see is known."""

from __future__ import annotations

import torch
from torch import nn

from engine.models.unet import UNet


def small_unet(channels=1, classes=3, depth=2, seed=0):
    torch.manual_seed(seed)
    return UNet(in_channels=channels, classes=classes, base=2, depth=depth).eval()


class ValidUNet(nn.Module):
    """One level of a U-Net with valid convolutions: output 16 pixels smaller, sides even."""

    in_channels, classes, stride, offset, margin, receptive_radius = 1, 3, 2, 0, 8, 8

    def __init__(self, seed=0):
        super().__init__()
        torch.manual_seed(seed)
        self.down = nn.Conv2d(1, 4, 3)
        self.low = nn.Sequential(nn.Conv2d(4, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3))
        self.head = nn.Sequential(nn.Conv2d(8, 3, 3), nn.Conv2d(3, 3, 3))

    def forward(self, x):
        skip = torch.relu(self.down(x))  # - 2
        low = self.low(nn.functional.max_pool2d(skip, 2))  # - 8 when it is back at full size
        up = nn.functional.interpolate(low, scale_factor=2, mode="nearest")
        joined = torch.cat([up, skip[..., 4:-4, 4:-4]], dim=1)
        found = self.head(joined)  # - 4
        return found[..., 1:-1, 1:-1]  # an even margin of 8 in all


class SeesAll(nn.Module):
    """Adds the mean of the whole input: no tile can know it."""

    in_channels, classes, stride, offset, margin, receptive_radius = 1, 2, 4, 0, 0, None

    def forward(self, x):
        return torch.cat([x - x.mean(dim=(2, 3), keepdim=True), x * 0], dim=1)


class Dot(nn.Module):
    """Scores of each pixel from that pixel alone."""

    in_channels, classes, stride, offset, margin, receptive_radius = 1, 3, 1, 0, 0, 0

    def forward(self, x):
        return torch.cat([x, 1 - x, x * 0], dim=1)
