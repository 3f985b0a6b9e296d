"""The colours of a TIFF page as pixels: palettes, inks, white that is 0, fewer than 8 bits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tifffile

from engine.core.arrays import Pixels
from engine.errors import ReadError

_MIN_IS_WHITE, _PALETTE, _INKS = 0, 3, 5  # photometric interpretations
_UNREAD = {6: "YCbCr", 8: "CIE Lab", 9: "ICC Lab", 10: "ITU Lab"}
_JPEG = {6, 7, 33003, 33004, 33005, 33007, 34712, 34892}  # compressions whose decoders give RGB


@dataclass(frozen=True, slots=True, eq=False)
class Colours:
    """How the values of a page are meant.

    Attributes:
        photometric: The interpretation, as in TIFF 6.0.
        bits: Of a sample.
        palette: (3, entries) uint8, None if there is none.
    """

    photometric: int
    bits: int
    palette: Pixels | None

    @classmethod
    def of(cls, path: Path, page: tifffile.TiffPage) -> Colours:
        """Those of a page.

        Raises:
            ReadError: if they are stored as something else than grey, RGB, palette or inks.
        """
        photometric = int(page.photometric)
        name = _UNREAD.get(photometric)
        if name and int(page.compression) not in _JPEG:
            raise ReadError(
                f"'{path}' stores its colours as {name}, which Sulcus does not read.",
                remedy="Save it as RGB.",
            )
        colormap = page.colormap if photometric == _PALETTE else None
        palette = None if colormap is None else _palette(colormap)
        return cls(photometric, int(page.bitspersample), palette)

    def upright(self, values: Pixels) -> Pixels:
        """Values with 0 as black, whatever the axes; 1 bit as 0 and 1."""
        if self.photometric == _MIN_IS_WHITE and values.dtype.kind in "bu":
            top = 2**self.bits - 1
            values = ~values if values.dtype == bool else values.dtype.type(top) - values
        return values.astype(np.uint8) if values.dtype == bool else values

    def shown(self, pixels: Pixels) -> Pixels:
        """(C, *shape) as a picture: palette and inks as colours, few bits spread over 0 to 255."""
        if self.palette is not None:
            return self.palette[:, pixels[0]]
        if self.photometric == _INKS and len(pixels) >= 4:
            return _mixed(pixels)
        if self.bits < 8 and pixels.dtype == np.uint8:
            return pixels * np.uint8(255 // (2**self.bits - 1))
        return pixels


def _palette(colormap: Pixels) -> Pixels:
    """(3, entries) uint8 of 16-bit entries, or of 8-bit ones that some programs write."""
    return (colormap >> 8 if colormap.max(initial=0) > 255 else colormap).astype(np.uint8)


def _mixed(inks: Pixels) -> Pixels:
    """(3, *shape) red, green, blue of cyan, magenta, yellow and black, without a colour profile."""
    if inks.dtype.kind == "f":
        return (1 - inks[:3]) * (1 - inks[3])
    top = np.iinfo(inks.dtype).max
    mixed = (top - inks[:3].astype(np.float64)) * (top - inks[3].astype(np.float64)) / top
    return mixed.round().astype(inks.dtype)
