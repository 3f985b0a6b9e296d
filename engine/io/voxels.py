"""Voxels as most formats of volumes store them: one block, first axis fastest, perhaps scaled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.core.arrays import Floats, Labels, Pixels
from engine.errors import ReadError
from engine.io.frames import Frames
from engine.io.image_format import as_labels
from engine.io.unpack import read_promised, require_room

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

_STRIP = 32
"""Rows that are turned at a time, so that what is read and written stays in the cache."""


@dataclass(frozen=True, slots=True)
class Block:
    """Where the voxels of a file are, all volumes one after another.

    Attributes:
        path: The file that has them.
        frames: How many there are.
        dtype: Of one voxel, byte order included; a record of red, green, blue for colours.
        offset: Bytes before the first one.
    """

    path: Path
    frames: Frames
    dtype: np.dtype
    offset: int = 0

    @property
    def need(self) -> int:
        """Bytes up to the end of the last voxel."""
        return self.offset + self.frames.count * self.dtype.itemsize

    def require_room(self) -> None:
        """Compare what was promised with the size of the file.

        Raises:
            ReadError: if the file is too small.
        """
        require_room(self.path, self.need)

    def read(self, part: str = "", scale: tuple[float, float] | None = None) -> Pixels:
        """One volume, (C, *shape) in C and native byte order.

        Args:
            part: Which one, a key of `frames.parts`, or '' for the first.
            scale: Slope and intercept; what they make, and float64, becomes float32.

        Raises:
            ReadError: if the file is damaged.
        """
        frame, component = self.frames.find(part)
        whole = read_promised(self.path, self.need)
        shape = (*self.frames.shape, self.frames.frames, self.frames.components)
        values: Pixels = np.frombuffer(whole, self.dtype, self.frames.count, self.offset)
        values = values.reshape(shape, order="F")[..., frame, component]
        if values.dtype.names:
            return np.stack([values[name] for name in values.dtype.names])
        if scale is not None and scale != (1.0, 0.0):
            values = _scaled(values, *scale)
        return in_row_order(native(values)[None])

    def read_labels(self, path: Path, part: str, scale: tuple[float, float] | None) -> Labels:
        """One volume as class indices.

        Raises:
            ReadError: if the file is damaged, in colour, or has other numbers in it.
        """
        if self.dtype.names:
            raise colour_is_no_mask(path)
        return as_labels(path, self.read(part, scale)[0])


def _scaled(values: Pixels, slope: float, inter: float) -> Floats:
    """`values` times `slope` plus `inter`, reckoned in float64 plane by plane."""
    scaled = np.empty(values.shape, np.float32, order="F")
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(values.shape[-1]):
            scaled[..., k] = values[..., k].astype(np.float64) * slope + inter
    return scaled


def native(values: Pixels) -> Pixels:
    """`values` in native byte order, wide floating numbers as float32."""
    if values.dtype.kind == "f" and values.dtype.itemsize > 4:
        with np.errstate(over="ignore"):
            return values.astype(np.float32)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def require_real(path: Path, dtype: DTypeLike) -> None:
    """Refuse complex numbers.

    Raises:
        ReadError: if they are.
    """
    if np.dtype(dtype).kind == "c":
        raise ReadError(
            f"'{path}' holds complex numbers.", remedy="Export their magnitude as a volume."
        )


def colour_is_no_mask(path: Path) -> ReadError:
    """The error for colours where class indices are asked for."""
    return ReadError(
        f"'{path}' holds colours, not a mask of class indices.",
        remedy="Choose a volume with one number in each voxel.",
    )


def in_row_order(values: Pixels) -> Pixels:
    """`values`, (C, *shape) as a file has them, first axis fastest, as an array in C order."""
    if values.ndim < 4 or values.flags.c_contiguous:
        return np.ascontiguousarray(values)
    turned = np.empty(values.shape, values.dtype)
    plane = np.empty((values.shape[3], values.shape[1]), values.dtype)
    for channel, j in np.ndindex(values.shape[0], values.shape[2]):
        plane[...] = values[channel, :, j].T
        for i in range(0, values.shape[1], _STRIP):
            turned[channel, i : i + _STRIP, j] = plane[:, i : i + _STRIP].T
    return turned
