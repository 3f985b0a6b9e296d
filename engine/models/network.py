"""What every segmentation network offers (Protocol)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from torch import Tensor, nn


class Network(Protocol):
    """A torch module from images to logits, of the same size or smaller by a margin.

    Attributes:
        in_channels: Channels it expects.
        classes: Channels it gives.
        stride: Height and width of the input must be multiples of this, plus `offset`.
        offset: What the sides of the input are beyond a multiple of `stride`; 0 for padded
            convolutions.
        margin: How much smaller the output is than the input, on each side, in pixels; 0 for
            padded convolutions.
        receptive_radius: How far an output pixel sees, in pixels, `margin` included: the halo of
            tiles. None if it sees the whole input (pooling or normalisation over all of it): then
            tiles cannot equal the whole.
    """

    in_channels: int
    classes: int
    stride: int
    offset: int
    margin: int
    receptive_radius: int | None

    def __call__(self, images: Tensor) -> Tensor:
        """Logits (N, classes, H - 2 margin, W - 2 margin) of images (N, in_channels, H, W).

        Networks with several heads give a list of such logits in training, the main ones last; an
        attribute `head_weights` says how much each loss counts, equally if there is none.
        """
        ...

    def eval(self) -> nn.Module: ...
    def train(self, mode: bool = True) -> nn.Module: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> Any: ...
