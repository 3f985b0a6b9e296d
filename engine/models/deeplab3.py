"""DeepLab v3 and v3+, and torchvision's networks of that kind, name by name.

Source: Chen et al. 2017 (v3, 'Rethinking atrous convolution') and Chen et al. 2018 (v3+).
torchvision's v3 has one 3x3 convolution more and the rates of a stride of 8; its 'FCN' is a dilated
ResNet with a head of two convolutions. Their parameters have its names, so its files fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn

from engine.models.atrous_conv import AtrousConv2d
from engine.models.blocks import initialise
from engine.models.encoder import make_encoder
from engine.models.receptive import encoder_field
from engine.models.upsampling import upsample

_PAPER_RATES = (6, 12, 18)  # at a stride of 16; doubled at 8 (section 3.3)


class DeepLab3(nn.Module):
    """A dilated encoder, atrous spatial pyramid pooling with the mean of the picture, and scores.

    Attributes:
        head_weights: Of the auxiliary and the main loss, where there is an auxiliary head.
    """

    offset = 0
    margin = 0
    receptive_radius = None

    def __init__(
        self, *, in_channels: int = 3, classes: int = 2, encoder: str = "resnet50",
        output_stride: int = 16, width: int = 256, refined: bool = False,
        auxiliary: bool = False,
    ) -> None:  # fmt: skip
        """Make the network with random weights.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            encoder: A row of ENCODERS that can be dilated, or 'timm:<name>'.
            output_stride: 8 or 16.
            width: Channels of the head.
            refined: Whether a 3x3 convolution stands before the scores, as torchvision has it.
            auxiliary: Whether training has a second head on the map before the last.

        Raises:
            UnknownName: if there is no such encoder.
            ParameterError: if it cannot be dilated so.
        """
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        self.stride = output_stride
        self.head_weights = (0.4, 1.0)
        self.backbone = make_encoder(encoder, in_channels=in_channels, output_stride=output_stride)
        channels = self.backbone.channels
        rates = [rate * 16 // output_stride for rate in _PAPER_RATES]
        between = _unit(width, width, 3) if refined else []
        self.classifier = nn.Sequential(
            PyramidPooling(channels[-1], width, rates), *between, nn.Conv2d(width, classes, 1)
        )
        self.aux_classifier = FcnHead(channels[-2], classes) if auxiliary else None
        initialise(self.classifier)

    def forward(self, x: Tensor) -> Tensor | list[Tensor]:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W).

        In training with an auxiliary head: those of it, then the main ones.
        """
        maps = self.backbone(x)
        found = upsample(self.classifier(maps[-1]), self.stride)
        if self.aux_classifier is None or not self.training:
            return found
        return [upsample(self.aux_classifier(maps[-2]), self.backbone.reduction[-2]), found]


class DeepLab3Plus(nn.Module):
    """DeepLab v3 whose scores are refined by the encoder's map of a quarter of the size."""

    offset = 0
    margin = 0
    receptive_radius = None

    def __init__(
        self, *, in_channels: int = 3, classes: int = 2, encoder: str = "resnet50",
        output_stride: int = 16, width: int = 256, low_width: int = 48,
    ) -> None:  # fmt: skip
        """Make the network with random weights; arguments as for `DeepLab3`.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            encoder: A row of ENCODERS that can be dilated, or 'timm:<name>'.
            output_stride: 8 or 16.
            width: Channels of the head.
            low_width: Channels to which the finer map is brought.

        Raises:
            UnknownName: if there is no such encoder.
            ParameterError: if it cannot be dilated so.
        """
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        self.stride = output_stride
        self.encoder = make_encoder(encoder, in_channels=in_channels, output_stride=output_stride)
        self._low = self.encoder.reduction.index(4)
        rates = [rate * 16 // output_stride for rate in _PAPER_RATES]
        self.pyramid = PyramidPooling(self.encoder.channels[-1], width, rates)
        self.low = nn.Sequential(*_unit(self.encoder.channels[self._low], low_width, 1))
        self.head = nn.Sequential(
            *_unit(width + low_width, width, 3), *_unit(width, width, 3),
            nn.Conv2d(width, classes, 1),
        )  # fmt: skip
        for part in (self.pyramid, self.low, self.head):
            initialise(part)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        maps = self.encoder(x)
        coarse = upsample(self.pyramid(maps[-1]), self.stride // 4)
        return upsample(self.head(torch.cat([coarse, self.low(maps[self._low])], dim=1)), 4)


class FcnResNet(nn.Module):
    """torchvision's 'FCN': a ResNet dilated to a stride of 8 and a head of two convolutions."""

    stride = 8
    offset = 0
    margin = 0

    def __init__(
        self, *, in_channels: int = 3, classes: int = 2, encoder: str = "resnet50",
        auxiliary: bool = True,
    ) -> None:  # fmt: skip
        """Make the network with random weights; arguments as for `DeepLab3`."""
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        self.head_weights = (0.5, 1.0)
        self.backbone = make_encoder(encoder, in_channels=in_channels, output_stride=8)
        self.classifier = FcnHead(self.backbone.channels[-1], classes)
        self.aux_classifier = FcnHead(self.backbone.channels[-2], classes) if auxiliary else None
        field = encoder_field(encoder, self.backbone)
        self.receptive_radius = (
            None if field is None else field.through(self.classifier).bilinear(8).radius
        )

    def forward(self, x: Tensor) -> Tensor | list[Tensor]:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W); as `DeepLab3` in training."""
        maps = self.backbone(x)
        found = upsample(self.classifier(maps[-1]), 8)
        if self.aux_classifier is None or not self.training:
            return found
        return [upsample(self.aux_classifier(maps[-2]), 8), found]


class PyramidPooling(nn.Module):
    """Atrous spatial pyramid pooling: a 1x1, three atrous and one pooled branch, concatenated."""

    def __init__(self, before: int, width: int, rates: Sequence[int]) -> None:
        super().__init__()
        self.convs = nn.ModuleList([nn.Sequential(*_unit(before, width, 1))])
        self.convs.extend(nn.Sequential(*_unit(before, width, 3, rate)) for rate in rates)
        pooled = [nn.AdaptiveAvgPool2d(1), *_unit(before, width, 1)]
        pooled[2] = PooledNorm(width)
        self.convs.append(nn.Sequential(*pooled))
        joined = len(self.convs) * width
        self.project = nn.Sequential(*_unit(joined, width, 1), nn.Dropout(0.5))

    def forward(self, x: Tensor) -> Tensor:
        """(N, before, H, W) to (N, width, H, W)."""
        found = [conv(x) for conv in self.convs]
        found[-1] = found[-1].expand_as(found[0])
        return self.project(torch.cat(found, dim=1))


class PooledNorm(nn.BatchNorm2d):
    """BatchNorm that trains on batches of one: a single value has no variance of its own."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the name nn.BatchNorm2d has
        """(N, C, H, W) to (N, C, H, W); by the running statistics if N H W is 1."""
        if self.training and input.numel() == input.shape[1]:
            return nn.functional.batch_norm(
                input, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        return super().forward(input)


class FcnHead(nn.Sequential):
    """A 3x3 convolution, to a quarter of the channels if not told otherwise, and scores."""

    def __init__(self, before: int, classes: int, *, width: int | None = None) -> None:
        width = width or before // 4
        super().__init__(*_unit(before, width, 3), nn.Dropout(0.1), nn.Conv2d(width, classes, 1))
        initialise(self)


def _unit(before: int, after: int, kernel: int, rate: int = 1) -> list[nn.Module]:
    """Convolution, BatchNorm and ReLU."""
    padding = kernel // 2 * rate
    conv = AtrousConv2d(before, after, kernel, padding=padding, dilation=rate, bias=False)
    return [conv, nn.BatchNorm2d(after), nn.ReLU(inplace=True)]


_torchvision = partial(DeepLab3, output_stride=8, refined=True, auxiliary=True)
torchvision_deeplab3_resnet50 = _torchvision
torchvision_deeplab3_resnet101 = partial(_torchvision, encoder="resnet101")
torchvision_fcn_resnet50 = FcnResNet
torchvision_fcn_resnet101 = partial(FcnResNet, encoder="resnet101")
