"""A model of a person's own: tried on one image, given a card, and kept among the models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.errors import ParameterError, WeightsError
from engine.files import safe_name, sha256_of
from engine.models.model_card import JsonValue, ModelCard, TrainingCard
from engine.models.table import MODELS
from engine.progress import Progress
from engine.registry import unknown
from engine.workflow.model_trial import Trial, require_count, try_model
from engine.workflow.own_models import (
    NORMALISATIONS,
    card_within,
    classes_of,
    ends_of,
    suggestions_for,
)

if TYPE_CHECKING:
    from torch import Tensor, nn

    from engine.models.state_dicts import MatchReport

GREY, COLOURS = ("grey",), ("red", "green", "blue")


@dataclass(frozen=True, slots=True)
class OwnModel:
    """What a person says of a file.

    Attributes:
        file: A .pth, .pt, .safetensors or .onnx file.
        architecture: A row of MODELS; nothing for .onnx files and checkpoints of Sulcus.
        classes: Names in the order of the outputs, the background first.
        channels: Of the image; those that the first layer reads if left out.
        normalisation: A row of NORMALISATIONS.
        arguments: What else the network is made with.
        spacing_mm: Pixel size that volumes are resampled to; None leaves it.
        name: Under which it is kept; the file's if left out.
        title: As a person reads it.
        licence: Of the weights.
        image: What it is tried on; a sample if left out.
    """

    file: Path
    architecture: str = ""
    classes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    normalisation: str = "percentiles"
    arguments: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    spacing_mm: float | None = None
    name: str = ""
    title: str = ""
    licence: str = "not stated"
    image: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OwnReport:
    """What became of a file.

    Attributes:
        name: Of the model.
        path: Where it is kept; None if it was only tried.
        card: What it is.
        lines: What of the file was used, a sentence each.
        trial: What it made of an image.
    """

    name: str
    path: Path | None
    card: ModelCard
    lines: tuple[str, ...]
    trial: Trial


def add_model(own: OwnModel, progress: Progress | None = None, *, keep: bool = True) -> OwnReport:
    """Try a model on one image, and keep it among the models if that went well.

    Args:
        own: What it is.
        progress: Told how far it is; may cancel.
        keep: Whether to keep it.

    Raises:
        WeightsError: if the file is damaged or does not fit what is said of it; in plain words.
        UnknownName: if there is no such network or normalisation.
        ParameterError: if a name is taken, classes are missing, or an argument is none.
        ReadError: if the image cannot be read.
        WriteError: if it cannot be kept.
        Cancelled: if `progress` was asked to stop; then nothing is kept.
    """
    from engine.models.weights import models_folder

    progress = progress or Progress()
    name = _free_name(own) if keep else safe_name(own.name or own.file.stem)
    progress.step(0, 3, "Reading the file")
    network, card, lines = _made(own, name)
    progress.step(1, 3, "Trying it on an image")
    trial = try_model(network, card, own.image, progress)
    progress.step(2, 3, "Keeping it")
    path = _kept(own, network, card, models_folder()) if keep else None
    progress.step(3, 3, "Added" if keep else "Tried")
    return OwnReport(name, path, card, lines, trial)


def remove_model(name: str) -> Path:
    """Remove a model of a person's own from the models; returns the file that is gone.

    Raises:
        UnknownName: if there is no such model.
        ParameterError: if it ships with Sulcus.
    """
    from engine.models.weights import installed_models, shipped_models

    known = installed_models()
    if name in shipped_models():
        raise ParameterError(
            f"The model '{name}' comes with Sulcus.", remedy="Only models you added are removed."
        )
    if name not in known:
        raise unknown("model", name, known)
    known[name].unlink()
    return known[name]


def _free_name(own: OwnModel) -> str:
    from engine.models.weights import installed_models

    name = safe_name(own.name or own.file.stem)
    if name.casefold() in {one.casefold() for one in installed_models()}:
        raise ParameterError(
            f"There is a model '{name}' already.", remedy="Give this one another name."
        )
    return name


def _made(own: OwnModel, name: str) -> tuple[nn.Module, ModelCard, tuple[str, ...]]:
    """The network of a file with its weights, its card, and what of the file was used."""
    from engine.models.weights import ONNX, load_network

    card = card_within(own.file)
    if card is not None:
        network, card = load_network(own.file)
        label_set = classes_of(own.classes, 0) if own.classes else card.label_set
        require_count(label_set, len(card.label_set))
        card = replace(card, name=name, title=own.title or card.title, label_set=label_set)
        return network, card, ("The file has a card of Sulcus, which was kept.",)
    if own.file.suffix.lower() == ONNX:
        from engine.models.onnx_graph import read_onnx
        from engine.models.onnx_network import OnnxNetwork

        read_onnx(own.file)
        graph = OnnxNetwork(own.file)
        card = _card(own, name, "onnx", graph.in_channels, graph.classes)
        return graph, card, (f"The graph takes {graph.in_channels} channels.",)
    return _filled(own, name)


def _filled(own: OwnModel, name: str) -> tuple[nn.Module, ModelCard, tuple[str, ...]]:
    """A network of the table with the weights of a file."""
    from engine.models.state_dicts import load_matching, read_state_dict

    state = read_state_dict(own.file)
    channels, classes = ends_of(state)
    if not own.architecture:
        raise WeightsError(
            f"The file '{own.file}' holds weights without a network.{_may_be(state)}",
            remedy="Name the network they are for ('sulcus models' lists all).",
        )
    row = MODELS[own.architecture]
    card = _card(own, name, row.name, channels, classes)
    try:
        network = MODELS.load(row.name)(**cast(Any, card.arguments))
    except TypeError as error:
        raise ParameterError(
            f"The network '{row.name}' cannot be made so: {error}.",
            remedy="Leave that argument out.",
        ) from error
    module = cast("nn.Module", network)
    try:
        report = load_matching(module, state)
    except ParameterError as error:
        raise WeightsError(
            f"Nothing of '{own.file}' fits the network '{row.name}'.{_may_be(state)}",
            remedy="Choose the network that the file was made for.",
        ) from error
    if not report.is_complete:
        raise _misfit(own, card, report, state)
    return module.eval(), card, report.lines()


def _card(own: OwnModel, name: str, network: str, channels: int, classes: int) -> ModelCard:
    """What is known of a file that has no card."""
    named = own.channels or {1: GREY, 3: COLOURS}.get(channels, GREY)
    ways = {one.name: one for one in NORMALISATIONS}
    if own.normalisation not in ways:
        raise unknown("normalisation", own.normalisation, ways)
    label_set = classes_of(own.classes, classes)
    arguments = {**own.arguments, "in_channels": len(named), "classes": len(label_set)}
    return ModelCard(
        name=name,
        title=own.title or name,
        network=network,
        arguments=arguments if network in {row.name for row in MODELS} else {},
        label_set=label_set,
        input=ways[own.normalisation].card(named, own.spacing_mm),
        training=TrainingCard(
            recipe=f"added from '{own.file.name}'",
            data="what its maker used",
            licence=own.licence,
            seed=0,
            steps=0,
            parent=f"{own.file.name}, SHA-256 {sha256_of(own.file)}",
        ),
    )


def _misfit(
    own: OwnModel, card: ModelCard, report: MatchReport, state: Mapping[str, Tensor]
) -> WeightsError:
    """Why a file does not fit, in plain words, then in names and shapes."""
    said: list[str] = []
    named = len(card.label_set)
    for _, expected, found in report.misshaped:
        if expected[1:] == found[1:] and expected[0] == named:
            said.append(
                f"Its last layer gives {found[0]} classes, but {named} are named: "
                f"{', '.join(card.label_set.names)}."
            )
            break
    channels = ends_of(state)[0]
    if channels and channels != len(card.input.channels):
        said.append(f"Its first layer reads {channels} channels, not {len(card.input.channels)}.")
    if not said:
        said.append(_may_be(state).strip())
    parts = [f"'{own.file}' does not fit the network '{card.network}'.", *said, *report.lines()]
    return WeightsError(
        " ".join(part for part in parts if part),
        remedy="Name the classes, channels and network that it was trained with.",
    )


def _may_be(state: Mapping[str, Tensor]) -> str:
    found = suggestions_for(state, Progress())
    if not found:
        return ""
    names = ", ".join(f"'{one.architecture}' ({one.share:.0%} fits)" for one in found)
    return f" It looks like {names}."


def _kept(own: OwnModel, network: nn.Module, card: ModelCard, folder: Path) -> Path:
    """Write the model into the folder of a person's models."""
    from engine.models.weights import ENDINGS, ONNX, save_checkpoint

    if own.file.suffix.lower() == ONNX:
        from engine.models.onnx_file import add_card

        target = folder / f"{card.name}{ONNX}"
        add_card(own.file, card, target, cast(Any, network))
        return target
    target = folder / f"{card.name}{ENDINGS[0]}"
    save_checkpoint(network, replace(card, tensors_sha256=""), target, half=False)
    return target
