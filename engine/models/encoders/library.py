"""Encoders from torchvision, where it is faithful, and whatever timm offers."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from torch import Tensor, nn

from engine.errors import ParameterError, UnknownName
from engine.models.encoders.staged import StagedEncoder, Stages
from engine.models.vision import timm, torchvision

_OCTAVES = (2, 4, 8, 16, 32)


def densenet(
    depth: int, *, widths: tuple[int, ...], classes: int = 1000, **options: Any
) -> StagedEncoder:
    """The DenseNet-BC of torchvision (Huang, Liu, van der Maaten and Weinberger 2017, table 1).

    Args:
        depth: 121, 169 or 201.
        widths: Channels after each dense block.
        classes: Of the classifier.
        options: As for `StagedEncoder`.
    """
    network = getattr(torchvision(), f"densenet{depth}")(num_classes=classes)
    network.add_module("relu", nn.ReLU())  # torchvision has it in its forward method
    stages = Stages(
        (
            tuple(f"features.{name}" for name in ("conv0", "norm0", "relu0")),
            ("features.pool0", "features.denseblock1"),
            ("features.transition1", "features.denseblock2"),
            ("features.transition2", "features.denseblock3"),
            ("features.transition3", "features.denseblock4", "features.norm5", "relu"),
        ),
        (64, *widths),
        _OCTAVES,
        head=("classifier",),
    )
    return StagedEncoder(network, stages, **options)


densenet121 = partial(densenet, 121, widths=(256, 512, 1024, 1024))
densenet169 = partial(densenet, 169, widths=(256, 512, 1280, 1664))
densenet201 = partial(densenet, 201, widths=(256, 512, 1792, 1920))


def mobilenet_v2(*, classes: int = 1000, **options: Any) -> StagedEncoder:
    """The MobileNet v2 of torchvision (Sandler et al. 2018, table 2).

    Args:
        classes: Of the classifier.
        options: As for `StagedEncoder`.
    """
    network = torchvision().mobilenet_v2(num_classes=classes)
    modules = _ranges("features", (2, 4, 7, 14, 19))
    stages = Stages(modules, (16, 24, 32, 96, 1280), _OCTAVES, head=("classifier",))
    return StagedEncoder(network, stages, **options)


def shufflenet_v2(*, classes: int = 1000, **options: Any) -> StagedEncoder:
    """The ShuffleNet v2 of width 1 of torchvision (Ma, Zhang, Zheng and Sun 2018, table 5).

    Args:
        classes: Of the classifier.
        options: As for `StagedEncoder`.
    """
    network = torchvision().shufflenet_v2_x1_0(num_classes=classes)
    modules = (("conv1",), ("maxpool",), ("stage2",), ("stage3",), ("stage4", "conv5"))
    return StagedEncoder(network, Stages(modules, (24, 24, 116, 232, 1024), _OCTAVES), **options)


def mnasnet(*, classes: int = 1000, **options: Any) -> StagedEncoder:
    """The MNASNet-B1 of torchvision, found by architecture search (Tan et al. 2019, figure 7).

    Args:
        classes: Of the classifier.
        options: As for `StagedEncoder`.
    """
    network = torchvision().mnasnet1_0(num_classes=classes)
    modules = _ranges("layers", (8, 9, 10, 12, 17))
    stages = Stages(modules, (16, 24, 40, 96, 1280), _OCTAVES, head=("classifier",))
    return StagedEncoder(network, stages, **options)


def _ranges(sequence: str, ends: tuple[int, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(f"{sequence}.{index}" for index in range(start, end))
        for start, end in zip((0, *ends[:-1]), ends, strict=True)
    )


class TimmEncoder(nn.Module):
    """A network of timm that gives its feature maps.

    Attributes:
        network: timm's module; its state dict stands under this name.
    """

    def __init__(
        self, *, model: str, in_channels: int = 3, output_stride: int = 32, with_head: bool = False
    ) -> None:
        """Make it with random weights.

        Args:
            model: As timm calls it.
            in_channels: Channels of the images.
            output_stride: No map gets coarser than this; not all networks of timm can do that.
            with_head: Not possible here.

        Raises:
            UnknownName: if timm has no such network.
            ParameterError: if it gives no feature maps or cannot be dilated.
        """
        super().__init__()
        if with_head:
            raise ParameterError(
                "timm's networks come here without their classifiers.", remedy="Leave it out."
            )
        known = timm()
        if not known.is_model(model):
            near = known.list_models(f"*{model[:6]}*")[:5]
            raise UnknownName(
                f"timm has no network '{model}'.",
                remedy=f"It has {', '.join(near)}." if near else "See timm.list_models().",
            )
        stride = {} if output_stride == 32 else {"output_stride": output_stride}
        try:
            network = known.create_model(
                model, pretrained=False, features_only=True, in_chans=in_channels, **stride
            )
        except (TypeError, RuntimeError, AssertionError, NotImplementedError) as error:
            raise ParameterError(
                f"timm's '{model}' cannot be made so: {str(error).strip() or 'it refuses'}.",
                remedy="Give an output stride of 32, or choose a network that timm can dilate.",
            ) from error
        self.network = cast(nn.Module, network)
        self.in_channels = in_channels
        information = network.feature_info
        self.channels = tuple(int(count) for count in information.channels())
        self.reduction = tuple(int(step) for step in information.reduction())

    def forward(self, images: Tensor) -> list[Tensor]:
        """One map (N, channels[i], h_i, w_i) for each entry, of images (N, in_channels, H, W)."""
        return list(self.network(images))


nasnet = partial(TimmEncoder, model="nasnetalarge")
