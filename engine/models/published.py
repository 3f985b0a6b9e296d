"""What a published file of weights is, and the way it comes to this machine; needs no torch."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from engine.errors import MissingSystem
from engine.models.download import download
from engine.progress import Progress

FOLDER_VARIABLE = "SULCUS_PRETRAINED"
"""The environment's name for a folder that holds weight files."""


@dataclass(frozen=True, slots=True)
class Pretrained:
    """One published file of weights.

    Attributes:
        name: As typed: the encoder, a colon and the tag, such as 'resnet50:IMAGENET1K_V2'.
        encoder: The row of ENCODERS, or 'timm:<name>'.
        options: What the encoder must be made with.
        url: Where it is.
        file: What it is called here.
        sha256_prefix: What its SHA-256 begins with; '' if nobody published it.
        megabytes: Its size; None if that is only known when it is asked for.
        licence: Of the weights, as their publisher states it.
        mean: Of red, green and blue in 0 to 1: subtracted from the image first.
        deviation: What the image is divided by then.
        measured: What their publisher measured, such as 'ImageNet top-1 80.9 %'.
    """

    name: str
    encoder: str
    options: dict[str, str]
    url: str
    file: str
    sha256_prefix: str
    megabytes: float | None
    licence: str
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    measured: str = ""


def cache_folder() -> Path:
    """Where downloads go: what the environment says, else our folder in the person's cache."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else user_cache_path("sulcus", appauthor=False) / "pretrained"


def fetch_file(
    weights: Pretrained, folder: Path | None = None, progress: Progress | None = None
) -> Path:
    """Download a file into `folder`, or the cache folder; returns where it is.

    Raises:
        MissingSystem: if it cannot be downloaded; with what to do without a network.
        WeightsError: if what came is not the published file.
        WriteError: if the folder cannot be written.
        Cancelled: if `progress` was asked to stop; the next call goes on from there.
    """
    target = (folder or cache_folder()) / weights.file
    try:
        return download(weights.url, target, sha256_prefix=weights.sha256_prefix, progress=progress)
    except MissingSystem as error:
        raise MissingSystem(
            f"The weights '{weights.name}' are not on this machine. {error.what}",
            remedy=without_network(weights, target.parent),
        ) from error


def without_network(weights: Pretrained, folder: Path | None = None) -> str:
    """What to do without a network, in one sentence."""
    return (
        f"Download {weights.url} where there is a network and put it into"
        f" '{folder or cache_folder()}' as '{weights.file}', or name its folder in"
        f" {FOLDER_VARIABLE}."
    )
