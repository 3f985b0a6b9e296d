"""A model card as JSON, as it stands in the header of a weight file or beside it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, cast

from engine.core.label_set import LabelClass, LabelSet
from engine.errors import SulcusError
from engine.models.model_card import InputCard, ModelCard, TrainingCard

FORMAT = "sulcus-checkpoint"
VERSION = 1
KEY = "sulcus"
"""Under which name the card stands among a file's metadata."""


def card_text(card: ModelCard, **more: object) -> str:
    """The card as JSON, with what else the file needs."""
    return json.dumps(
        {"format": FORMAT, "version": VERSION, **asdict(card), **more}, sort_keys=True
    )


def card_of(text: str) -> tuple[ModelCard, dict[str, Any]]:
    """The card that `text` holds, and all its fields.

    Raises:
        ValueError: if it is none, or of another version; with the reason.
    """
    try:
        fields = cast("dict[str, Any]", json.loads(text))
        written = (fields["format"], fields["version"])
        card = _card_from(fields) if written == (FORMAT, VERSION) else None
    except (KeyError, TypeError, ValueError, RecursionError, SulcusError) as error:
        raise ValueError("has no model card of Sulcus in its header") from error
    if card is None:
        raise ValueError(f"has the format {written[0]} version {written[1]}")
    return card, fields


def _card_from(card: dict[str, Any]) -> ModelCard:
    classes = tuple(
        LabelClass(c["index"], c["name"], tuple(c["colour"])) for c in card["label_set"]["classes"]
    )
    given = dict(card["input"])
    lists = [name for name in ("slices", "mean", "deviation") if name in given]
    rows = {name: tuple(given.pop(name)) for name in lists}
    return ModelCard(
        name=card["name"],
        title=card["title"],
        network=card["network"],
        arguments=dict(card["arguments"]),
        label_set=LabelSet(classes),
        input=InputCard(tuple(given.pop("channels")), **rows, **given),
        training=TrainingCard(**card["training"]),
        tensors_sha256=card["tensors_sha256"],
    )
