"""What networks and encoders there are, and what each costs and sees, measured here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from engine.errors import ParameterError
from engine.models.encoder import ENCODERS, EncoderRow
from engine.models.table import MODELS, ModelRow
from engine.progress import Progress
from engine.registry import unknown

if TYPE_CHECKING:
    from torch import Tensor, nn

    from engine.models.pretrained import Pretrained

NETWORK, ENCODER = "network", "encoder"
SIDE = 256
"""Of the image that time, memory and work are measured on, in pixels."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on one network with random weights.

    Attributes:
        parameters: Trainable numbers.
        with_classifier: The same with the classifier of an encoder; None where there is none.
        multiply_adds: Of one image.
        receptive_field: How many pixels high the part of the image is that one value of the output
            depends on; None if it is all of it.
        output_stride: How many pixels of the image lie between two values of the output.
        sides: Of that image: SIDE, or the next larger one that the network takes.
        milliseconds: One image forward on the processor.
        peak_bytes: The most that this allocated at one time.
    """

    parameters: int
    with_classifier: int | None
    multiply_adds: int
    receptive_field: int | None
    output_stride: int
    sides: int
    milliseconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One row of a table.

    Attributes:
        kind: NETWORK or ENCODER.
        name: As it is typed.
        title: As a person reads it.
        paper: Where it is described.
        published: What its paper says, by what is said.
        measured: None if that was not asked for.
    """

    kind: str
    name: str
    title: str
    paper: str
    published: Mapping[str, str]
    measured: Measured | None = None

    def as_json(self) -> dict[str, object]:
        """All of it."""
        return asdict(self)


def list_models(
    names: Iterable[str] = (), *, measure: bool = False, progress: Progress | None = None
) -> tuple[ModelFacts, ...]:
    """The networks, then the encoders.

    Args:
        names: Only these; all if empty.
        measure: Make each of them and measure it, which takes seconds for each.
        progress: Told of each; may cancel.

    Raises:
        UnknownName: if a name is neither a network nor an encoder.
        Cancelled: if `progress` was asked to stop.
    """
    progress = progress or Progress()
    known = {row.name: row for row in (*MODELS, *ENCODERS)}
    chosen = list(names)
    for name in chosen:
        if name not in known:
            raise unknown("network or encoder", name, known)
    rows = [row for row in (*MODELS, *ENCODERS) if not chosen or row.name in chosen]
    facts: list[ModelFacts] = []
    for index, row in enumerate(rows):
        progress.step(index, len(rows), f"measuring {row.name}" if measure else "listing")
        facts.append(_facts_of(row, measure=measure))
    return tuple(facts)


def list_weights(names: Iterable[str] = ()) -> tuple[Pretrained, ...]:
    """The published weights of encoders; of all rows if no names are given.

    Args:
        names: Rows of ENCODERS or 'timm:<name>'.

    Raises:
        MissingSystem: if torchvision or timm is not there.
        UnknownName: if timm has no such network.
    """
    from engine.models.pretrained import all_pretrained, pretrained_of

    chosen = list(names)
    if not chosen:
        return all_pretrained()
    return tuple(weights for name in chosen for weights in pretrained_of(name))


def fetch_weights(
    name: str, folder: Path | None = None, *, progress: Progress | None = None
) -> Path:
    """The file of published weights called `name`, downloaded if it is not here.

    Raises:
        UnknownName: if there are none of that name.
        MissingSystem: if the file is not here and there is no network.
        WeightsError: if it is not the published file.
        WriteError: if the folder cannot be written.
        Cancelled: if `progress` was asked to stop.
    """
    from engine.models.pretrained import fetch, find_pretrained

    return fetch(find_pretrained(name), folder, progress=progress)


def _facts_of(row: ModelRow | EncoderRow, *, measure: bool) -> ModelFacts:
    is_encoder = isinstance(row, EncoderRow)
    measured = None
    if measure:
        measured = _measured_encoder(row.name) if is_encoder else _measured_network(row.name)
    kind = ENCODER if is_encoder else NETWORK
    return ModelFacts(kind, row.name, row.title, row.paper, dict(row.published), measured)


def _measured_encoder(name: str) -> Measured:
    from engine.models.encoder import make_encoder
    from engine.models.measure import receptive_field

    encoder = make_encoder(name)
    return _measured(
        cast("nn.Module", encoder),
        channels=encoder.in_channels,
        sides=SIDE,
        receptive=receptive_field(cast("nn.Module", encoder)),
        stride=encoder.reduction[-1],
        with_classifier=_with_classifier(name),
    )


def _measured_network(name: str) -> Measured:
    network = MODELS.load(name)(classes=MODELS[name].classes)
    beyond = -(SIDE - network.offset) % network.stride
    sides = SIDE + beyond
    radius = network.receptive_radius
    return _measured(
        cast("nn.Module", network),
        channels=network.in_channels,
        sides=sides,
        receptive=None if radius is None else 2 * radius + 1,
        stride=None,
        margin=network.margin,
    )


def _measured(
    module: nn.Module,
    *,
    channels: int,
    sides: int,
    receptive: int | None,
    stride: int | None,
    margin: int = 0,
    with_classifier: int | None = None,
) -> Measured:
    import torch

    from engine.models.measure import cost, multiply_adds, parameter_count

    module.eval()
    image = torch.rand(1, channels, sides, sides, generator=torch.Generator().manual_seed(0))
    work = multiply_adds(module, module, image)
    if stride is None:
        with torch.inference_mode():
            given = cast("Tensor", module(image))
        stride = round((sides - 2 * margin) / given.shape[2])
    spent = cost(module, image)
    return Measured(
        parameters=parameter_count(module),
        with_classifier=with_classifier,
        multiply_adds=work,
        receptive_field=receptive,
        output_stride=stride,
        sides=sides,
        milliseconds=spent.milliseconds,
        peak_bytes=spent.peak_bytes,
    )


def _with_classifier(name: str) -> int | None:
    import torch

    from engine.models.encoder import make_encoder
    from engine.models.measure import parameter_count

    try:
        with torch.device("meta"):
            return parameter_count(make_encoder(name, with_head=True))
    except ParameterError:
        return None  # timm's come without
