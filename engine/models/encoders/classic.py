"""The networks before residuals: LeNet-5, AlexNet, ZFNet and VGG.

AlexNet's one-tower variant and VGG carry torchvision's parameter names.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from torch import nn

from engine.errors import ParameterError
from engine.models.blocks import LocalResponseNorm, initialise
from engine.models.encoders.staged import StagedEncoder, Stages
from engine.registry import unknown

_VGG = {
    16: ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3),
    19: ((64,) * 2, (128,) * 2, (256,) * 4, (512,) * 4, (512,) * 4),
}


def lenet(*, classes: int = 10, padding: int = 0, **options: Any) -> StagedEncoder:
    """LeNet-5 (LeCun, Bottou, Bengio and Haffner 1998, section II.B).

    Where we differ: all filters of C3 read all six maps, the average pooling has no parameters, and
    the last layer is linear; 61,706 parameters with one channel, where the paper has 60,000.

    Args:
        classes: Of the classifier, which expects 32x32 images.
        padding: Of both convolutions; 2 keeps the size, the paper has 0.
        options: As for `StagedEncoder`.
    """
    network = _Classifier(
        [
            nn.Conv2d(3, 6, 5, padding=padding), nn.Tanh(), nn.AvgPool2d(2),
            nn.Conv2d(6, 16, 5, padding=padding), nn.Tanh(), nn.AvgPool2d(2),
        ],
        [nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, classes)],
    )  # fmt: skip
    stages = _features((3, 6), channels=(6, 16), reduction=(2, 4), pooled=5)
    return StagedEncoder(network, stages, **options)


def alexnet(
    *,
    variant: str = "caffe",
    base: int | None = None,
    classes: int = 1000,
    with_head: bool = False,
    **options: Any,
) -> StagedEncoder:
    """AlexNet (Krizhevsky, Sutskever and Hinton 2012).

    Args:
        variant: 'caffe' has the paper's widths and two groups in its second, fourth and fifth
            convolution, and normalises after pooling; 'tv' is the one tower of torchvision
            (Krizhevsky 2014), without normalisation.
        base: Channels of the first convolution, an even number; the others keep their proportion
            to it. As published if left out: 96, or 64 of the one tower.
        classes: Of the classifier.
        with_head: Keep it.
        options: As for `StagedEncoder`.

    Raises:
        UnknownName: if there is no such variant.
        ParameterError: if the first convolution cannot be parted into two groups.
    """
    variants = {"caffe": (_alexnet_caffe, 96), "tv": (_alexnet_tower, 64)}
    if variant not in variants:
        raise unknown("variant of AlexNet", variant, variants)
    make, published = variants[variant]
    base = published if base is None else base
    if base < 2 or base % 2:
        raise ParameterError(
            f"AlexNet cannot begin with {base} channels.", remedy="Give an even number."
        )
    layers, ends, widths = make(base)
    head = _fully_connected(widths[-1] * 36, classes, dropout_first=True) if with_head else ()
    network = _Classifier(layers, head)
    stages = _features(ends, channels=widths, reduction=(4, 8, 16, 32), pooled=6)
    return StagedEncoder(network, stages, with_head=with_head, **options)


def zfnet(*, classes: int = 1000, with_head: bool = False, **options: Any) -> StagedEncoder:
    """ZFNet (Zeiler and Fergus 2014, figure 3) with 512, 1024 and 512 filters at the end.

    Args:
        classes: Of the classifier.
        with_head: Keep it.
        options: As for `StagedEncoder`.
    """
    network = _Classifier(
        [
            nn.Conv2d(3, 96, 7, stride=2, padding=1), nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, padding=1), LocalResponseNorm(5),
            nn.Conv2d(96, 256, 5, stride=2), nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, padding=1), LocalResponseNorm(5),
            nn.Conv2d(256, 512, 3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(512, 1024, 3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(1024, 512, 3, padding=1), nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2),
        ],
        _fully_connected(512 * 36, classes, dropout_first=False) if with_head else (),
    )  # fmt: skip
    stages = _features(
        (2, 4, 6, 14, 15), channels=(96, 96, 256, 512, 512), reduction=(2, 4, 8, 16, 32), pooled=6
    )
    return StagedEncoder(network, stages, with_head=with_head, **options)


def vgg(
    depth: int, *, normalise: bool, classes: int = 1000, with_head: bool = False, **options: Any
) -> StagedEncoder:
    """VGG (Simonyan and Zisserman 2015, table 1, D and E); each map is taken after its pooling.

    Args:
        depth: 16 or 19.
        normalise: BatchNorm after each convolution.
        classes: Of the classifier.
        with_head: Keep it.
        options: As for `StagedEncoder`.
    """
    layers: list[nn.Module] = []
    ends: list[int] = []
    before = 3
    for widths in _VGG[depth]:
        for width in widths:
            layers.append(nn.Conv2d(before, width, 3, padding=1))
            if normalise:
                layers.append(nn.BatchNorm2d(width))
            layers.append(nn.ReLU(inplace=True))
            before = width
        layers.append(nn.MaxPool2d(2, 2))
        ends.append(len(layers))
    head = _fully_connected(512 * 49, classes, dropout_first=False) if with_head else ()
    network = _Classifier(layers, head)
    channels = tuple(widths[-1] for widths in _VGG[depth])
    stages = _features(tuple(ends), channels=channels, reduction=(2, 4, 8, 16, 32), pooled=7)
    return StagedEncoder(network, stages, with_head=with_head, **options)


vgg16 = partial(vgg, 16, normalise=False)
vgg16_bn = partial(vgg, 16, normalise=True)
vgg19 = partial(vgg, 19, normalise=False)
vgg19_bn = partial(vgg, 19, normalise=True)


class _Classifier(nn.Module):
    """Features and a classifier, as torchvision names them."""

    def __init__(self, features: Sequence[nn.Module], classifier: Sequence[nn.Module]) -> None:
        super().__init__()
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(*classifier)
        initialise(self)
        for module in self.classifier:
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, 0, 0.01)
                nn.init.zeros_(module.bias)


def _features(
    ends: tuple[int, ...], *, channels: tuple[int, ...], reduction: tuple[int, ...], pooled: int
) -> Stages:
    """Stages that end before the layers `ends` of a sequence called 'features'."""
    modules = tuple(
        tuple(f"features.{index}" for index in range(start, end))
        for start, end in zip((0, *ends[:-1]), ends, strict=True)
    )
    return Stages(modules, channels, reduction, head=("classifier",), pooled=pooled)


def _fully_connected(inputs: int, classes: int, *, dropout_first: bool) -> list[nn.Module]:
    """Two layers of 4096 and the classes; torchvision's AlexNet drops out before, VGG after."""
    if dropout_first:
        return [
            nn.Dropout(), nn.Linear(inputs, 4096), nn.ReLU(inplace=True),
            nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Linear(4096, classes),
        ]  # fmt: skip
    return [
        nn.Linear(inputs, 4096), nn.ReLU(inplace=True), nn.Dropout(),
        nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Dropout(), nn.Linear(4096, classes),
    ]  # fmt: skip


_Layers = tuple[Sequence[nn.Module], tuple[int, ...], tuple[int, ...]]
"""Layers, before which of them the maps are taken, and the channels of those."""


def _alexnet_caffe(base: int) -> _Layers:
    wide, widest = base * 4 // 3 * 2, base * 4  # of 96 the 256 and 384 of the paper, always even
    layers = [
        nn.Conv2d(3, base, 11, stride=4), nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2), LocalResponseNorm(5),
        nn.Conv2d(base, wide, 5, padding=2, groups=2), nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2), LocalResponseNorm(5),
        nn.Conv2d(wide, widest, 3, padding=1), nn.ReLU(inplace=True),
        nn.Conv2d(widest, widest, 3, padding=1, groups=2), nn.ReLU(inplace=True),
        nn.Conv2d(widest, wide, 3, padding=1, groups=2), nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2),
    ]  # fmt: skip
    return layers, (2, 6, 14, 15), (base, wide, wide, wide)


def _alexnet_tower(base: int) -> _Layers:
    second, third, last = 3 * base, 6 * base, 4 * base
    layers = [
        nn.Conv2d(3, base, 11, stride=4, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
        nn.Conv2d(base, second, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
        nn.Conv2d(second, third, 3, padding=1), nn.ReLU(inplace=True),
        nn.Conv2d(third, last, 3, padding=1), nn.ReLU(inplace=True),
        nn.Conv2d(last, last, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
    ]  # fmt: skip
    return layers, (2, 5, 12, 13), (base, second, last, last)
