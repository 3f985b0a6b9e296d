"""Large pictures are read in bands; what comes of it is what reading them whole gives."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.testing import assert_array_equal
from PIL import Image as Pillow

from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.survey import Glimpse
from engine.errors import Cancelled, ReadError
from engine.io import large, scratch, windows
from engine.io.image_format import Watch
from engine.io.opening import open_image, peek_geometry
from engine.io.sizes import smaller_sizes
from engine.progress import Progress, Step

ROWS, COLUMNS = 1337, 1210
RNG = np.random.default_rng(3)
GREY = RNG.integers(0, 256, (ROWS, COLUMNS)).astype(np.uint8)
COLOUR = RNG.integers(0, 256, (ROWS, COLUMNS, 3)).astype(np.uint8)
DEEP = RNG.integers(0, 65536, (ROWS, COLUMNS)).astype(np.uint16)
REAL = RNG.normal(size=(ROWS, COLUMNS)).astype(np.float32)

LAYOUTS: dict[str, tuple[np.ndarray, dict[str, Any]]] = {
    "tiles": (COLOUR, {"tile": (128, 256), "compression": "zlib"}),
    "strips": (COLOUR, {"rowsperstrip": 50, "compression": "zlib", "predictor": True}),
    "odd strips": (COLOUR, {"rowsperstrip": 333, "compression": "zlib"}),
    "one strip": (COLOUR, {"rowsperstrip": ROWS, "compression": "zlib"}),
    "as it is": (COLOUR, {}),
    "grey as it is": (GREY, {}),
    "planes": (np.moveaxis(COLOUR, -1, 0), {"planarconfig": "separate"}),
    "planes of tiles": (np.moveaxis(COLOUR, -1, 0), {"planarconfig": "separate", "tile": (64, 64)}),
    "16 bit": (DEEP, {"tile": (128, 128), "compression": "zlib"}),
    "16 bit, the other byte order": (DEEP, {"byteorder": ">", "bigtiff": True}),
    "real": (REAL, {"rowsperstrip": 64}),
    "alpha": (np.dstack([COLOUR, GREY]), {"tile": (256, 256), "extrasamples": ["unassalpha"]}),
    "one bit": (GREY > 99, {"tile": (128, 128)}),
    "white is 0": (GREY, {"photometric": "miniswhite", "tile": (128, 128)}),
}


@pytest.fixture(autouse=True)
def all_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "LARGE", 1)
    monkeypatch.setattr(large, "BAND", 2**18)


def write(folder: Path, layout: str) -> Path:
    values, more = LAYOUTS[layout]
    is_colour = values.ndim == 3
    more = {"photometric": "rgb" if is_colour else "minisblack", **more}
    tifffile.imwrite(folder / "a.tif", values, **more)
    return folder / "a.tif"


def read_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> Image:
    with monkeypatch.context() as patch:
        patch.setattr(large, "LARGE", 2**40)
        found = open_image(path)
    assert found.survey is None
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_picture_in_bands_is_the_picture(
    tmp_path: Path, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, layout)
    found, whole = open_image(path), read_whole(path, monkeypatch)
    assert found.survey is not None
    assert_array_equal(found.pixels, whole.pixels)
    assert found.pixels.dtype == whole.pixels.dtype
    assert found.channels == whole.channels
    assert found.source == whole.source
    assert found.source.sha256 == hashlib.sha256(found.pixels.tobytes()).hexdigest()
    if layout not in ("one bit", "white is 0"):
        values = tifffile.imread(path)
        is_chunky = values.ndim == 3 and not layout.startswith("planes")
        assert_array_equal(
            found.pixels.squeeze(), np.moveaxis(values, -1, 0) if is_chunky else values
        )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_learnt_on_the_way_is_what_the_whole_picture_says(
    tmp_path: Path, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.core.image.SAMPLE", 9_000)
    path = write(tmp_path, layout)
    found, whole = open_image(path), read_whole(path, monkeypatch)
    assert_array_equal(found.sample(), whole.sample())
    assert found.intensity_range() == whole.intensity_range()
    for count in range(1, len(whole.channels) + 1):
        assert found.extremes(count) == whole.extremes(count)
    assert found.survey is not None
    sizes = smaller_sizes(whole.pixels, Progress())
    assert [one.shape[1:] for one in sizes] == [(669, 605), (335, 303)]
    for one, other in zip(found.survey.sizes, sizes, strict=True):
        assert_array_equal(one, other)


def test_nothing_of_what_was_read_can_be_changed(tmp_path: Path) -> None:
    found = open_image(write(tmp_path, "tiles"))
    assert found.survey is not None
    for one in (found.pixels, found.survey.sample, *found.survey.sizes):
        with pytest.raises(ValueError, match="read-only"):
            one[...] = 0


def test_what_is_no_number_does_not_count_for_the_extremes() -> None:
    values = np.array([[np.nan, -2.0, np.inf, 5.0]], np.float32)
    image = Image(values[None], Geometry((1, 4)), ("grey",), Source(Path("a"), ""))
    assert image.extremes(1) == (-2.0, 5.0)
    nothing = Image(values[None] * np.nan, Geometry((1, 4)), ("grey",), Source(Path("a"), ""))
    assert nothing.extremes(1) == (0.0, 1.0)


def test_a_picture_that_needs_no_smaller_size_is_read_too(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", GREY[:40, :50], photometric="minisblack")
    seen: list[Glimpse] = []
    found = open_image(tmp_path / "a.tif", "", Watch(Progress(), seen.append))
    assert_array_equal(found.pixels[0], GREY[:40, :50])
    assert found.survey is not None
    assert found.survey.sizes == ()
    assert_array_equal(seen[0].pixels, found.pixels)


@pytest.mark.parametrize(
    "name", ["a.png", "a.jpg", "turned.jpg", "grey.png", "alpha.png", "deep.png"]
)
def test_a_raster_in_bands_is_the_raster(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"grey.png": GREY, "deep.png": DEEP, "alpha.png": np.dstack([COLOUR, GREY])}.get(
        name, COLOUR
    )
    exif = Pillow.Exif()
    if name == "turned.jpg":
        exif[274] = 6
    Pillow.fromarray(values).save(tmp_path / name, exif=exif)
    found, whole = open_image(tmp_path / name), read_whole(tmp_path / name, monkeypatch)
    assert found.survey is not None
    assert_array_equal(found.pixels, whole.pixels)
    assert found.source == whole.source
    assert found.geometry.shape == ((COLUMNS, ROWS) if name == "turned.jpg" else (ROWS, COLUMNS))
    sizes = smaller_sizes(whole.pixels, Progress())
    for one, other in zip(found.survey.sizes, sizes, strict=True):
        assert_array_equal(one, other)


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_jpeg_is_seen_in_small_before_it_is_decoded(tmp_path: Path, orientation: int) -> None:
    exif = Pillow.Exif()
    exif[274] = orientation
    bright = np.zeros((ROWS, COLUMNS, 3), np.uint8)
    bright[: ROWS // 2, :, 0] = 250
    Pillow.fromarray(bright).save(tmp_path / "a.jpg", exif=exif)
    seen: list[Glimpse] = []
    found = open_image(tmp_path / "a.jpg", "", Watch(Progress(), seen.append))
    (one,) = seen
    assert one.sides == found.geometry.shape
    assert one.rows == one.pixels.shape[1] < one.sides[0]
    assert one.pixels.shape[0] == 3
    near = [one.pixels[0, 5, -5], one.pixels[0, -5, 5]]
    there = [found.pixels[0, 5, -5], found.pixels[0, -5, 5]]
    assert np.abs(np.subtract(near, there, dtype=int)).max() < 10


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "plain.png"])
def test_the_grid_of_a_raster_is_told_as_it_is_read(
    tmp_path: Path, name: str, orientation: int
) -> None:
    exif = Pillow.Exif()
    exif[274] = orientation
    more = {} if name == "plain.png" else {"exif": exif}
    Pillow.fromarray(COLOUR[:20, :30]).save(tmp_path / name, **more)
    assert peek_geometry(tmp_path / name).shape == open_image(tmp_path / name).geometry.shape


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_the_grid_of_a_raster_is_told_without_decoding(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Pillow.fromarray(COLOUR).save(tmp_path / name)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)
    assert peek_geometry(tmp_path / name).shape == (ROWS, COLUMNS)


def test_each_tile_is_decoded_once(tmp_path: Path) -> None:
    with windows.WindowedImage(write(tmp_path, "tiles")) as image:
        large.read_large(image, Watch())
        assert image.decoded == 11 * 5


def test_whoever_waits_sees_the_picture_grow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "_PAUSE_S", 0.0)
    seen: list[Glimpse] = []
    steps: list[Step] = []
    watch = Watch(
        Progress(steps.append),
        seen.append,
    )
    found = open_image(write(tmp_path, "alpha"), "", watch)
    assert found.survey is not None
    assert [step.done for step in steps] == sorted({step.done for step in steps})
    assert steps[-1].done == steps[-1].total == ROWS
    assert len(seen) == len(steps) > 2
    rows = [one.rows for one in seen]
    assert rows == [-(-step.done // 2) for step in steps]
    last = seen[-1]
    assert last.sides == (ROWS, COLUMNS)
    assert_array_equal(last.pixels, found.survey.sizes[0][:3])


def test_the_window_of_a_glimpse_is_that_of_what_was_read_already(tmp_path: Path) -> None:
    seen: list[Glimpse] = []
    open_image(write(tmp_path, "16 bit"), "", Watch(Progress(), seen.append))
    low, high = seen[0].window
    assert 0 < low < 20_000
    assert 45_000 < high < 65_535


def test_a_smaller_size_in_the_file_is_shown_before_anything_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "pyramid.ome.tif"
    small = COLOUR[::4, ::4]
    with tifffile.TiffWriter(path, bigtiff=True) as writer:
        more: dict[str, Any] = {"tile": (64, 64), "photometric": "rgb", "compression": "zlib"}
        writer.write(COLOUR, subifds=1, **more)
        writer.write(small, subfiletype=1, **more)
    seen: list[Glimpse] = []
    stop = Progress()

    def look(one: Glimpse) -> None:
        seen.append(one)
        stop.cancel()

    with windows.WindowedImage(path) as image:
        with pytest.raises(Cancelled):
            large.read_large(image, Watch(stop, look))
        of_all = -(-ROWS // 64) * -(-COLUMNS // 64)
        assert image.decoded < of_all / 2
    assert_array_equal(np.moveaxis(seen[0].pixels, 0, -1), small)
    assert seen[0].sides == (ROWS, COLUMNS)
    whole = open_image(path)
    assert_array_equal(np.moveaxis(whole.pixels, 0, -1), COLOUR)


def test_reading_stops_when_it_is_cancelled(tmp_path: Path) -> None:
    progress = Progress(lambda step: progress.cancel())
    with windows.WindowedImage(write(tmp_path, "tiles")) as image:
        with pytest.raises(Cancelled):
            large.read_large(image, Watch(progress))
        assert image.decoded < 11 * 5


def test_a_damaged_tile_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "tiles")
    with tifffile.TiffFile(path) as file:
        start, size = file.pages.first.dataoffsets[40], file.pages.first.databytecounts[40]
    data = bytearray(path.read_bytes())
    data[start : start + size] = bytes(size)
    path.write_bytes(data)
    with pytest.raises(ReadError, match="is damaged"):
        open_image(path)


def test_a_disk_without_room_is_no_reason_to_give_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "tiles")
    expected = open_image(path)
    monkeypatch.setattr(scratch, "_SPARE", 2**60)
    monkeypatch.setattr(scratch, "Scratch", None)
    found = open_image(path)
    assert_array_equal(found.pixels, expected.pixels)
    assert found.source.sha256 == expected.source.sha256


def test_a_disk_that_fills_up_meanwhile_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(scratch.Scratch, "put", full)
    with pytest.raises(ReadError, match="no space left on device") as caught:
        open_image(write(tmp_path, "tiles"))
    assert "temporary" in caught.value.remedy


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_grid_is_told_without_decoding(
    tmp_path: Path, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, layout)
    monkeypatch.setattr(tifffile.TiffPageSeries, "asarray", None)
    monkeypatch.setattr(windows.WindowedImage, "read", None)
    assert peek_geometry(path).shape == (ROWS, COLUMNS)


def test_the_grid_of_a_turned_picture_and_of_a_stack_is_told_as_it_is_read(
    tmp_path: Path,
) -> None:
    turned, stack = tmp_path / "turned.tif", tmp_path / "stack.tif"
    tifffile.imwrite(
        turned, GREY[:20, :30], photometric="minisblack", extratags=[(274, "H", 1, 6, True)],
        resolution=(4.0, 2.0), metadata={"unit": "mm"}, imagej=True,
    )  # fmt: skip
    tifffile.imwrite(stack, np.zeros((5, 20, 30), np.uint8), photometric="minisblack")
    for path, shape in ((turned, (30, 20)), (stack, (5, 20, 30))):
        told, read = peek_geometry(path), open_image(path).geometry
        assert told.shape == read.shape == shape
        assert told.spacing == read.spacing
        assert told.sizes == read.sizes
