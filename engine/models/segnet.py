"""SegNet, SegNet-Basic and the seven decoders that SegNet-Basic was compared with.

Source: Badrinarayanan, Kendall and Cipolla 2017, sections 3 and 3.1, table 1. Poolings round up and
unpoolings restore the size, so that 360 x 480 pixels go through.
"""

from __future__ import annotations

from functools import partial

from torch import Tensor, nn

from engine.models.blocks import initialise
from engine.models.receptive import Field
from engine.models.upsampling import BilinearDeconvolution, max_pool, max_unpool, upsample
from engine.models.vgg_layers import DEPTHS, vgg_features, vgg_widths


class SegNet(nn.Module):
    """VGG-16 with BatchNorm, and its mirror image that unpools by the places of the maxima.

    Attributes:
        features: The encoder, its parameters named as torchvision's vgg16_bn names them.
    """

    stride = 32
    offset = 0
    margin = 0

    def __init__(self, *, in_channels: int = 3, classes: int = 2, base: int = 64) -> None:
        """Make the network with He-initialised weights; `base` channels on the first level."""
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        self.features = vgg_features(in_channels, base=base, norm=True)
        widths = [*vgg_widths(base), 0]
        stages: list[nn.Sequential] = []
        for level in reversed(range(5)):
            width, after = widths[level], widths[level - 1] if level else classes
            layers: list[nn.Module] = []
            for number in range(DEPTHS[level]):
                is_last = number == DEPTHS[level] - 1
                layers.append(nn.Conv2d(width, after if is_last else width, 3, padding=1))
                if not (is_last and level == 0):
                    layers += [nn.BatchNorm2d(after if is_last else width), nn.ReLU(inplace=True)]
            stages.append(nn.Sequential(*layers))
        self.decoder = nn.ModuleList(stages)
        field = Field().through(self.features)
        for stage in stages:
            field = field.deconv(2, 2).through(stage)
        self.receptive_radius = field.radius
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        pooled: list[tuple[Tensor, tuple[int, int]]] = []
        for layer in self.features:
            if isinstance(layer, nn.MaxPool2d):
                sides = (x.shape[2], x.shape[3])
                x, places = max_pool(x)
                pooled.append((places, sides))
            else:
                x = layer(x)
        for stage, (places, sides) in zip(self.decoder, reversed(pooled), strict=True):
            x = stage(max_unpool(x, places, sides))
        return x


class SegNetBasic(nn.Module):
    """Four levels of 7x7 convolutions; decoders unpool and convolve, with no ReLU."""

    stride = 16
    offset = 0
    margin = 0

    def __init__(
        self, *, in_channels: int = 3, classes: int = 2, base: int = 64, bias: bool = False,
        addition: bool = False, single_channel: bool = False, normalise_input: bool = False,
    ) -> None:  # fmt: skip
        """Make the network with He-initialised weights.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            base: Channels of every map.
            bias: Whether convolutions have biases, as in the published code, not the paper.
            addition: Whether the encoder's map of the same size is added to a decoder's output.
            single_channel: Whether the decoder's filters see one channel each.
            normalise_input: Whether the image goes through local response normalisation, as in
                the published code.
        """
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        self._addition = addition
        self.normalise = nn.LocalResponseNorm(5) if normalise_input else nn.Identity()
        self.encoder = basic_encoder(in_channels, base, bias=bias)
        self.decoder = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(
                    base, base, 7, padding=3, bias=bias, groups=base if single_channel else 1
                ),
                nn.BatchNorm2d(base),
            )
            for _ in range(4)
        )
        self.head = nn.Conv2d(base, classes, 1, bias=bias)
        field = basic_field()
        for _ in range(4):
            field = field.deconv(2, 2).conv(7)
        self.receptive_radius = field.radius
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        x = self.normalise(x)
        maps: list[Tensor] = []
        pooled: list[tuple[Tensor, tuple[int, int]]] = []
        for stage in self.encoder:
            x = stage(x)
            sides = (x.shape[2], x.shape[3])
            x, places = max_pool(x)
            pooled.append((places, sides))
            maps.append(x)
        for level in reversed(range(4)):
            x = self.decoder[3 - level](max_unpool(x, *pooled[level]))
            if self._addition and level:
                x = x + maps[level - 1]
        return self.head(x)


class FCNBasic(nn.Module):
    """The same encoder with the decoder of the FCN: learned deconvolutions of 8x8 and sums."""

    stride = 16
    offset = 0
    margin = 0

    def __init__(
        self, *, in_channels: int = 3, classes: int = 2, base: int = 64, addition: bool = True,
        reduction: bool = True,
    ) -> None:  # fmt: skip
        """Make the network with He-initialised filters and bilinear deconvolutions.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            base: Channels of every map of the encoder.
            addition: Whether the encoder's maps are added on the way up.
            reduction: Whether maps are brought to the number of classes before the way up.
        """
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        self._addition = addition
        self.encoder = basic_encoder(in_channels, base, bias=False)
        width = classes if reduction else base
        scored = (range(4) if addition else [3]) if reduction else []
        self.scores = nn.ModuleDict(
            {str(level): nn.Conv2d(base, classes, 1, bias=False) for level in scored}
        )
        self.widen = nn.ModuleList(BilinearDeconvolution(width, 8, 2, padding=3) for _ in range(4))
        self.head = nn.Identity() if reduction else nn.Conv2d(base, classes, 1, bias=False)
        field = basic_field()
        for _ in range(4):
            field = field.deconv(8, 2, 3)
        self.receptive_radius = field.radius
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        maps: list[Tensor] = []
        all_sides: list[tuple[int, int]] = []
        for stage in self.encoder:
            x = stage(x)
            all_sides.append((x.shape[2], x.shape[3]))
            x, _ = max_pool(x)
            maps.append(x)
        x = self._score(maps[3], 3)
        for level in reversed(range(4)):
            height, width = all_sides[level]
            x = self.widen[3 - level](x)[:, :, :height, :width]
            if self._addition and level:
                x = x + self._score(maps[level - 1], level - 1)
        return self.head(x)

    def _score(self, x: Tensor, level: int) -> Tensor:
        return self.scores[str(level)](x) if str(level) in self.scores else x


class BilinearBasic(nn.Module):
    """The same encoder; its scores are brought back by bilinear interpolation alone."""

    stride = 16
    offset = 0
    margin = 0

    def __init__(self, *, in_channels: int = 3, classes: int = 2, base: int = 64) -> None:
        """Make the network with He-initialised weights; `base` channels in every map."""
        super().__init__()
        self.in_channels = in_channels
        self.classes = classes
        self.encoder = basic_encoder(in_channels, base, bias=False)
        self.head = nn.Conv2d(base, classes, 1, bias=False)
        self.receptive_radius = basic_field().bilinear(16).radius
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        height, width = x.shape[2:]
        for stage in self.encoder:
            x, _ = max_pool(stage(x))
        return upsample(self.head(x), 16)[:, :, :height, :width]


def basic_encoder(in_channels: int, base: int, *, bias: bool) -> nn.ModuleList:
    """Four times 7x7 convolution, BatchNorm and ReLU; pooling follows each."""
    return nn.ModuleList(
        nn.Sequential(
            nn.Conv2d(before, base, 7, padding=3, bias=bias),
            nn.BatchNorm2d(base),
            nn.ReLU(inplace=True),
        )
        for before in (in_channels, base, base, base)
    )


def basic_field() -> Field:
    """What a cell of the deepest map sees: a square of 106 pixels."""
    found = Field()
    for _ in range(4):
        found = found.conv(7).pool()
    return found


segnet_basic_addition = partial(SegNetBasic, addition=True)
segnet_basic_single_channel = partial(SegNetBasic, single_channel=True)
fcn_basic_no_addition = partial(FCNBasic, addition=False)
fcn_basic_no_reduction = partial(FCNBasic, reduction=False)
fcn_basic_no_addition_no_reduction = partial(FCNBasic, addition=False, reduction=False)
