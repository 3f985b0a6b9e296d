"""Room for a picture outside of memory: a file without a name, gone with whoever holds it.

What lies there is mapped where it is looked at, and the system may take its memory back at any
time. Nothing in it outlives the process, however that ends.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from math import prod
from typing import Any, Protocol

import numpy as np

from engine.core.arrays import Pixels

_PAGE = 4096
_SPARE = 2**30
"""Bytes that are left free on the disk."""


class Room(Protocol):
    """Where an array is put together part by part; from several threads at once."""

    def put(self, channel: int, top: int, rows: Pixels) -> None:
        """Put (rows, columns) of a channel in their place.

        Raises:
            OSError: if they cannot be written.
        """
        ...

    def whole(self) -> Pixels:
        """(C, rows, columns), read-only, once all is there."""
        ...

    def update(self, digest: Any) -> None:
        """Let a `hashlib` object see all bytes in C order, once all is there."""
        ...

    def close(self) -> None:
        """Take nothing more; the whole that was given stays as long as somebody holds it."""
        ...


class Memory:
    """Room in memory."""

    def __init__(self, shape: tuple[int, int, int], dtype: np.dtype[Any]) -> None:
        self._array = np.empty(shape, dtype)

    def put(self, channel: int, top: int, rows: Pixels) -> None:
        self._array[channel, top : top + len(rows)] = rows

    def whole(self) -> Pixels:
        return self._array

    def update(self, digest: Any) -> None:
        digest.update(self._array.data)

    def close(self) -> None:
        """Nothing to do."""


class Scratch:
    """Room in a file."""

    def __init__(self, shape: tuple[int, int, int], dtype: np.dtype[Any]) -> None:
        """Make the file.

        Raises:
            OSError: if it cannot be made.
        """
        self._shape, self._dtype = shape, dtype
        self._file = tempfile.TemporaryFile(prefix="sulcus-", buffering=0)  # noqa: SIM115
        self._turn = threading.Lock()
        self._file.truncate(prod(shape) * dtype.itemsize)

    def put(self, channel: int, top: int, rows: Pixels) -> None:
        _, height, width = self._shape
        offset = (channel * height + top) * width * self._dtype.itemsize
        left = np.ascontiguousarray(rows, self._dtype).data.cast("B")
        with self._turn:
            self._file.seek(offset)
            while left:
                left = left[self._file.write(left) :]

    def whole(self) -> Pixels:
        return np.asarray(np.memmap(self._file, self._dtype, "r", shape=self._shape))

    def update(self, digest: Any) -> None:
        piece = memoryview(bytearray(2**22))
        with self._turn:
            self._file.seek(0)
            while count := self._file.readinto(piece):
                digest.update(piece[:count])

    def close(self) -> None:
        self._file.close()


def room_for(shape: tuple[int, int, int], dtype: np.dtype[Any]) -> Room:
    """Room on the disk, or in memory where the disk has none."""
    need = prod(shape) * dtype.itemsize
    try:
        if shutil.disk_usage(tempfile.gettempdir()).free > need + _SPARE and need >= _PAGE:
            return Scratch(shape, dtype)
    except OSError:
        pass
    return Memory(shape, dtype)
