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
        published: What its paper says of it, by what is said: 'parameters' counts the classifier.
    """

    name: str
    title: str
    paper: str
    target: str
    published: Mapping[str, str] = field(default_factory=dict[str, str])


ENCODERS: Registry[EncoderRow, Callable[..., Encoder]] = Registry("encoder")


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
        options["model"] = name.removeprefix(TIMM)
        name = "timm"
    make = ENCODERS.load(name)
    try:
        return make(in_channels=in_channels, output_stride=output_stride, **options)
    except TypeError as error:
        raise ParameterError(
            f"The encoder '{name}' cannot be made so: {error}.", remedy="Leave that option out."
        ) from error
