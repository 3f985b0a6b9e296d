"""Every model, network and encoder for a list in the window; reads headers, and needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.models.encoder import ENCODERS
from engine.models.table import MODELS
from engine.progress import Progress

if TYPE_CHECKING:
    from engine.models.model_card import ModelCard

MODEL, NETWORK, ENCODER = "model", "network", "encoder"
HEADINGS = {MODEL: "Models here", NETWORK: "Networks", ENCODER: "Encoders"}
"""Over the lines of each kind."""
_CARD = (
    "Classes", "Network", "Paper", "Reads", "Trained on", "SHA-256 of the data", "Began as",
    "Measured", "Limits", "Licence",
)  # fmt: skip
_COUNTED = ("Parameters", "Sees of the image for one pixel")
_PUBLISHED = {
    "parameters": "Published parameters",
    "multiply-adds": "Published multiply-adds",
    "receptive field": "Published receptive field",
    "field of view": "Published field of view",
    "convolutions": "Published convolutions",
    "sides": "Published sides",
}
FACTS = (*_CARD, *_COUNTED, *_PUBLISHED.values())
"""What is said of an entry, as the window translates it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list.

    Attributes:
        kind: MODEL (has weights, predicts now), NETWORK (must be trained first) or ENCODER (a part
            of networks).
        name: As it is typed.
        title: As a person reads it.
        facts: What is known of it, by what is said.
        is_own: Whether a person added it.
    """

    kind: str
    name: str
    title: str
    facts: Mapping[str, str]
    is_own: bool = False

    @property
    def text(self) -> str:
        """All words that a search looks through."""
        return " ".join([self.kind, self.name, self.title, *self.facts.values()]).casefold()


def catalogue() -> tuple[Entry, ...]:
    """The models that are here, then all networks, then all encoders."""
    from engine.models.weights import iterate_cards, shipped_models

    shipped = shipped_models()
    models = [
        Entry(MODEL, card.name, card.title, _facts(card), card.name not in shipped)
        for card in iterate_cards()
    ]
    networks = [
        Entry(NETWORK, row.name, row.title, {"Paper": row.paper, **_said(row.published)})
        for row in MODELS
    ]
    encoders = [
        Entry(ENCODER, row.name, row.title, {"Paper": row.paper, **_said(row.published)})
        for row in ENCODERS
    ]
    return (*models, *networks, *encoders)


def fetch_published(weights: Mapping[str, Any], progress: Progress) -> Path:
    """Download a file of weights that `model_requests` listed; goes on where it stopped.

    Raises:
        MissingSystem: if there is no network; with what to do then.
        WeightsError: if what came is not the published file.
        WriteError: if it cannot be kept.
        Cancelled: if `progress` was asked to stop; what has come stays.
    """
    from dataclasses import fields

    from engine.models.published import Pretrained, fetch_file

    names = {one.name for one in fields(Pretrained)}
    given = {name: value for name, value in weights.items() if name in names}
    return fetch_file(Pretrained(**given), progress=progress)


def _facts(card: ModelCard) -> dict[str, str]:
    row = next((row for row in MODELS if row.name == card.network), None)
    reads = ", ".join(card.input.channels)
    spacing = f", resampled to {card.input.spacing_mm:g} mm" if card.input.spacing_mm else ""
    metrics = "; ".join(f"{name}: {value:g}" for name, value in card.training.metrics.items())
    return {
        "Classes": ", ".join(card.label_set.names),
        "Network": row.title if row else card.network,
        "Paper": row.paper if row else "",
        "Reads": f"{reads}{spacing}",
        "Trained on": card.training.data,
        "SHA-256 of the data": "; ".join(
            f"{of}: {sha[:16]}…" for of, sha in card.training.data_sha256.items()
        ),
        "Began as": card.training.parent,
        "Measured": metrics,
        "Limits": card.training.limits,
        "Licence": card.training.licence,
    }


def _said(published: Mapping[str, str]) -> dict[str, str]:
    """What a paper says."""
    return {_PUBLISHED[what]: value for what, value in published.items()}
