"""An image as its file has it: pixels, geometry, source."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from pathlib import Path

import numpy as np

from engine.core.arrays import Floats, Pixels
from engine.core.geometry import Geometry
from engine.core.survey import Survey

SAMPLE = 1_000_000
"""Values that percentiles and histograms are made of."""


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
        survey: What was learnt of a large picture as it was read; None of any other.
    """

    pixels: Pixels
    geometry: Geometry
    channels: tuple[str, ...]
    source: Source
    notices: tuple[Notice, ...] = ()
    is_inverted: bool = False
    survey: Survey | None = None
    _ranges: dict[tuple[float, float], tuple[float, float]] = field(
        default_factory=dict[tuple[float, float], tuple[float, float]], init=False, repr=False
    )

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

        The full range of the data if both percentiles are equal, and never an empty range. It is
        reckoned at the first call.
        """
        if (low, high) not in self._ranges:
            self._ranges[low, high] = intensity_range(self.sample().reshape(-1), low, high)
        return self._ranges[low, high]

    def sample(self) -> Pixels:
        """(C, n): of each channel the same places, spread evenly; about a million values in all."""
        if self.survey is not None:
            return self.survey.sample
        step = sample_step(self.pixels.shape)
        return self.pixels.reshape(len(self.pixels), -1)[:, ::step]

    def extremes(self, channels: int) -> tuple[float, float]:
        """The smallest and the largest finite value of the first channels; (0, 1) without any."""
        if self.survey is not None:
            lows, highs = zip(*self.survey.extremes[:channels], strict=True)
            return min(lows), max(highs)
        return extremes_of(self.pixels[:channels]) or (0.0, 1.0)

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


def sample_step(shape: tuple[int, ...]) -> int:
    """Every how manyth value of a channel of (C, *shape) is in a sample of the image."""
    return max(1, prod(shape) // SAMPLE)


def extremes_of(values: Pixels) -> tuple[float, float] | None:
    """The smallest and the largest finite value; None if there is none."""
    if not values.size:
        return None
    if values.dtype.kind in "iub":
        return float(values.min()), float(values.max())
    lowest, highest = float(np.fmin.reduce(values, None)), float(np.fmax.reduce(values, None))
    if not np.isfinite((lowest, highest)).all():
        finite = values[np.isfinite(values)]
        return (float(finite.min()), float(finite.max())) if finite.size else None
    return lowest, highest


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
