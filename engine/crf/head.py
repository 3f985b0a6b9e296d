"""A network with a ConvCRF on top, as one network: trained end to end, saved, and predicted with.

Source: Teichmann and Cipolla 2018, sections 5.2 (the CRF learns on a fixed network) and 5.3 (both
learn together). It stands on this floor because networks lie below the CRF and know nothing of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import torch
from torch import Tensor, nn

from engine.crf.convcrf import ConvCRF
from engine.crf.parameters import CrfParameters, potts
from engine.models.network import Network
from engine.models.table import MODELS

_CRF_NAMES = {one.name for one in fields(CrfParameters)} - {"compatibility"}


class NetworkWithCrf(nn.Module):
    """From images to the scores whose softmax is the CRF's belief.

    Attributes:
        network: Gives the unary, by the name 'network' in the names of the parameters.
        crf: What refines it, in pixels.
        features: Networks from images to further features of the CRF's kernels, by feature.
        in_channels: Channels of the images.
        classes: Channels of the scores.
        stride: Height and width of the images must be multiples of this, plus `offset`.
        offset, margin: Those of the network.
        receptive_radius: How far an output pixel sees, through network and messages.
    """

    def __init__(
        self, network: Network, crf: ConvCRF, features: Mapping[str, nn.Module] | None = None
    ) -> None:
        super().__init__()
        assert isinstance(network, nn.Module)
        self.network = network
        self.crf = crf
        self.features = nn.ModuleDict(dict(features or {}))
        self.in_channels = network.in_channels
        self.classes = network.classes
        self.stride = math.lcm(network.stride, crf.settings.blur)
        self.offset, self.margin = network.offset, network.margin
        radius = network.receptive_radius
        self.receptive_radius = None if radius is None else radius + _reach(crf.settings)
        self._is_held = False

    def forward(self, images: Tensor) -> Tensor:
        """Scores (N, classes, H, W) of images (N, in_channels, H, W) on the scale 0 to 1.

        Where the network loses a margin, the scores are smaller by it.
        """
        logits = self.network(images)
        if isinstance(logits, list):  # several heads in training: the main one is the last
            logits = logits[-1]
        if self.margin:
            images = images[..., self.margin : -self.margin, self.margin : -self.margin]
        features = {name: part(images) for name, part in self.features.items()}
        with torch.autocast(images.device.type, enabled=False):
            return self.crf(
                logits.to(images.dtype),
                255 * images,
                features={name: values.to(images.dtype) for name, values in features.items()},
                as_scores=True,
            )

    def hold_network(self, *, held: bool) -> None:
        """Whether the network stays as it is, BatchNorm's statistics included, in training."""
        self._is_held = held
        self.network.requires_grad_(not held)
        self.train(self.training)

    def train(self, mode: bool = True) -> NetworkWithCrf:
        """As of any module; a network that is held stays in evaluation mode."""
        super().train(mode)
        if self._is_held:
            self.network.eval()
        return self


def network_with_crf(
    *, network: str = "unet", compatibility: bool = False, **arguments: Any
) -> NetworkWithCrf:
    """What a checkpoint's card makes: a row of MODELS with a ConvCRF of the standard kernels.

    Args:
        network: The row of MODELS.
        compatibility: Whether the CRF has a matrix of its own, beginning with the Potts model.
        arguments: Those of the network, and those fields of `CrfParameters` that differ from its
            defaults; None stands for infinity, which JSON does not have.

    Raises:
        UnknownName: if there is no such network.
        ParameterError: if a parameter of the CRF is out of range.
    """
    own = {name: value for name, value in arguments.items() if name not in _CRF_NAMES}
    made = MODELS.load(network)(**own)
    values = {name: value for name, value in arguments.items() if name in _CRF_NAMES}
    settings = CrfParameters().changed(
        {name: math.inf if value is None else value for name, value in values.items()}
    )
    if compatibility:
        settings = settings.changed({"compatibility": potts(made.classes)})
    return NetworkWithCrf(made, ConvCRF(settings))


def _reach(settings: CrfParameters) -> int:
    """How far messages carry, in pixels: each iteration one window, and one for normalisation.

    On a coarse grid, pooling and interpolation between the cells add less than a cell each.
    """
    cells = settings.filter_size // 2 + (2 if settings.blur > 1 else 0)
    messages = settings.iterations + (settings.normalisation == "symmetric")
    return messages * cells * settings.blur
