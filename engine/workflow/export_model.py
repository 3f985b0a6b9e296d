"""A model as an .onnx file, for other programs and for machines without torch."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from engine.errors import ParameterError


def export_model(model: str, path: Path | None = None) -> Path:
    """Write a model with its card as one .onnx file.

    Args:
        model: An installed model's name, or the path of a checkpoint.
        path: The file; the model's name in the working folder if left out.

    Returns:
        The file.

    Raises:
        UnknownName: if there is no such model.
        WeightsError: if the checkpoint is damaged.
        MissingSystem: if a library that this needs is not installed.
        ParameterError: if it is an .onnx file already, or cannot be said in ONNX.
        WriteError: if the file cannot be written.
    """
    from engine.models.network import Network
    from engine.models.onnx_file import ENDING, export_onnx
    from engine.models.weights import find_weights, load_network

    source = find_weights(model)
    if source.suffix.lower() == ENDING:
        raise ParameterError(f"'{source}' is an .onnx file already.", remedy="Copy it.")
    network, card = load_network(source)
    target = path or Path(f"{card.name}{ENDING}")
    if target.suffix.lower() != ENDING:
        raise ParameterError(
            f"'{target}' is no name for an .onnx file.", remedy=f"Let it end in {ENDING}."
        )
    export_onnx(cast(Network, network), card, target)
    return target
