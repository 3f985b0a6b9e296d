"""What every encoder offers (Protocol), every encoder there is, and the way to make one.

An encoder is a network for whole images without its classifier: it gives its feature maps from fine
to coarse, and the segmentation networks read them. `make_encoder` also makes whatever timm offers
under the name 'timm:<name>'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from engine.errors import ParameterError
from engine.registry import Registry

if TYPE_CHECKING:
    from torch import Tensor, nn

TIMM = "timm:"
"""What the names of timm's networks begin with here."""
OUTPUT_STRIDES = (8, 16, 32)
PARAMETERS, WORK = "parameters", "multiply-adds"
"""What papers publish: weights with the classifier, and multiply-adds of one image, 224x224
(NASNet: 331x331)."""


class Encoder(Protocol):
    """A torch module (`nn.Module`) from images to feature maps.

    Attributes:
        channels: Of each map, from fine to coarse.
        reduction: How many pixels of the image lie between two neighbours of each map, such as
            (2, 4, 8, 16, 32); with output_stride=8 (2, 4, 8, 8, 8). The sides of a map are about
            those of the image divided by this: convolutions without padding lose a margin, so
            whoever joins maps brings them to one size first.
        in_channels: Channels it expects.
    """

    channels: tuple[int, ...]
    reduction: tuple[int, ...]
    in_channels: int

    def __call__(self, images: Tensor) -> list[Tensor]:
        """One map (N, channels[i], h_i, w_i) for each entry, of images (N, in_channels, H, W)."""
        ...

    def forward(self, images: Tensor) -> list[Tensor]: ...
    def modules(self) -> Iterator[nn.Module]: ...
    def named_modules(self) -> Iterator[tuple[str, nn.Module]]: ...
    def parameters(self, recurse: bool = True) -> Iterator[nn.Parameter]: ...
    def get_submodule(self, target: str) -> nn.Module: ...
    def eval(self) -> nn.Module: ...
    def train(self, mode: bool = True) -> nn.Module: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> Any: ...


@dataclass(frozen=True, slots=True)
class EncoderRow:
    """One encoder.

    Attributes:
        name: As a card's arguments give it.
        title: As a person reads it.
        paper: Where it is described.
        target: 'module:Name' of what makes it.
        published: What its paper says of it, by PARAMETERS and WORK.
    """

    name: str
    title: str
    paper: str
    target: str
    published: Mapping[str, str] = field(default_factory=dict[str, str])


_CLASSIC = "engine.models.encoders.classic"
_LIBRARY = "engine.models.encoders.library"
_MOBILE = "engine.models.encoders.mobile"
_RESIDUAL = "engine.models.encoders.residual"
_VGG = "Simonyan and Zisserman 2015"
_RESNET = "He, Zhang, Ren and Sun 2016"
_DENSENET = "Huang, Liu, van der Maaten and Weinberger 2017"

ENCODERS: Registry[EncoderRow, Callable[..., Encoder]] = Registry(
    "encoder",
    EncoderRow(
        "lenet", "LeNet-5", "LeCun, Bottou, Bengio and Haffner 1998", f"{_CLASSIC}:lenet",
        {PARAMETERS: "60,000"},
    ),
    EncoderRow(
        "alexnet", "AlexNet", "Krizhevsky, Sutskever and Hinton 2012", f"{_CLASSIC}:alexnet",
        {PARAMETERS: "60 M"},
    ),
    EncoderRow("zfnet", "ZFNet", "Zeiler and Fergus 2014", f"{_CLASSIC}:zfnet"),
    EncoderRow("vgg16", "VGG-16", _VGG, f"{_CLASSIC}:vgg16", {PARAMETERS: "138 M"}),
    EncoderRow("vgg16_bn", "VGG-16 with BatchNorm", _VGG, f"{_CLASSIC}:vgg16_bn"),
    EncoderRow("vgg19", "VGG-19", _VGG, f"{_CLASSIC}:vgg19", {PARAMETERS: "144 M"}),
    EncoderRow("vgg19_bn", "VGG-19 with BatchNorm", _VGG, f"{_CLASSIC}:vgg19_bn"),
    EncoderRow(
        "googlenet", "GoogLeNet", "Szegedy et al. 2015",
        "engine.models.encoders.inception:googlenet",
        {PARAMETERS: "5 M"},
    ),
    EncoderRow("resnet18", "ResNet-18", _RESNET, f"{_RESIDUAL}:resnet18", {WORK: "1.8 G"}),
    EncoderRow("resnet34", "ResNet-34", _RESNET, f"{_RESIDUAL}:resnet34", {WORK: "3.6 G"}),
    EncoderRow("resnet50", "ResNet-50", _RESNET, f"{_RESIDUAL}:resnet50", {WORK: "3.8 G"}),
    EncoderRow("resnet101", "ResNet-101", _RESNET, f"{_RESIDUAL}:resnet101", {WORK: "7.6 G"}),
    EncoderRow("resnet152", "ResNet-152", _RESNET, f"{_RESIDUAL}:resnet152", {WORK: "11.3 G"}),
    EncoderRow(
        "preact_resnet50", "ResNet-50, pre-activated",
        "He et al. 2016, Identity Mappings in Deep Residual Networks",
        f"{_RESIDUAL}:preact_resnet50",
    ),
    EncoderRow(
        "stochastic_resnet50", "ResNet-50 with stochastic depth", "Huang et al. 2016",
        f"{_RESIDUAL}:stochastic_resnet50",
    ),
    EncoderRow(
        "wide_resnet50_2", "Wide ResNet-50-2", "Zagoruyko and Komodakis 2016",
        f"{_RESIDUAL}:wide_resnet50", {PARAMETERS: "68.9 M"},
    ),
    EncoderRow(
        "wide_resnet101_2", "Wide ResNet-101-2", "Zagoruyko and Komodakis 2016",
        f"{_RESIDUAL}:wide_resnet101",
    ),
    EncoderRow(
        "resnext50_32x4d", "ResNeXt-50 (32x4d)", "Xie, Girshick, Dollar, Tu and He 2017",
        f"{_RESIDUAL}:resnext50", {PARAMETERS: "25.0 M", WORK: "4.2 G"},
    ),
    EncoderRow(
        "resnext101_32x8d", "ResNeXt-101 (32x8d)", "Xie, Girshick, Dollar, Tu and He 2017",
        f"{_RESIDUAL}:resnext101",
    ),
    EncoderRow(
        "se_resnet50", "SE-ResNet-50", "Hu, Shen and Sun 2018", f"{_RESIDUAL}:se_resnet50",
        {WORK: "3.87 G"},
    ),
    EncoderRow("densenet121", "DenseNet-121", _DENSENET, f"{_LIBRARY}:densenet121"),
    EncoderRow("densenet169", "DenseNet-169", _DENSENET, f"{_LIBRARY}:densenet169"),
    EncoderRow("densenet201", "DenseNet-201", _DENSENET, f"{_LIBRARY}:densenet201"),
    EncoderRow(
        "mobilenet_v1", "MobileNet", "Howard et al. 2017", f"{_MOBILE}:mobilenet_v1",
        {PARAMETERS: "4.2 M", WORK: "569 M"},
    ),
    EncoderRow(
        "mobilenet_v2", "MobileNet v2", "Sandler et al. 2018", f"{_LIBRARY}:mobilenet_v2",
        {PARAMETERS: "3.4 M", WORK: "300 M"},
    ),
    EncoderRow(
        "shufflenet_v1", "ShuffleNet", "Zhang, Zhou, Lin and Sun 2018",
        f"{_MOBILE}:shufflenet_v1", {WORK: "137 M"},
    ),
    EncoderRow(
        "shufflenet_v2", "ShuffleNet v2", "Ma, Zhang, Zheng and Sun 2018",
        f"{_LIBRARY}:shufflenet_v2", {PARAMETERS: "2.3 M", WORK: "146 M"},
    ),
    EncoderRow("mnasnet", "MNASNet-B1", "Tan et al. 2019", f"{_LIBRARY}:mnasnet"),
    EncoderRow(
        "nasnet", "NASNet-A (6 @ 4032)", "Zoph, Vasudevan, Shlens and Le 2018",
        f"{_LIBRARY}:nasnet", {PARAMETERS: "88.9 M", WORK: "23.8 G"},
    ),
)  # fmt: skip


def make_encoder(
    name: str, *, in_channels: int = 3, output_stride: int = 32, **options: Any
) -> Encoder:
    """The encoder of a row, or 'timm:<name>', with random weights.

    Args:
        name: A row of ENCODERS, or any network of timm that gives feature maps.
        in_channels: Channels of the images.
        output_stride: 8, 16 or 32: maps that would be coarser keep this reduction, their filters
            dilated instead (atrous convolution), so that the same weights see the same pixels.
        options: What else the encoder takes, such as `with_head=True` for its classifier.

    Raises:
        UnknownName: if there is no such encoder.
        ParameterError: if the encoder has no such option or cannot be dilated.
    """
    if output_stride not in OUTPUT_STRIDES:
        raise ParameterError(
            f"An output stride of {output_stride} is not possible.", remedy="Give 8, 16 or 32."
        )
    if in_channels < 1:
        raise ParameterError(f"{in_channels} channels are none.", remedy="Give one or more.")
    if name.startswith(TIMM):
        from engine.models.encoders.library import TimmEncoder  # noqa: PLC0415 - torch comes late

        options["model"] = name.removeprefix(TIMM)
        make: Callable[..., Encoder] = TimmEncoder
    else:
        make = ENCODERS.load(name)
    try:
        return make(in_channels=in_channels, output_stride=output_stride, **options)
    except TypeError as error:
        raise ParameterError(
            f"The encoder '{name}' cannot be made so: {error}.", remedy="Leave that option out."
        ) from error
