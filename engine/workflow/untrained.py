"""A network with random weights: to see that it runs and how long it takes; its masks are noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.label_set import LabelSet
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.models.table import MODELS

if TYPE_CHECKING:
    from engine.models.network import Network

LIMITS = "Random weights, for trying only: its masks are noise."


def untrained(name: str, label_set: LabelSet | None = None) -> tuple[Network, ModelCard]:
    """The network of a row with random weights, always the same, and a card that says so.

    Args:
        name: A row of MODELS.
        label_set: Its classes; a background and an object if left out.

    Raises:
        UnknownName: if there is no such network.
    """
    import torch

    from engine.models.weights import RANDOM

    row = MODELS[name]
    classes = label_set or LabelSet.named(["background", "object"])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = MODELS.load(name)(classes=len(classes))
    network.eval()
    channels = {1: ("grey",), 3: ("red", "green", "blue")}[network.in_channels]
    card = ModelCard(
        name=f"{RANDOM}{name}",
        title=f"{row.title} (random weights)",
        network=name,
        arguments={"classes": len(classes), "in_channels": network.in_channels},
        label_set=classes,
        input=InputCard(channels),
        training=TrainingCard("none", "nothing", "Apache-2.0", 0, 0, limits=LIMITS),
    )
    return network, card
