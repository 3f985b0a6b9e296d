"""PNG, JPEG, BMP, WebP, GIF and PNM: 8 and 16 bit, grey, colour, alpha, turned as EXIF says."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, ImageOps
from PIL import Image as Pillow

from engine.core.arrays import Pixels
from engine.core.geometry import Geometry
from engine.core.image import Image, Notice
from engine.errors import ReadError
from engine.io.image_format import (
    MaskFile,
    Part,
    as_labels,
    check_density,
    damaged,
    image_of,
    turned,
)

Pillow.MAX_IMAGE_PIXELS = None  # `check_density` is the limit, with a sentence of its own

_PLAIN = {"L", "RGB", "RGBA", "LA", "I;16", "I", "F"}
_GREY_ALPHA, _COLOUR, _COLOUR_ALPHA = 4, 2, 6  # PNG colour types


class Raster:
    """Pictures that Pillow reads; 16-bit colour PNG, which it would cut to 8 bit, by OpenCV."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        """None: one image a file."""
        return ()

    def read(self, path: Path, part: str = "") -> Image:
        """The first frame of a picture, the way up that its EXIF orientation asks for."""
        deep = _deep_colour(path)
        pixels, frames = _read_plain(path) if deep is None else _read_deep(path, deep)
        notices = _animation(frames)
        return image_of(
            path, pixels, Geometry(pixels.shape[1:]), "raster", part=part, notices=notices
        )

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


def _read_plain(path: Path) -> tuple[Pixels, int]:
    """(C, H, W), and how many frames there are."""
    picture, frames = _upright(path)
    if picture.mode not in _PLAIN:
        picture = picture.convert(_nearest_mode(picture))
    values = np.asarray(picture)
    return (values[None] if values.ndim == 2 else np.moveaxis(values, -1, 0)), frames


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
        return ImageOps.exif_transpose(picture), getattr(picture, "n_frames", 1)


@contextmanager
def _opened(path: Path) -> Generator[Pillow.Image]:
    """A picture, decoded whole; what Pillow raises becomes a `ReadError`."""
    try:
        with Pillow.open(path) as picture:
            check_density(path, picture.size)
            picture.load()
            yield picture
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
        orientation = int(picture.getexif().get(ExifTags.Base.Orientation, 1))
        frames: int = getattr(picture, "n_frames", 1)
    try:
        values = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise damaged(path, error.err) from error
    if values is None:
        raise damaged(path, "its data cannot be decoded")
    order = {_COLOUR: [2, 1, 0], _COLOUR_ALPHA: [2, 1, 0, 3], _GREY_ALPHA: [0, 3]}[colour_type]
    return np.moveaxis(turned(values[..., order], orientation, 0, 1), -1, 0), frames
