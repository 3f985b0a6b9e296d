"""Writing a mask that never is in memory as a whole: bands of rows into a tiled TIFF."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import tifffile

from engine.core.arrays import Labels
from engine.core.label_set import LabelSet
from engine.errors import WriteError
from engine.export.formats.masks_tiff import palette
from engine.files import replacing

TILE = 256
"""Side of a tile of the file, in pixels."""


def write_bands(
    bands: Iterable[Labels], sides: tuple[int, int], label_set: LabelSet, path: Path
) -> None:
    """Write a mask that comes in bands, so that it reads back equal, or not at all.

    Args:
        bands: (rows, columns) uint8, from top to bottom, together as many rows as the mask has.
        sides: (rows, columns) of the mask.
        label_set: The classes, whose colours become the palette.
        path: A .tif file; a BigTIFF where it must be.

    Raises:
        WriteError: if the file cannot be written, or does not read back as it should.
        ValueError: if the bands have too few or too many rows.
    """
    written = _Seen()
    with replacing(path) as temporary:
        try:
            tifffile.imwrite(
                temporary,
                data=_tiles(bands, sides, written),
                shape=sides,
                dtype=np.uint8,
                tile=(TILE, TILE),
                photometric="palette",
                colormap=palette(label_set),
                compression="deflate",
                bigtiff=sides[0] * sides[1] >= 2**31,
                metadata=None,
                software=False,
            )
        except OSError as error:
            raise WriteError(
                f"'{path}' cannot be written ({error.strerror or error}).",
                remedy="Make room on the disk, or choose another folder.",
            ) from error
        if written.rows != sides[0]:
            raise ValueError(f"{written.rows} rows for a mask of {sides[0]}")
        read = _Seen()
        for band in _rows_of(temporary, sides):
            read.add(band)
        if read.digest != written.digest:
            raise WriteError(
                f"'{path}' read back differs from what was written; the old file was kept.",
                remedy="Write to another disk, and report this.",
            )


class _Seen:
    """How many rows went by, and a hash of them."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = hashlib.sha256()

    def add(self, band: Labels) -> None:
        self.rows += len(band)
        self._digest.update(np.ascontiguousarray(band).data)

    @property
    def digest(self) -> bytes:
        return self._digest.digest()


def _tiles(bands: Iterable[Labels], sides: tuple[int, int], seen: _Seen) -> Iterator[Labels]:
    """The tiles of the file row by row, the last ones filled up with background."""
    columns = sides[1]
    across = -(-columns // TILE)
    for band in _of_height(bands, TILE):
        seen.add(band)
        full = np.zeros((TILE, across * TILE), np.uint8)
        full[: len(band), :columns] = band
        for left in range(0, across * TILE, TILE):
            yield np.ascontiguousarray(full[:, left : left + TILE])


def _of_height(bands: Iterable[Labels], height: int) -> Iterator[Labels]:
    """The same rows in bands of `height`, the last as high as it comes."""
    held: Labels | None = None  # lower than `height`
    for band in bands:
        start = 0
        if held is not None:
            start = height - len(held)
            held = np.concatenate([held, band[:start]])
            if len(held) < height:
                continue
            yield held
        for top in range(start, len(band) - height + 1, height):
            yield band[top : top + height]
        rest = start + (len(band) - start) // height * height
        held = band[rest:].copy() if rest < len(band) else None
    if held is not None:
        yield held


def _rows_of(path: Path, sides: tuple[int, int]) -> Iterator[Labels]:
    """The bands of a file as they are stored."""
    rows, columns = sides
    with tifffile.TiffFile(path) as file:
        band = np.zeros((TILE, -(-columns // TILE) * TILE), np.uint8)
        top = 0
        for data, (_, _, y, x, _), shape in file.pages.first.segments():
            if y != top:
                yield np.ascontiguousarray(band[: min(TILE, rows - top), :columns])
                top = y
            if data is not None:
                band[: shape[1], x : x + shape[2]] = data[0, : shape[1], : shape[2], 0]
        yield np.ascontiguousarray(band[: min(TILE, rows - top), :columns])
