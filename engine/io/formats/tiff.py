"""TIFF: 8, 16 and 32 bit, whole and floating, grey and colour, strips and tiles, stacks, series."""

from __future__ import annotations

import logging
import struct
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import tifffile

from engine.core.arrays import Pixels
from engine.core.geometry import Geometry
from engine.core.image import Image, Notice
from engine.errors import ReadError
from engine.io.image_format import (
    MaskFile,
    Part,
    Watch,
    as_labels,
    check_density,
    damaged,
    image_of,
    turned,
)
from engine.io.large import is_read_in_bands, read_large
from engine.io.tiff_axes import Slot, cut, slots_of
from engine.io.tiff_chain import check_chain
from engine.io.tiff_claims import check_claims
from engine.io.tiff_colours import Colours
from engine.io.tiff_sizes import Sizes, sizes_of
from engine.io.windows import WindowedImage

logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what it finds, a ReadError says

_TRANSPOSED = 5
"""The first of the values of the Orientation tag whose rows are shown as columns."""


class Tiff:
    """Each series of equal pages is a picture or a stack; further axes make further images."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        """The images of a file that holds several: series, time points."""
        with _opened(path) as file:
            slots = _slots(path, file)
            return tuple(slot.part for slot in slots) if len(slots) > 1 else ()

    def read(self, path: Path, part: str = "") -> Image:
        """(C, H, W) for a picture, (C, pages, H, W) for a stack, in the dtype of the file.

        Fewer than 8 bit are spread over 0 to 255; palettes and inks become colours.
        """
        return self.read_watched(path, part, Watch())

    def read_watched(self, path: Path, part: str, watch: Watch) -> Image:
        """The same; a large picture is read in bands, and whoever waits sees it grow."""
        found = _large(path, part, watch)
        if found is not None:
            return found
        decoded = _decode(path, part)
        pixels = decoded.colours.shown(decoded.pixels)
        geometry = Geometry(pixels.shape[1:], sizes=decoded.sizes)
        return image_of(path, pixels, geometry, "tiff", part=part, notices=decoded.notices)

    def geometry(self, path: Path, part: str) -> Geometry:
        """As the tags of its pages tell it."""
        with _opened(path) as file:
            about = _about(path, file, part)
            check_density(path, file.series[about.slot.series].shape)
        return Geometry(about.shape, sizes=about.sizes)

    def read_labels(self, path: Path, part: str = "") -> MaskFile:
        """The palette indices or grey values as class indices."""
        found = _decode(path, part)
        if len(found.pixels) != 1:
            raise ReadError(
                f"'{path}' is a colour picture, not a mask of class indices.",
                remedy="Choose a grey or palette TIFF.",
            )
        labels = as_labels(path, found.pixels[0])
        return MaskFile(labels, Geometry(labels.shape, sizes=found.sizes), notices=found.notices)


@dataclass(frozen=True, slots=True, eq=False)
class _Decoded:
    """One image as stored, (C, *shape), and how its values are meant."""

    pixels: Pixels
    colours: Colours
    sizes: Sizes
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class _About:
    """What the tags say of one image.

    Attributes:
        slot: Where it lies.
        up: Its Orientation.
        shape: Its sides, turned as that asks for.
        sizes: Of a pixel, turned so too.
        notices: What to say of it.
    """

    slot: Slot
    up: int
    shape: tuple[int, ...]
    sizes: Sizes
    notices: tuple[Notice, ...]


def _about(path: Path, file: tifffile.TiffFile, part: str) -> _About:
    slots = _slots(path, file)
    slot = next((one for one in slots if one.key == part), slots[0])
    orientation = file.series[slot.series].keyframe.tags.get(274)
    up = orientation.value if orientation else 1
    sizes, notices = sizes_of(file, slot)
    shape = slot.shape
    if up in range(_TRANSPOSED, 9):
        shape = (*shape[:-2], shape[-1], shape[-2])
        sizes = sizes and (*sizes[:-2], sizes[-1], sizes[-2])
    if not part and len(slots) > 1:
        notices = (_several(len(slots)), *notices)
    return _About(slot, up, shape, sizes, notices)


def _decode(path: Path, part: str) -> _Decoded:
    with _opened(path) as file:
        about = _about(path, file, part)
        series = file.series[about.slot.series]
        check_density(path, series.shape)
        check_claims(path, series)
        colours = Colours.of(path, series.keyframe)
        values = colours.upright(cut(series.asarray(), series.axes, about.slot))
    check_density(path, values.shape)
    if values.dtype.kind == "c":
        raise ReadError(
            f"'{path}' holds complex numbers.", remedy="Export their magnitude as a picture."
        )
    pixels = turned(values, about.up, values.ndim - 2, values.ndim - 1)
    return _Decoded(pixels, colours, about.sizes, about.notices)


def _large(path: Path, part: str, watch: Watch) -> Image | None:
    """A large picture; None of one that is not, or that cannot be read by window."""
    with _opened(path) as file:
        about = _about(path, file, part)
        slot, series = about.slot, file.series[about.slot.series]
        if slot.series or slot.at or about.up != 1 or not is_read_in_bands(slot.shape):
            return None
        if len(series) > 1 or series.keyframe.imagedepth > 1 or series.dtype.kind == "c":
            return None
        check_density(path, series.shape)
    with WindowedImage(path) as image:
        found = read_large(image, watch)
    return image_of(
        path, found.pixels, Geometry(slot.shape, sizes=about.sizes), "tiff", part=part,
        notices=about.notices, digest=found.digest, survey=found.survey,
    )  # fmt: skip


@contextmanager
def _opened(path: Path) -> Generator[tifffile.TiffFile]:
    """The file; what tifffile raises becomes a `ReadError`."""
    try:
        check_chain(path)
        with tifffile.TiffFile(path) as file:
            yield file
    except (tifffile.TiffFileError, OSError, ValueError, IndexError, KeyError, TypeError,
            struct.error, zlib.error, ArithmeticError, RuntimeError, AttributeError,
            AssertionError) as error:  # fmt: skip
        raise _refused(path, error) from error


def _slots(path: Path, file: tifffile.TiffFile) -> list[Slot]:
    slots = slots_of([(one.shape, one.axes) for one in file.series])
    if not slots:
        raise damaged(path, "it holds no page")
    return slots


def _several(count: int) -> Notice:
    text = f"This file holds {count} images; this is the first. Add its parts to see the others."
    return Notice("several-images", text)


def _refused(path: Path, error: Exception) -> ReadError:
    """Damaged, or whole but packed in a way that tifffile leaves to another library."""
    packed, separator, _ = str(error).partition(" requires the 'imagecodecs'")
    if not separator:
        return damaged(path, error)
    name = packed.partition(".")[2].partition(":")[0] or packed
    return ReadError(
        f"'{path}' is packed in a way Sulcus does not read ({name}).",
        remedy="Save it without compression, or as PNG.",
    )
