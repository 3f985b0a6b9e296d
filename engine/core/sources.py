"""The source map: who or what gave each pixel its class."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Labels, Mask

Sources: TypeAlias = npt.NDArray[np.uint8]
"""A `PixelSource` for each pixel, on the grid of a label map."""


class PixelSource(IntEnum):
    """Who or what gave a pixel its class; from PAINTED on a person owns it."""

    NONE = 0
    MODEL = 1
    CRF = 2
    IMPORTED = 3
    PAINTED = 4
    CONFIRMED = 5

    @property
    def is_person(self) -> bool:
        return self >= PixelSource.PAINTED


class Making(Enum):
    """How the pixels of a class came about: by people alone, by programs alone, or by both."""

    MANUAL = "MANUAL"
    SEMIAUTOMATIC = "SEMIAUTOMATIC"
    AUTOMATIC = "AUTOMATIC"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a step came from.

    Attributes:
        source: What its pixels are marked with.
        tool: The tool, operation or model, by name; '' if there is none.
        label: The class that was painted, None where there are several.
        detail: What else must be known to tell how it came about: a model's hash, parameters.
    """

    source: PixelSource
    tool: str = ""
    label: int | None = None
    detail: str = ""


_AT_ONCE = 2**22
"""Pixels that are looked at together."""

PAINTED = Origin(PixelSource.PAINTED)
MODEL = Origin(PixelSource.MODEL)


def no_sources(shape: tuple[int, ...]) -> Sources:
    """A source map of which nothing is known."""
    return np.zeros(shape, np.uint8)


def owned(sources: Sources) -> Mask:
    """The pixels that a person owns; neither a model nor the CRF changes them unasked.

    Where nobody owns anything no memory is touched, so that a large mask costs what is in it.
    """
    if sources.size <= _AT_ONCE:
        return sources >= np.uint8(PixelSource.PAINTED)
    found = np.zeros(sources.shape, np.bool_)
    rows = max(1, _AT_ONCE * len(sources) // sources.size)
    for top in range(0, len(sources), rows):
        part = sources[top : top + rows] >= np.uint8(PixelSource.PAINTED)
        if part.any():
            found[top : top + rows] = part
    return found


def making_of(labels: Labels, sources: Sources | None, label: int) -> Making:
    """How one class of a mask came about; both where that is not known.

    By people alone if they painted all of its pixels. By programs alone if nobody changed or
    confirmed any pixel of the mask: what a person erased does not show in the class itself.
    """
    if sources is None:
        return Making.SEMIAUTOMATIC
    of_class = sources[labels == label]
    if of_class.size and (of_class == PixelSource.PAINTED).all():
        return Making.MANUAL
    programs = (PixelSource.MODEL, PixelSource.CRF)
    untouched = not (sources >= PixelSource.IMPORTED).any()
    if of_class.size and untouched and np.isin(of_class, programs).all():
        return Making.AUTOMATIC
    return Making.SEMIAUTOMATIC
