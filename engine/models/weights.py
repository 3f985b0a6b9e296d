"""Weights in and out: plain tensors with a card in the header, hash-checked, never code.

A checkpoint is one .safetensors file whose metadata key 'sulcus' holds the card as JSON. The header
is read without torch, so lists of models are quick.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from platformdirs import user_data_path

from engine.errors import ParameterError, UnknownName, WeightsError
from engine.files import replacing
from engine.models.card_json import KEY, card_of, card_text
from engine.models.model_card import ModelCard
from engine.models.onnx_card import read_onnx_card
from engine.models.table import MODELS
from engine.registry import unknown
from engine.resources import resource

if TYPE_CHECKING:
    from torch import Tensor, nn

log = logging.getLogger(__name__)

FOLDER_VARIABLE = "SULCUS_MODELS"
"""The environment's name for the folder of a person's own models."""
ONNX = ".onnx"
RANDOM = "random:"
"""What the name of a network begins with that is tried without training."""
ENDINGS = (".safetensors", ONNX)
LARGEST_HEADER = 100_000_000  # bytes; the format's own limit


def shipped_models() -> dict[str, Path]:
    """The weight files that ship with Sulcus, by the name of their model."""
    return {path.stem: path for path in sorted(resource("weights").glob("*.safetensors"))}


def models_folder() -> Path:
    """Where a person's own models are: what the environment says, else our folder of theirs."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else user_data_path("sulcus", appauthor=False) / "models"


def installed_models() -> dict[str, Path]:
    """Weight files by the name of their model: those that ship, then a person's own."""
    folder = models_folder()
    own = sorted(path for path in folder.glob("*") if path.suffix in ENDINGS)
    return {path.stem: path for path in own} | shipped_models()


def find_weights(model: str) -> Path:
    """The weight file of an installed model's name, or the path that `model` is.

    Raises:
        UnknownName: if it is neither.
        WeightsError: if it is a network without weights.
    """
    known = installed_models()
    if model in known:
        return known[model]
    path = Path(model)
    if path.suffix or path.exists():
        return path
    if model in {row.name for row in MODELS}:
        raise WeightsError(
            f"The network '{model}' has no weights here, so it must be trained first.",
            remedy="Train it, add weights for it with 'sulcus models --add', or see its work with "
            f"random weights as the model '{RANDOM}{model}'.",
        )
    raise unknown("model", model, known)


def read_card(path: Path) -> ModelCard:
    """The card of a checkpoint, read from its header alone.

    Raises:
        WeightsError: if the file is no checkpoint of Sulcus, or is damaged.
    """
    if path.suffix.lower() == ONNX:
        return read_onnx_card(path)
    header, _ = _read_header(path)
    try:
        return card_of(header["__metadata__"][KEY])[0]
    except (KeyError, TypeError) as error:
        raise _refused(path, "has no model card of Sulcus in its header") from error
    except ValueError as error:
        raise _refused(path, str(error)) from error


def save_checkpoint(
    network: nn.Module, card: ModelCard, path: Path, *, half: bool = True
) -> ModelCard:
    """Write weights and card to `path`; half precision but for BatchNorm's statistics.

    Args:
        network: Whose weights.
        card: What it is.
        path: The file.
        half: False to keep every number as it is.

    Returns:
        The card as it was written, with the hash of the tensors.

    Raises:
        WriteError: if the file cannot be written.
    """
    import torch  # noqa: PLC0415 - the header of a checkpoint is read without torch
    from safetensors.torch import save, save_file  # noqa: PLC0415

    tensors: dict[str, Tensor] = {}
    for name, value in network.state_dict().items():
        tensor = value.detach().cpu().contiguous()
        is_weight = half and tensor.dtype == torch.float32 and "running_" not in name
        tensors[name] = tensor.half() if is_weight else tensor.clone()
    card = replace(card, tensors_sha256=_tensor_hash(save(tensors)))
    with replacing(path) as temporary:
        save_file(tensors, temporary, metadata={KEY: card_text(card)})
    return card


def load_network(path: Path) -> tuple[nn.Module, ModelCard]:
    """The network of a checkpoint with its weights, in float32 and evaluation mode, and its card.

    An .onnx file gives a network that runs it.

    Raises:
        MissingSystem: if an .onnx file is given and onnxruntime is not installed.
        WeightsError: if the file is damaged, was changed after it was saved, names no network of
            Sulcus, or its tensors do not fit that network.
    """
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.torch import load  # noqa: PLC0415

    if path.suffix.lower() == ONNX:
        from engine.models.onnx_file import load_onnx  # noqa: PLC0415

        return load_onnx(path)
    card = read_card(path)
    data = path.read_bytes()
    if _tensor_hash(data) != card.tensors_sha256:
        raise _refused(path, "was changed after it was saved: its hash differs")
    try:
        tensors = load(data)
    except SafetensorError as error:
        raise _refused(path, f"is damaged ({error})") from error
    try:
        network = cast("nn.Module", MODELS.load(card.network)(**cast(Any, card.arguments)))
        network.load_state_dict({name: _full(tensor) for name, tensor in tensors.items()})
    except UnknownName as error:
        raise _refused(path, f"is for the network '{card.network}', which is not here") from error
    except (TypeError, ValueError, RuntimeError, ParameterError) as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise _refused(path, f"does not fit the network '{card.network}' ({reason})") from error
    return network.eval(), card


def _full(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor


def _read_header(path: Path) -> tuple[dict[str, Any], int]:
    """The JSON header of a safetensors file and where its tensors begin.

    Raises:
        WeightsError: if it has none.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else LARGEST_HEADER + 1
            raw = file.read(length) if length <= LARGEST_HEADER else b""
    except OSError as error:
        raise _refused(path, f"cannot be read: {(error.strerror or str(error)).lower()}") from error
    try:
        header = json.loads(raw) if len(raw) == length else None
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        # Asked only now: a sound header may be 128 bytes long, and then begins with this byte too.
        if start[:2] == b"PK" or start[:1] == b"\x80":
            raise _refused(path, "is a pickle, which could run code")
        raise _refused(path, "is no safetensors file, or is cut short")
    return cast("dict[str, Any]", header), 8 + length


def _tensor_hash(data: bytes) -> str:
    length = struct.unpack("<Q", data[:8])[0]
    return hashlib.sha256(data[8 + length :]).hexdigest()


def _refused(path: Path, why: str) -> WeightsError:
    return WeightsError(
        f"The weight file '{path}' {why}.",
        remedy="Choose a .safetensors checkpoint of Sulcus ('sulcus doctor' lists those it has), "
        "or add the file with 'sulcus models --add'.",
    )


def iterate_cards() -> Iterator[ModelCard]:
    """The cards of all installed models; a file of a person's that is damaged is left out."""
    shipped = shipped_models()
    for name, path in installed_models().items():
        try:
            card = read_card(path)
        except WeightsError as error:
            if name in shipped:
                raise
            log.warning("a model is left out: %s", error)
        else:
            yield card if name in shipped else replace(card, name=name)
