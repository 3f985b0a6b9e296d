from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from PIL import Image as Pillow

from engine.errors import ReadError
from engine.io.opening import open_image
from engine.io.windows import WindowedImage, open_window

COLOUR = np.random.default_rng(5).integers(0, 256, (700, 900, 3), np.uint8)
LAYOUTS: dict[str, dict[str, Any]] = {
    "tiles": {"tile": (128, 256)},
    "packed tiles": {"tile": (128, 256), "compression": "zlib", "predictor": True},
    "JPEG tiles": {"tile": (128, 128), "compression": "jpeg"},
    "strips": {"rowsperstrip": 50},
    "planes of tiles": {"tile": (128, 256), "planarconfig": "separate"},
    "planes of strips": {"rowsperstrip": 64, "planarconfig": "separate"},
    "BigTIFF": {"tile": (64, 64), "bigtiff": True, "byteorder": ">"},
}


def write(path: Path, layout: str) -> Path:
    more = LAYOUTS[layout]
    values = np.moveaxis(COLOUR, -1, 0) if "planarconfig" in more else COLOUR
    tifffile.imwrite(path, values, photometric="rgb", **more)
    return path


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_window_is_what_the_whole_image_has_there(tmp_path: Path, layout: str) -> None:
    path = write(tmp_path / "a.tif", layout)
    box = (slice(130, 300), slice(500, 900))
    assert_array_equal(open_window(path, box), open_image(path).pixels[:, *box])


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_window_is_what_the_whole_image_has_there(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    values = COLOUR[:37, :53, 0]
    path = tmp_path_factory.mktemp("any") / "a.tif"
    tile = data.draw(st.sampled_from([{"tile": (16, 16)}, {"rowsperstrip": 5}]))
    tifffile.imwrite(path, values, photometric="minisblack", **tile)
    sides = [sorted(data.draw(st.lists(st.integers(0, n), min_size=2, max_size=2, unique=True)))
             for n in values.shape]  # fmt: skip
    box = (slice(*sides[0]), slice(*sides[1]))
    assert_array_equal(open_window(path, box)[0], values[box])


def test_only_the_tiles_that_a_window_touches_are_decoded(tmp_path: Path) -> None:
    """A screen of a 16k x 16k image: 45 of its 4096 tiles, the rest is not even written."""
    path = tmp_path / "large.tif"
    side, tile = 16_384, 256
    seen = np.random.default_rng(2).integers(0, 256, (tile, tile), np.uint8)

    def tiles():
        for number in range((side // tile) ** 2):
            yield seen if number in (0, 64 * 20 + 20, 64 * 63 + 63) else np.zeros_like(seen)

    tifffile.imwrite(
        path, tiles(), shape=(side, side), dtype=np.uint8, tile=(tile, tile),
        photometric="minisblack", compression="zlib",
    )  # fmt: skip
    with WindowedImage(path) as image:
        assert image.levels[0].shape == (side, side)
        window = image.read((slice(5000, 6080), slice(5000, 6920)))
        assert image.decoded == 5 * 9
        assert window.shape == (1, 1080, 1920)
        assert_array_equal(window[0, 120:376, 120:376], seen)
        assert not window[0, 376:].any()
        corner = image.read((slice(side - 1, side), slice(side - 1, side)))
        assert corner.item() == seen[-1, -1]
        assert image.decoded == 5 * 9 + 1


def test_smaller_levels_are_read_by_window_too(tmp_path: Path) -> None:
    path = tmp_path / "pyramid.ome.tif"
    with tifffile.TiffWriter(path, bigtiff=True) as writer:
        more: dict[str, Any] = {"tile": (64, 64), "photometric": "rgb"}
        writer.write(COLOUR, subifds=2, **more)
        writer.write(COLOUR[::2, ::2], subfiletype=1, **more)
        writer.write(COLOUR[::4, ::4], subfiletype=1, **more)
    with WindowedImage(path) as image:
        assert [level.shape for level in image.levels] == [(700, 900), (350, 450), (175, 225)]
        window = image.read((slice(10, 30), slice(100, 140)), level=2)
    assert_array_equal(np.moveaxis(window, 0, -1), COLOUR[::4, ::4][10:30, 100:140])


def test_windows_have_the_colours_of_the_image(tmp_path: Path) -> None:
    indices = (np.arange(35 * 40).reshape(35, 40) % 3).astype(np.uint8)
    colormap = np.zeros((3, 256), np.uint16)
    colormap[:, 1] = 65535, 0, 257
    path = tmp_path / "p.tif"
    tifffile.imwrite(path, indices, photometric="palette", colormap=colormap, tile=(16, 16))
    box = (slice(3, 20), slice(30, 40))
    assert_array_equal(open_window(path, box), open_image(path).pixels[:, *box])


@pytest.mark.parametrize("box", [(slice(0, 701), slice(0, 5)), (slice(5, 5), slice(0, 5)),
                                 (slice(-1, 5), slice(0, 5))])  # fmt: skip
def test_a_window_beyond_the_image_is_refused(tmp_path: Path, box: Any) -> None:
    with (
        WindowedImage(write(tmp_path / "a.tif", "tiles")) as image,
        pytest.raises(ValueError, match="box"),
    ):
        image.read(box)


def test_a_damaged_tile_is_told_and_only_where_it_lies(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", "packed tiles")
    with tifffile.TiffFile(path) as file:
        start, size = file.pages.first.dataoffsets[0], file.pages.first.databytecounts[0]
    data = bytearray(path.read_bytes())
    data[start : start + size] = bytes(size)
    path.write_bytes(data)
    with WindowedImage(path) as image:
        image.read((slice(300, 400), slice(300, 400)))
        with pytest.raises(ReadError, match="is damaged"):
            image.read((slice(0, 10), slice(0, 10)))
    path.write_bytes(data[:-200])
    with pytest.raises(ReadError, match="is damaged"):
        open_window(path, (slice(690, 700), slice(890, 900)))


def test_stacks_turned_pictures_and_other_files_are_not_read_by_window(tmp_path: Path) -> None:
    tifffile.imwrite(
        tmp_path / "stack.tif", np.zeros((3, 8, 9), np.uint8), photometric="minisblack"
    )
    tifffile.imwrite(
        tmp_path / "turned.tif", np.zeros((8, 9), np.uint8), extratags=[(274, "H", 1, 6, True)]
    )
    for name in ("stack.tif", "turned.tif"):
        with pytest.raises(ReadError, match="no single upright picture"):
            WindowedImage(tmp_path / name)
    Pillow.fromarray(COLOUR).save(tmp_path / "a.png")
    with pytest.raises(ReadError, match="damaged"):
        WindowedImage(tmp_path / "a.png")
