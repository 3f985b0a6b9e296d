"""Reading a large picture in bands of whole rows, and learning on the way what is asked of it.

Each band is decoded, put into its place on the disk, halved down to a small picture, and looked at
for its intensities, all in one thread while it is in the cache; several threads take bands in turn.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor  # noqa: TID251 - tiles unpack beside
from contextlib import closing, contextmanager
from dataclasses import dataclass
from math import lcm
from pathlib import Path
from time import monotonic
from typing import Protocol

import numpy as np

from engine.core.arrays import Pixels
from engine.core.image import extremes_of, intensity_range, sample_step
from engine.core.survey import Glimpse, Survey
from engine.errors import ReadError
from engine.io.image_format import CHANNELS, Watch
from engine.io.scratch import Room, room_for
from engine.io.sizes import halve_image, smaller_sides
from engine.io.windows import WindowedImage

LARGE = 2**24
"""Pixels of a picture from which on it is read in bands."""

WORKERS = max(1, min(4, os.cpu_count() or 1))
BAND = 2**24
"""Bytes of a band, if its tiles allow it."""

_MOST = 2**26
"""Bytes of a band from which on some tiles are rather decoded twice than a band be larger."""

GLIMPSED = 1024
"""The longer side of what is shown meanwhile is at most so many pixels."""

_PAUSE_S = 0.1  # from one glimpse to the next
_JUDGED = 4  # every how manyth row and column of a glimpse tells its window


@dataclass(frozen=True, slots=True, eq=False)
class Large:
    """A large picture that was read.

    Attributes:
        pixels: (C, rows, columns), read-only.
        digest: SHA-256 of its bytes in C order, hexadecimal.
        survey: What was learnt of it.
    """

    pixels: Pixels
    digest: str
    survey: Survey


def is_read_in_bands(shape: tuple[int, ...]) -> bool:
    """Whether an image of these sides is a large picture."""
    return len(shape) == 2 and shape[0] * shape[1] >= LARGE


class Banded(Protocol):
    """A picture that gives its rows in any order, to several threads.

    Attributes:
        path: Where it lies, for messages.
        sides: Rows and columns.
    """

    path: Path
    sides: tuple[int, int]

    def rows(self, top: int, bottom: int) -> Pixels:
        """(C, bottom - top, columns).

        Raises:
            ReadError: if they are damaged.
        """
        ...


def read_large(image: WindowedImage, watch: Watch) -> Large:
    """Read all of a TIFF, and show a smaller size first if it has one itself.

    Raises:
        ReadError: if it is damaged, or there is no room for it.
        Cancelled: if the progress was asked to stop.
    """
    _show_smaller(image, watch)
    if len(image.levels) > 1:
        watch = Watch(watch.progress)
    return read_bands(_Windows(image), band_rows(image), watch)


def read_bands(picture: Banded, high: int, watch: Watch) -> Large:
    """Read all of a picture, so many rows at once: all of them, or a multiple of all halvings.

    Raises:
        ReadError: if it is damaged, or there is no room for it.
        Cancelled: if the progress was asked to stop.
    """
    rows = picture.sides[0]
    high = min(rows, high)
    first = picture.rows(0, high)
    with _room_explained(picture.path), closing(_Desk(picture, first, high)) as desk:
        del first
        pool = ThreadPoolExecutor(WORKERS, "bands")
        try:
            for bottom in _in_turn(pool, desk, range(0, rows, high), high):
                watch.progress.step(min(bottom, rows), rows, "Reading the image")
                desk.show(min(bottom, rows), watch)
        finally:
            pool.shutdown(cancel_futures=True)
        return desk.done()


class _Windows:
    """A TIFF as bands."""

    def __init__(self, image: WindowedImage) -> None:
        self._image = image
        self.path = image.path
        self.sides = image.levels[0].shape

    def rows(self, top: int, bottom: int) -> Pixels:
        return self._image.read((slice(top, bottom), slice(0, self.sides[1])))


def band_of(sides: tuple[int, int], bytes_a_pixel: int) -> int:
    """How many rows to read at once of a picture that gives any."""
    unit = 2 ** len(smaller_sides(*sides))
    return unit * max(1, BAND // (unit * sides[1] * bytes_a_pixel))


def band_rows(image: WindowedImage) -> int:
    """How many rows are read at once: whole tiles if may be, and a multiple of all halvings."""
    rows, columns = image.levels[0].shape
    high = image.levels[0].segment[0]
    unit = 2 ** len(smaller_sides(rows, columns))
    line = columns * image.samples * image.dtype.itemsize
    even = lcm(high, unit)
    if even * line <= _MOST:
        return even * max(1, BAND // (even * line))
    if 2 * high >= rows:  # one strip for all, which can only be decoded whole
        return -(-rows // unit) * unit
    return -(-max(high, BAND // line) // unit) * unit


def _in_turn(pool: ThreadPoolExecutor, desk: _Desk, tops: range, high: int) -> Iterator[int]:
    """Where each band ends, from top to bottom, once it is done."""
    waiting: deque[tuple[int, Future[None]]] = deque()
    for top in tops:
        waiting.append((top + high, pool.submit(desk.take, top)))
        while len(waiting) > WORKERS:
            bottom, band = waiting.popleft()
            band.result()
            yield bottom
    for bottom, band in waiting:
        band.result()
        yield bottom


class _Desk:
    """Where the bands are put together."""

    def __init__(self, picture: Banded, first: Pixels, high: int) -> None:
        self._picture, self._high = picture, high
        self._first: Pixels | None = first
        self._sides = picture.sides
        channels = len(first)
        shape = (channels, *self._sides)
        self._step = sample_step(shape)
        self._whole = room_for(shape, first.dtype)
        sides = smaller_sides(*self._sides)
        self._smaller: list[Room] = [room_for((channels, *one), first.dtype) for one in sides]
        shown = [self._sides, *sides]
        self._coarse_at = next(n for n, one in enumerate(shown) if max(one) <= GLIMPSED)
        colours = channels - (CHANNELS.get(channels, ("",))[-1] == "alpha")
        self._coarse = np.zeros((colours, *shown[self._coarse_at]), first.dtype)
        self._samples: dict[int, Pixels] = {}
        self._extremes: dict[int, list[tuple[float, float] | None]] = {}
        self._shown_at = 0.0

    def take(self, top: int) -> None:
        """Read the band that begins at a row."""
        if top == 0 and self._first is not None:
            band, self._first = self._first, None
        else:
            band = self._picture.rows(top, min(top + self._high, self._sides[0]))
        before = top * self._sides[1]
        flat = band.reshape(len(band), -1)
        self._samples[top] = flat[:, -before % self._step :: self._step].copy()
        self._extremes[top] = [extremes_of(one) for one in band]
        for number, room in enumerate((self._whole, *self._smaller)):
            if number:
                band = halve_image(band)
                top //= 2
            _put(room, top, band)
            if number == self._coarse_at:
                self._coarse[:, top : top + band.shape[1]] = band[: len(self._coarse)]

    def show(self, bottom: int, watch: Watch) -> None:
        """Show what is there down to a row, if nothing was shown just now."""
        now = monotonic()
        if now - self._shown_at < _PAUSE_S:
            return
        self._shown_at = now
        rows = -(-bottom // 2**self._coarse_at)
        watch.glimpsed(Glimpse(self._coarse, rows, self._sides, _window_of(self._coarse[:, :rows])))

    def done(self) -> Large:
        """All of it."""
        digest = hashlib.sha256()
        self._whole.update(digest)
        tops = sorted(self._samples)
        per_channel = zip(*(self._extremes[top] for top in tops), strict=True)
        survey = Survey(
            tuple(room.whole() for room in self._smaller),
            np.concatenate([self._samples[top] for top in tops], axis=1),
            tuple(_joined(one) for one in per_channel),
        )
        for size in (*survey.sizes, survey.sample):
            size.setflags(write=False)
        return Large(self._whole.whole(), digest.hexdigest(), survey)

    def close(self) -> None:
        """Let go of the rooms."""
        for room in (self._whole, *self._smaller):
            room.close()


def _put(room: Room, top: int, band: Pixels) -> None:
    for channel, rows in enumerate(band):
        room.put(channel, top, rows)


def _joined(found: tuple[tuple[float, float] | None, ...]) -> tuple[float, float]:
    known = [one for one in found if one is not None]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else (0.0, 0.0)


def _show_smaller(image: WindowedImage, watch: Watch) -> None:
    """Show a smaller size that the file has itself."""
    fitting = [
        number
        for number, level in enumerate(image.levels)
        if number and max(level.shape) <= 2 * GLIMPSED
    ]
    if fitting:
        rows, columns = image.levels[fitting[0]].shape
        pixels = image.read((slice(0, rows), slice(0, columns)), fitting[0])
        colours = len(pixels) - (CHANNELS.get(len(pixels), ("",))[-1] == "alpha")
        pixels = pixels[:colours]
        watch.glimpsed(Glimpse(pixels, rows, image.levels[0].shape, _window_of(pixels)))


def _window_of(pixels: Pixels) -> tuple[float, float]:
    if pixels.dtype == np.uint8:
        return (0.0, 255.0)
    return intensity_range(pixels[:, ::_JUDGED, ::_JUDGED], 0.5, 99.5)


@contextmanager
def _room_explained(path: Path) -> Generator[None]:
    """What goes wrong on the disk where the picture is kept meanwhile becomes a sentence."""
    try:
        yield
    except OSError as error:
        raise ReadError(
            f"'{path}' could not be unpacked: {(error.strerror or str(error)).lower()}.",
            remedy="Make room in the system's folder for temporary files.",
        ) from error
