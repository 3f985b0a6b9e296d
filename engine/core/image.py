"""An image as its file has it: pixels, geometry, source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.core.arrays import Floats, Pixels
from engine.core.geometry import Geometry


@dataclass(frozen=True, slots=True)
class Source:
    """Where an image came from.

    Attributes:
        path: The file, or the folder of a series.
        sha256: Of the voxel data in file order, 64 hexadecimal digits.
        header: The raw geometry header to give back when a mask is written; b'' if the format has
            none.
        format: The format it was read as, a name of IMAGE_FORMATS; says whose header it is.
        part: Which of the images in `path`, '' where there is one.
    """

    path: Path
    sha256: str
    header: bytes = b""
    format: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person must know about a file that was opened.

    Attributes:
        code: Short and unchanging, in lower case with hyphens: 'two-positions'.
        text: A sentence or two without anything of a patient.
        must_confirm: Whether the image may be worked on only after the person has confirmed it.
    """

    code: str
    text: str
    must_confirm: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A photo or a volume; pixels are read-only.

    Attributes:
        pixels: (C, *shape) in the dtype of the file, channels first.
        geometry: The grid, with `geometry.shape == pixels.shape[1:]`.
        channels: A name for each channel: ('grey',), ('red', 'green', 'blue'), ...
        source: The file it was read from.
        notices: What was found odd in it.
        is_inverted: Whether low values are meant to be shown bright (MONOCHROME1); `pixels` are as
            stored.
    """

    pixels: Pixels
    geometry: Geometry
    channels: tuple[str, ...]
    source: Source
    notices: tuple[Notice, ...] = ()
    is_inverted: bool = False

    def __post_init__(self) -> None:
        if self.pixels.shape != (len(self.channels), *self.geometry.shape):
            raise ValueError(
                f"pixels {self.pixels.shape} do not fit {len(self.channels)} channels "
                f"of {self.geometry.shape}"
            )
        self.pixels.setflags(write=False)

    @property
    def name(self) -> str:
        return self.source.path.name

    def intensity_range(self, low: float = 0.5, high: float = 99.5) -> tuple[float, float]:
        """The low and high percentile of the intensities, over at most a million pixels.

        The full range of the data if both percentiles are equal, and never an empty range.
        """
        flat = self.pixels.reshape(-1)
        return intensity_range(flat[:: max(1, flat.size // 1_000_000)], low, high)

    def on_255(self) -> Floats:
        """(C, *shape) float32 on the scale 0 to 255 on which colour widths are given.

        8-bit data stay as they are; others are stretched between their percentiles.
        """
        if self.pixels.dtype == np.uint8:
            return self.pixels.astype(np.float32)
        low, high = self.intensity_range()
        with np.errstate(over="ignore"):  # a range beyond float32 ends at the clip
            inside = np.clip(np.nan_to_num(self.pixels.astype(np.float32)), low, high)
            return np.clip((inside - low) * (255.0 / (high - low)), 0.0, 255.0)


def intensity_range(values: Pixels, low: float, high: float) -> tuple[float, float]:
    """The low and high percentile of `values`, NaN and infinity left out; never an empty range.

    The full range of the values if both percentiles are equal.
    """
    sample = values.astype(np.float64)
    sample = sample[np.isfinite(sample)]
    if not sample.size:
        return (0.0, 1.0)
    bottom, top = (float(v) for v in np.percentile(sample, (low, high)))
    if bottom == top:
        bottom, top = float(sample.min()), float(sample.max())
    return (bottom, top) if top > bottom else (bottom, bottom + max(1.0, abs(bottom)))
