"""Large TIFFs by window: only the tiles or strips that a window touches are read and decoded."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import tifffile

from engine.core.arrays import Box, Pixels
from engine.errors import ReadError
from engine.io.image_format import damaged
from engine.io.tiff_chain import check_chain
from engine.io.tiff_claims import check_page
from engine.io.tiff_colours import Colours

LARGE = 2**26
"""Pixels of a picture from which on it is better shown by window than read whole."""


@dataclass(frozen=True, slots=True)
class Level:
    """One size of a picture; level 0 is the whole, each further one is smaller.

    Attributes:
        shape: Rows and columns.
        segment: Rows and columns of the tile or strip that is decoded at once; a row where nothing
            need be decoded.
    """

    shape: tuple[int, int]
    segment: tuple[int, int]


class WindowedImage:
    """A picture that stays on disk; the file is held open until `close`."""

    def __init__(self, path: Path) -> None:
        """Read the headers.

        Raises:
            ReadError: if it is no TIFF, is damaged, or is no single upright picture.
        """
        self.path = path
        self.decoded = 0
        """How many tiles or strips were decoded so far."""
        with _explained(path):
            check_chain(path)
            self._file = tifffile.TiffFile(path)
            self._turn = threading.Lock()
            try:
                self._pages = _levels(path, self._file)
                self._colours = Colours.of(path, self._pages[0])
            except BaseException:
                self._file.close()
                raise
        self.levels = tuple(
            Level((page.imagelength, page.imagewidth), _segment(page)) for page in self._pages
        )

    @property
    def samples(self) -> int:
        """How many values a pixel has, as stored."""
        return int(self._pages[0].samplesperpixel)

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(self._pages[0].dtype)

    def read(self, box: Box, level: int = 0) -> Pixels:
        """A window: (C, rows, columns), in colours as `open_image` gives them; from any thread.

        Args:
            box: Rows and columns of that level, with start and stop within it.
            level: Which size.

        Raises:
            ReadError: if a tile is damaged.
            ValueError: if the box does not lie in the level.
        """
        page, shape = self._pages[level], self.levels[level].shape
        rows, columns = box
        if not all(0 <= side.start < side.stop <= n for side, n in zip(box, shape, strict=True)):
            raise ValueError(f"the box {box} does not lie in {shape}")
        window = np.zeros(
            (self.samples, rows.stop - rows.start, columns.stop - columns.start), page.dtype
        )
        with _explained(self.path):
            if _is_run(page):
                self._copy(page, rows, columns, window)
            else:
                for number in _touched(page, rows, columns):
                    self._paste(page, number, window, rows.start, columns.start)
        return self._colours.shown(self._colours.upright(window))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def _copy(self, page: tifffile.TiffPage, rows: slice, columns: slice, window: Pixels) -> None:
        """Put rows of a page that lies in its file as it is into the window."""
        stored = np.dtype(page.dtype).newbyteorder(page.parent.byteorder)
        is_apart = int(page.planarconfig) == _SEPARATE and len(window) > 1
        together = 1 if is_apart else len(window)
        line = page.imagewidth * together * stored.itemsize
        for plane in range(len(window) // together):
            start = page.dataoffsets[0] + (plane * page.imagelength + rows.start) * line
            data = self._bytes(start, (rows.stop - rows.start) * line)
            values = np.frombuffer(data, stored).reshape(-1, page.imagewidth, together)[:, columns]
            window[plane : plane + together] = np.moveaxis(values, -1, 0)

    def _bytes(self, start: int, size: int) -> bytes:
        with self._turn:
            handle = self._file.filehandle
            handle.seek(int(start))
            data = handle.read(size)
        if len(data) < size:
            raise damaged(self.path, "it is cut short")
        return data

    def _paste(
        self, page: tifffile.TiffPage, number: int, window: Pixels, top: int, left: int
    ) -> None:
        """Decode one tile or strip and put what is in the window there."""
        size = int(page.databytecounts[number])  # 0 of a tile that was left out: it is empty
        data = self._bytes(page.dataoffsets[number], size) if size else b""
        more: dict[str, Any] = {}
        if page.jpegtables is not None:
            more["jpegtables"] = page.jpegtables
        segment, place, shape = page.decode(data or None, number, **more)
        with self._turn:
            self.decoded += 1
        if segment is None:
            return
        first, _, y, x, _ = place
        part = np.moveaxis(segment[0, : shape[1], : shape[2]], -1, 0)
        y, x = y - top, x - left
        low_y, low_x = max(0, y), max(0, x)
        high_y = min(window.shape[1], y + part.shape[1])
        high_x = min(window.shape[2], x + part.shape[2])
        window[first : first + len(part), low_y:high_y, low_x:high_x] = part[
            :, low_y - y : high_y - y, low_x - x : high_x - x
        ]


def large_shape(path: Path) -> tuple[int, int] | None:
    """(rows, columns) of a TIFF that is better read by window than whole; None of another file."""
    if not path.is_file():
        return None
    try:
        with WindowedImage(path) as image:
            rows, columns = image.levels[0].shape
    except ReadError:
        return None
    return (rows, columns) if rows * columns >= LARGE else None


def open_window(path: Path, box: Box, level: int = 0) -> Pixels:
    """One window of a TIFF: (C, rows, columns); see `WindowedImage` for many.

    Raises:
        ReadError: if it is no TIFF, is damaged, or is no single upright picture.
    """
    with WindowedImage(path) as image:
        return image.read(box, level)


def _levels(path: Path, file: tifffile.TiffFile) -> list[tifffile.TiffPage]:
    """The page of each size of the first picture, the largest first."""
    series = file.series[0]
    pages = [level.keyframe for level in series.levels]
    for page in pages:
        check_page(path, page)
    first = pages[0]
    orientation = first.tags.get(274)
    is_turned = orientation is not None and orientation.value != 1
    if len(series) > 1 or first.imagedepth > 1 or is_turned:
        raise ReadError(
            f"'{path}' is no single upright picture; it is read whole, not by window.",
            remedy="Open it as an image.",
        )
    return pages


def _is_run(page: tifffile.TiffPage) -> bool:
    """Whether the values lie in the file row after row as they are, so that nothing is decoded."""
    return bool(page.is_contiguous) and not page.is_tiled and page.subsampling is None


def _segment(page: tifffile.TiffPage) -> tuple[int, int]:
    if _is_run(page):
        return 1, int(page.imagewidth)
    if page.is_tiled:
        return int(page.tilelength), int(page.tilewidth)
    return min(int(page.rowsperstrip), int(page.imagelength)), int(page.imagewidth)


def _touched(page: tifffile.TiffPage, rows: slice, columns: slice) -> Iterator[int]:
    """The numbers of the tiles or strips that a window touches, plane after plane."""
    high, wide = _segment(page)
    down, across = -(-page.imagelength // high), -(-page.imagewidth // wide)
    planes = int(page.samplesperpixel) if int(page.planarconfig) == _SEPARATE else 1
    for plane in range(planes):
        for y in range(rows.start // high, -(-rows.stop // high)):
            for x in range(columns.start // wide, -(-columns.stop // wide)):
                yield (plane * down + y) * across + x


_SEPARATE = 2


@contextmanager
def _explained(path: Path) -> Generator[None]:
    """What tifffile and its decoders raise becomes a `ReadError`."""
    try:
        yield
    except (tifffile.TiffFileError, OSError, ValueError, IndexError, KeyError, TypeError,
            struct.error, zlib.error, ArithmeticError, RuntimeError, AttributeError,
            AssertionError) as error:  # fmt: skip
        raise damaged(path, error) from error
