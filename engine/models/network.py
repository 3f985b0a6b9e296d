"""What every segmentation network offers (Protocol)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from torch import Tensor, nn


class Network(Protocol):
    """A torch module from images to logits of the same size.

    Attributes:
        in_channels: Channels it expects.
        classes: Channels it gives.
        stride: Height and width of the input must be multiples of this.
        receptive_radius: How far an output pixel sees, in pixels; the halo of tiles.
    """

    in_channels: int
    classes: int
    stride: int
    receptive_radius: int

    def __call__(self, images: Tensor) -> Tensor:
        """Logits (N, classes, H, W) of images (N, in_channels, H, W)."""
        ...

    def eval(self) -> nn.Module: ...
    def train(self, mode: bool = True) -> nn.Module: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> Any: ...
