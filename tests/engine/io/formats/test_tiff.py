from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from engine.core.image import Image
from engine.errors import ReadError
from engine.io.opening import list_parts, open_image, read_labels

COLOUR = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
GREY = COLOUR[..., 0]

SHOWN = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: np.rot90,
}

LAYOUTS: dict[str, dict[str, Any]] = {
    "one strip": {},
    "strips": {"rowsperstrip": 3},
    "tiles": {"tile": (16, 16)},
    "zlib": {"compression": "zlib", "rowsperstrip": 4},
    "BigTIFF": {"bigtiff": True},
    "big endian": {"byteorder": ">"},
}


def opened_or_refused(path: Path) -> Image | ReadError:
    try:
        return open_image(path)
    except ReadError as error:
        return error


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.uint32, np.float32])
def test_grey_pixels_come_back_as_they_were(tmp_path: Path, layout: str, dtype: type) -> None:
    path = tmp_path / "grey.tif"
    values = GREY.astype(dtype) * dtype(3)
    tifffile.imwrite(path, values, photometric="minisblack", **LAYOUTS[layout])
    image = open_image(path)
    assert image.channels == ("grey",)
    assert image.pixels.dtype == dtype
    np.testing.assert_array_equal(image.pixels[0], values)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_colours_come_back_channels_first(
    tmp_path: Path, layout: str, planar: str, dtype: type
) -> None:
    path = tmp_path / "colour.tif"
    values = COLOUR.astype(dtype) * dtype(1 if dtype is np.uint8 else 257)
    stored = values if planar == "contig" else np.moveaxis(values, -1, 0)
    tifffile.imwrite(path, stored, photometric="rgb", planarconfig=planar, **LAYOUTS[layout])
    image = open_image(path)
    assert image.channels == ("red", "green", "blue")
    np.testing.assert_array_equal(image.pixels, np.moveaxis(values, -1, 0))


def test_a_stack_of_equal_pages_is_one_volume_without_a_place(tmp_path: Path) -> None:
    values = np.arange(4 * 9 * 8, dtype=np.uint16).reshape(4, 9, 8)
    tifffile.imwrite(tmp_path / "stack.tif", values, photometric="minisblack")
    image = open_image(tmp_path / "stack.tif")
    assert image.geometry.is_volume
    assert image.geometry.affine is None
    np.testing.assert_array_equal(image.pixels, values[None])


def test_a_stack_of_colour_pages_keeps_its_colours(tmp_path: Path) -> None:
    values = np.stack([COLOUR, COLOUR[::-1]])
    tifffile.imwrite(tmp_path / "stack.tif", values, photometric="rgb")
    image = open_image(tmp_path / "stack.tif")
    np.testing.assert_array_equal(image.pixels, np.moveaxis(values, -1, 0))


def test_pages_of_other_sizes_are_images_of_their_own(tmp_path: Path) -> None:
    pages = [GREY, GREY[:7], GREY[:7], GREY[:, :9]]
    with tifffile.TiffWriter(tmp_path / "sizes.tif") as writer:
        for page in pages:
            writer.write(page, photometric="minisblack", contiguous=False, metadata=None)
    path = tmp_path / "sizes.tif"
    parts = list_parts(path)
    assert [part.shape for part in parts] == [(20, 30), (2, 7, 30), (20, 9)]
    assert len({part.key for part in parts}) == len({part.title for part in parts}) == 3
    np.testing.assert_array_equal(open_image(path, parts[2].key).pixels[0], pages[3])
    np.testing.assert_array_equal(read_labels(path, parts[1].key).labels, [pages[1]] * 2)
    first = open_image(path)
    np.testing.assert_array_equal(first.pixels[0], GREY)
    assert [notice.code for notice in first.notices] == ["several-images"]
    assert "3 images" in first.notices[0].text
    assert open_image(path, parts[0].key).notices == ()


def test_one_picture_and_one_stack_have_no_parts_and_no_notice(tmp_path: Path) -> None:
    for values in (GREY, np.stack([GREY] * 3)):
        tifffile.imwrite(tmp_path / "one.tif", values, photometric="minisblack")
        assert list_parts(tmp_path / "one.tif") == ()
        assert open_image(tmp_path / "one.tif").notices == ()


@pytest.mark.parametrize("kind", ["imagej", "ome"])
def test_each_time_of_a_film_of_stacks_is_an_image(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"film.{kind}.tif"
    values = np.arange(2 * 3 * 4 * 8 * 9, dtype=np.uint16).reshape(2, 3, 4, 8, 9)
    tifffile.imwrite(path, values, **{kind: True}, metadata={"axes": "TZCYX"})
    parts = list_parts(path)
    assert [part.shape for part in parts] == [(3, 8, 9)] * 2
    for number, part in enumerate(parts):
        found = open_image(path, part.key)
        np.testing.assert_array_equal(found.pixels, np.moveaxis(values[number], 1, 0))
    assert len(open_image(path).channels) == 4


@pytest.mark.parametrize("axes", ["ZYX", "TYX", "CYX"])
def test_the_axes_of_imagej_become_slices_or_channels(tmp_path: Path, axes: str) -> None:
    values = np.arange(3 * 8 * 9, dtype=np.uint8).reshape(3, 8, 9)
    tifffile.imwrite(tmp_path / "a.tif", values, imagej=True, metadata={"axes": axes})
    pixels = open_image(tmp_path / "a.tif").pixels
    np.testing.assert_array_equal(pixels, values if axes == "CYX" else values[None])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_inks_are_shown_as_colours(tmp_path: Path, dtype: type) -> None:
    top = np.iinfo(dtype).max
    inks = np.zeros((4, 5, 4), dtype)  # cyan, magenta, yellow, black
    inks[0, 0] = top, 0, 0, 0
    inks[1, 1] = 0, 0, 0, top
    tifffile.imwrite(tmp_path / "inks.tif", inks, photometric="separated")
    image = open_image(tmp_path / "inks.tif")
    assert image.channels == ("red", "green", "blue")
    assert image.pixels.dtype == dtype
    assert image.pixels[:, 0, 0].tolist() == [0, top, top]
    assert image.pixels[:, 1, 1].tolist() == [0, 0, 0]
    assert image.pixels[:, 3, 3].tolist() == [top] * 3


def test_four_bits_are_spread_over_the_greys_but_stay_indices_in_a_mask(tmp_path: Path) -> None:
    values = np.array([[0, 15], [1, 2]], np.uint8)
    tifffile.imwrite(tmp_path / "4.tif", values, photometric="minisblack", bitspersample=4)
    np.testing.assert_array_equal(open_image(tmp_path / "4.tif").pixels[0], values * 17)
    np.testing.assert_array_equal(read_labels(tmp_path / "4.tif").labels, values)


def test_a_palette_of_eight_bit_entries_is_not_black(tmp_path: Path) -> None:
    colormap = np.zeros((3, 256), np.uint16)
    colormap[:, 1] = 200, 100, 50
    tifffile.imwrite(
        tmp_path / "p.tif", np.ones((4, 5), np.uint8), photometric="palette", colormap=colormap
    )
    assert open_image(tmp_path / "p.tif").pixels[:, 0, 0].tolist() == [200, 100, 50]


def test_colours_that_would_be_shown_wrong_are_refused(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "lab.tif", COLOUR, photometric="cielab")
    with pytest.raises(ReadError, match="stores its colours as CIE Lab"):
        open_image(tmp_path / "lab.tif")


def test_a_palette_is_shown_in_colours_and_masked_by_its_indices(tmp_path: Path) -> None:
    indices = (np.arange(35).reshape(5, 7) % 3).astype(np.uint8)
    colormap = np.zeros((3, 256), np.uint16)
    colormap[:, 1] = 0x0AFF, 0x1480, 0x1E01
    colormap[:, 2] = 65535, 0, 128 * 257
    path = tmp_path / "palette.tif"
    tifffile.imwrite(path, indices, photometric="palette", colormap=colormap)
    image = open_image(path)
    assert image.channels == ("red", "green", "blue")
    np.testing.assert_array_equal(image.pixels, (colormap >> 8).astype(np.uint8)[:, indices])
    np.testing.assert_array_equal(read_labels(path).labels, indices)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_min_is_white_is_shown_the_right_way_round(tmp_path: Path, dtype: type) -> None:
    values = GREY.astype(dtype)
    tifffile.imwrite(tmp_path / "white.tif", values, photometric="miniswhite")
    found = open_image(tmp_path / "white.tif").pixels[0]
    np.testing.assert_array_equal(found, np.iinfo(dtype).max - values)


def test_one_bit_pages_are_0_and_1(tmp_path: Path) -> None:
    bits = GREY > 128
    Pillow.fromarray(bits).save(tmp_path / "bits.tif", compression="raw")
    np.testing.assert_array_equal(open_image(tmp_path / "bits.tif").pixels[0] > 0, bits)
    np.testing.assert_array_equal(read_labels(tmp_path / "bits.tif").labels, bits)


@pytest.mark.parametrize("orientation", SHOWN)
@pytest.mark.parametrize("kind", ["grey", "contig", "separate"])
def test_a_picture_lies_the_way_its_orientation_tag_asks_for(
    tmp_path: Path, orientation: int, kind: str
) -> None:
    path = tmp_path / "turned.tif"
    tag = [(274, "H", 1, orientation, True)]
    if kind == "grey":
        tifffile.imwrite(path, GREY, photometric="minisblack", extratags=tag)
        assert np.array_equal(read_labels(path).labels, SHOWN[orientation](GREY))
        assert np.array_equal(open_image(path).pixels[0], SHOWN[orientation](GREY))
        return
    stored = COLOUR if kind == "contig" else np.moveaxis(COLOUR, -1, 0)
    tifffile.imwrite(path, stored, photometric="rgb", planarconfig=kind, extratags=tag)
    found = np.moveaxis(open_image(path).pixels, 0, -1)
    np.testing.assert_array_equal(found, SHOWN[orientation](COLOUR))


def test_a_colour_picture_is_no_mask(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "colour.tif", COLOUR, photometric="rgb")
    with pytest.raises(ReadError, match="is a colour picture"):
        read_labels(tmp_path / "colour.tif")


def test_complex_numbers_are_refused(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "c.tif", np.ones((4, 5), np.complex64))
    with pytest.raises(ReadError, match="complex numbers"):
        open_image(tmp_path / "c.tif")


def test_a_packing_that_is_not_read_here_is_named_and_not_called_damage(tmp_path: Path) -> None:
    path = tmp_path / "packed.tif"
    Pillow.fromarray(COLOUR).save(path, compression="tiff_lzw")
    image = opened_or_refused(path)
    if isinstance(image, ReadError):
        assert "(LZW)" in image.what
        assert "damaged" not in image.what
        assert "without compression" in image.remedy
    else:  # where imagecodecs is installed
        np.testing.assert_array_equal(image.pixels, np.moveaxis(COLOUR, -1, 0))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_file_cut_short_is_never_filled_up_with_zeros(
    tmp_path: Path, layout: str, share: float
) -> None:
    path = tmp_path / "cut.tif"
    noise = np.random.default_rng(3).integers(0, 256, (64, 64, 3), np.uint8)
    tifffile.imwrite(path, noise, photometric="rgb", **LAYOUTS[layout])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ReadError, match="is damaged or incomplete") as caught:
        open_image(path)
    assert str(path) in caught.value.what
    assert caught.value.remedy == "Ask for a new copy, or choose another file."


def test_a_header_that_claims_an_absurd_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "absurd.tif"
    tifffile.imwrite(path, GREY, photometric="minisblack")
    with tifffile.TiffFile(path) as file:
        tags = file.pages.first.tags
        places = [tags[code].valueoffset for code in (256, 257)]
        assert all(tags[code].dtype == tifffile.DATATYPE.LONG for code in (256, 257))
    data = bytearray(path.read_bytes())
    for place in places:
        data[place : place + 4] = (3_000_000).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(ReadError, match="its header claims 3000000 x 3000000 pixels"):
        open_image(path)


def test_what_tifffile_has_to_say_is_not_printed_besides(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "lost.tif"
    path.write_bytes(b"II*\0" + (2**31).to_bytes(4, "little"))
    with caplog.at_level(logging.WARNING, logger=""), pytest.raises(ReadError):
        open_image(path)
    assert caplog.records == []


@settings(max_examples=60, deadline=None)
@given(data=st.data(), layout=st.sampled_from(sorted(LAYOUTS)))
def test_a_file_with_wrong_bytes_is_an_image_or_a_read_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, layout: str
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "fuzz.tif"
    tifffile.imwrite(path, COLOUR[:6, :5], photometric="rgb", **LAYOUTS[layout])
    damaged = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    path.write_bytes(damaged)
    found = opened_or_refused(path)
    if isinstance(found, ReadError):
        assert str(path) in found.what
    else:
        assert found.pixels.shape[1:] == found.geometry.shape
