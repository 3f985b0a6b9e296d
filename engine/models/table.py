"""Every network Sulcus has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.registry import Registry

if TYPE_CHECKING:
    from engine.models.network import Network


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One network.

    Attributes:
        name: As it stands in a weight file's header.
        title: As a person reads it.
        paper: Where it is described.
        target: 'module:Name' of what makes it from the arguments of its card.
        published: What its paper says of it, by what is said.
    """

    name: str
    title: str
    paper: str
    target: str
    published: Mapping[str, str] = field(default_factory=dict[str, str])


MODELS: Registry[ModelRow, Callable[..., Network]] = Registry(
    "network",
    ModelRow(
        "unet", "U-Net (padded)", "Ronneberger, Fischer and Brox 2015", "engine.models.unet:UNet"
    ),
    ModelRow(
        "network-with-crf", "A network with a ConvCRF on top", "Teichmann and Cipolla 2018",
        "engine.crf.head:network_with_crf",  # lies a floor higher, and is known by name alone
    ),
)  # fmt: skip
