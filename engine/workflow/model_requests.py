"""What the window asks about models of the process that has torch; answers are of JSON's types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.progress import Progress

if TYPE_CHECKING:
    from torch import nn

INSPECT, ADD, PUBLISHED = "inspect", "add", "published"


def answer(verb: str, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Do what `verb` says.

    Args:
        verb: INSPECT a file, ADD a model (or only try it), or tell the size of a network and
            its PUBLISHED weights.
        arguments: Of it.
        progress: Told how far it is; may cancel.

    Raises:
        KeyError: if there is no such verb.
        SulcusError: if it is refused.
        Cancelled: if `progress` was asked to stop.
    """
    return _VERBS[verb](arguments, progress)


def _inspect(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    from engine.workflow.own_models import inspect_model

    return asdict(inspect_model(Path(arguments["file"]), progress))


def _add(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    from engine.workflow.add_model import OwnModel, add_model

    given = dict(arguments)
    keep = bool(given.pop("keep"))
    image = given.pop("image", "")
    own = OwnModel(
        file=Path(given.pop("file")),
        classes=tuple(given.pop("classes")),
        channels=tuple(given.pop("channels")),
        image=Path(image) if image else None,
        **given,
    )
    report = add_model(own, progress, keep=keep)
    trial = report.trial
    return {
        "name": report.name,
        "path": str(report.path or ""),
        "lines": list(report.lines),
        "image": trial.name,
        "seconds": trial.seconds,
        "shares": trial.shares,
        "notes": list(trial.notes),
        "picture": trial.picture,
    }


def _published(arguments: Mapping[str, Any], _: Progress) -> dict[str, Any]:
    from engine.models.pretrained import find_file, pretrained_of
    from engine.models.published import without_network

    name = str(arguments["name"])
    return {
        "facts": _counted(name),
        "weights": [
            {**asdict(one), "here": str(find_file(one) or ""), "offline": without_network(one)}
            for one in pretrained_of(name)
        ],
    }


def _counted(name: str) -> dict[str, str]:
    """What a network or an encoder says of itself when it is made, without its numbers."""
    import torch

    from engine.models.encoder import make_encoder
    from engine.models.measure import parameter_count
    from engine.models.table import MODELS

    with torch.device("meta"):
        if name not in {row.name for row in MODELS}:
            encoder = make_encoder(name)
            return {"Parameters": f"{parameter_count(encoder):,}"}
        network = MODELS.load(name)()
    radius = network.receptive_radius
    seen = "all of it" if radius is None else f"{2 * radius + 1} pixels wide"
    return {
        "Parameters": f"{parameter_count(cast('nn.Module', network)):,}",
        "Reads": f"{network.in_channels} channels, unless it is made for others",
        "Sees of the image for one pixel": seen,
    }


_VERBS: dict[str, Callable[[Mapping[str, Any], Progress], dict[str, Any]]] = {
    INSPECT: _inspect,
    ADD: _add,
    PUBLISHED: _published,
}
