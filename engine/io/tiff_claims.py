"""What the pages of a TIFF claim, held against what their file holds, before room is made for it.

tifffile makes room for a picture by its sides, and takes strips that the file does not name for
empty: a side that lost a bit would cost gigabytes, or give a picture that is mostly zeros.
Source: TIFF 6.0, sections 3 (strips), 9 (PackBits), 13 (LZW) and 15 (tiles); RFC 1951 for deflate.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import tifffile

from engine.io.image_format import damaged

# Bytes that a packed byte can at most become, by compression. LZW: the longest string of a table
# that is never cleared, in twelve bits. Deflate: 258 bytes in two bits.
_MOST = {1: 1, 5: 2560, 8: 1032, 32773: 64, 32946: 1032}
_LARGEST_EMPTY = 2**24
"""Bytes of a strip or tile that may be left out of a file as empty."""

_SPARE = 4096
"""Bytes that a small picture may claim beyond that."""


def check_claims(path: Path, series: tifffile.TiffPageSeries) -> None:
    """Refuse a series whose strips or tiles are not all there, or cannot unpack to what it claims.

    Args:
        path: The file, for the message.
        series: Pages of equal size; where they lie in one run of bytes, perhaps with one header.

    Raises:
        ReadError: if that is so.
    """
    if series.dataoffset is not None:
        size = series.keyframe.parent.filehandle.size
        _check_run(path, series.dataoffset + series.nbytes, size)
        return
    for page in series:
        if page is not None:
            check_page(path, page)


def check_page(path: Path, page: tifffile.TiffPage | tifffile.TiffFrame) -> None:
    """The same for one page.

    Raises:
        ReadError: as `check_claims`.
    """
    of, size = page.keyframe, page.parent.filehandle.size
    assert of is not None
    if of.jpegheader is not None:  # one stream for all tiles, of which tifffile makes up the places
        return
    needed, named = math.prod(of.chunked), len(page.dataoffsets)
    if of.is_contiguous and named:
        _check_run(path, page.dataoffsets[0] + of.nbytes, size)
        return
    if named < needed:
        raise damaged(path, f"its header claims {needed:,} strips or tiles, and names {named:,}")
    most = _MOST.get(int(of.compression))
    if of.dtype is None or most is None:
        return
    bits = 8 * of.dtype.itemsize
    most = most * bits / min(bits, max(1, int(of.bitspersample)))
    stored = np.minimum(np.array(page.databytecounts[:needed], np.float64), size)
    filled = int(np.count_nonzero(stored))
    part = math.prod(of.chunks) * of.dtype.itemsize
    claimed = min(filled * part, of.nbytes)
    if claimed > most * stored.sum() + _SPARE or (filled < needed and part > _LARGEST_EMPTY):
        raise damaged(path, f"its header claims {of.nbytes:,} bytes of pixels")


def _check_run(path: Path, end: int, size: int) -> None:
    if end > size:
        raise damaged(path, f"its pixels would end at byte {end:,}, and it has {size:,}")
