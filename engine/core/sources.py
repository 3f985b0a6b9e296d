"""The source map: who or what gave each pixel its class."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Mask

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


PAINTED = Origin(PixelSource.PAINTED)
MODEL = Origin(PixelSource.MODEL)


def no_sources(shape: tuple[int, ...]) -> Sources:
    """A source map of which nothing is known."""
    return np.zeros(shape, np.uint8)


def owned(sources: Sources) -> Mask:
    """The pixels that a person owns; neither a model nor the CRF changes them unasked."""
    return sources >= np.uint8(PixelSource.PAINTED)
