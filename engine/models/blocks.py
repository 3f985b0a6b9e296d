"""Convolution blocks shared by the networks."""

from __future__ import annotations

from torch import Tensor, nn


class ConvBlock(nn.Sequential):
    """Convolutions of 3x3 that keep the size, each followed by BatchNorm and ReLU."""

    def __init__(self, in_channels: int, out_channels: int, *, convolutions: int = 2) -> None:
        layers: list[nn.Module] = []
        for channels in [in_channels] + [out_channels] * (convolutions - 1):
            layers += [
                nn.Conv2d(channels, out_channels, 3, padding=1, bias=False),
                nn.BatchNorm2d(out_channels),
                nn.ReLU(inplace=True),
            ]
        super().__init__(*layers)


class LocalResponseNorm(nn.LocalResponseNorm):
    """As in torch, and also in half precision on the processor, where torch has none."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - torch's name
        """(N, C, H, W) to (N, C, H, W)."""
        if input.element_size() < 4:
            return super().forward(input.float()).to(input.dtype)
        return super().forward(input)


def upsample_twice(x: Tensor) -> Tensor:
    """Twice the size, bilinear with half-pixel centres: (N, C, H, W) to (N, C, 2H, 2W)."""
    return nn.functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def initialise(network: nn.Module) -> None:
    """He initialisation of every convolution (He et al. 2015); BatchNorm starts as identity."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
