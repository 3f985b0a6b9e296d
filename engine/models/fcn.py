"""Fully convolutional networks on AlexNet, VGG-16 and GoogLeNet.

Source: Long, Shelhamer and Darrell 2015, and its published code: the picture is padded by 100
pixels, so that the classifier's window is never larger than the map, and scores are cut to the
picture. Where we differ: poolings round down, as the encoders have them.
"""

from __future__ import annotations

from functools import partial
from typing import cast

from torch import Tensor, nn

from engine.errors import ParameterError
from engine.models.blocks import initialise
from engine.models.encoder import Encoder, make_encoder
from engine.models.receptive import Field
from engine.models.upsampling import BilinearDeconvolution
from engine.models.vgg_layers import VggTrunk

FIXED, SKIPS, ALL = "fixed", "skips", "all"
LEARNED = (FIXED, SKIPS, ALL)
_PADDING = {"alexnet": 100, "vgg16": 99, "googlenet": 97}  # and what the first filter pads: 100
_WINDOW = {"alexnet": 6, "vgg16": 7}


class FCN(nn.Module):
    """A classifier slid over the picture, its scores brought back to full size.

    Attributes:
        field: What a score sees before it is brought back: a square of 355 pixels on AlexNet, 404
            on VGG-16 and 907 on GoogLeNet.
    """

    stride = 32
    offset = 0
    margin = 0

    def __init__(
        self, *, in_channels: int = 3, classes: int = 2, trunk: str = "vgg16", skips: int = 0,
        base: int | None = None, hidden: int = 4096, learned: str = SKIPS, dropout: float = 0.5,
    ) -> None:  # fmt: skip
        """Make the network; filters He-initialised, ways up bilinear, scores of skips zero.

        Args:
            in_channels: Channels of the image.
            classes: Channels of the output.
            trunk: 'alexnet', 'vgg16' or 'googlenet'.
            skips: 0 for FCN-32s, 1 for 16s and 2 for 8s.
            base: Channels of the trunk's first convolution; those of its other layers keep their
                proportion to it. As published if left out.
            hidden: Channels of the two layers between trunk and scores; GoogLeNet has none.
            learned: Which ways up are learned: 'fixed' for none, 'skips' for those of twice the
                size, as in the paper, 'all' with the last.
            dropout: Of those layers, in training.

        Raises:
            ParameterError: if there is no such trunk, skip, way up or width.
        """
        super().__init__()
        if trunk not in _PADDING or skips not in (0, 1, 2) or learned not in LEARNED:
            raise ParameterError(
                f"There is no FCN on {trunk} with {skips} skips and learned={learned}.",
                remedy="Choose alexnet, vgg16 or googlenet; 0, 1 or 2; fixed, skips or all.",
            )
        self.in_channels = in_channels
        self.classes = classes
        self._pad = _PADDING[trunk]
        self.trunk = _trunk(trunk, in_channels, base)
        channels = self.trunk.channels
        self.head = _head(channels[-1], hidden, _WINDOW.get(trunk), dropout)
        self.score = nn.Conv2d(hidden if trunk in _WINDOW else channels[-1], classes, 1)
        initialise(self.head)
        initialise(self.score)
        self.score_skips = nn.ModuleList(
            nn.Conv2d(channels[-2 - skip], classes, 1) for skip in range(skips)
        )
        self.widen = nn.ModuleList(
            BilinearDeconvolution(classes, 4, 2, learned=learned != FIXED) for _ in range(skips)
        )
        factor = self.stride // 2**skips
        self.last = BilinearDeconvolution(classes, 2 * factor, factor, learned=learned == ALL)
        for score in self.score_skips:
            nn.init.zeros_(cast("Tensor", score.weight))
            nn.init.zeros_(cast("Tensor", score.bias))
        fields = _fields(self.trunk, Field().conv(1, padding=self._pad))
        self.field = fields[-1].through(self.head)
        self._crops: list[int] = []  # of each skip, and of the last way up
        field = self.field
        for skip in range(skips):
            field = field.deconv(4, 2)
            beside = fields[-2 - skip]
            self._crops.append(_shift(beside, field))
            field = field.join(beside.crop(self._crops[-1]))
        field = field.deconv(2 * factor, factor)
        self._crops.append(_shift(field, Field()))
        self.receptive_radius = field.crop(self._crops[-1]).radius

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        height, width = x.shape[2:]
        maps = self.trunk(nn.functional.pad(x, (self._pad,) * 4))
        x = self.score(self.head(maps[-1]))
        ways = zip(self.score_skips, self.widen, maps[-2::-1], self._crops[:-1], strict=False)
        for score, widen, beside, crop in ways:
            x, other = widen(x), score(beside)[:, :, crop:, crop:]
            rows, columns = (min(x.shape[axis], other.shape[axis]) for axis in (2, 3))
            x = x[:, :, :rows, :columns] + other[:, :, :rows, :columns]
        start = self._crops[-1]
        return self.last(x)[:, :, start : start + height, start : start + width]


def _trunk(name: str, in_channels: int, base: int | None) -> VggTrunk | Encoder:
    width = {} if base is None else {"base": base}
    if name == "vgg16":
        trunk = VggTrunk(in_channels, **width)
        initialise(trunk)
        return trunk
    return make_encoder(name, in_channels=in_channels, **width)


def _head(channels: int, hidden: int, window: int | None, dropout: float) -> nn.Sequential:
    """The classifier but for its scores: two layers, or the mean of a window of seven cells."""
    if window is None:
        return nn.Sequential(nn.AvgPool2d(7, 1), nn.Dropout(dropout))
    return nn.Sequential(
        nn.Conv2d(channels, hidden, window), nn.ReLU(inplace=True), nn.Dropout(dropout),
        nn.Conv2d(hidden, hidden, 1), nn.ReLU(inplace=True), nn.Dropout(dropout),
    )  # fmt: skip


def _fields(trunk: VggTrunk | Encoder, start: Field) -> list[Field]:
    """What a cell of each map sees; maps of an encoder end where the next pooling begins."""
    if isinstance(trunk, VggTrunk):
        return trunk.fields(start)
    last = {int(step.jump): step for step in start.steps(cast("nn.Module", trunk))}
    return [last[reduction] for reduction in trunk.reduction]


def _shift(finer: Field, coarser: Field) -> int:
    """Cells to cut off `finer`, so that it begins where `coarser` does."""
    apart = (coarser.after - coarser.before) - (finer.after - finer.before)
    return int(apart / 2 // finer.jump)


fcn_32s_alexnet = partial(FCN, trunk="alexnet")
fcn_16s_alexnet = partial(FCN, trunk="alexnet", skips=1)
fcn_8s_alexnet = partial(FCN, trunk="alexnet", skips=2)
fcn_32s_vgg16 = FCN
fcn_16s_vgg16 = partial(FCN, skips=1)
fcn_8s_vgg16 = partial(FCN, skips=2)
fcn_32s_googlenet = partial(FCN, trunk="googlenet")
fcn_16s_googlenet = partial(FCN, trunk="googlenet", skips=1)
fcn_8s_googlenet = partial(FCN, trunk="googlenet", skips=2)
