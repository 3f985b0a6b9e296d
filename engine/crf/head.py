"""A network with a ConvCRF on top, as one network: trained end to end, saved, and predicted with.

Source: Teichmann and Cipolla 2018, sections 5.2 (the CRF learns on a fixed network) and 5.3 (both
learn together). It stands on this floor because networks lie below the CRF and know nothing of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import torch
from torch import Tensor, nn

from engine.crf.convcrf import ConvCRF
from engine.crf.gaussians import COLOUR, POSITION, GaussianKernel
from engine.crf.parameters import CrfParameters, potts
from engine.errors import ParameterError
from engine.models.blocks import initialise
from engine.models.network import Network
from engine.models.receptive import Field
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
        receptive_radius: How far an output pixel sees, through network, features and messages; the
            layers of a feature are taken to follow each other.
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
        radii = [Field().through(part).radius for part in self.features.values()]
        own = network.receptive_radius
        self.receptive_radius = None if own is None else max(own, *radii, 0) + _reach(crf.settings)
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
    *,
    network: str = "unet",
    compatibility: bool = False,
    kernels: Sequence[Mapping[str, Any]] = (),
    features: Mapping[str, Sequence[int]] | None = None,
    **arguments: Any,
) -> NetworkWithCrf:
    """What a checkpoint's card makes: a row of MODELS with a ConvCRF, as plain JSON describes it.

    Args:
        network: The row of MODELS.
        compatibility: Whether the CRF has a matrix of its own, beginning with the Potts model.
        kernels: Those beside the standard ones, each with the fields of `GaussianKernel`: 'name',
            'weight', and 'widths' by feature. A feature is 'colour', 'position' or one of these:
        features: What else kernels look at, learned from the image, by name: the channels of 3x3
            convolutions that follow each other, a ReLU between two; the last are the feature.
        arguments: Those of the network, and those fields of `CrfParameters` that differ from its
            defaults; None stands for infinity, which JSON does not have.

    Raises:
        UnknownName: if there is no such network.
        ParameterError: if a parameter of the CRF is out of range, or a kernel or feature is none.
    """
    own = {name: value for name, value in arguments.items() if name not in _CRF_NAMES}
    made = MODELS.load(network)(**own)
    values = {name: value for name, value in arguments.items() if name in _CRF_NAMES}
    settings = CrfParameters().changed(
        {name: math.inf if value is None else value for name, value in values.items()}
    )
    if compatibility:
        settings = settings.changed({"compatibility": potts(made.classes)})
    learned = {
        name: _feature(name, made.in_channels, channels)
        for name, channels in (features or {}).items()
    }
    extra = [_kernel(one, {COLOUR, POSITION, *learned}) for one in kernels]
    return NetworkWithCrf(made, ConvCRF(settings, extra), learned)


def _feature(name: str, in_channels: int, channels: Sequence[int]) -> nn.Sequential:
    """Convolutions of 3x3 that keep the size, with a ReLU between two.

    Raises:
        ParameterError: if it has no channels, or a name that is taken or no word.
    """
    is_taken = name in (COLOUR, POSITION) or hasattr(nn.ModuleDict, name)
    if is_taken or not name.isidentifier() or not channels or min(channels) < 1:
        raise ParameterError(
            f"There can be no feature '{name}' of {list(channels)} channels.",
            remedy="Give it a word of its own as its name, and the channels of its convolutions.",
        )
    layers: list[nn.Module] = []
    for before, after in zip((in_channels, *channels[:-1]), channels, strict=True):
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU(inplace=True)]
    made = nn.Sequential(*layers[:-1])
    initialise(made)
    return made


def _kernel(described: Mapping[str, Any], known: set[str]) -> GaussianKernel:
    """The kernel that a card describes; None stands for a width of infinity here too.

    Raises:
        ParameterError: if it lacks a field, has another, or looks at a feature that is not there.
    """
    try:
        widths = {
            str(name): math.inf if width is None else float(width)
            for name, width in described["widths"].items()
        }
        numbers: dict[str, Any] = {"weight": float(described["weight"]), "widths": widths}
        found = GaussianKernel(**{**described, **numbers})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ParameterError(
            f"{described} describes no kernel: {error}.",
            remedy="Give its 'name', its 'weight', and 'widths' by feature.",
        ) from error
    for name in widths:
        if name not in known:
            raise ParameterError(
                f"The kernel '{found.name}' looks at '{name}', which is not there.",
                remedy=f"Choose among {', '.join(sorted(known))}, or describe that feature.",
            )
    return found


def _reach(settings: CrfParameters) -> int:
    """How far messages carry, in pixels: each iteration one window, and one for normalisation.

    On a coarse grid, pooling and interpolation between the cells add less than a cell each.
    """
    cells = settings.filter_size // 2 + (2 if settings.blur > 1 else 0)
    messages = settings.iterations + (settings.normalisation == "symmetric")
    return messages * cells * settings.blur
