"""Opening an image or a mask: the format is picked by content, then read whole, never mapped."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from engine.core.arrays import Labels
from engine.core.geometry import Geometry
from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.errors import ReadError
from engine.io.image_format import ImageFormat
from engine.io.table import IMAGE_FORMATS

_SNIFFED = 352  # bytes; the length of a NIfTI-1 header with its signature at 344


def open_image(path: Path) -> Image:
    """Read an image or a volume; the file is not changed.

    Raises:
        ReadError: if the file is missing, is no image, is damaged, or is of a kind not read here.
    """
    with _enough_memory(path):
        return _format_of(path).read(path)


def read_labels(path: Path) -> tuple[Labels, Geometry]:
    """Read a mask as it stands in its file: class indices and their grid.

    Raises:
        ReadError: if the file is damaged or holds no class indices.
    """
    with _enough_memory(path):
        return _format_of(path).read_labels(path)


def open_mask(path: Path, geometry: Geometry, label_set: LabelSet) -> LabelMap:
    """Read a mask that belongs to an image of `geometry`.

    Raises:
        ReadError: if the file is damaged or holds no class indices, or more of them than there
            are classes.
        GeometryError: if it lies on another grid.
    """
    labels, grid = read_labels(path)
    if (grid.affine is None or geometry.affine is None) and grid.shape == geometry.shape:
        grid = geometry  # a picture or a stack has no place in space: the grid is the image's
    geometry.require_same(grid, mine="The image", theirs=f"the mask '{path}'")
    highest = int(labels[labels != IGNORE].max(initial=0))
    if highest >= len(label_set):
        raise ReadError(
            f"The mask '{path}' has class {highest}, but there are only {len(label_set)} classes "
            f"({', '.join(label_set.names)}).",
            remedy="Choose the mask of this project, or add the class.",
        )
    return LabelMap(labels, geometry, label_set)


@contextmanager
def _enough_memory(path: Path) -> Generator[None]:
    try:
        yield
    except MemoryError as error:
        raise ReadError(
            f"'{path}' needs more memory than this machine has free.",
            remedy="Close other programs, or cut a part out of it.",
        ) from error


def _format_of(path: Path) -> ImageFormat:
    try:
        if path.is_dir():
            raise ReadError(f"'{path}' is a folder, not a file.", remedy="Choose a file in it.")
        with path.open("rb") as file:
            start = file.read(_SNIFFED)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReadError(
            f"'{path}' cannot be read: {reason}.", remedy="Check the path and its permissions."
        ) from error
    if not start:
        raise ReadError(f"'{path}' is empty.", remedy="Ask for a new copy.")
    for row in IMAGE_FORMATS:
        if row.begins(start):
            return IMAGE_FORMATS.load(row.name)()
    for row in IMAGE_FORMATS:
        if row.suits(path):
            raise ReadError(
                f"'{path}' is no {row.suffixes[0]} file, whatever its name says.",
                remedy="Ask for a new copy, or choose another file.",
            )
    known = ", ".join(suffix for row in IMAGE_FORMATS for suffix in row.suffixes)
    raise ReadError(f"'{path}' is no image Sulcus can read.", remedy=f"It reads {known}.")
