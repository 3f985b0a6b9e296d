"""Predicting a picture that is never in memory as a whole, from disk to disk."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from engine.core.arrays import Floats, Labels, Pixels
from engine.progress import Progress

if TYPE_CHECKING:
    from engine.inference.segmenter import Segmenter
    from engine.inference.tiles import Span
    from engine.io.windows import WindowedImage
    from engine.models.model_card import InputCard

_Keep: TypeAlias = "Callable[[Span, Floats], None]"

SAMPLED, SAMPLE_SIDE = 8, 256
"""The intensities are judged on so many windows along each axis, each of so many pixels a side."""


@dataclass(frozen=True, slots=True)
class LargeMask:
    """What was predicted.

    Attributes:
        path: The mask, a tiled TIFF.
        sides: (rows, columns).
        counts: Pixels of each class.
    """

    path: Path
    sides: tuple[int, int]
    counts: tuple[int, ...]


def predict_large(
    path: Path,
    segmenter: Segmenter,
    target: Path,
    progress: Progress | None = None,
    *,
    probabilities: Path | None = None,
) -> LargeMask:
    """Predict a large TIFF by window into a tiled TIFF of class indices.

    Args:
        path: The picture.
        segmenter: What predicts it.
        target: The mask.
        progress: Told of each tile.
        probabilities: Where to write them too, (K, rows, columns) float16 as .npy; not if None.

    Raises:
        ReadError: if the picture cannot be read by window, or is damaged.
        WriteError: if the mask cannot be written.
        DeviceError: if even the smallest tile does not fit into memory.
        Cancelled: if `progress` was asked to stop; then nothing is left.
    """
    from engine.export.label_bands import write_bands

    label_set = segmenter.card.label_set
    counts = np.zeros(len(label_set), np.int64)
    with contextlib.ExitStack() as stack:
        picture = stack.enter_context(large_picture(path, segmenter.card.input))
        keep = None
        if probabilities is not None:
            shape = (len(label_set), *picture.sides)
            keep = stack.enter_context(_array_on_disk(probabilities, shape))

        def bands() -> Iterator[Labels]:
            for band in _bands(segmenter, picture, progress, keep):
                for index in range(len(label_set)):
                    counts[index] += np.count_nonzero(band == index)
                yield band

        write_bands(bands(), picture.sides, label_set, target)
    return LargeMask(target, picture.sides, tuple(int(count) for count in counts))


@contextmanager
def large_picture(path: Path, card: InputCard) -> Generator[LargePicture]:
    """A picture on disk as a model card wants it, open as long as this is.

    Raises:
        ReadError: if it cannot be read by window, or is damaged.
    """
    from engine.io.windows import WindowedImage

    with WindowedImage(path) as image:
        yield LargePicture(image, card)


class LargePicture:
    """A picture on disk, normalised where it is read.

    Attributes:
        sides: (rows, columns).
    """

    def __init__(self, image: WindowedImage, card: InputCard) -> None:
        """Judge the intensities by windows spread across the picture."""
        self.sides = image.levels[0].shape
        self._image = image
        self._card = card
        self._scale = _scale_of(image, card)

    def read(self, part: Span) -> Floats:
        from engine.inference.normalise import normalised

        return normalised(_colours(self._image.read(part)), self._scale, self._card)


def _bands(
    segmenter: Segmenter, picture: LargePicture, progress: Progress | None, keep: _Keep | None
) -> Iterator[Labels]:
    """The mask in bands of whole rows, from top to bottom."""
    held = np.empty((0, picture.sides[1]), np.uint8)
    missing = np.empty(0, np.int64)  # pixels of each row that is held
    top = 0
    for (rows, columns), belief in segmenter.stream(picture, progress):
        if keep is not None:
            keep((rows, columns), belief)
        more = rows.stop - top - len(held)
        if more > 0:
            fresh = np.zeros((more, picture.sides[1]), np.uint8)
            held = np.concatenate([held, fresh]) if len(held) else fresh
            missing = np.pad(missing, (0, more), constant_values=picture.sides[1])
        part = slice(rows.start - top, rows.stop - top)
        held[part, columns] = belief.argmax(axis=0)
        missing[part] -= columns.stop - columns.start
        done = int(np.argmax(missing > 0)) if missing.any() else len(missing)
        if done:
            yield held[:done]
            held, missing, top = held[done:], missing[done:], top + done


@contextmanager
def _array_on_disk(path: Path, shape: tuple[int, ...]) -> Generator[_Keep]:
    """What puts parts of a float16 array into a .npy file, which is there once all are.

    Raises:
        WriteError: if it cannot be written.
    """
    from engine.files import replacing

    with replacing(path) as temporary:
        whole = np.lib.format.open_memmap(temporary, "w+", np.float16, shape)
        offset = whole.offset
        del whole

        def keep(part: Span, values: Floats) -> None:
            # Mapped for each part anew, so that what is written does not stay in memory.
            mapped = np.memmap(temporary, np.float16, "r+", offset, shape)
            mapped[(slice(None), *part)] = values
            del mapped

        yield keep


def _scale_of(image: WindowedImage, card: InputCard) -> tuple[float, float]:
    """The intensities that become 0 and 1, judged on windows spread across the picture."""
    from engine.inference.normalise import input_scale

    rows, columns = image.levels[0].shape
    sample = [
        _colours(image.read((_window(y, rows), _window(x, columns)))).ravel()[::4]
        for y in np.linspace(0, rows, SAMPLED, endpoint=False).astype(int)
        for x in np.linspace(0, columns, SAMPLED, endpoint=False).astype(int)
    ]
    return input_scale(card, np.concatenate(sample))


def _window(start: int, side: int) -> slice:
    return slice(int(start), min(int(start) + SAMPLE_SIDE, side))


def _colours(pixels: Pixels) -> Pixels:
    """Without alpha: the last of two or four channels."""
    return pixels[:-1] if len(pixels) in (2, 4) else pixels
