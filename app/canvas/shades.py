"""From raw values to the pixels of the screen: window and level by a look-up table.

A table of all values of 8 and 16 bits is made once for a window; what is seen is then looked up, so
that neither the cost of a change nor that of a frame follows the size of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from engine.core.arrays import Pixels

Argb: TypeAlias = npt.NDArray[np.uint32]
"""(height, width) packed 0xAARRGGBB, colours premultiplied by alpha."""

Bytes: TypeAlias = npt.NDArray[np.uint8]

OPAQUE = np.uint32(0xFF000000)


@dataclass(frozen=True, slots=True)
class Window:
    """Which raw values are shown.

    Attributes:
        low: The value that is black.
        high: The value that is white; above `low`.
        is_inverted: Whether low values are shown bright instead.
    """

    low: float = 0.0
    high: float = 255.0
    is_inverted: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Shades:
    """The tables of one window for pixels of one dtype."""

    window: Window
    dtype: np.dtype[Any]
    _bytes: Bytes = field(init=False, repr=False)
    _packed: npt.NDArray[np.int32] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.dtype.name in ("uint16", "int16"):
            values = np.arange(65536, dtype=np.uint16).view(self.dtype)
        else:
            values = np.arange(256, dtype=np.uint8)
        through = self.window if self._is_looked_up else Window(0.0, 255.0)
        table = _levelled(values, through)
        grey = table.astype(np.uint32)
        packed = OPAQUE | grey << 16 | grey << 8 | grey
        object.__setattr__(self, "_bytes", table)
        object.__setattr__(self, "_packed", packed.view(np.int32))

    @property
    def _is_looked_up(self) -> bool:
        return self.dtype.name in ("uint8", "uint16", "int16", "bool")

    def of(self, seen: Pixels) -> Argb:
        """(C, height, width) raw values as (height, width) packed colours.

        One channel, or two, is grey; of more, the first three are red, green and blue.
        """
        if len(seen) < 3:
            return np.asarray(cv2.LUT(self._index(seen[0]), self._packed)).view(np.uint32)
        red, green, blue = (self._shaded(one) for one in seen[:3])
        opaque = np.full(red.shape, 255, np.uint8)
        return np.asarray(cv2.merge([blue, green, red, opaque])).view(np.uint32)[..., 0]

    @property
    def is_plain(self) -> bool:
        """Whether bytes are shown as they are, so that they may be mixed before or after."""
        return self.dtype == np.uint8 and self.window == Window()

    def _shaded(self, channel: Pixels) -> Pixels:
        if self.is_plain:
            return np.ascontiguousarray(channel)
        return np.asarray(cv2.LUT(self._index(channel), self._bytes))

    def _index(self, channel: Pixels) -> npt.NDArray[Any]:
        """What the tables are asked with."""
        channel = np.ascontiguousarray(channel)
        if self.dtype.name == "int16":
            return channel.view(np.uint16)
        if self._is_looked_up:
            return channel.view(np.uint8) if channel.dtype == np.bool_ else channel
        return _levelled(channel, self.window)


def _levelled(values: Pixels, window: Window) -> Bytes:
    if values.dtype == np.uint8 and (window.low, window.high) == (0.0, 255.0):
        return 255 - values if window.is_inverted else values
    kind = np.float32 if values.dtype.itemsize <= 2 or values.dtype.kind == "f" else np.float64
    span = max(window.high - window.low, 1e-12)
    with np.errstate(over="ignore", invalid="ignore"):
        shown = (values.astype(kind) - kind(window.low)) * kind(255.0 / span)
        np.nan_to_num(shown, copy=False)
        if window.is_inverted:
            np.subtract(255.0, shown, out=shown)
        return np.clip(shown, 0, 255, out=shown).astype(np.uint8)
