"""Samples for the quality benchmark: degraded references, and what the shipped networks believe."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image as Pillow

from engine.core.image import Image
from engine.core.label_set import IGNORE
from engine.crf.fit import FitSample
from engine.io.opening import open_image
from engine.workflow.predict import BRAIN, OBJECTS, load_segmenter, predict_image

NOISY = 0.2  # of the coarse cells, as in the paper
LABELLED = 0.05  # of a slice, at least
VOC = ("voc_convcrf", "voc_refinenet")
DAVIS = ("davis",)


@dataclass(frozen=True, slots=True)
class SampleSet:
    """What a table is made of.

    Attributes:
        title: What it is.
        learn: What parameters are fitted on.
        test: What is measured; nothing of it is in `learn`.
        is_of_paper: Whether the paper has figures for its like.
    """

    title: str
    learn: list[FitSample]
    test: list[FitSample]
    is_of_paper: bool = False


def degraded_pictures(folder: Path, most: int, seed: int) -> Iterator[SampleSet]:
    """The paper's unary on pictures of PASCAL VOC, and on one frame of each sequence of DAVIS."""
    for title, sets, classes in (
        ("PASCAL VOC, 21 classes, degraded reference", VOC, 21),
        ("DAVIS, 2 classes, degraded reference", DAVIS, 2),
    ):
        samples = [
            degraded(colours, labels, classes, factor=8, seed=seed + number)
            for number, (colours, labels) in enumerate(_pictures(folder, sets, most))
        ]
        yield SampleSet(title, samples[::2], samples[1::2], is_of_paper=sets == VOC)


def degraded_brains(folder: Path, most: int, seed: int) -> SampleSet:
    """The same on axial T1 slices; made coarse by 4, as tissue is thinner than things."""
    learn, test = (
        [
            degraded(colours, labels, 4, factor=4, seed=seed + number)
            for number, (colours, labels, _) in enumerate(_slices(folder, split, most))
        ]
        for split in ("train", "test")
    )
    return SampleSet("T1 MRI, 4 classes, degraded reference", learn, test)


def predicted_brains(folder: Path, most: int) -> SampleSet:
    """Axial T1 slices with what the shipped network believes; it never saw these persons."""
    learn, test = (
        [
            FitSample(colours, believed, labels, (1.0, 1.0))
            for colours, labels, believed in _slices(folder, split, most, model=BRAIN)
            if believed is not None
        ]
        for split in ("train", "test")
    )
    return SampleSet("T1 MRI, 4 classes, the shipped network", learn, test)


def predicted_nuclei(folder: Path, most: int) -> SampleSet:
    """Nuclei with what the shipped network believes; it was trained on drawn pictures."""
    learn, test = (list(_nuclei(folder, split, most)) for split in ("train", "test"))
    return SampleSet("Nuclei, 2 classes, the shipped network", learn, test)


def degraded(
    colours: np.ndarray, labels: np.ndarray, classes: int, *, factor: int, seed: int
) -> FitSample:
    """A sample whose unary is its reference made coarse, partly wrong, and brought back.

    Source: Teichmann and Cipolla 2018, section 5.1.
    """
    rng = np.random.default_rng(seed)
    known = np.where(labels == IGNORE, 0, labels).astype(np.int64)
    sides = tuple(max(1, side // factor) for side in labels.shape)
    coarse = _resized(_one_hot(known, classes), sides)
    noise = _one_hot(rng.integers(0, classes, sides), classes)
    keep = torch.from_numpy(np.floor(1 - NOISY + rng.random(sides))).float()[None]
    clean, noise, keep = (_resized(x, labels.shape) for x in (coarse, noise, keep))
    unary = (keep * clean + (1 - keep) * noise).numpy()
    log_p = np.log(np.maximum(unary, 1e-5)).astype(np.float32)
    return FitSample(np.ascontiguousarray(colours), log_p, labels.astype(np.uint8), (1.0, 1.0))


def _pictures(
    folder: Path, sets: tuple[str, ...], most: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(3, H, W) colours and (H, W) class indices."""
    seen: set[str] = set()
    for row in _rows(folder):
        path = Path(row["path"])
        if row["kind"] != "label" or path.parts[0] not in sets or len(seen) == most:
            continue
        name = path.parts[-2] if sets == DAVIS else path.name
        if name in seen:
            continue
        seen.add(name)
        labels = np.asarray(Pillow.open(folder / path))
        if sets == DAVIS:
            labels = (labels > 127).astype(np.uint8)
        yield open_image(folder / row["label_of"]).on_255()[:3], labels


def _slices(
    folder: Path, split: str, most: int, model: str = ""
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    """(1, H, W) colours, (H, W) tissue with deep grey as grey, (4, H, W) log p of a network."""
    rows = [row for row in _rows(folder) if row["split"] == split and row["kind"] == "label"]
    segmenter = load_segmenter(model, "cpu") if model else None
    each = -(-most // len(rows))
    for row in rows[:most]:
        image = open_image(folder / row["label_of"])
        labels = open_image(folder / row["path"]).pixels[0].round().astype(np.uint8)
        labels[labels == 4] = 2
        grey = image.on_255()
        believed = -predict_image(image, segmenter).unary() if segmenter else None
        # The slabs are labelled in part: what nobody labelled is no slice to measure.
        known = np.flatnonzero((labels > 0).mean(axis=(0, 2)) > LABELLED)
        for index in known[np.linspace(0, len(known) - 1, each).round().astype(int)]:
            yield (
                np.ascontiguousarray(grey[:, :, index]),
                np.ascontiguousarray(labels[:, index]),
                None if believed is None else np.ascontiguousarray(believed[:, :, index]),
            )


def _nuclei(folder: Path, split: str, most: int) -> Iterator[FitSample]:
    segmenter = load_segmenter(OBJECTS, "cpu")
    masks: dict[str, list[Path]] = {}
    for row in _rows(folder):
        if row["split"] == split and row["kind"] == "label":
            masks.setdefault(row["label_of"], []).append(folder / row["path"])
    for picture, parts in list(masks.items())[:most]:
        image: Image = open_image(folder / picture)
        labels = np.zeros(image.geometry.shape, np.uint8)
        for part in parts:
            labels |= np.asarray(Pillow.open(part)) > 127
        believed = -predict_image(image, segmenter).unary()
        yield FitSample(image.on_255()[:3], believed, labels, (1.0, 1.0))


def _rows(folder: Path) -> Iterator[dict[str, str]]:
    with (folder / "index.csv").open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _one_hot(labels: np.ndarray, classes: int) -> torch.Tensor:
    found = torch.nn.functional.one_hot(torch.from_numpy(labels), classes)
    return found.movedim(-1, 0).float()


def _resized(x: torch.Tensor, sides: tuple[int, ...]) -> torch.Tensor:
    return torch.nn.functional.interpolate(x[None], sides, mode="bilinear", align_corners=False)[0]
