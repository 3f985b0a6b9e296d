"""Trying a model on one image, before anybody relies on it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from engine.core.arrays import Labels, Pixels
from engine.core.image import Image
from engine.core.label_set import LabelSet
from engine.core.planes import Plane, slice_count, slice_view
from engine.errors import WeightsError
from engine.models.model_card import ModelCard
from engine.progress import Progress

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What a model made of one image.

    Attributes:
        name: What it was tried on.
        seconds: How long that took.
        shares: Part of the image by class, 0 to 1.
        picture: (rows, columns, 3) uint8, the image with its mask over it.
        notes: What looks wrong, a sentence each.
    """

    name: str
    seconds: float
    shares: dict[str, float]
    picture: Labels
    notes: tuple[str, ...]


def require_count(label_set: LabelSet, count: int) -> None:
    """See that as many classes are named as a model gives.

    Raises:
        WeightsError: if not.
    """
    if len(label_set) != count:
        raise WeightsError(
            f"The model gives {count} classes, but {len(label_set)} are named.",
            remedy="Name as many as it gives, the background first.",
        )


def try_model(network: nn.Module, card: ModelCard, path: Path | None, progress: Progress) -> Trial:
    """Predict one image, of a volume its middle slice, and see whether that makes sense.

    Args:
        network: With its weights, in evaluation mode.
        card: What it is.
        path: The image; a sample that suits the card if left out.
        progress: Told of each tile, as its second third; may cancel.

    Raises:
        WeightsError: if the network gives other classes or reads other channels than its card
            says, or gives no numbers.
        ReadError: if the image cannot be read.
        Cancelled: if `progress` was asked to stop.
    """
    import torch

    from engine.inference.segmenter import Segmenter
    from engine.io.opening import open_image
    from engine.workflow.sample import BRAIN_IMAGE, PHOTOS, sample_file

    require_count(card.label_set, int(getattr(network, "classes", len(card.label_set))))
    wanted = len(card.input.channels) * len(card.input.slices)
    reads = int(getattr(network, "in_channels", wanted))
    if reads != wanted:
        raise WeightsError(
            f"The model reads {reads} channels, but {wanted} are named.",
            remedy="Name the channels it was trained with: grey, or red, green, blue.",
        )
    is_volume = card.input.spacing_mm is not None or len(card.input.slices) > 1
    path = path or sample_file(BRAIN_IMAGE if is_volume else PHOTOS[0])
    image = _one_slice(open_image(path))
    start = time.monotonic()
    segmenter = Segmenter(cast(Any, network), card, torch.device("cpu"))
    found = segmenter.predict(image, progress.part(1, 3, "Trying it on an image"))
    seconds = time.monotonic() - start
    if not np.isfinite(found.values.astype(np.float32)).all():
        raise WeightsError(
            f"On '{path.name}' the model gives numbers that are none.",
            remedy="Check the normalisation; or its weights are damaged.",
        )
    labels = found.argmax()
    counts = np.bincount(labels.ravel(), minlength=len(card.label_set)) / labels.size
    shares = {name: float(share) for name, share in zip(card.label_set.names, counts, strict=True)}
    alone = [name for name, share in shares.items() if share == 1.0]
    notes = tuple(
        f"All of '{path.name}' became '{name}': check the normalisation and the order of classes."
        for name in alone
    )
    return Trial(path.name, seconds, shares, _overlaid(image, labels, card.label_set), notes)


def _one_slice(image: Image) -> Image:
    """The middle axial slice of a volume as a volume of one slice; a photo as it is."""
    geometry = image.geometry
    view = slice_view(geometry, Plane.AXIAL, slice_count(geometry, Plane.AXIAL) // 2)
    if view.normal is None:
        return image
    box = view.box((slice(0, view.sides[0]), slice(0, view.sides[1])))
    starts = [side.start for side in box]
    affine = geometry.affine
    if affine is not None:
        affine = affine.copy()
        affine[:3, 3] += affine[:3, :3] @ np.array(starts, np.float64)
    pixels = image.pixels[(slice(None), *box)]
    moved = replace(geometry, shape=pixels.shape[1:], affine=affine)
    return replace(image, pixels=pixels.copy(), geometry=moved, survey=None)


def _overlaid(image: Image, labels: Labels, label_set: LabelSet) -> Labels:
    """(rows, columns, 3) uint8: the image in grey or colours, its mask half over it."""
    view = slice_view(image.geometry, Plane.AXIAL, 0)
    colours = [i for i, name in enumerate(image.channels) if name != "alpha"]
    shown: Pixels = np.moveaxis(view.read(image.on_255()[colours]), 0, -1)
    if shown.shape[-1] != 3:
        shown = np.repeat(shown.mean(axis=-1, keepdims=True), 3, axis=-1)
    classes = view.read(labels)
    tints = np.array([one.colour for one in label_set], np.float32)[classes]
    covered = (classes > 0)[..., None]
    return np.where(covered, (shown + tints) / 2, shown).round().astype(np.uint8)
