"""NRRD volumes and the segmentations of 3D Slicer, with their voxels inside or beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.core.arrays import Doubles, Pixels
from engine.core.geometry import Geometry
from engine.core.image import Image, Notice
from engine.errors import ReadError
from engine.io.frames import Frames, frames_of
from engine.io.image_format import MaskFile, Part, as_labels, damaged, image_of
from engine.io.nrrd_header import COLOURS, NrrdHeader, read_header
from engine.io.pairs import named_beside
from engine.io.place import placed
from engine.io.segments import flattened, label_set_of, segments_of
from engine.io.unpack import SLACK, inflate, inflate_bzip2, read_up_to, require_room
from engine.io.voxels import colour_is_no_mask, in_row_order, native

_TYPES = {
    "i1": ("signedchar", "int8", "int8_t"),
    "u1": ("uchar", "unsignedchar", "uint8", "uint8_t"),
    "i2": ("short", "shortint", "signedshort", "signedshortint", "int16", "int16_t"),
    "u2": ("ushort", "unsignedshort", "unsignedshortint", "uint16", "uint16_t"),
    "i4": ("int", "signedint", "int32", "int32_t"),
    "u4": ("uint", "unsignedint", "uint32", "uint32_t"),
    "i8": ("longlong", "longlongint", "signedlonglong", "signedlonglongint", "int64", "int64_t"),
    "u8": ("ulonglong", "unsignedlonglong", "unsignedlonglongint", "uint64", "uint64_t"),
    "f4": ("float",),
    "f8": ("double",),
}
_TYPE = {name: code for code, names in _TYPES.items() for name in names}
_TEXT = ("txt", "text", "ascii")
_MOST_CHANNELS = 4
_LONGEST_NUMBER = 32  # characters, with the space before it
_NEWLINES = 16
"""Bytes that editors and writers leave at the end; more of them mean that the header is wrong."""


@dataclass(frozen=True, slots=True)
class _Volume:
    """A header made sense of.

    Attributes:
        header: It.
        dtype: Of a sample.
        axes: Those in space.
        channel: The axis along which a voxel has its numbers, if there is one.
        frames: Shape and number of volumes.
        affine: To RAS; None for a flat picture, whose axes are turned to (rows, columns).
        notices: What is odd about the place.
    """

    header: NrrdHeader
    dtype: np.dtype
    axes: tuple[int, ...]
    channel: int | None
    frames: Frames
    affine: Doubles | None
    notices: tuple[Notice, ...]


class Nrrd:
    """Attached and detached headers; colours are channels, other axes are parts."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        """Frames of a list or over time, components of long vectors."""
        return _look(path).frames.parts()

    def read(self, path: Path, part: str = "") -> Image:
        """Values in file order; a picture without a place as (rows, columns)."""
        volume = _look(path)
        frame, component = volume.frames.find(part)
        pixels = in_row_order(_channels(volume, frame, component))
        geometry, notices = _place(path, volume, pixels)
        return image_of(
            path,
            pixels,
            geometry,
            "nrrd",
            header=volume.header.geometry_lines(),
            part=part,
            notices=(*volume.frames.notices(part), *notices),
        )

    def read_labels(self, path: Path, part: str = "") -> MaskFile:
        """Class indices, with the names and colours of segments; layers become one label map."""
        volume = _look(path)
        frame, component = volume.frames.find(part)
        if volume.channel is not None and volume.frames.components == 1:
            raise colour_is_no_mask(path)
        segments = segments_of(volume.header.tags)
        notices = volume.frames.notices(part)
        if segments and volume.frames.frames > 1 and not part:
            layers = _all(volume)
            layers = np.stack([_turned(volume, one)[0] for one in np.moveaxis(layers, 1, 0)])
            labels, segments, notices = flattened(path, layers, segments)
        else:
            labels = as_labels(path, in_row_order(_channels(volume, frame, component))[0])
        geometry, odd = _place(path, volume, labels[None])
        return MaskFile(labels, geometry, label_set_of(segments), (*notices, *odd))


@np.errstate(all="ignore")
def _look(path: Path) -> _Volume:
    header = read_header(path)
    sizes, kinds = header.sizes, header.kinds
    name = header.fields.get("type", "").lower().replace(" ", "")
    if name not in _TYPE or "complex" in kinds:
        what = "complex numbers" if "complex" in kinds else f"samples of type '{name}'"
        raise ReadError(f"'{path}' holds {what}.", remedy="Save it as whole or floating numbers.")
    is_big = header.fields.get("endian", "little").lower() == "big"
    dtype = np.dtype(_TYPE[name]).newbyteorder(">" if is_big else "<")
    axes = header.space_axes()
    others = [axis for axis in range(len(sizes)) if axis not in axes]
    channel = next((axis for axis in others if kinds[axis] in COLOURS), None)
    count, components = 1, 1
    for axis in others:
        count *= sizes[axis] if axis != channel else 1
    if channel is not None and sizes[channel] > _MOST_CHANNELS:
        components = sizes[channel]
    frames = frames_of(path, tuple(sizes[axis] for axis in axes), count, components)
    affine, notices = header.place(axes)
    if affine is None:
        frames = Frames(frames.shape[::-1], frames.frames, frames.components)
    return _Volume(header, dtype, axes, channel, frames, affine, notices)


def _place(path: Path, volume: _Volume, pixels: Pixels) -> tuple[Geometry, tuple[Notice, ...]]:
    if volume.affine is None:
        return Geometry(pixels.shape[1:]), ()
    return placed(path, pixels.shape[1:], volume.affine, volume.notices)


def _channels(volume: _Volume, frame: int, component: int) -> Pixels:
    """(C, *shape) of one volume."""
    values = _all(volume)[:, frame]
    if volume.frames.components > 1:
        values = values[component : component + 1]
    return native(_turned(volume, values))


def _turned(volume: _Volume, values: Pixels) -> Pixels:
    """A flat picture as (rows, columns), a volume as it is, without a last side of one."""
    if values.ndim == 4 and len(volume.frames.shape) == 2:
        values = values[..., 0]
    return values.swapaxes(1, 2) if volume.affine is None else values


def _all(volume: _Volume) -> Pixels:
    """(C, frames, *sides) as the file has them."""
    sizes = volume.header.sizes
    others = [axis for axis in range(len(sizes)) if axis not in (*volume.axes, volume.channel)]
    values = _samples(volume).reshape(sizes, order="F")
    if volume.channel is None:
        values, channel = values[..., None], len(sizes)
    else:
        channel = volume.channel
    values = values.transpose(channel, *others[::-1], *volume.axes)
    sides = tuple(sizes[axis] for axis in volume.axes)
    return values.reshape(len(values), -1, *sides)


def _samples(volume: _Volume) -> Pixels:
    """Every sample of the file in its order."""
    header, path = volume.header, volume.header.path
    count = 1
    for size in header.sizes:
        count *= size
    skip = header.number("byteskip")
    if skip < -1:
        raise damaged(path, f"it asks to skip {skip} bytes")
    size = count * volume.dtype.itemsize
    need = size + max(0, skip)
    encoding = header.fields.get("encoding", "").lower()
    if encoding == "raw":
        data = _data(header, need, SLACK if skip == -1 else _NEWLINES)
    elif encoding in ("gz", "gzip"):
        data = inflate(path, _data(header, 0, need + need // 512 + SLACK), need)
    elif encoding in ("bz2", "bzip2"):
        data = inflate_bzip2(path, _data(header, 0, need + need // 50 + SLACK), need)
    elif encoding in _TEXT:
        data = _data(header, 2 * count - 1, _LONGEST_NUMBER * count + SLACK)
        return _from_text(path, data, count, volume.dtype)
    else:
        raise ReadError(
            f"'{path}' is encoded in a way Sulcus does not read ('{encoding}').",
            remedy="Save it as raw or gzip.",
        )
    data = data[-size:] if skip == -1 else data[skip:]
    if not size <= len(data) <= size + _NEWLINES:
        raise damaged(path, f"its header promises {size:,} bytes, and {len(data):,} are there")
    return np.frombuffer(data, volume.dtype, count)


def _data(header: NrrdHeader, need: int, more: int) -> bytes:
    """What follows the header, or what the file beside it has, after the lines to skip.

    Args:
        header: It.
        need: Bytes that must be there.
        more: Bytes that may be there besides; of others, one is read, so that they are noticed.
    """
    name = header.fields.get("datafile", "")
    path, start = (named_beside(header.path, name), 0) if name else (header.path, header.end)
    try:
        require_room(path, start + need)
        with path.open("rb") as file:
            file.seek(start)
            for _ in range(min(header.number("lineskip"), 2**16)):
                file.readline(2**16)
            return read_up_to(file, need + more + 1)
    except OSError as error:
        raise damaged(header.path, error) from error


def _from_text(path: Path, data: bytes, count: int, dtype: np.dtype) -> Pixels:
    words = data.split(None, count)[: count + 1]
    if len(words) != count:
        raise damaged(path, f"{len(words)} of {count} numbers are there")
    try:
        return np.array(words).astype(dtype.newbyteorder("="))
    except (ValueError, OverflowError) as error:
        raise damaged(path, "its text holds no numbers of its type") from error
