"""TIFF: 8, 16 and 32 bit, whole and floating, grey and colour, strips and tiles, stacks."""

from __future__ import annotations

import logging
import struct
import zlib
from pathlib import Path

import numpy as np
import tifffile

from engine.core.arrays import Pixels
from engine.core.geometry import Geometry
from engine.core.image import Image
from engine.errors import ReadError
from engine.io.image_format import MaskFile, Part, as_labels, check_size, damaged, image_of, turned

logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what it finds, a ReadError says

_PALETTE = 3
_MIN_IS_WHITE = 0


class Tiff:
    """The first series of a TIFF file: one picture, or a stack of equal pages."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        """None: one image a file."""
        return ()

    def read(self, path: Path, part: str = "") -> Image:
        """(C, H, W) for a picture, (C, pages, H, W) for a stack, in the dtype of the file."""
        values, axes, palette = _decode(path)
        pixels = _channels_first(path, values, axes)
        if palette is not None:
            pixels = (palette[:, pixels[0]] >> 8).astype(np.uint8)
        return image_of(path, pixels, Geometry(pixels.shape[1:]), "tiff", part=part)

    def read_labels(self, path: Path, part: str = "") -> MaskFile:
        """The palette indices or grey values as class indices."""
        values, axes, _ = _decode(path)
        pixels = _channels_first(path, values, axes)
        if len(pixels) != 1:
            raise ReadError(
                f"'{path}' is a colour picture, not a mask of class indices.",
                remedy="Choose a grey or palette TIFF.",
            )
        return MaskFile(as_labels(path, pixels[0]), Geometry(pixels.shape[1:]))


def _decode(path: Path) -> tuple[Pixels, str, Pixels | None]:
    """Values, the letters of their axes, and the (3, entries) palette if there is one."""
    try:
        with tifffile.TiffFile(path) as file:
            series = file.series[0]
            check_size(path, series.shape)
            values = series.asarray()
            page = series.keyframe
            if page.photometric == _MIN_IS_WHITE and values.dtype.kind in "bu":
                values = ~values if values.dtype == bool else np.iinfo(values.dtype).max - values
            palette = page.colormap if page.photometric == _PALETTE else None
            orientation = page.tags.get(274)
            up = orientation.value if orientation else 1
    except (tifffile.TiffFileError, OSError, ValueError, IndexError, KeyError, TypeError,
            struct.error, zlib.error, ArithmeticError, RuntimeError, AttributeError,
            ) as error:  # fmt: skip
        raise _refused(path, error) from error
    check_size(path, values.shape)
    if values.dtype.kind == "c":
        raise ReadError(
            f"'{path}' holds complex numbers.", remedy="Export their magnitude as a picture."
        )
    if values.dtype == bool:
        values = values.astype(np.uint8)
    axes = series.axes
    if "Y" in axes and "X" in axes:
        values = turned(values, up, axes.index("Y"), axes.index("X"))
    return values, axes, palette


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


def _channels_first(path: Path, values: Pixels, axes: str) -> Pixels:
    """(C, H, W) or (C, pages, H, W) from whatever order the file has."""
    channel = next((axes.index(letter) for letter in "SC" if letter in axes), None)
    values = values[None] if channel is None else np.moveaxis(values, channel, 0)
    values = values.reshape(
        values.shape[0], *(side for side in values.shape[1:-2] if side != 1), *values.shape[-2:]
    )
    if values.ndim not in (3, 4):
        raise ReadError(
            f"'{path}' has {values.ndim - 1} axes besides its channels; Sulcus shows 2 or 3.",
            remedy="Export one series of it.",
        )
    return values
