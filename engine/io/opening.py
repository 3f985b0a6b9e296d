"""Opening an image or a mask: the format is picked by content; no file of a person is mapped."""

from __future__ import annotations

import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from engine.core.geometry import TOLERANCE_MM, Geometry
from engine.core.image import Image, Notice
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.core.placement import place
from engine.core.synonyms import are_tissues
from engine.errors import GeometryError, ReadError
from engine.io.image_format import ImageFormat, MaskFile, Part, ReadsLarge, Watch
from engine.io.label_names import Names, names_beside, remap
from engine.io.pairs import header_of
from engine.io.table import IMAGE_FORMATS, ImageFormatRow
from engine.io.unpack import GZIP, first_bytes

_SNIFFED = 352  # bytes; the length of a NIfTI-1 header with its signature at 344
_FOREIGN = {
    (".mnc", ".mnc.gz"): "a MINC volume",
    (".head", ".brik", ".brik.gz"): "a volume of AFNI",
    (".par", ".rec"): "a volume of a Philips scanner (PAR/REC)",
}
"""Endings of files that people have, and what they are."""


def open_image(path: Path, part: str = "", watch: Watch | None = None) -> Image:
    """Read an image or a volume; the file is not changed.

    Args:
        path: The file, or the folder of a series.
        part: Which of several images in it, a key of `list_parts`; the first if left out.
        watch: Who waits for it.

    Raises:
        ReadError: if the file is missing, is no image, is damaged, or is of a kind not read here.
        Cancelled: if who waits asked to stop.
    """
    with _enough_memory(path):
        format_ = _format_of(path, part)
        if watch is not None and isinstance(format_, ReadsLarge):
            return format_.read_watched(path, part, watch)
        return format_.read(path, part)


def peek_geometry(path: Path, part: str = "") -> Geometry:
    """The grid of an image, from its headers alone where the format allows it.

    Raises:
        ReadError: as `open_image`.
    """
    with _enough_memory(path):
        format_ = _format_of(path, part)
        if isinstance(format_, ReadsLarge):
            return format_.geometry(path, part)
        return format_.read(path, part).geometry


def list_parts(path: Path) -> tuple[Part, ...]:
    """The images in a file or folder, where it holds more than one.

    Raises:
        ReadError: if the file is missing, is no image, is damaged, or is of a kind not read here.
    """
    with _enough_memory(path):
        format_, parts = _sniffed(path)
        return format_.parts(path) if parts is None else parts


def read_labels(path: Path, part: str = "") -> MaskFile:
    """Read a mask as it stands in its file: class indices, their grid, and names if it has them.

    Raises:
        ReadError: if the file is damaged or holds no class indices.
    """
    with _enough_memory(path):
        return _format_of(path, part).read_labels(path, part)


def format_name(path: Path) -> str:
    """The name in IMAGE_FORMATS of what a file or folder is read as.

    Raises:
        ReadError: if the file is missing, is no image, or is of a kind not read here.
    """
    kind = type(_sniffed(path)[0])
    target = f"{kind.__module__}:{kind.__qualname__}"
    return next(row.name for row in IMAGE_FORMATS if row.target == target)


def read_mask_on(path: Path, geometry: Geometry) -> MaskFile:
    """Read a mask that belongs to an image of `geometry`, in the numbers of its file.

    A format that places each slice in the patient may leave slices out, or order them otherwise:
    such a mask is put onto the image's grid by where it lies.

    Raises:
        ReadError: if the file is damaged or holds no class indices.
        GeometryError: if it lies on another grid.
    """
    found = read_labels(path)
    moved = place(found.labels, found.geometry, geometry) if found.may_move else None
    if moved is not None:
        return replace(found, labels=moved, geometry=geometry)
    grid = found.geometry
    if (grid.affine is None or geometry.affine is None) and grid.shape == geometry.shape:
        grid = geometry  # a picture or a stack has no place in space: the grid is the image's
    apart = geometry.distance_mm(grid) if grid.shape == geometry.shape else 0.0
    if apart > TOLERANCE_MM:
        raise GeometryError(
            f"Mask and image are {apart:.2g} mm apart; not loaded as a pair: '{path}'.",
            remedy="Choose the mask that was made on this image, or resample it first.",
        )
    geometry.require_same(grid, mine="The image", theirs=f"the mask '{path}'")
    return found


def open_mask(
    path: Path, geometry: Geometry, label_set: LabelSet, names: Names | None = None
) -> LabelMap:
    """Read a mask that belongs to an image of `geometry`, its classes told by name.

    The names are those given, else those in the file, else those in a file beside it; where there
    are none its numbers count as they are: see `order_notice`.

    Args:
        path: The file.
        geometry: The grid of the image.
        label_set: The classes that the label map shall have.
        names: What the values in the file mean, stronger than what it says itself.

    Raises:
        ReadError: if the file is damaged or holds no class indices, more of them than there are
            classes, or names that are no class.
        GeometryError: if it lies on another grid.
    """
    return named_map(path, read_mask_on(path, geometry), geometry, label_set, names)


def named_map(
    path: Path, found: MaskFile, geometry: Geometry, label_set: LabelSet, names: Names | None = None
) -> LabelMap:
    """What `read_mask_on` found at `path`, as `open_mask` gives it.

    Raises:
        ReadError: if it holds more classes than there are, or names that are no class.
    """
    labels, meant = found.labels, names or _names_of(path, found)
    if meant is not None:
        return LabelMap(remap(labels, meant, label_set, path), geometry, label_set)
    highest = int(labels[labels != IGNORE].max(initial=0))
    if highest >= len(label_set):
        raise ReadError(
            f"The mask '{path}' has class {highest}, but there are only {len(label_set)} classes "
            f"({', '.join(label_set.names)}).",
            remedy="Choose the mask of this project, or add the class.",
        )
    return LabelMap(labels, geometry, label_set)


def order_notice(path: Path, found: MaskFile, label_set: LabelSet) -> Notice | None:
    """What to ask before a mask of brain tissues is taken: its numbers may mean two things.

    None if the mask has names, or the classes are not those of brain tissues.

    Raises:
        ReadError: if there are names beside it that cannot be understood.
    """
    if not are_tissues(label_set.names) or _names_of(path, found) is not None:
        return None
    return Notice(
        "no-label-names",
        "This mask has no label names. 1 = CSF (IBSR, FSL) or GM (BIDS)?",
        must_confirm=True,
    )


def _names_of(path: Path, found: MaskFile) -> Names | None:
    if found.label_set is not None:
        return {one.index: one.name for one in found.label_set}
    return names_beside(path)


@contextmanager
def _enough_memory(path: Path) -> Generator[None]:
    try:
        yield
    except MemoryError as error:
        raise ReadError(
            f"'{path}' needs more memory than this machine has free.",
            remedy="Close other programs, or cut a part out of it.",
        ) from error


def _format_of(path: Path, part: str = "") -> ImageFormat:
    """The format of a file or folder, which must have that part if one is named."""
    format_, parts = _sniffed(path)
    if part and part not in (one.key for one in parts or format_.parts(path)):
        raise ReadError(
            f"'{path}' has no part '{part}'.", remedy="List its parts, and choose one of them."
        )
    return format_


def _sniffed(path: Path) -> tuple[ImageFormat, tuple[Part, ...] | None]:
    """The format of a file or folder; with its parts where they had to be listed to tell."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return _folder_format(path)
        if not stat.S_ISREG(mode):  # to open a pipe is to wait for whoever writes to it
            raise ReadError(
                f"'{path}' is a pipe or a device, not a file.", remedy="Choose an image file."
            )
        with header_of(path).open("rb") as file:
            start = file.read(_SNIFFED)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReadError(
            f"'{path}' cannot be read: {reason}.", remedy="Check the path and its permissions."
        ) from error
    if not start:
        raise ReadError(f"'{path}' is empty.", remedy="Ask for a new copy.")
    # Several formats may be packed alike (gzip), or begin like nothing: then the name decides.
    able = [row for row in IMAGE_FORMATS if row.begins(start)]
    inside = _first_unpacked(path) if start.startswith(GZIP) else start
    able.sort(key=lambda row: (not row.suits(path), not row.begins(inside)))
    able += [row for row in IMAGE_FORMATS if row.is_unsigned and row.suits(path)]
    if able:
        return IMAGE_FORMATS.load(able[0].name)(), None
    for row in IMAGE_FORMATS:
        if row.suits(path):
            ending = next(
                one for one in row.suffixes + row.more_suffixes if path.name.lower().endswith(one)
            )
            raise ReadError(
                f"'{path}' is no {ending} file, whatever its name says.",
                remedy="Ask for a new copy, or choose another file.",
            )
    for suffixes, name in _FOREIGN.items():
        if path.name.lower().endswith(suffixes):
            raise ReadError(
                f"'{path}' is {name}, which Sulcus does not read.",
                remedy=f"Convert it to NIfTI; Sulcus reads {_known()}.",
            )
    raise ReadError(f"'{path}' is no image Sulcus can read.", remedy=f"It reads {_known()}.")


def _known() -> str:
    return ", ".join(suffix for row in IMAGE_FORMATS for suffix in row.suffixes)


def _first_unpacked(path: Path) -> bytes:
    """How what is packed in a file begins; b'' if its packing is broken."""
    try:
        return first_bytes(header_of(path), _SNIFFED)
    except ReadError:
        return b""


def _folder_format(path: Path) -> tuple[ImageFormat, tuple[Part, ...]]:
    """The first format that keeps an image in a folder of files, and finds some in this one."""
    rows: list[ImageFormatRow] = [row for row in IMAGE_FORMATS if row.opens_folders]
    for row in rows:
        format_ = IMAGE_FORMATS.load(row.name)()
        parts = format_.parts(path)
        if parts:
            return format_, parts
    raise ReadError(f"'{path}' is a folder, not a file.", remedy="Choose a file in it.")
