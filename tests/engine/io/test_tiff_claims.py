from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.testing import assert_array_equal

from engine.errors import ReadError
from engine.io.opening import open_image
from engine.io.windows import WindowedImage

FLAT = np.full((2048, 2048), 7, np.uint8)


def overwritten(path: Path, **tags: int) -> Path:
    with tifffile.TiffFile(path, mode="r+") as file:
        for name, value in tags.items():
            file.pages[0].tags[name].overwrite(value)
    return path


def refused(path: Path, text: str) -> None:
    with pytest.raises(ReadError, match=text):
        open_image(path)
    with pytest.raises(ReadError, match=text), WindowedImage(path):
        pass


@pytest.mark.parametrize("compression", ["zlib", "lzw", "packbits", None])
@pytest.mark.parametrize("more", [{}, {"tile": (256, 256)}, {"rowsperstrip": 2048}])
def test_what_packs_as_densely_as_can_be_is_opened(
    tmp_path: Path, compression: str | None, more: dict[str, object]
) -> None:
    tifffile.imwrite(tmp_path / "flat.tif", FLAT, compression=compression, **more)
    assert_array_equal(open_image(tmp_path / "flat.tif").pixels[0], FLAT)


def test_pages_that_share_a_header_are_opened(tmp_path: Path) -> None:
    values = np.arange(5 * 30 * 40, dtype=np.uint16).reshape(5, 30, 40)
    for name, more in (("a.tif", {"truncate": True}), ("b.tif", {"imagej": True})):
        tifffile.imwrite(
            tmp_path / name, values, photometric="minisblack", metadata={"axes": "ZYX"}, **more
        )
    for name in ("a.tif", "b.tif"):
        assert_array_equal(open_image(tmp_path / name).pixels[0], values)
    data = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "a.tif").write_bytes(data[:-100])
    with pytest.raises(ReadError, match="would end at byte"):
        open_image(tmp_path / "a.tif")


def test_tiles_that_were_left_out_as_empty_are_zero(tmp_path: Path) -> None:
    tiles = [np.full((64, 64), 9, np.uint8), None, None, None]
    tifffile.imwrite(
        tmp_path / "sparse.tif", iter(tiles), shape=(128, 128), dtype=np.uint8, tile=(64, 64),
        compression="zlib",
    )  # fmt: skip
    pixels = open_image(tmp_path / "sparse.tif").pixels[0]
    assert (pixels[:64, :64] == 9).all()
    assert pixels.sum() == 9 * 64 * 64


def test_a_picture_of_more_strips_than_are_named_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.tif"
    tifffile.imwrite(path, FLAT[:64], compression="zlib", rowsperstrip=32)
    refused(overwritten(path, ImageLength=128), "claims 4 strips or tiles, and names 2")


def test_a_strip_that_cannot_unpack_to_what_is_claimed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.tif"
    tifffile.imwrite(path, FLAT[:64], compression="zlib", rowsperstrip=64)
    refused(overwritten(path, ImageWidth=2**20), "claims 67,108,864 bytes of pixels")


def test_an_unpacked_picture_larger_than_its_file_is_refused(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "tall.tif", FLAT)
    refused(overwritten(tmp_path / "tall.tif", ImageLength=4096, RowsPerStrip=4096), "would end at")
