from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import tifffile

from engine.errors import ReadError
from engine.io.opening import list_parts, open_image


def pages(path: Path, *, bigtiff: bool) -> list[int]:
    """Where the pages of a new file of three begin."""
    with tifffile.TiffWriter(path, bigtiff=bigtiff) as writer:
        for side in (4, 5, 6):
            writer.write(np.zeros((side, 7), np.uint8), photometric="minisblack", metadata=None)
    with tifffile.TiffFile(path) as file:
        return [page.offset for page in file.pages]


def lead(path: Path, page: int, to: int, *, bigtiff: bool) -> None:
    """Let the page that begins there be followed by the one at `to`."""
    data = bytearray(path.read_bytes())
    wide, entry, form = (8, 20, "<Q") if bigtiff else (2, 12, "<I")
    count = int.from_bytes(data[page : page + wide], "little")
    struct.pack_into(form, data, page + wide + entry * count, to)
    path.write_bytes(data)


@pytest.mark.parametrize("bigtiff", [False, True])
def test_a_chain_of_pages_that_turns_back_is_refused(tmp_path: Path, bigtiff: bool) -> None:
    path = tmp_path / "a.tif"
    first, second, third = pages(path, bigtiff=bigtiff)
    assert len(list_parts(path)) == 3
    for page, to in ((third, first), (second, second)):
        pages(path, bigtiff=bigtiff)
        lead(path, page, to, bigtiff=bigtiff)
        with pytest.raises(ReadError, match="its pages lead back to each other"):
            open_image(path)


@pytest.mark.parametrize("bigtiff", [False, True])
def test_a_chain_of_pages_that_leads_out_of_the_file_is_refused(
    tmp_path: Path, bigtiff: bool
) -> None:
    path = tmp_path / "a.tif"
    _, second, _ = pages(path, bigtiff=bigtiff)
    for outside in (10**9, path.stat().st_size, 7):
        lead(path, second, outside, bigtiff=bigtiff)
        with pytest.raises(ReadError, match="its page 3 would lie outside of it"):
            open_image(path)


def test_a_tiny_file_that_claims_a_huge_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((64, 64), np.uint8), compression="zlib")
    data = path.read_bytes()
    with tifffile.TiffFile(path) as file:
        tags = file.pages.first.tags
        places = [tags["ImageWidth"].valueoffset, tags["ImageLength"].valueoffset]
    large = bytearray(data)
    for place in places:
        struct.pack_into("<I", large, place, 40_000)
    path.write_bytes(large)
    with pytest.raises(ReadError, match="its header claims 40000 x 40000 pixels"):
        open_image(path)
