from __future__ import annotations

import csv
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from engine.core.image import Image
from engine.errors import ReadError
from engine.io.opening import open_image, read_labels

COLOUR = np.random.default_rng(1).integers(0, 256, (5, 7, 3), np.uint8)
GREY = COLOUR[..., 0]
DEEP = np.random.default_rng(2).integers(0, 65536, (5, 7, 4), np.uint16)

# How a viewer turns stored pixels (rows, columns) for each value of the Orientation tag.
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


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def deep_png(
    values: np.ndarray, colour_type: int, *more: bytes, size: tuple[int, ...] = ()
) -> bytes:
    """A 16-bit PNG of (rows, columns, channels), written by hand."""
    rows, columns = size or values.shape[:2]
    lines = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    head = struct.pack(">IIBBBBB", columns, rows, 16, colour_type, 0, 0, 0)
    parts = [chunk(b"IHDR", head), *more, chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def opened_or_refused(path: Path) -> Image | ReadError:
    try:
        return open_image(path)
    except ReadError as error:
        return error


def orientation_tag(value: int) -> bytes:
    exif = Pillow.Exif()
    exif[0x112] = value
    return exif.tobytes()


@pytest.mark.parametrize(
    ("mode", "values", "channels"),
    [
        ("L", GREY, ("grey",)),
        ("RGB", COLOUR, ("red", "green", "blue")),
        ("RGBA", np.dstack([COLOUR, GREY]), ("red", "green", "blue", "alpha")),
        ("LA", np.dstack([GREY, COLOUR[..., 1]]), ("grey", "alpha")),
    ],
)
def test_eight_bit_pixels_come_back_as_they_were(
    tmp_path: Path, mode: str, values: np.ndarray, channels: tuple[str, ...]
) -> None:
    path = tmp_path / f"{mode}.png"
    Pillow.fromarray(values, mode=mode).save(path)
    image = open_image(path)
    assert image.channels == channels
    assert image.pixels.dtype == np.uint8
    assert image.geometry.shape == (5, 7)
    assert image.geometry.affine is None
    planes = values[None] if values.ndim == 2 else np.moveaxis(values, -1, 0)
    np.testing.assert_array_equal(image.pixels, planes)


def test_sixteen_bit_grey_keeps_every_bit(tmp_path: Path) -> None:
    path = tmp_path / "grey16.png"
    Pillow.fromarray(DEEP[..., 0]).save(path)
    image = open_image(path)
    assert image.pixels.dtype == np.uint16
    np.testing.assert_array_equal(image.pixels[0], DEEP[..., 0])


@pytest.mark.parametrize(
    ("colour_type", "count", "channels"),
    [
        (2, 3, ("red", "green", "blue")),
        (6, 4, ("red", "green", "blue", "alpha")),
        (4, 2, ("grey", "alpha")),
    ],
)
def test_sixteen_bit_colour_keeps_every_bit(
    tmp_path: Path, colour_type: int, count: int, channels: tuple[str, ...]
) -> None:
    path = tmp_path / "deep.png"
    path.write_bytes(deep_png(DEEP[..., :count], colour_type))
    image = open_image(path)
    assert image.channels == channels
    assert image.pixels.dtype == np.uint16
    np.testing.assert_array_equal(image.pixels, np.moveaxis(DEEP[..., :count], -1, 0))


def test_a_palette_picture_is_shown_in_its_colours_and_masked_by_its_indices(
    tmp_path: Path,
) -> None:
    indices = (np.arange(35).reshape(5, 7) % 3).astype(np.uint8)
    picture = Pillow.fromarray(indices, mode="P")
    picture.putpalette([0, 0, 0, 10, 20, 30, 200, 100, 50])
    picture.save(tmp_path / "palette.png")
    colours = np.array([[0, 0, 0], [10, 20, 30], [200, 100, 50]], np.uint8)
    image = open_image(tmp_path / "palette.png")
    np.testing.assert_array_equal(np.moveaxis(image.pixels, 0, -1), colours[indices])
    np.testing.assert_array_equal(read_labels(tmp_path / "palette.png").labels, indices)


def test_a_transparent_palette_entry_becomes_alpha(tmp_path: Path) -> None:
    picture = Pillow.fromarray(np.array([[0, 1]], np.uint8), mode="P")
    picture.putpalette([9, 9, 9, 8, 8, 8])
    picture.save(tmp_path / "clear.png", transparency=0)
    image = open_image(tmp_path / "clear.png")
    assert image.channels[-1] == "alpha"
    assert image.pixels[:, 0].T.tolist() == [[9, 9, 9, 0], [8, 8, 8, 255]]


def test_one_bit_is_black_and_white_as_an_image_and_0_and_1_as_a_mask(tmp_path: Path) -> None:
    bits = np.arange(35).reshape(5, 7) % 2 == 0
    Pillow.fromarray(bits).save(tmp_path / "bits.png")
    np.testing.assert_array_equal(open_image(tmp_path / "bits.png").pixels[0], bits * 255)
    np.testing.assert_array_equal(read_labels(tmp_path / "bits.png").labels, bits)


@pytest.mark.parametrize("ending", ["png", "bmp", "webp", "jpg"])
def test_every_raster_ending_is_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"picture.{ending}"
    Pillow.fromarray(np.full((4, 6, 3), 120, np.uint8)).save(path, lossless=True)
    image = open_image(path)
    assert image.pixels.shape == (3, 4, 6)
    assert np.abs(image.pixels.astype(int) - 120).max() <= 2


@pytest.mark.parametrize("orientation", SHOWN)
@pytest.mark.parametrize("ending", ["png", "webp"])
def test_a_picture_lies_the_way_its_exif_asks_for(
    tmp_path: Path, orientation: int, ending: str
) -> None:
    path = tmp_path / f"turned.{ending}"
    Pillow.fromarray(COLOUR).save(path, exif=orientation_tag(orientation), lossless=True)
    shown = SHOWN[orientation](COLOUR)
    image = open_image(path)
    assert image.geometry.shape == shown.shape[:2]
    np.testing.assert_array_equal(np.moveaxis(image.pixels, 0, -1), shown)


@pytest.mark.parametrize("orientation", SHOWN)
def test_a_turned_jpeg_has_its_bright_corner_where_it_is_shown(
    tmp_path: Path, orientation: int
) -> None:
    values = np.zeros((16, 32), np.uint8)
    values[:8, :8] = 255
    path = tmp_path / "corner.jpg"
    Pillow.fromarray(values).save(path, exif=orientation_tag(orientation), quality=95)
    found = open_image(path).pixels[0]
    np.testing.assert_array_equal(found > 128, SHOWN[orientation](values) > 128)


@pytest.mark.parametrize("orientation", SHOWN)
def test_sixteen_bit_colour_and_masks_turn_alike(tmp_path: Path, orientation: int) -> None:
    tag = chunk(b"eXIf", orientation_tag(orientation).removeprefix(b"Exif\0\0"))
    (tmp_path / "deep.png").write_bytes(deep_png(DEEP[..., :3], 2, tag))
    found = np.moveaxis(open_image(tmp_path / "deep.png").pixels, 0, -1)
    np.testing.assert_array_equal(found, SHOWN[orientation](DEEP[..., :3]))
    Pillow.fromarray(GREY).save(tmp_path / "mask.png", exif=orientation_tag(orientation))
    mask = read_labels(tmp_path / "mask.png")
    labels, geometry = mask.labels, mask.geometry
    np.testing.assert_array_equal(labels, SHOWN[orientation](GREY))
    assert geometry.shape == labels.shape


def test_cmyk_becomes_colours(tmp_path: Path) -> None:
    Pillow.new("CMYK", (4, 3), (0, 255, 255, 0)).save(tmp_path / "ink.jpg")
    image = open_image(tmp_path / "ink.jpg")
    assert image.channels == ("red", "green", "blue")
    assert image.pixels[0].min() > 200
    assert image.pixels[1:].max() < 60


def test_a_colour_picture_is_no_mask(tmp_path: Path) -> None:
    Pillow.fromarray(COLOUR).save(tmp_path / "colour.png")
    with pytest.raises(ReadError, match="is a colour picture") as caught:
        read_labels(tmp_path / "colour.png")
    assert "palette PNG" in caught.value.remedy


def test_a_sixteen_bit_picture_with_large_values_is_no_mask(tmp_path: Path) -> None:
    Pillow.fromarray(np.array([[0, 256]], np.uint16)).save(tmp_path / "large.png")
    with pytest.raises(ReadError, match="no class indices"):
        read_labels(tmp_path / "large.png")


@pytest.mark.parametrize("side", [70_000, 3_000_000])
@pytest.mark.parametrize("colour_type", [0, 2])
def test_a_header_that_claims_an_absurd_size_is_refused(
    tmp_path: Path, side: int, colour_type: int, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "absurd.png"
    path.write_bytes(deep_png(DEEP[..., :1], colour_type, size=(side, side)))
    with pytest.raises(ReadError, match="its header claims") as caught:
        open_image(path)
    assert f"{side} x {side}" in caught.value.what
    assert str(path) in caught.value.what
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["png", "jpg", "bmp", "webp", "deep.png"])
def test_a_file_cut_short_is_refused_with_its_path_and_a_remedy(
    tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"cut.{kind}"
    noise = np.random.default_rng(3).integers(0, 256, (64, 64, 3), np.uint8)
    if kind == "deep.png":
        path.write_bytes(deep_png(noise.astype(np.uint16) * 257, 2))
    else:
        Pillow.fromarray(noise).save(path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(ReadError, match="is damaged or incomplete") as caught:
        open_image(path)
    assert caught.value.what.count(str(path)) == 1
    assert caught.value.remedy == "Ask for a new copy, or choose another file."
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("ending", ["gif", "png", "webp"])
def test_of_an_animation_the_first_frame_is_shown_and_that_is_said(
    tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"moving.{ending}"
    frames = [Pillow.fromarray(np.full((6, 7, 3), value, np.uint8)) for value in (255, 0, 128)]
    more = {"lossless": True} if ending == "webp" else {}
    frames[0].save(path, save_all=True, append_images=frames[1:], **more)
    image = open_image(path)
    assert (image.pixels[:3] == 255).all()
    (notice,) = image.notices
    assert (notice.code, notice.must_confirm) == ("first-frame", False)
    assert "3 frames" in notice.text
    frames[0].save(path, **more)
    assert open_image(path).notices == ()


def test_a_gif_is_shown_in_colours_and_masked_by_its_indices(tmp_path: Path) -> None:
    picture = Pillow.fromarray(GREY % 3, mode="P")
    picture.putpalette([0, 0, 0, 255, 0, 0, 0, 0, 255])
    picture.save(tmp_path / "a.gif", optimize=False)
    assert set(open_image(tmp_path / "a.gif").channels) >= {"red", "green", "blue"}
    np.testing.assert_array_equal(read_labels(tmp_path / "a.gif").labels, GREY % 3)


def test_inks_are_shown_as_colours(tmp_path: Path) -> None:
    inks = np.zeros((16, 16, 4), np.uint8)
    inks[:8] = 255, 0, 0, 0
    Pillow.fromarray(inks, mode="CMYK").save(tmp_path / "inks.jpg", quality=100)
    image = open_image(tmp_path / "inks.jpg")
    assert image.channels == ("red", "green", "blue")
    assert image.pixels[:, 2, 2].tolist() == [0, 255, 255]


def test_portable_grey_maps_keep_their_bits(tmp_path: Path) -> None:
    deep = b"P5\n7 5\n65535\n" + DEEP[..., 0].astype(">u2").tobytes()
    (tmp_path / "deep.pgm").write_bytes(deep)
    image = open_image(tmp_path / "deep.pgm")
    assert image.pixels.dtype == np.uint16
    np.testing.assert_array_equal(image.pixels[0], DEEP[..., 0])
    (tmp_path / "grey.pgm").write_bytes(b"P5\n7 5\n255\n" + GREY.tobytes())
    np.testing.assert_array_equal(open_image(tmp_path / "grey.pgm").pixels[0], GREY)


@pytest.mark.parametrize("name", ["truncated.png", "animated.png"])
def test_no_file_is_left_open(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    frames = [Pillow.fromarray(COLOUR), Pillow.fromarray(COLOUR[::-1])]
    frames[0].save(path, save_all=name == "animated.png", append_images=frames[1:])
    if name == "truncated.png":
        path.write_bytes(path.read_bytes()[:60])
        with pytest.raises(ReadError):
            open_image(path)
    else:
        np.testing.assert_array_equal(np.moveaxis(open_image(path).pixels, 0, -1), COLOUR)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=60, deadline=None)
@given(data=st.data(), kind=st.sampled_from(["png", "deep.png", "jpg", "bmp", "webp"]))
def test_a_file_with_wrong_bytes_is_an_image_or_a_read_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, kind: str
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / f"fuzz.{kind}"
    if kind == "deep.png":
        path.write_bytes(deep_png(DEEP[..., :3], 2))
    else:
        Pillow.fromarray(COLOUR).save(path, exif=orientation_tag(6))
    damaged = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    path.write_bytes(damaged[: data.draw(st.integers(1, len(damaged)))])
    found = opened_or_refused(path)
    if isinstance(found, ReadError):
        assert str(path) in found.what
    else:
        assert found.pixels.shape[1:] == found.geometry.shape


def test_opencv_and_sulcus_agree_on_a_deep_picture(tmp_path: Path) -> None:
    path = tmp_path / "deep.png"
    cv2.imwrite(str(path), DEEP[..., 2::-1])
    np.testing.assert_array_equal(np.moveaxis(open_image(path).pixels, 0, -1), DEEP[..., :3])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "row" in metafunc.fixturenames:
        table = metafunc.config.rootpath.parent / "shared/data/image_formats/reference.csv"
        rows = list(csv.DictReader(table.read_text().splitlines())) if table.exists() else []
        metafunc.parametrize("row", rows, ids=[row["path"] for row in rows])


def test_a_public_picture_opens_as_its_reference_says_or_is_refused(
    shared_data: Path, row: dict[str, str]
) -> None:
    path = shared_data / "image_formats" / row["path"]
    if row["decodes"] != "yes":
        with pytest.raises(ReadError) as caught:
            open_image(path)
        assert str(path) in caught.value.what
        return
    image = opened_or_refused(path)
    if isinstance(image, ReadError):
        assert str(path) in image.what
        assert path.suffix not in (".jpg", ".webp")
        return
    stored = int(row["height"]), int(row["width"])
    # the reference's sizes of TIFFs are those after turning, of other files those before
    is_turned = int(row["exif_orientation"] or 1) >= 5 and path.suffix not in (".tif", ".tiff")
    assert image.geometry.shape[-2:] == (stored[::-1] if is_turned else stored)


def test_the_public_hopper_looks_the_same_in_all_its_orientations(shared_data: Path) -> None:
    folder = shared_data / "image_formats"
    pictures = [
        open_image(folder / f"hopper_orientation_{n}.jpg").pixels.astype(float) for n in range(2, 9)
    ]
    for picture in pictures[1:]:
        assert np.abs(picture - pictures[0]).mean() < 6  # each was compressed anew
        assert np.abs(picture[..., ::-1] - pictures[0]).mean() > 20
