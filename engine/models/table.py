"""Every network Sulcus has."""

from __future__ import annotations

from dataclasses import dataclass
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
        target: 'module:Class'.
    """

    name: str
    title: str
    paper: str
    target: str


MODELS: Registry[ModelRow, type[Network]] = Registry(
    "network",
    ModelRow(
        "unet", "U-Net (padded)", "Ronneberger, Fischer and Brox 2015", "engine.models.unet:UNet"
    ),
)
