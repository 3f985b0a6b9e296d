"""PNG, JPEG, BMP, WebP, GIF and PNM: 8 and 16 bit, grey, colour, alpha, turned as EXIF says."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import ExifTags, ImageOps
from PIL import Image as Pillow

from engine.core.arrays import Pixels
from engine.core.geometry import Geometry
from engine.core.image import Image, Notice
from engine.core.survey import Glimpse
from engine.errors import ReadError
from engine.io.image_format import (
    MaskFile,
    Part,
    Watch,
    as_labels,
    check_density,
    damaged,
    image_of,
    turned,
)
from engine.io.large import GLIMPSED, band_of, is_read_in_bands, read_bands

Pillow.MAX_IMAGE_PIXELS = None  # `check_density` is the limit, with a sentence of its own

_PLAIN = {"L", "RGB", "RGBA", "LA", "I;16", "I", "F"}
_TRANSPOSED = range(5, 9)  # values of the Orientation tag that show rows as columns
_NOTES = {b"eXIf", b"tEXt", b"zTXt", b"iTXt"}
_GREY_ALPHA, _COLOUR, _COLOUR_ALPHA = 4, 2, 6  # PNG colour types


class Raster:
    """Pictures that Pillow reads; 16-bit colour PNG, which it would cut to 8 bit, by OpenCV."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        """None: one image a file."""
        return ()

    def read(self, path: Path, part: str = "") -> Image:
        """The first frame of a picture, the way up that its EXIF orientation asks for."""
        return self.read_watched(path, part, Watch())

    def read_watched(self, path: Path, part: str, watch: Watch) -> Image:
        """The same; a large picture is decoded whole, and taken from there in bands."""
        watch.progress.check()
        watch = _watch_beyond_draft(path, watch)
        deep = _deep_colour(path)
        more: dict[str, Any] = {}
        if deep is not None:
            pixels, frames = _read_deep(path, deep)
        else:
            picture, frames = _plain(path)
            sides = (picture.height, picture.width)
            if is_read_in_bands(sides):
                found = read_bands(_Rows(path, picture), band_of(sides, 4), watch)
                pixels, more = found.pixels, {"digest": found.digest, "survey": found.survey}
            else:
                pixels = _channels_first(picture)
        return image_of(
            path, pixels, Geometry(pixels.shape[1:]), "raster", part=part,
            notices=_animation(frames), **more,
        )  # fmt: skip

    def geometry(self, path: Path, part: str) -> Geometry:
        """By its header, if that tells for sure which way up it is."""
        with _explained(path), Pillow.open(path) as picture:
            if picture.format == "JPEG" or (picture.format == "PNG" and not _has_notes(path)):
                check_density(path, picture.size)
                width, height = picture.size
                is_turned = picture.format == "JPEG" and _orientation(picture) in _TRANSPOSED
                return Geometry((width, height) if is_turned else (height, width))
        return self.read(path, part).geometry

    def read_labels(self, path: Path, part: str = "") -> MaskFile:
        """A grey, bilevel or palette picture as class indices."""
        picture, frames = _upright(path)
        if picture.mode not in ("P", "L", "1", "I;16", "I"):
            raise ReadError(
                f"'{path}' is a colour picture ({picture.mode}), not a mask of class indices.",
                remedy="Choose a grey or palette PNG.",
            )
        values = np.asarray(picture)
        geometry = Geometry(values.shape)
        return MaskFile(as_labels(path, values), geometry, notices=_animation(frames))


def _animation(frames: int) -> tuple[Notice, ...]:
    """What to say of a picture that moves."""
    if frames < 2:
        return ()
    text = f"This picture is an animation of {frames} frames; only the first is shown."
    return (Notice("first-frame", text),)


def _watch_beyond_draft(path: Path, watch: Watch) -> Watch:
    """Show a large JPEG as its decoder makes it at an eighth; who waits sees nothing lesser then.

    What cannot be shown so is told when it is decoded whole.
    """
    with _explained(path), Pillow.open(path) as picture:
        sides = (picture.height, picture.width)
        if picture.format != "JPEG" or picture.mode not in _PLAIN or not is_read_in_bands(sides):
            return watch
        check_density(path, picture.size)
        is_turned = _orientation(picture) in _TRANSPOSED
        picture.draft(None, (GLIMPSED // 2, GLIMPSED // 2))
        small = _channels_first(ImageOps.exif_transpose(picture))
    whole = (sides[1], sides[0]) if is_turned else sides
    watch.glimpsed(Glimpse(small, small.shape[1], whole, (0.0, 255.0)))
    return Watch(watch.progress)


def _plain(path: Path) -> tuple[Pillow.Image, int]:
    """A picture whose values numpy can take, and how many frames there are."""
    picture, frames = _upright(path)
    return picture if picture.mode in _PLAIN else picture.convert(_nearest_mode(picture)), frames


def _channels_first(picture: Pillow.Image) -> Pixels:
    """(C, H, W) of a picture whose values numpy can take."""
    values = np.asarray(picture)
    return values[None] if values.ndim == 2 else np.moveaxis(values, -1, 0)


class _Rows:
    """A picture that was decoded, as bands."""

    def __init__(self, path: Path, picture: Pillow.Image) -> None:
        self.path, self._picture = path, picture
        self.sides = (picture.height, picture.width)

    def rows(self, top: int, bottom: int) -> Pixels:
        return np.ascontiguousarray(
            _channels_first(self._picture.crop((0, top, self.sides[1], bottom)))
        )


def _nearest_mode(picture: Pillow.Image) -> str:
    if picture.mode == "1":
        return "L"
    if picture.mode.startswith("I;16"):
        return "I"
    return "RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB"


def _upright(path: Path) -> tuple[Pillow.Image, int]:
    """A picture, its first frame decoded whole and turned, and how many frames it has."""
    with _opened(path) as picture:
        if picture.format == "PPM" and picture.mode == "I":  # 16 bit, given as 32
            return picture.convert("I;16"), 1
        frames: int = getattr(picture, "n_frames", 1)
        if frames == 1 and _orientation(picture) == 1:
            return picture, 1  # a copy less of what may be large
        return ImageOps.exif_transpose(picture), frames


def _orientation(picture: Pillow.Image) -> int:
    return int(picture.getexif().get(ExifTags.Base.Orientation, 1))


def _has_notes(path: Path) -> bool:
    """Whether a PNG has a chunk, perhaps behind the pixels, that may say which way up it is."""
    with path.open("rb") as file:
        file.seek(8)
        while len(head := file.read(8)) == 8 and head[4:] != b"IEND":
            if head[4:] in _NOTES:
                return True
            file.seek(int.from_bytes(head[:4], "big") + 4, 1)
    return False


@contextmanager
def _opened(path: Path) -> Generator[Pillow.Image]:
    """A picture, decoded whole."""
    with _explained(path), Pillow.open(path) as picture:
        check_density(path, picture.size)
        picture.load()
        yield picture


@contextmanager
def _explained(path: Path) -> Generator[None]:
    """What Pillow raises becomes a `ReadError`."""
    try:
        yield
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        why = "it is cut short" if isinstance(error, EOFError) else error
        raise damaged(path, str(why).replace(f" {str(path)!r}", "")) from error


def _deep_colour(path: Path) -> int | None:
    """The PNG colour type of a 16-bit picture with more than one channel."""
    with path.open("rb") as file:
        start = file.read(26)
    if start[:4] != b"\x89PNG" or len(start) < 26 or start[24] != 16:
        return None
    return start[25] if start[25] in (_GREY_ALPHA, _COLOUR, _COLOUR_ALPHA) else None


def _read_deep(path: Path, colour_type: int) -> tuple[Pixels, int]:
    """(C, H, W) uint16, and how many frames there are.

    Pillow goes first, since it says in a sentence what OpenCV only prints.
    """
    with _opened(path) as picture:
        orientation = _orientation(picture)
        frames: int = getattr(picture, "n_frames", 1)
    try:
        values = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise damaged(path, error.err) from error
    if values is None:
        raise damaged(path, "its data cannot be decoded")
    order = {_COLOUR: [2, 1, 0], _COLOUR_ALPHA: [2, 1, 0, 3], _GREY_ALPHA: [0, 3]}[colour_type]
    return np.moveaxis(turned(values[..., order], orientation, 0, 1), -1, 0), frames
