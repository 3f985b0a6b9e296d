"""A weight file of another program, looked at: what it holds, and which network it may be for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.core.label_set import LabelSet
from engine.errors import ParameterError, WeightsError
from engine.models.model_card import WHOLE_TYPE, InputCard, JsonValue
from engine.models.table import MODELS
from engine.progress import Progress

if TYPE_CHECKING:
    from torch import Tensor

    from engine.models.model_card import ModelCard

CHECKPOINT, STATE_DICT, GRAPH = "checkpoint", "weights", "ONNX"
"""What a file may be: one of Sulcus with its card, weights alone, or a whole network."""
LIKELY = 0.5
"""A network whose weights fit to this share is worth naming."""


@dataclass(frozen=True, slots=True)
class Normalisation:
    """One way to bring images to what a network was trained on.

    Attributes:
        name: As it is typed.
        title: As a person reads it.
        scale, mean, deviation: As of `InputCard`; the numbers of one channel, or of three.
    """

    name: str
    title: str
    scale: str
    mean: tuple[float, ...] = ()
    deviation: tuple[float, ...] = ()

    def card(self, channels: tuple[str, ...], spacing_mm: float | None = None) -> InputCard:
        """What a model card says of it.

        Raises:
            ParameterError: if it is for another number of channels.
        """
        mean, deviation = (
            numbers * len(channels) if len(numbers) == 1 else numbers
            for numbers in (self.mean, self.deviation)
        )
        return InputCard(
            channels, spacing_mm=spacing_mm, scale=self.scale, mean=mean, deviation=deviation
        )


NORMALISATIONS = (
    Normalisation("percentiles", "Percentiles 0.5 to 99.5 become 0 to 1", "percentiles"),
    Normalisation("unit", "0 to 255 becomes 0 to 1", WHOLE_TYPE),
    Normalisation(
        "imagenet", "0 to 255 becomes 0 to 1, then ImageNet's mean and deviation", WHOLE_TYPE,
        (0.485, 0.456, 0.406), (0.229, 0.224, 0.225),
    ),
    Normalisation("symmetric", "0 to 255 becomes -1 to 1", WHOLE_TYPE, (0.5,), (0.5,)),
)  # fmt: skip
"""The ways that programs normalise images."""


VOC = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair",
    "cow", "dining table", "dog", "horse", "motorbike", "person", "potted plant", "sheep", "sofa",
    "train", "tv monitor",
)  # fmt: skip
"""The classes of PASCAL VOC, in the order of torchvision's published weights."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A network that a file's weights may be for: how much of them fits, 0 to 1."""

    architecture: str
    arguments: Mapping[str, JsonValue]
    share: float


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file holds.

    Attributes:
        kind: CHECKPOINT, STATE_DICT or GRAPH.
        in_channels: That its first layer reads; 0 if that is not to be seen.
        classes: That its last layer gives; 0 if that is not to be seen.
        names: Of its classes, as far as it has a card, or torchvision's weights have them.
        suggestions: Networks that it may be for, the likeliest first.
    """

    kind: str
    in_channels: int = 0
    classes: int = 0
    names: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = field(default=())


def inspect_model(path: Path, progress: Progress | None = None) -> FileFacts:
    """Look at a weight file: what it is, its channels and classes, and which network it is for.

    Raises:
        WeightsError: if it is damaged, or holds more than plain tensors.
        MissingSystem: if it is an .onnx file and onnxruntime is not installed.
        Cancelled: if `progress` was asked to stop.
    """
    from engine.models.state_dicts import read_state_dict
    from engine.models.weights import ONNX

    card = card_within(path)
    if card is not None:
        channels = len(card.input.channels) * len(card.input.slices)
        return FileFacts(CHECKPOINT, channels, len(card.label_set), card.label_set.names)
    if path.suffix.lower() == ONNX:
        from engine.models.onnx_graph import read_onnx
        from engine.models.onnx_network import OnnxNetwork

        read_onnx(path)
        network = OnnxNetwork(path)
        return FileFacts(GRAPH, network.in_channels, network.classes)
    state = read_state_dict(path)
    channels, classes = ends_of(state)
    found = suggestions_for(state, progress or Progress())
    is_voc = classes == len(VOC) and found and found[0].architecture.startswith("torchvision-")
    return FileFacts(STATE_DICT, channels, classes, VOC if is_voc else (), found)


def card_within(path: Path) -> ModelCard | None:
    """The card of a file; None if it has none and may be a file of another program."""
    from engine.models.weights import ENDINGS, read_card

    if path.suffix.lower() not in ENDINGS:
        return None
    try:
        return read_card(path)
    except WeightsError:
        return None


def ends_of(state: Mapping[str, Tensor]) -> tuple[int, int]:
    """How many channels the first convolution of a file reads, and how many the last one gives.

    0 where there is no convolution. A guess: files keep their layers in the order of their names'
    making, which is that of the network in nearly all of them.
    """
    kernels = [tensor for tensor in state.values() if tensor.ndim == 4]
    if not kernels:
        return 0, 0
    return int(kernels[0].shape[1]), int(kernels[-1].shape[0])


def suggestions_for(
    state: Mapping[str, Tensor], progress: Progress, most: int = 3
) -> tuple[Suggestion, ...]:
    """The networks of the table that a file's weights fit best, without their numbers.

    Raises:
        Cancelled: if `progress` was asked to stop.
    """
    import torch

    from engine.models.state_dicts import share_that_fits

    channels, classes = ends_of(state)
    if not channels:
        return ()
    found: list[Suggestion] = []
    for number, row in enumerate(MODELS):
        progress.step(number, len(MODELS), "Comparing networks")
        for arguments in _tried(state, row.small):
            given: dict[str, Any] = {"in_channels": channels, "classes": classes, **arguments}
            try:
                with torch.device("meta"):
                    network = MODELS.load(row.name)(**given)
            except (TypeError, ValueError, RuntimeError, ParameterError):
                continue  # this network does not take such channels or widths
            own = cast("dict[str, Tensor]", network.state_dict())
            share = share_that_fits(own, state)
            if share >= LIKELY:
                found.append(Suggestion(row.name, arguments, share))
            if share == 1.0:
                return (found[-1],)
    return tuple(sorted(found, key=lambda one: -one.share)[:most])


def _tried(
    state: Mapping[str, Tensor], small: Mapping[str, object]
) -> Iterator[dict[str, JsonValue]]:
    """The arguments that a network is tried with: its own, and the width that the file shows."""
    yield {}
    if "base" in small:
        first = next(tensor for tensor in state.values() if tensor.ndim == 4)
        yield {"base": int(first.shape[0])}


def classes_of(names: tuple[str, ...], found: int) -> LabelSet:
    """The classes that a person named; a single one gets its background.

    Raises:
        ParameterError: if none are named, or two of one name.
    """
    if not names:
        said = f"Its last layer gives {found} of them. " if found else ""
        raise ParameterError(
            f"The classes of the model are not named. {said}".strip(),
            remedy="Name them in the order of its outputs, the background first.",
        )
    return LabelSet.named(names)
