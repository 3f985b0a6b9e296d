"""A classification network cut into stages, one feature map after each.

The modules of the network keep their names, so the weights of the classification network fit the
encoder name by name; only the classifier stays behind unless it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from engine.errors import ParameterError
from engine.models.atrous import dilate


@dataclass(frozen=True, slots=True)
class Stages:
    """Where a network is cut.

    Attributes:
        modules: For each map the names of the modules that lead to it from the map before.
        channels: Of each map.
        reduction: Of each map, as the network is published.
        head: The modules of its classifier, after pooling and flattening.
        pooled: The side to which the last map is pooled before the classifier.
    """

    modules: tuple[tuple[str, ...], ...]
    channels: tuple[int, ...]
    reduction: tuple[int, ...]
    head: tuple[str, ...] = ("fc",)
    pooled: int = 1


class StagedEncoder(nn.Module):
    """An `Encoder` made of the modules of a classification network."""

    def __init__(
        self,
        network: nn.Module,
        stages: Stages,
        *,
        in_channels: int = 3,
        output_stride: int = 32,
        with_head: bool = False,
    ) -> None:
        """Take over the modules of `network`, which is not to be used any more.

        Args:
            network: With three input channels and the published strides.
            stages: Where it is cut.
            in_channels: Channels of the images; other than 3, the first convolution begins anew.
            output_stride: No map gets coarser than this (atrous convolution).
            with_head: Keep the classifier, for `classify`.
        """
        super().__init__()
        used = [name for stage in stages.modules for name in stage]
        kept = {name.partition(".")[0] for name in (*used, *(stages.head if with_head else ()))}
        for name, child in network.named_children():
            if name in kept:
                self.add_module(name, child)
        self._stages = stages
        self.with_head = with_head
        self.in_channels = in_channels
        self.channels = stages.channels
        self.reduction = tuple(min(step, output_stride) for step in stages.reduction)
        if in_channels != 3:
            replace_module(self, *_with_channels(self, in_channels))
        if output_stride < stages.reduction[-1]:
            dilate(self, output_stride)

    def forward(self, images: Tensor) -> list[Tensor]:
        """One map (N, channels[i], h_i, w_i) for each stage, of images (N, in_channels, H, W)."""
        maps: list[Tensor] = []
        x = images
        for stage in self._stages.modules:
            for name in stage:
                x = self.get_submodule(name)(x)
            maps.append(x)
        return maps

    def classify(self, images: Tensor) -> Tensor:
        """What the classifier says, (N, classes), of images (N, in_channels, H, W).

        Raises:
            ParameterError: if the encoder was made without its head.
        """
        if not self.with_head:
            raise ParameterError(
                "This encoder has no classifier.", remedy="Make it with with_head=True."
            )
        x = nn.functional.adaptive_avg_pool2d(self.forward(images)[-1], self._stages.pooled)
        x = torch.flatten(x, 1)
        for name in self._stages.head:
            x = self.get_submodule(name)(x)
        return x


def first_convolution(encoder: nn.Module) -> tuple[str, nn.Conv2d]:
    """The convolution that reads the image, and its name."""
    return next(
        (name, module) for name, module in encoder.named_modules() if isinstance(module, nn.Conv2d)
    )


def replace_module(root: nn.Module, name: str, module: nn.Module) -> None:
    """Put `module` in the place of the one that `root` has under a dotted name."""
    parent, _, own = name.rpartition(".")
    setattr(root.get_submodule(parent), own, module)


def _with_channels(encoder: nn.Module, channels: int) -> tuple[str, nn.Conv2d]:
    """The first convolution for images of `channels` channels, with new weights."""
    name, old = first_convolution(encoder)
    new = nn.Conv2d(
        channels,
        old.out_channels,
        cast("tuple[int, int]", old.kernel_size),
        stride=cast("tuple[int, int]", old.stride),
        padding=cast("tuple[int, int]", old.padding),
        bias=old.bias is not None,
        device=old.weight.device,
    )
    nn.init.kaiming_normal_(new.weight, nonlinearity="relu")
    if new.bias is not None:
        nn.init.zeros_(new.bias)
    return name, new
