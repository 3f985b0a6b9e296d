"""Searching a network for a person's data: children trained for seconds, the best for longer."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from engine.core.label_set import LabelSet
from engine.progress import Progress
from engine.workflow.search_data import SHAPES, SearchData, load_data

if TYPE_CHECKING:
    from torch import nn

    from engine.learning.controller import Choices
    from engine.learning.search import Child
    from engine.models.model_card import JsonValue, ModelCard

JOURNAL, BEST = "search.jsonl", "searched.safetensors"
_TIMED = 2
"""Steps by which it is judged how many a child can take."""


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """What is searched for, and for how long.

    Attributes:
        data: A folder of images with masks, 'sample' or 'shapes'.
        out: Where journal and checkpoint go.
        classes: Of the masks, where nothing beside them names them.
        children: How many networks are tried.
        steps: That each is trained at most.
        seconds: That each is trained at most; slow ones take fewer steps.
        final_steps: That the best is trained in the end.
        side: Of the crops, in pixels.
        seed: Of all that is drawn.
    """

    data: str = SHAPES
    out: Path = Path("sulcus-search")
    classes: LabelSet | None = None
    children: int = 30
    steps: int = 120
    seconds: float = 20.0
    final_steps: int = 600
    side: int = 64
    seed: int = 0


@dataclass(frozen=True, slots=True)
class SearchReport:
    """What came of it.

    Attributes:
        children: All that were tried, in order.
        best: The one that earned most.
        path: The checkpoint of the best, trained for longer.
        dice: Its mean Dice on the held-out images.
    """

    children: tuple[Child, ...]
    best: Child
    path: Path
    dice: float


def search_network(options: SearchOptions, progress: Progress | None = None) -> SearchReport:
    """Search, train the best for longer, and write it as a checkpoint that predicts.

    A search that was stopped goes on from the journal in its folder.

    Raises:
        ReadError: if the data cannot be read.
        ParameterError: if the folder holds another search.
        WriteError: if it cannot be written.
        Cancelled: if `progress` was asked to stop; the journal stays.
    """
    from engine.learning.search import SearchSettings, arguments_of, best_of, search
    from engine.models.weights import save_checkpoint

    progress = progress or Progress()
    data = load_data(options.data, options.classes, options.seed, progress.part(0, 20, "Reading"))
    settings = SearchSettings(
        options.seed,
        f"data {data.sha256[:12]}, {options.steps} steps or {options.seconds:g} s"
        f" at {options.side} pixels",
    )
    journal = options.out / JOURNAL
    found = search(_attempt(data, options), options.children, settings, progress, journal=journal)
    best = best_of(found)
    network = _network(arguments_of(best.choices), data, options.seed)
    _trained(network, data, options, options.final_steps, progress.part(19, 20, "Training it"))
    dice = mean_dice(network, data)
    card = _card(best, data, options, dice, len(found))
    save_checkpoint(network, card, options.out / BEST)
    return SearchReport(found, best, options.out / BEST, dice)


def _attempt(data: SearchData, options: SearchOptions) -> Callable[[Choices, Progress], Child]:
    """What tries one network: as many steps as its seconds allow, then the mean Dice."""
    from engine.learning.search import Child, arguments_of
    from engine.models.measure import parameter_count

    def attempt(choices: Choices, progress: Progress) -> Child:
        network = _network(arguments_of(choices), data, options.seed)
        steps = _affordable(network, data, options)
        facts: dict[str, JsonValue] = {"parameters": parameter_count(network), "steps": steps}
        if not steps:
            return Child(choices, 0.0, facts)
        _trained(network, data, options, steps, progress)
        return Child(choices, mean_dice(network, data), facts)

    return attempt


def mean_dice(network: nn.Module, data: SearchData) -> float:
    """The mean over the classes but the background, on all held-out images together."""
    from engine.learning.train import predict
    from engine.metrics.overlap import confusion

    count = len(data.label_set)
    table = np.zeros((count, count), np.int64)
    stride = int(getattr(network, "stride", 16))
    for one in data.held_out:
        found = predict(network, one.image, stride=stride).argmax(axis=0).astype(np.uint8)
        table += confusion(found, one.labels, count)
    both, either = 2 * np.diag(table), table.sum(axis=0) + table.sum(axis=1)
    scores = [b / e for b, e in zip(both[1:], either[1:], strict=True) if e]
    return float(np.mean(scores)) if scores else 0.0


def _network(arguments: dict[str, JsonValue], data: SearchData, seed: int) -> nn.Module:
    import torch

    from engine.models.searched import Searched

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        ends = {"in_channels": len(data.input.channels), "classes": len(data.label_set)}
        return Searched(**cast("Any", {**arguments, **ends}))


def _affordable(network: nn.Module, data: SearchData, options: SearchOptions) -> int:
    """How many steps fit into the seconds, judged on a copy; 0 if not even one does."""
    import copy

    start = time.monotonic()
    _trained(copy.deepcopy(network), data, options, _TIMED, Progress())
    spent = (time.monotonic() - start) / _TIMED
    return min(options.steps, math.floor(options.seconds / spent))


def _trained(
    network: nn.Module, data: SearchData, options: SearchOptions, steps: int, progress: Progress
) -> None:
    from engine.learning.train import TrainSettings, train

    settings = TrainSettings(
        steps=steps, seed=options.seed, learning_rate=4e-3, warm_up=max(1, steps // 10),
        average=0.98, settle=8,
    )  # fmt: skip
    train(network, data.batches(options.side), settings, progress)


def _card(
    best: Child, data: SearchData, options: SearchOptions, dice: float, tried: int
) -> ModelCard:
    from engine.learning.search import arguments_of
    from engine.models.model_card import ModelCard, TrainingCard

    training = TrainingCard(
        recipe=f"sulcus search {options.data} --children {options.children} --steps {options.steps}"
        f" --seconds {options.seconds:g} --final-steps {options.final_steps} --side {options.side}"
        f" --seed {options.seed}",
        data=f"{data.name}: {len(data.training)} pictures",
        licence="that of the data",
        seed=options.seed,
        steps=options.final_steps,
        metrics={
            f"mean Dice on {len(data.held_out)} held-out pictures": round(dice, 4),
            "the same when it was tried": round(best.reward, 4),
        },
        limits=f"The best of {tried} networks on the pictures it is judged on, which flatters it.",
        data_sha256={data.name: data.sha256},
    )
    return ModelCard(
        name=Path(BEST).stem,
        title=f"Network found for {data.name}",
        network="searched",
        arguments={
            **arguments_of(best.choices),
            "in_channels": len(data.input.channels),
            "classes": len(data.label_set),
        },
        label_set=data.label_set,
        input=data.input,
        training=training,
    )
