"""The card of an .onnx file, read without torch, so that lists of models are quick."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import WeightsError
from engine.models.card_json import card_of
from engine.models.model_card import ModelCard
from engine.models.onnx_graph import read_onnx, refused

_GRAPH = "graph"
"""The field of the card that says what the graph does not."""


def read_onnx_card(path: Path) -> ModelCard:
    """The card of an .onnx file: within it, or beside it under its name with the ending .json.

    Raises:
        WeightsError: if it is no .onnx file, or has no card.
    """
    return card_and_facts(path, read_onnx(path, whole=False).card)[0]


def card_and_facts(path: Path, text: str) -> tuple[ModelCard, dict[str, Any] | None]:
    """The card that `text` or a file beside `path` holds, and what it says of the graph.

    Raises:
        WeightsError: if there is none.
    """
    beside = path.with_suffix(".json")
    try:
        if not text and beside.is_file():
            text = beside.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise refused(beside, "cannot be read as a card") from error
    if not text:
        raise WeightsError(
            f"The file '{path}' has no model card: nothing says what its classes are.",
            remedy="Add it with 'sulcus models --add', which asks for them.",
        )
    try:
        card, fields = card_of(text)
    except ValueError as error:
        raise refused(path, str(error)) from error
    return card, fields.get(_GRAPH)
