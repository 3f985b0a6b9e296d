"""MetaImage volumes (.mha, and .mhd with their voxels beside them), as ITK writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.core.arrays import Doubles, Pixels
from engine.core.geometry import Geometry
from engine.core.image import Image, Notice
from engine.errors import ReadError
from engine.io.frames import Frames, frames_of
from engine.io.image_format import MaskFile, Part, as_labels, damaged, image_of
from engine.io.pairs import named_beside
from engine.io.place import LPS_TO_RAS, NO_ORIENTATION, placed
from engine.io.unpack import SLACK, inflate, read_up_to, require_room
from engine.io.voxels import colour_is_no_mask, in_row_order, native

_TYPES = {
    "MET_CHAR": "i1", "MET_UCHAR": "u1", "MET_SHORT": "i2", "MET_USHORT": "u2", "MET_INT": "i4",
    "MET_UINT": "u4", "MET_LONG": "i4", "MET_ULONG": "u4", "MET_LONG_LONG": "i8",
    "MET_ULONG_LONG": "u8", "MET_FLOAT": "f4", "MET_DOUBLE": "f8",
}  # fmt: skip
_LONGEST = 2**16
_MOST_CHANNELS = 4
_LONGEST_NUMBER = 32  # characters, with the space before it
_TRUE = ("true", "1", "t", "yes")


@dataclass(frozen=True, slots=True)
class _Volume:
    """A header made sense of.

    Attributes:
        path: The file it is in.
        fields: As written, by name in lower case.
        end: Bytes of the file before what follows the header.
        dtype: Of a number.
        sides: Samples along each axis, the fastest first.
        channels: Numbers in a voxel.
        frames: Shape and number of volumes.
    """

    path: Path
    fields: Mapping[str, str]
    end: int
    dtype: np.dtype
    sides: tuple[int, ...]
    channels: int
    frames: Frames

    def says(self, *names: str) -> bool:
        """Whether one of the fields is true."""
        return any(self.fields.get(name, "").lower() in _TRUE for name in names)

    @property
    def is_flat(self) -> bool:
        """Whether it is a picture, which has no place in space."""
        return len(self.sides) == 2

    def direction(self) -> list[str]:
        """The numbers of `TransformMatrix` along the axes in space; none if it is not there."""
        return self._square("transformmatrix", "rotation", "orientation")

    def numbers(self, *names: str) -> list[str]:
        """The first numbers of a field, one for each axis in space."""
        axes, space = len(self.sides), min(3, len(self.sides))
        text = next((self.fields[name] for name in names if name in self.fields), "")
        return text.split()[:space] if len(text.split()) == axes else []

    def _square(self, *names: str) -> list[str]:
        axes, space = len(self.sides), min(3, len(self.sides))
        text = next((self.fields[name] for name in names if name in self.fields), "")
        words = text.split()
        if len(words) != axes * axes:
            return []
        return [words[i * axes + j] for i in range(space) for j in range(space)]


class MetaImage:
    """Local and detached, raw, compressed and text; TransformMatrix alone says where it lies."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        """Volumes along a fourth axis, components of long vectors."""
        return _look(path).frames.parts()

    def read(self, path: Path, part: str = "") -> Image:
        """Values in file order; a picture as (rows, columns)."""
        volume = _look(path)
        geometry, notices = _place(volume)
        return image_of(
            path,
            in_row_order(_values(volume, part)),
            geometry,
            "metaimage",
            header=_geometry_lines(volume),
            part=part,
            notices=(*volume.frames.notices(part), *notices),
        )

    def read_labels(self, path: Path, part: str = "") -> MaskFile:
        """The volume as class indices."""
        volume = _look(path)
        if volume.channels > 1 and volume.frames.components == 1:
            raise colour_is_no_mask(path)
        geometry, notices = _place(volume)
        labels = as_labels(path, in_row_order(_values(volume, part))[0])
        return MaskFile(labels, geometry, None, (*volume.frames.notices(part), *notices))


def _look(path: Path) -> _Volume:
    try:
        with path.open("rb") as file:
            start = file.read(_LONGEST)
    except OSError as error:
        raise damaged(path, error) from error
    # ElementDataFile is the last line; what follows it is voxels, or the names of files.
    last = re.search(rb"^ElementDataFile\s*=[^\n]*\n?", start, re.MULTILINE)
    if last is None:
        raise damaged(path, "its header has no ElementDataFile")
    fields: dict[str, str] = {}
    for line in start[: last.end()].decode("utf-8", "replace").splitlines():
        name, _, value = line.partition("=")
        fields[name.strip().lower()] = value.strip()
    try:
        sides = tuple(int(side) for side in fields["dimsize"].split())
        channels = int(fields.get("elementnumberofchannels", "1"))
        axes = int(fields["ndims"])
    except (KeyError, ValueError) as error:
        raise damaged(path, "its sizes are missing") from error
    if axes != len(sides) or not 1 <= axes <= 8:
        raise damaged(path, "its sizes do not fit its dimension")
    name = fields.get("elementtype", "").removesuffix("_ARRAY")
    if name not in _TYPES:
        raise ReadError(
            f"'{path}' holds elements of type '{name}'.",
            remedy="Save it as whole or floating numbers.",
        )
    count = 1
    for side in sides[3:]:
        count *= side
    frames = frames_of(path, sides[:3], count, channels if channels > _MOST_CHANNELS else 1)
    if channels < 1:
        raise damaged(path, f"its header claims {channels} channels")
    if axes == 2:
        frames = Frames(frames.shape[::-1], frames.frames, frames.components)
    return _Volume(path, fields, last.end(), np.dtype(_TYPES[name]), sides, channels, frames)


@np.errstate(all="ignore")
def _place(volume: _Volume) -> tuple[Geometry, tuple[Notice, ...]]:
    """The grid: directions, spacing and offset are in LPS, whatever AnatomicalOrientation says."""
    if volume.is_flat:
        return Geometry(volume.frames.shape), ()
    direction = volume.direction()
    try:
        matrix: Doubles = np.array(direction or np.eye(3).ravel(), np.float64).reshape(3, 3)
        spacing: Doubles = np.array(volume.numbers("elementspacing", "elementsize") or [1.0] * 3,
                                    np.float64)  # fmt: skip
        offset: Doubles = np.array(volume.numbers("offset", "position", "origin") or [0.0] * 3,
                                   np.float64)  # fmt: skip
    except ValueError as error:
        raise damaged(volume.path, "its position is not given in numbers") from error
    affine = np.eye(4)
    affine[:3, :3] = matrix.T * spacing
    affine[:3, 3] = offset
    affine = LPS_TO_RAS @ affine
    notices = () if direction else (NO_ORIENTATION,)
    return placed(volume.path, volume.frames.shape, affine, notices)


def _geometry_lines(volume: _Volume) -> bytes:
    """The fields that say where a volume lies, as written, for its mask."""
    if volume.is_flat:
        return b""
    lines = {
        "TransformMatrix": volume.direction(),
        "Offset": volume.numbers("offset", "position", "origin"),
        "ElementSpacing": volume.numbers("elementspacing", "elementsize"),
    }
    return "".join(
        f"{name} = {' '.join(words)}\n" for name, words in lines.items() if words
    ).encode()


def _values(volume: _Volume, part: str) -> Pixels:
    """(C, *shape) of one volume in native byte order."""
    frame, component = volume.frames.find(part)
    values = _samples(volume).reshape((volume.channels, *volume.sides), order="F")
    values = values.reshape((volume.channels, *volume.sides[:3], -1), order="F")[..., frame]
    if volume.frames.components > 1:
        values = values[component : component + 1]
    if volume.is_flat:
        values = values.swapaxes(1, 2)
    elif len(volume.frames.shape) == 2:
        values = values[..., 0]
    return native(values)


def _samples(volume: _Volume) -> Pixels:
    """Every number of the file in its order."""
    count = volume.frames.count if volume.channels > _MOST_CHANNELS else 0
    count = count or volume.frames.count * volume.channels
    need = count * volume.dtype.itemsize
    is_text = volume.fields.get("binarydata", "true").lower() not in _TRUE
    is_packed = volume.says("compresseddata")
    if is_packed:
        data = _data(volume, 0, need + need // 512 + SLACK)
        data = inflate(volume.path, data, need)
    elif is_text:
        data = _data(volume, 2 * count - 1, _LONGEST_NUMBER * count)
        words = data.split(None, count)[:count]
        try:
            if len(words) == count:
                return np.array(words).astype(volume.dtype)
        except (ValueError, OverflowError) as error:
            raise damaged(volume.path, "its text holds no numbers of its type") from error
    else:
        data = _data(volume, need, 0)
    if len(data) < need or is_text:
        raise damaged(volume.path, f"{len(data):,} of {need:,} bytes are there")
    is_big = volume.says("binarydatabyteordermsb", "elementbyteordermsb")
    return np.frombuffer(data, volume.dtype.newbyteorder(">" if is_big else "<"), count)


def _data(volume: _Volume, need: int, more: int) -> bytes:
    """What follows the header, or what the file beside it has.

    Args:
        volume: Its header.
        need: Bytes that must be there.
        more: Bytes that may be there besides.
    """
    name = volume.fields["elementdatafile"]
    is_local = name.upper() == "LOCAL"
    path = volume.path if is_local else named_beside(volume.path, name)
    try:
        skip = int(volume.fields.get("headersize", "0"))
        start = volume.end if is_local else max(0, skip)
        require_room(path, start + need)
        with path.open("rb") as file:
            file.seek(path.stat().st_size - need if skip == -1 and need else start)
            return read_up_to(file, need + more)
    except ValueError as error:
        raise damaged(volume.path, "its HeaderSize is no number") from error
    except OSError as error:
        raise damaged(volume.path, error) from error
