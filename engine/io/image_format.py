"""What a file format must offer (Protocol), and what its readers share."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from engine.core.arrays import Labels, Pixels
from engine.core.geometry import Geometry
from engine.core.image import Image, Notice, Source
from engine.core.label_set import LabelSet
from engine.core.survey import Glimpse
from engine.errors import ReadError
from engine.progress import Progress

CHANNELS = {
    1: ("grey",),
    2: ("grey", "alpha"),
    3: ("red", "green", "blue"),
    4: ("red", "green", "blue", "alpha"),
}
# The flips and transposition that each value of the Orientation tag asks for (TIFF 6.0, page 36).
_TURNS = {2: (0, 1, 0), 3: (1, 1, 0), 4: (1, 0, 0), 5: (0, 0, 1), 6: (1, 0, 1), 7: (1, 1, 1),
          8: (0, 1, 1)}  # fmt: skip

LARGEST = 2**31
"""Pixels above which a file is taken for damaged rather than large."""

SMALL, DENSEST = 2**26, 4096
"""So many pixels any file may hold, and so many for each of its bytes: deflate packs 1,032 bytes
into one at best, and blank pages of one bit a pixel are small."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the images that a path holds: a frame, a series, a size of page.

    Attributes:
        key: What `ImageFormat.read` takes; the same each time the same files are listed.
        title: What a list shows, without anything of a patient.
        shape: Its pixels along each axis.
    """

    key: str
    title: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MaskFile:
    """A mask as it stands in its file.

    Attributes:
        labels: (*shape) uint8 class indices.
        geometry: The grid.
        label_set: The names and colours that the file gives to its indices; None if it gives none.
        notices: What was found odd in it.
        may_move: Whether the format gives each slice its own place in the patient, and may leave
            empty ones out, so that the mask may be put onto a larger grid by where it lies.
    """

    labels: Labels
    geometry: Geometry
    label_set: LabelSet | None = None
    notices: tuple[Notice, ...] = ()
    may_move: bool = False


class ImageFormat(Protocol):
    """One file format; an object of it holds nothing."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        """The images in `path`, read from headers alone; empty where there is just one.

        Raises:
            ReadError: if the file is damaged, or is not of this format.
        """
        ...

    def read(self, path: Path, part: str = "") -> Image:
        """The image in `path`, or one of several: the first, with a notice, if none is named.

        Args:
            path: A file, or the folder of a series.
            part: A key of `parts`, or ''.

        Raises:
            ReadError: if the file is damaged, or is not of this format.
        """
        ...

    def read_labels(self, path: Path, part: str = "") -> MaskFile:
        """The mask in `path` as class indices, palette entries not turned to colours.

        Raises:
            ReadError: if the file is damaged, or holds no whole numbers from 0 to 255.
        """
        ...


def _ignored(_: Glimpse) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who waits while a picture is read.

    Attributes:
        progress: Told how far it is; stops it if asked to.
        glimpsed: Called now and then with what can be shown already.
    """

    progress: Progress = field(default_factory=Progress)
    glimpsed: Callable[[Glimpse], None] = _ignored


@runtime_checkable
class ReadsLarge(Protocol):
    """A format whose pictures may take long to read, and whose grid its headers tell."""

    def read_watched(self, path: Path, part: str, watch: Watch) -> Image:
        """As `ImageFormat.read`, with somebody who waits.

        Raises:
            ReadError: as `read`.
            Cancelled: if the progress was asked to stop.
        """
        ...

    def geometry(self, path: Path, part: str) -> Geometry:
        """The grid of an image, as `read` would give it; no pixel is decoded.

        Raises:
            ReadError: if the headers are damaged.
        """
        ...


def image_of(path: Path, pixels: Pixels, geometry: Geometry, format_: str, **more: Any) -> Image:
    """An image of channels-first pixels, hashed over its voxel data.

    Args:
        path: Where it was read from.
        pixels: (C, *shape).
        geometry: The grid.
        format_: The name of its row in IMAGE_FORMATS.
        more: `header` and `part` of the source, and `digest` where it is known; `notices`,
            `is_inverted` and `survey` of the image.
    """
    pixels = np.ascontiguousarray(pixels)
    names = CHANNELS.get(len(pixels)) or tuple(f"channel {i + 1}" for i in range(len(pixels)))
    digest = more.pop("digest", "") or hashlib.sha256(pixels.data).hexdigest()
    source = Source(path, digest, more.pop("header", b""), format_, more.pop("part", ""))
    return Image(pixels, geometry, names, source, **more)


def as_labels(path: Path, values: Pixels) -> Labels:
    """`values` as uint8 class indices.

    Raises:
        ReadError: if they are not whole numbers from 0 to 255.
    """
    labels = np.asarray(values)
    if labels.dtype != np.uint8:
        with np.errstate(invalid="ignore"):
            whole = labels.astype(np.uint8)
        if not np.array_equal(whole, labels):
            raise ReadError(
                f"'{path}' holds values that are no class indices (whole numbers, 0 to 255).",
                remedy="Choose a label map, not an image or a probability map.",
            )
        labels = whole
    return np.ascontiguousarray(labels)


def turned(values: Pixels, orientation: int, y: int, x: int) -> Pixels:
    """`values` the way up that an Orientation tag asks for; `y` and `x` are its axes."""
    if orientation not in _TURNS:
        return values
    flip_y, flip_x, is_transposed = _TURNS[orientation]
    values = np.flip(values, y) if flip_y else values
    values = np.flip(values, x) if flip_x else values
    return values.swapaxes(y, x) if is_transposed else values


def damaged(path: Path, why: object) -> ReadError:
    """The error for a file that cannot be decoded."""
    text = str(why).strip().rstrip(".") or type(why).__name__
    return ReadError(
        f"'{path}' is damaged or incomplete ({text}).",
        remedy="Ask for a new copy, or choose another file.",
    )


def check_size(path: Path, shape: tuple[int, ...]) -> None:
    """Refuse a header that claims more pixels than any real file has, or none.

    Raises:
        ReadError: above `LARGEST` pixels, or if a side is below one.
    """
    if min(shape, default=0) < 1 or math.prod(shape) > LARGEST:
        raise damaged(path, f"its header claims {' x '.join(map(str, shape))} pixels")


def check_density(path: Path, shape: tuple[int, ...]) -> None:
    """Refuse a header that claims more pixels than its own file, packed or not, can hold.

    Raises:
        ReadError: as `check_size`; and above `SMALL` pixels, if that is more than `DENSEST` for
            each byte of the file.
    """
    check_size(path, shape)
    if math.prod(shape) > max(SMALL, DENSEST * path.stat().st_size):
        raise damaged(path, f"its header claims {' x '.join(map(str, shape))} pixels")
