"""One door to the published weights of torchvision and timm.

Nothing is downloaded unless `fetch` is called. Files are looked for in the folder that is given, in
that which the environment names, in our cache, and in torch's; a person without a network puts
them there.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from platformdirs import user_cache_path
from torch import nn

from engine.errors import MissingSystem, ParameterError, WeightsError
from engine.files import sha256_of
from engine.models.download import download
from engine.models.encoder import TIMM, Encoder
from engine.models.encoders.library import TimmEncoder
from engine.models.state_dicts import MatchReport, load_matching, read_state_dict
from engine.models.vision import timm, torchvision
from engine.progress import Progress
from engine.registry import unknown

FOLDER_VARIABLE = "SULCUS_PRETRAINED"
"""The environment's name for a folder that holds weight files."""

_TORCHVISION = {
    "alexnet": "alexnet", "vgg16": "vgg16", "vgg16_bn": "vgg16_bn", "vgg19": "vgg19",
    "vgg19_bn": "vgg19_bn", "googlenet": "googlenet", "resnet18": "resnet18",
    "resnet34": "resnet34", "resnet50": "resnet50", "resnet101": "resnet101",
    "resnet152": "resnet152", "stochastic_resnet50": "resnet50",
    "wide_resnet50_2": "wide_resnet50_2", "wide_resnet101_2": "wide_resnet101_2",
    "resnext50_32x4d": "resnext50_32x4d", "resnext101_32x8d": "resnext101_32x8d",
    "densenet121": "densenet121", "densenet169": "densenet169", "densenet201": "densenet201",
    "mobilenet_v2": "mobilenet_v2", "shufflenet_v2": "shufflenet_v2_x1_0",
    "mnasnet": "mnasnet1_0",
}  # fmt: skip
"""Our encoders by the networks of torchvision whose weights fit."""
_OPTIONS: dict[str, dict[str, str]] = {"alexnet": {"variant": "tv"}, "googlenet": {"variant": "tv"}}
"""What an encoder must be made with for these weights."""
_FROM_TIMM = {"nasnet": "nasnetalarge", "se_resnet50": "seresnet50"}
_HASH = re.compile(r"-([0-9a-f]{8,64})\.")
_TERMS = "no licence stated; the library is BSD-3-Clause, and ImageNet is for research only"


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


def pretrained_of(encoder: str) -> tuple[Pretrained, ...]:
    """The published weights that fit an encoder; none for one that nobody trained.

    Args:
        encoder: A row of ENCODERS, or 'timm:<name>'.
    """
    if encoder in _TORCHVISION:
        return _of_torchvision(encoder)
    if encoder.startswith(TIMM):
        return _of_timm(encoder, encoder.removeprefix(TIMM))
    if encoder in _FROM_TIMM:
        return _of_timm(encoder, _FROM_TIMM[encoder])
    return ()


def all_pretrained() -> tuple[Pretrained, ...]:
    """The published weights of every row of ENCODERS; timm's others are asked for by name."""
    names = (*_TORCHVISION, *_FROM_TIMM)
    return tuple(weights for name in names for weights in pretrained_of(name))


def find_pretrained(name: str) -> Pretrained:
    """The weights called `name`; the first of an encoder if no tag is given.

    Raises:
        UnknownName: if there are none.
    """
    start = len(TIMM) if name.startswith(TIMM) else 0
    inner, colon, _ = name[start:].partition(":")
    known = {weights.name: weights for weights in pretrained_of(name[:start] + inner)}
    if not colon and known:
        return next(iter(known.values()))
    if name not in known:
        raise unknown("file of pretrained weights", name, known or dict.fromkeys(_TORCHVISION))
    return known[name]


def cache_folder() -> Path:
    """Where downloads go: what the environment says, else our folder in the person's cache."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else user_cache_path("sulcus", appauthor=False) / "pretrained"


def find_file(weights: Pretrained, folder: Path | None = None) -> Path | None:
    """Where the file is on this machine, its hash checked; None if it is not here.

    Args:
        weights: Which.
        folder: Looked through first.

    Raises:
        WeightsError: if a file of that name has another hash.
    """
    folders = [
        *([folder] if folder else []),
        cache_folder(),
        Path(torch.hub.get_dir()) / "checkpoints",
    ]
    for place in folders:
        path = place / weights.file
        if not path.is_file():
            continue
        if not sha256_of(path).startswith(weights.sha256_prefix):
            raise WeightsError(
                f"'{path}' is not the published file '{weights.name}': its hash differs.",
                remedy="Remove it, and download it anew.",
            )
        return path
    return None


def fetch(
    weights: Pretrained, folder: Path | None = None, *, progress: Progress | None = None
) -> Path:
    """The file of `weights`, downloaded if it is not here.

    Args:
        weights: Which.
        folder: Looked through first, and where the download goes; the cache folder if left out.
        progress: Told of the bytes; may cancel.

    Raises:
        MissingSystem: if it is not here and cannot be downloaded.
        WeightsError: if the file has another hash than the published one.
        WriteError: if the folder cannot be written.
        Cancelled: if `progress` was asked to stop.
    """
    found = find_file(weights, folder)
    if found is not None:
        return found
    target = (folder or cache_folder()) / weights.file
    try:
        return download(weights.url, target, sha256_prefix=weights.sha256_prefix, progress=progress)
    except MissingSystem as error:
        raise MissingSystem(
            f"The weights '{weights.name}' are not on this machine. {error.what}",
            remedy=f"Download {weights.url} where there is a network and put it into"
            f" '{target.parent}' as '{weights.file}', or name its folder in {FOLDER_VARIABLE}.",
        ) from error


def load_pretrained(encoder: Encoder, path: Path) -> MatchReport:
    """Fill an encoder from a file of weights, whatever its input channels.

    Args:
        encoder: Filled in place.
        path: A .pth or .safetensors file, of torchvision, timm or a person's own training.

    Raises:
        WeightsError: if the file cannot be read, is damaged, or nothing of it fits.
    """
    module = encoder.network if isinstance(encoder, TimmEncoder) else cast(nn.Module, encoder)
    try:
        return load_matching(module, read_state_dict(path))
    except ParameterError as error:
        raise WeightsError(
            f"The weight file '{path}' does not fit: {error.what}", remedy=error.remedy
        ) from error


def _of_torchvision(encoder: str) -> tuple[Pretrained, ...]:
    library = torchvision()
    found: list[Pretrained] = []
    entries = library.get_model_weights(_TORCHVISION[encoder])
    for entry in sorted(entries, key=lambda entry: entry is not entries.DEFAULT):
        url, meta = str(entry.url), cast("dict[str, Any]", entry.meta)
        file = url.rpartition("/")[2]
        preset = entry.transforms()
        mean, deviation = tuple(preset.mean), tuple(preset.std)
        if encoder == "googlenet":  # its loader brings images to this before the first layer
            mean = deviation = (0.5, 0.5, 0.5)
        accuracy = meta.get("_metrics", {}).get("ImageNet-1K", {}).get("acc@1")
        found.append(
            Pretrained(
                name=f"{encoder}:{entry.name}",
                encoder=encoder,
                options=_OPTIONS.get(encoder, {}),
                url=url,
                file=file,
                sha256_prefix=_prefix(file),
                megabytes=meta.get("_file_size"),
                licence=_TERMS,
                mean=mean,
                deviation=deviation,
                measured=f"ImageNet top-1 {accuracy:.1f} %" if accuracy else "",
            )
        )
    return tuple(found)


def _of_timm(encoder: str, model: str) -> tuple[Pretrained, ...]:
    """What timm knows without a network: those with an address of their own, or on its hub.

    Raises:
        UnknownName: if timm has no such network.
    """
    library = timm()
    if not library.is_model(model):
        raise unknown("network of timm", model, dict.fromkeys(library.list_models()))
    found: list[Pretrained] = []
    for full in library.list_pretrained(f"{model}.*"):
        settings = library.get_pretrained_cfg(full)
        if settings is None:
            continue
        address = settings.url or ""
        hub = f"https://huggingface.co/{settings.hf_hub_id}/resolve/main/model.safetensors"
        url = address if _prefix(address) or not settings.hf_hub_id else hub
        file = url.rpartition("/")[2] if url == address else f"{full}.safetensors"
        found.append(
            Pretrained(
                name=f"{encoder}:{full.partition('.')[2]}",
                encoder=encoder,
                options={},
                url=url,
                file=file,
                sha256_prefix=_prefix(file),
                megabytes=None,
                licence=settings.license or "not stated",
                mean=tuple(settings.mean),
                deviation=tuple(settings.std),
            )
        )
    return tuple(found)


def _prefix(file: str) -> str:
    """The part of the hash that a file's name carries, as torch names its files."""
    found = _HASH.search(file)
    return found[1] if found else ""
