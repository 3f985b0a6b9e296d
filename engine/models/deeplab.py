"""DeepLab v1 and v2: atrous convolution for dense scores and a wide view.

Source: Chen et al. 2015 (v1: table 2 has the four layers 'fc6') and Chen et al. 2017 (v2: atrous
spatial pyramid pooling). Scores at an eighth of the size go up bilinearly; the CRF stands beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn

from engine.models.atrous_conv import AtrousConv2d
from engine.models.blocks import initialise
from engine.models.encoder import make_encoder
from engine.models.receptive import Field, encoder_field
from engine.models.upsampling import upsample
from engine.models.vgg_layers import Pool, vgg_features, vgg_widths


class DeepLabVgg(nn.Module):
    """VGG-16 whose last two poolings keep the size, and one or more classifiers on it, summed.

    Attributes:
        features: The trunk, its parameters named as torchvision's vgg16 names them.
    """

    stride = 8
    offset = 0
    margin = 0

    def __init__(
        self, *, in_channels: int = 3, classes: int = 2, kernel: int = 3,
        rates: Sequence[int] = (12,), hidden: int = 1024, base: int = 64, dropout: float = 0.5,
    ) -> None:  # fmt: skip
        """Make the network with He-initialised weights.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            kernel: Side of the filters of 'fc6'.
            rates: Of 'fc6', for each classifier.
            hidden: Channels of 'fc6' and 'fc7'.
            base: Channels of VGG's first stage.
            dropout: Of 'fc6' and 'fc7', in training.
        """
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        self.features = vgg_features(
            in_channels, base=base, pools=(Pool(3, 2),) * 3 + (Pool(3, 1),) * 2,
            dilations=(1, 1, 1, 1, 2),
        )  # fmt: skip
        width = vgg_widths(base)[-1]
        self.branches = nn.ModuleList(
            nn.Sequential(
                AtrousConv2d(
                    width, hidden, kernel, padding=(kernel - 1) * rate // 2, dilation=rate
                ),
                nn.ReLU(inplace=True), nn.Dropout(dropout),
                nn.Conv2d(hidden, hidden, 1), nn.ReLU(inplace=True), nn.Dropout(dropout),
                nn.Conv2d(hidden, classes, 1),
            )
            for rate in rates
        )  # fmt: skip
        field = Field().through(self.features)
        self.receptive_radius = _joined(field, self.branches).bilinear(8).radius
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        return upsample(_summed(self.branches, self.features(x)), 8)


class DeepLabResNet(nn.Module):
    """A dilated residual network, and one or more atrous layers of scores on it, summed."""

    stride = 8
    offset = 0
    margin = 0

    def __init__(
        self, *, in_channels: int = 3, classes: int = 2, encoder: str = "resnet101",
        rates: Sequence[int] = (6, 12, 18, 24),
    ) -> None:  # fmt: skip
        """Make the network with random weights.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            encoder: A row of ENCODERS that can be dilated, or 'timm:<name>'.
            rates: Of each layer of scores.

        Raises:
            UnknownName: if there is no such encoder.
            ParameterError: if it cannot be dilated.
        """
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        self.encoder = make_encoder(encoder, in_channels=in_channels, output_stride=8)
        width = self.encoder.channels[-1]
        self.branches = nn.ModuleList(
            AtrousConv2d(width, classes, 3, padding=rate, dilation=rate) for rate in rates
        )
        initialise(self.branches)
        field = encoder_field(encoder, self.encoder)
        self.receptive_radius = (
            None if field is None else _joined(field, self.branches).bilinear(8).radius
        )

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        return upsample(_summed(self.branches, self.encoder(x)[-1]), 8)


def _summed(branches: nn.ModuleList, x: Tensor) -> Tensor:
    return torch.stack([branch(x) for branch in branches]).sum(dim=0)


def _joined(field: Field, branches: nn.ModuleList) -> Field:
    first, *others = (field.through(branch) for branch in branches)
    return first.join(*others)


deeplab_largefov = DeepLabVgg
deeplab_7x7 = partial(DeepLabVgg, kernel=7, rates=(4,), hidden=4096)
deeplab_4x4 = partial(DeepLabVgg, kernel=4, rates=(4,), hidden=4096)
deeplab_4x4_rate8 = partial(DeepLabVgg, kernel=4, rates=(8,), hidden=4096)
deeplab2_aspp_s = partial(DeepLabVgg, rates=(2, 4, 8, 12))
deeplab2_aspp_l = partial(DeepLabVgg, rates=(6, 12, 18, 24))
deeplab2_resnet_largefov = partial(DeepLabResNet, rates=(12,))
deeplab2_resnet_aspp = DeepLabResNet
