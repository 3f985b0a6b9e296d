"""ONNX files out and in: a network with its card in one file that other programs run, too.

Source: the ONNX operators of set 18, in which all networks here can be said.
"""

from __future__ import annotations

import importlib
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn

from engine.errors import MissingSystem, ParameterError, WeightsError
from engine.models.card_json import card_text
from engine.models.measure import bytes_per_pixel, example_of
from engine.models.model_card import ModelCard
from engine.models.network import Network
from engine.models.onnx_card import card_and_facts
from engine.models.onnx_graph import read_onnx, refused, write_card
from engine.models.onnx_network import GraphFacts, OnnxNetwork

ENDING = ".onnx"
_OPERATORS = 18
TOLERANCE = 1e-4
"""By which the file's scores may differ from the network's, as a share of the largest."""


def export_onnx(network: Network, card: ModelCard, path: Path) -> ModelCard:
    """Write a network and its card as one .onnx file, of any number of images of any sides.

    What was written is run beside the network, on one image and on two of other sides.

    Args:
        network: In evaluation mode, on the processor.
        card: What it is.
        path: The file.

    Returns:
        The card as it was written, with the hash of the graph.

    Raises:
        MissingSystem: if a library that this needs is not installed.
        ParameterError: if the network cannot be said in ONNX, or gives other scores there.
        WriteError: if the file cannot be written.
    """
    _require("onnx", "Writing")
    module = cast("nn.Module", network).eval()
    example = example_of(network)
    with tempfile.TemporaryDirectory(prefix="sulcus-") as folder:
        plain = Path(folder) / f"plain{ENDING}"
        _write(module, example, plain, card.network)
        facts = GraphFacts(
            network.in_channels, network.classes, network.stride, network.offset, network.margin,
            network.receptive_radius, bytes_per_pixel=bytes_per_pixel(network, module, example),
        )  # fmt: skip
        _compare(module, OnnxNetwork(plain, facts), example, card.network)
        card = replace(card, tensors_sha256=read_onnx(plain).sha256)
        write_card(plain, path, card_text(card, graph=facts.as_json()))
    return card


def load_onnx(path: Path) -> tuple[OnnxNetwork, ModelCard]:
    """A network that runs an .onnx file, and its card.

    Raises:
        MissingSystem: if onnxruntime is not installed.
        WeightsError: if the file is damaged, was changed after it got its card, keeps tensors
            elsewhere, has no card, or one of other classes or channels.
    """
    found = read_onnx(path)
    card, graph = card_and_facts(path, found.card)
    if card.tensors_sha256 not in ("", found.sha256):
        raise refused(path, "was changed after it was saved: its hash differs")
    try:
        facts = GraphFacts(**graph) if graph is not None else None
    except TypeError as error:
        raise refused(path, "has a card that this version of Sulcus cannot read") from error
    network = OnnxNetwork(path, facts)
    _require_fit(path, network, card)
    return network, card


def add_card(
    source: Path, card: ModelCard, target: Path, network: OnnxNetwork | None = None
) -> ModelCard:
    """Write an .onnx file to `target` with a card.

    Args:
        source: The file.
        card: What it is.
        target: Where to; may be `source`.
        network: The file, loaded and tried out; done here if left out.

    Returns:
        The card as it was written.

    Raises:
        MissingSystem: if onnxruntime is not installed.
        WeightsError: if the file is damaged, or does not fit the card.
        WriteError: if `target` cannot be written.
    """
    found = read_onnx(source)
    network = network or OnnxNetwork(source)
    _require_fit(source, network, card)
    card = replace(card, tensors_sha256=found.sha256)
    write_card(source, target, card_text(card, graph=network.facts.as_json()))
    return card


def _require_fit(path: Path, network: OnnxNetwork, card: ModelCard) -> None:
    wanted = len(card.input.channels) * len(card.input.slices)
    if network.in_channels != wanted:
        raise refused(path, f"takes {network.in_channels} channels, not {wanted} as its card says")
    if network.classes != len(card.label_set):
        named = ", ".join(card.label_set.names)
        raise refused(
            path,
            f"gives {network.classes} classes, but {len(card.label_set)} are named: {named}",
        )


def _write(module: nn.Module, example: Tensor, path: Path, name: str) -> None:
    images, scores = {0: "number", 2: "height", 3: "width"}, {0: "number", 2: "rows", 3: "columns"}
    try:
        with warnings.catch_warnings():  # it warns of what it cannot know; the result is compared
            warnings.simplefilter("ignore")
            torch.onnx.export(
                module,
                (example,),
                path,
                dynamo=False,  # ten times quicker than the newer way, and right where that is not
                input_names=["images"],
                output_names=["scores"],
                dynamic_axes={"images": images, "scores": scores},
                opset_version=_OPERATORS,
            )
    except (torch.onnx.OnnxExporterError, RuntimeError, ValueError) as error:
        raise _not_exported(name, "has a step that ONNX lacks") from error
    if not path.is_file():
        raise _not_exported(name, "is too large for one .onnx file")


@torch.inference_mode()
def _compare(module: nn.Module, found: OnnxNetwork, example: Tensor, name: str) -> None:
    """See that the file gives the network's scores, also for other sides and two images.

    Raises:
        ParameterError: if it does not.
    """
    generator = torch.Generator().manual_seed(1)
    rows, columns = example.shape[2], example.shape[3]
    for count, high, wide in ((1, rows, columns), (2, rows + 2 * found.stride, columns)):
        images = torch.rand(count, example.shape[1], high, wide, generator=generator)
        wanted = cast("Tensor", module(images))
        try:
            given = found(images)
        except WeightsError as error:
            raise _not_exported(name, "holds for one size of images only in ONNX") from error
        if given.shape != wanted.shape or not (
            (given - wanted).abs().max() <= TOLERANCE * wanted.abs().max().clamp_min(1e-6)
        ):
            raise _not_exported(name, "gives other scores in ONNX")


def _not_exported(name: str, why: str) -> ParameterError:
    return ParameterError(
        f"The network '{name}' cannot be exported: it {why}.",
        remedy="Export another network; for one with a CRF, the network below it.",
    )


def _require(library: str, doing: str) -> None:
    try:
        importlib.import_module(library)
    except ImportError as error:
        raise MissingSystem(
            f"{doing} .onnx files needs the library {library}, which is not installed.",
            remedy="Install it with: python -m pip install 'sulcus[onnx]'",
        ) from error
