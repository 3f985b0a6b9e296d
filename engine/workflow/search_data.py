"""Small training data for architecture search: a folder's pairs, the sample, or drawn shapes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from engine.core.arrays import Floats, Labels
from engine.core.label_set import IGNORE, LabelSet
from engine.core.planes import Plane, slice_count, slice_view
from engine.errors import ReadError
from engine.models.model_card import InputCard
from engine.progress import Progress

if TYPE_CHECKING:
    from torch import Tensor

    from engine.core.image import Image

SAMPLE, SHAPES = "sample", "shapes"
"""Names that stand for data that ships or is drawn."""
_MOST = 240
"""Slices and pictures that are held; more are thinned out evenly."""
_HELD_OUT = 4
"""Every so many-th image judges what was learned from the others."""
_BATCH = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A picture as a network reads it, (C, H, W) float32, and its labels, (H, W) uint8."""

    image: Floats
    labels: Labels


@dataclass(frozen=True, slots=True, eq=False)
class SearchData:
    """What networks are trained and judged on.

    Attributes:
        name: Where it came from.
        label_set: Its classes.
        input: What a card says of its images.
        training: To learn from.
        held_out: To be judged on; of other images.
        sha256: Of all of it.
    """

    name: str
    label_set: LabelSet
    input: InputCard
    training: tuple[Example, ...]
    held_out: tuple[Example, ...]
    sha256: str

    def batches(self, side: int) -> Callable[[Generator], tuple[Tensor, Tensor]]:
        """What `engine.learning.train.train` draws its batches from: turned crops."""
        import torch

        def batch(rng: Generator) -> tuple[Tensor, Tensor]:
            chosen = [
                _crop(self.training[int(rng.integers(len(self.training)))], side, rng)
                for _ in range(_BATCH)
            ]
            images = np.stack([one.image for one in chosen])
            labels = np.stack([one.labels for one in chosen]).astype(np.int64)
            return torch.from_numpy(images), torch.from_numpy(labels)

        return batch


def load_data(
    where: str, classes: LabelSet | None, seed: int, progress: Progress | None = None
) -> SearchData:
    """The data called `where`: a folder of images with masks, SAMPLE, or SHAPES.

    Args:
        where: A folder, or one of the names.
        classes: Of the masks, where no file beside them names them.
        seed: Of what is drawn.
        progress: Told of each image; may cancel.

    Raises:
        ReadError: if there are fewer than two pairs, or one cannot be read.
        GeometryError: if a mask lies on another grid than its image.
    """
    progress = progress or Progress()
    if where == SHAPES:
        return _shapes(seed)
    if where == SAMPLE:
        from engine.workflow.predict import BRAIN, list_models
        from engine.workflow.sample import BRAIN_IMAGE, BRAIN_REFERENCE, sample_file

        label_set = next(one.label_set for one in list_models() if one.name == BRAIN)
        pairs = [(sample_file(BRAIN_IMAGE), sample_file(BRAIN_REFERENCE))]
        return _paired("the brain sample", pairs, label_set, progress)
    return _of_folder(Path(where), classes, progress)


def _of_folder(folder: Path, classes: LabelSet | None, progress: Progress) -> SearchData:
    from engine.io.label_names import label_set_beside
    from engine.io.opening import read_labels
    from engine.workflow.add import find_in

    pairs = [
        (case.image.path, case.mask)
        for case in find_in([folder], None, progress).cases
        if case.mask is not None
    ]
    if not pairs:
        raise ReadError(
            f"'{folder}' has no images with masks.",
            remedy="Name masks like their images and '_mask', or put them into a folder 'masks'.",
        )
    first = pairs[0][1]
    named = classes or label_set_beside(first) or read_labels(first).label_set
    if named is None:
        raise ReadError(
            f"Nothing names the classes of '{first}'.",
            remedy="Name them with --classes, the background first.",
        )
    return _paired(str(folder), pairs, named, progress)


def _paired(
    name: str, pairs: list[tuple[Path, Path]], label_set: LabelSet, progress: Progress
) -> SearchData:
    """Pictures and slices of pairs of files; neighbours are not parted between the two sets."""
    from engine.inference.normalise import colours_of, image_scale, normalised
    from engine.io.opening import open_image, open_mask

    examples: list[Example] = []
    input_card: InputCard | None = None
    for number, (path, mask) in enumerate(pairs):
        progress.step(number, len(pairs), "Reading")
        image = open_image(path)
        colours = [one for one in image.channels if one != "alpha"]
        channels = ("red", "green", "blue") if len(colours) == 3 else ("grey",)
        input_card = input_card or InputCard(channels)
        labels = open_mask(mask, image.geometry, label_set).labels
        pixels = normalised(colours_of(image), image_scale(image, input_card), input_card)
        examples += _slices(image, pixels, labels)
    thin = max(1, -(-len(examples) // _MOST))
    kept = examples[::thin]
    if len(kept) < 2 or input_card is None:
        raise ReadError(
            f"'{name}' has too few images to learn from and be judged on.",
            remedy="Give two or more.",
        )
    if len(pairs) == 1:  # one volume: its lower part judges
        cut = max(1, len(kept) // _HELD_OUT)
        return _made(name, label_set, input_card, kept[cut:], kept[:cut])
    judged = [one for index, one in enumerate(kept) if index % _HELD_OUT == 0]
    learned = [one for index, one in enumerate(kept) if index % _HELD_OUT]
    return _made(name, label_set, input_card, learned, judged)


def _slices(image: Image, pixels: Floats, labels: Labels) -> list[Example]:
    """A photo, or the axial slices of a volume on which anything is marked."""
    geometry = image.geometry
    found: list[Example] = []
    for index in range(slice_count(geometry, Plane.AXIAL)):
        view = slice_view(geometry, Plane.AXIAL, index)
        shown = view.read(labels)
        if view.normal is None or shown.any():
            found.append(
                Example(
                    np.ascontiguousarray(view.read(pixels), np.float32),
                    np.ascontiguousarray(shown),
                )
            )
    return found


def _made(
    name: str, label_set: LabelSet, card: InputCard, training: list[Example], judged: list[Example]
) -> SearchData:
    digest = hashlib.sha256()
    for one in (*training, *judged):
        digest.update(np.ascontiguousarray(one.image).tobytes())
        digest.update(np.ascontiguousarray(one.labels).tobytes())
    return SearchData(name, label_set, card, tuple(training), tuple(judged), digest.hexdigest())


def _crop(example: Example, side: int, rng: Generator) -> Example:
    """A square of `side` pixels, flipped and turned; what lies outside is ignored."""
    image, labels = example.image, example.labels
    missing = [max(0, side - length) for length in labels.shape]
    if any(missing):
        after = [(0, length) for length in missing]
        image = np.pad(image, [(0, 0), *after])
        labels = np.pad(labels, after, constant_values=IGNORE)
    top, left = (int(rng.integers(length - side + 1)) for length in labels.shape)
    image = image[:, top : top + side, left : left + side]
    labels = labels[top : top + side, left : left + side]
    turns = int(rng.integers(4))
    image, labels = np.rot90(image, turns, axes=(1, 2)), np.rot90(labels, turns)
    if rng.integers(2):
        image, labels = image[:, :, ::-1], labels[:, ::-1]
    return Example(np.ascontiguousarray(image), np.ascontiguousarray(labels))


def _shapes(seed: int) -> SearchData:
    """Discs and squares of one brightness on noise: only their outline tells them apart."""
    rng = np.random.default_rng((seed, 7))
    drawn = [_drawing(rng) for _ in range(24)]
    label_set = LabelSet.named(["background", "disc", "square"])
    return _made("drawn shapes", label_set, InputCard(("grey",), 0, 100), drawn[6:], drawn[:6])


def _drawing(rng: Generator, side: int = 64) -> Example:
    image = rng.normal(0.35, 0.08, (side, side))
    labels = np.zeros((side, side), np.uint8)
    rows, columns = np.indices((side, side))
    for _ in range(4):
        row, column = rng.integers(8, side - 8, 2)
        radius = int(rng.integers(4, 9))
        kind = int(rng.integers(1, 3))
        far = (
            np.hypot(rows - row, columns - column)
            if kind == 1
            else np.maximum(abs(rows - row), abs(columns - column)) * 1.13
        )
        inside = far <= radius
        labels[inside] = kind
        image[inside] += 0.3
    return Example(np.clip(image, 0, 1).astype(np.float32)[None], labels)
