"""The dilated network: a front end without its last poolings, and a module that widens the view.

Source: Yu and Koltun 2016. Where we differ: convolutions are padded, so that scores have the size
of the picture, and the way up is bilinear.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

from engine.errors import ParameterError
from engine.models.atrous_conv import AtrousConv2d
from engine.models.blocks import initialise
from engine.models.receptive import Field
from engine.models.upsampling import upsample
from engine.models.vgg_layers import Pool, vgg_features, vgg_widths

NONE, BASIC, LARGE = "none", "basic", "large"
CONTEXTS = {NONE: (), BASIC: (1,) * 7, LARGE: (2, 2, 4, 8, 16, 32, 32)}
"""How many times the classes each layer of a context module has as channels (table 1)."""
RATES = (1, 1, 2, 4, 8, 16, 1)
_NOISE = 1e-3  # standard deviation, small beside the identity's entries (equation 5)


class ContextModule(nn.Sequential):
    """Seven 3x3 convolutions of rising rates and one of 1x1, from scores to scores.

    They begin as the identity: a new module changes positive scores by no more than noise.
    """

    def __init__(self, classes: int, kind: str = BASIC) -> None:
        """Make the module; `kind` is BASIC or LARGE."""
        layers: list[nn.Module] = []
        before = classes
        for factor, rate in zip(CONTEXTS[kind], RATES, strict=True):
            conv = AtrousConv2d(before, factor * classes, 3, padding=rate, dilation=rate)
            layers += [conv, nn.ReLU(inplace=True)]
            before = factor * classes
        super().__init__(*layers, nn.Conv2d(before, classes, 1))
        for layer in self:
            if isinstance(layer, nn.Conv2d):
                _start_as_identity(layer, classes, _NOISE if kind == LARGE else 0.0)


class DilatedNet(nn.Module):
    """VGG-16 with a stride of 8, dense scores, and a context module on them."""

    stride = 8
    offset = 0
    margin = 0

    def __init__(
        self, *, in_channels: int = 3, classes: int = 2, context: str = BASIC, base: int = 64,
        hidden: int = 4096, dropout: float = 0.5,
    ) -> None:  # fmt: skip
        """Make the network; the front end He-initialised, the context module as the identity.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            context: 'none' for the front end alone, 'basic' or 'large'.
            base: Channels of VGG's first stage.
            hidden: Channels of the two layers before the scores.
            dropout: Of those layers, in training.

        Raises:
            ParameterError: if there is no such context module.
        """
        super().__init__()
        if context not in CONTEXTS:
            raise ParameterError(
                f"There is no context module '{context}'.",
                remedy=f"Choose one of {', '.join(CONTEXTS)}.",
            )
        self.in_channels = in_channels
        self.classes = classes
        halved, left_out = Pool(), Pool(stride=0)
        self.features = vgg_features(
            in_channels, base=base, pools=(halved,) * 3 + (left_out,) * 2,
            dilations=(1, 1, 1, 1, 2),
        )  # fmt: skip
        self.head = nn.Sequential(
            AtrousConv2d(vgg_widths(base)[-1], hidden, 7, padding=12, dilation=4),
            nn.ReLU(inplace=True), nn.Dropout(dropout),
            nn.Conv2d(hidden, hidden, 1), nn.ReLU(inplace=True), nn.Dropout(dropout),
            nn.Conv2d(hidden, classes, 1),
        )  # fmt: skip
        initialise(self)
        self.context = ContextModule(classes, context) if context != NONE else nn.Identity()
        field = Field().through(self.features).through(self.head).through(self.context)
        self.receptive_radius = field.bilinear(8).radius

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        return upsample(self.context(self.head(self.features(x))), 8)


@torch.no_grad()
def _start_as_identity(conv: nn.Conv2d, classes: int, noise: float) -> None:
    """Equations 4 and 5: each class runs through channels of its own, and is their mean."""
    given, read = conv.out_channels, conv.in_channels
    nn.init.normal_(conv.weight, 0, noise)
    if conv.bias is not None:
        nn.init.zeros_(conv.bias)
    middle = conv.kernel_size[0] // 2
    ours = torch.arange(given) * classes // given
    theirs = torch.arange(read) * classes // read
    pairs = (ours[:, None] == theirs[None, :]).float() * (classes / read)
    conv.weight[:, :, middle, middle] += pairs.to(conv.weight.device)


dilated_front_end = partial(DilatedNet, context=NONE)
dilated_large = partial(DilatedNet, context=LARGE)
