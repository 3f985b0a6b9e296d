"""Decoding the pixels of frames, each checked to be whole, into one array.

Unpacked little-endian values are read straight from the file; everything else goes through the
decoders of pydicom, or the codecs of the JPEG family.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.pixels.decoders.base import Decoder, get_decoder
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import UID, RLELossless

from engine.core.arrays import Pixels
from engine.errors import ReadError
from engine.io.dicom.codecs import CODECS, DAMAGED, unpack
from engine.io.dicom.files import open_dataset
from engine.io.dicom.guard import UNREADABLE, quietly
from engine.io.dicom.values import Frame, Header
from engine.io.image_format import check_size

_UNPACKED = {
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99",
}  # fmt: skip
_COLOURS = 3
_DENSEST_RLE = 64
"""Bytes that a byte can at most become: a run of 128 takes two (PS3.5, G.3.1)."""


def decode(path: Path, frames: Sequence[Frame]) -> Pixels:
    """The values of frames of one size, rescaled where their files ask for it.

    Args:
        path: What was asked for, for messages.
        frames: In the order of the first axis.

    Returns:
        (frames, rows, columns) for grey pictures, (frames, rows, columns, 3) for coloured ones; the
        stored type, or float32 where a slope or intercept is given.

    Raises:
        ReadError: if a frame is incomplete or damaged, or packed in a way that is not read here.
    """
    check_size(path, (len(frames), *frames[0].file.sides, frames[0].file.samples))
    source = _Source(path, len(frames))
    first = source.values(frames[0], 1)
    is_scaled = any(frame.slope != 1.0 or frame.intercept != 0.0 for frame in frames)
    is_scaled = is_scaled and first.ndim == 2
    kind = np.dtype(np.float32) if is_scaled else _kind(frames, first)
    values = np.empty((len(frames), *first.shape), kind)
    for number, frame in enumerate(frames):
        found = first if number == 0 else source.values(frame, number + 1)
        if found.shape != first.shape:
            raise source.refused(frame, number + 1, "is of another kind than the first")
        if is_scaled:
            values[number] = found * np.float64(frame.slope) + frame.intercept
        else:
            values[number] = found
    return values


def _kind(frames: Sequence[Frame], first: Pixels) -> np.dtype[Any]:
    """A type that holds the values of all frames, should their files differ."""
    kinds = {(frame.file.bits[0], frame.file.is_signed) for frame in frames}
    if first.dtype == np.float64:
        return np.dtype(np.float32)
    if len(kinds) == 1 or first.dtype.kind not in "iu":
        return first.dtype.newbyteorder("=")
    types = [np.dtype(f"{'i' if signed else 'u'}{max(1, bits // 8)}") for bits, signed in kinds]
    return np.result_type(*types)


class _Source:
    """Values of one frame after the other; holds the data set of the last packed file."""

    def __init__(self, path: Path, count: int) -> None:
        self._asked, self._count = path, count
        self._dataset: pydicom.FileDataset | None = None
        self._path: Path | None = None

    def values(self, frame: Frame, number: int) -> Pixels:
        """(rows, columns) or (rows, columns, 3) of the `number`-th frame that is read."""
        file = frame.file
        is_plain = file.samples == 1 and file.photometric.startswith("MONOCHROME")
        if file.pixels is not None and is_plain and file.bits[0] in (8, 16, 32):
            return self._unpacked(frame, number, file.pixels)
        return self._decoded(frame, number)

    def refused(self, frame: Frame, number: int, what: str) -> ReadError:
        """The error for a frame; names its file where there are several."""
        which = f"Slice {number} ({frame.file.path.name})" if self._count > 1 else "The picture"
        return ReadError(
            f"'{self._asked}': {which} {what}.",
            remedy="Ask for a new copy, or choose another file.",
        )

    def _unpacked(self, frame: Frame, number: int, start: int) -> Pixels:
        file = frame.file
        allocated, stored = file.bits
        kind = np.dtype(f"<{'i' if file.is_signed else 'u'}{allocated // 8}")
        count = file.sides[0] * file.sides[1]
        offset = start + frame.index * count * kind.itemsize
        try:
            with file.path.open("rb", buffering=0) as disk:
                if disk.seek(0, os.SEEK_END) < offset + count * kind.itemsize:
                    raise self.refused(frame, number, "is incomplete")
                disk.seek(offset)
                values = np.fromfile(disk, kind, count)
        except OSError as error:
            raise self.refused(frame, number, "is incomplete") from error
        if 0 < stored < allocated:  # what lies above the stored bits may be anything
            values = _low_bits(values, allocated - stored)
        return values.reshape(file.sides)

    def _decoded(self, frame: Frame, number: int) -> Pixels:
        file = frame.file
        dataset = self._opened(file.path)
        decoder = None if file.syntax in CODECS else self._decoder(file)
        is_unpacked = file.syntax in _UNPACKED
        what = "is incomplete" if is_unpacked else "cannot be decoded; it is damaged"
        try:
            with quietly():
                if _bits(file) > 8 * _most_bytes(file, dataset):
                    raise self.refused(frame, number, what)
                if decoder is None:
                    values = unpack(dataset, frame)
                else:
                    values, _ = decoder.as_array(dataset, index=frame.index)
                if file.photometric == "PALETTE COLOR":
                    values = _eight_bits(apply_color_lut(values, dataset))
        except (*UNREADABLE, *DAMAGED, RuntimeError) as error:
            raise self.refused(frame, number, what) from error
        return values[..., :_COLOURS] if values.ndim == 3 else values

    def _decoder(self, file: Header) -> Decoder:
        try:
            decoder = get_decoder(UID(file.syntax))
        except (NotImplementedError, ValueError) as error:
            raise self._unknown(file) from error
        if not decoder.is_available:
            raise self._unknown(file)
        return decoder

    def _unknown(self, file: Header) -> ReadError:
        name = UID(file.syntax).name.partition(" (")[0]
        return ReadError(
            f"'{self._asked}': Compression '{name}' cannot be read here.",
            remedy="Export it again without compression.",
        )

    def _opened(self, path: Path) -> pydicom.FileDataset:
        if self._dataset is None or self._path != path:
            self._dataset, self._path = open_dataset(path), path
        return self._dataset


def _eight_bits(colours: Pixels) -> Pixels:
    """Palette colours as bytes; those of 16 bits lose the lower ones, which no screen shows."""
    is_deep = colours.dtype == np.uint16 and int(colours.max(initial=0)) > 255
    return (colours >> 8 if is_deep else colours).astype(np.uint8)


def _low_bits(values: Pixels, unused: int) -> Pixels:
    """Values without their unused high bits, the sign carried up."""
    return np.right_shift(np.left_shift(values, unused), unused)


def _bits(file: Header) -> int:
    return file.sides[0] * file.sides[1] * file.samples * file.bits[0]


def _most_bytes(file: Header, dataset: pydicom.FileDataset) -> float:
    """What one frame of a file can unpack to at most; infinite where its codec sees to that."""
    if file.syntax in _UNPACKED:
        return _length(dataset) / file.frames
    return _DENSEST_RLE * _length(dataset) if file.syntax == RLELossless else math.inf


def _length(dataset: pydicom.FileDataset) -> int:
    for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData"):
        if name in dataset:
            return len(dataset[name].value or b"")
    return 0
