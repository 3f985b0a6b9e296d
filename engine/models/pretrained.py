"""One door to the published weights of torchvision and timm.

Nothing is downloaded unless `fetch` is called. Files are looked for in the folder that is given, in
that which the environment names, in our cache, and in torch's; a person without a network puts
them there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from engine.errors import ParameterError, WeightsError
from engine.files import sha256_of
from engine.models.encoder import TIMM, Encoder
from engine.models.encoders.library import TimmEncoder
from engine.models.published import Pretrained, cache_folder, fetch_file
from engine.models.state_dicts import MatchReport, load_matching, read_state_dict
from engine.models.vision import timm, torchvision
from engine.progress import Progress
from engine.registry import unknown

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
SEGMENTING = {
    "torchvision-fcn-resnet50": "fcn_resnet50",
    "torchvision-fcn-resnet101": "fcn_resnet101",
    "torchvision-deeplab3-resnet50": "deeplabv3_resnet50",
    "torchvision-deeplab3-resnet101": "deeplabv3_resnet101",
}
"""Our whole networks by those of torchvision whose weights, of VOC's classes, fit."""
_FROM_TIMM = {"nasnet": "nasnetalarge", "se_resnet50": "seresnet50"}
_HASH = re.compile(r"-([0-9a-f]{8,64})\.")
_TERMS = "no licence stated; the library is BSD-3-Clause, and ImageNet is for research only"


def pretrained_of(encoder: str) -> tuple[Pretrained, ...]:
    """The published weights that fit an encoder; none for one that nobody trained.

    Args:
        encoder: A row of ENCODERS, 'timm:<name>', or a whole network of SEGMENTING.
    """
    if encoder in SEGMENTING:
        return _of_torchvision(encoder, SEGMENTING[encoder])
    if encoder in _TORCHVISION:
        return _of_torchvision(encoder, _TORCHVISION[encoder])
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
    return fetch_file(weights, folder, progress)


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


def _of_torchvision(encoder: str, model: str) -> tuple[Pretrained, ...]:
    library = torchvision()
    found: list[Pretrained] = []
    entries = library.get_model_weights(model)
    for entry in sorted(entries, key=lambda entry: entry is not entries.DEFAULT):
        url, meta = str(entry.url), cast("dict[str, Any]", entry.meta)
        file = url.rpartition("/")[2]
        preset = entry.transforms()
        mean, deviation = tuple(preset.mean), tuple(preset.std)
        if encoder == "googlenet":  # its loader brings images to this before the first layer
            mean = deviation = (0.5, 0.5, 0.5)
        metrics = meta.get("_metrics", {})
        accuracy = metrics.get("ImageNet-1K", {}).get("acc@1")
        overlap = metrics.get("COCO-val2017-VOC-labels", {}).get("miou")
        measured = f"ImageNet top-1 {accuracy:.1f} %" if accuracy else ""
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
                measured=f"mean IoU on COCO {overlap:.1f} %" if overlap else measured,
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
