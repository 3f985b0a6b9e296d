"""The header of a NRRD file: fields, tags, and where the voxels lie in space.

Source: 'Definition of NRRD File Format', teem.sourceforge.net/nrrd/format.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.core.arrays import Doubles
from engine.core.image import Notice
from engine.errors import ReadError
from engine.io.image_format import damaged
from engine.io.place import LPS_TO_RAS, NO_ORIENTATION, in_millimetres

MAGIC = b"NRRD000"
SPACES = {
    "right-anterior-superior": (1.0, 1.0, 1.0),
    "left-anterior-superior": (-1.0, 1.0, 1.0),
    "left-posterior-superior": (-1.0, -1.0, 1.0),
}
"""The signs that turn the axes of a space into those of RAS."""

_SHORT = {"ras": "right-anterior-superior", "las": "left-anterior-superior",
          "lps": "left-posterior-superior"}  # fmt: skip
_LONGEST = 2**22
_END = re.compile(rb"\r?\n\r?\n")
_UNITS = {"um": "um", "µm": "um", "microns": "um", "micrometer": "um", "m": "m", "cm": "cm"}
COLOURS = frozenset(
    ("rgb-color", "rgba-color", "hsv-color", "xyz-color", "3-color", "4-color", "vector",
     "covariant-vector", "normal", "2-vector", "3-vector", "4-vector", "point", "3-gradient",
     "3-normal")
)  # fmt: skip
"""Kinds of axes along which one voxel has several numbers."""
_ALONG_SPACE = frozenset(("domain", "space"))


@dataclass(frozen=True, slots=True)
class NrrdHeader:
    """What a header says.

    Attributes:
        path: The file it is in.
        fields: By name, in lower case without spaces: 'spacedirections'.
        tags: Keys and values that the format leaves to programs.
        end: Bytes of the file before what follows the header.
    """

    path: Path
    fields: Mapping[str, str]
    tags: Mapping[str, str]
    end: int

    def number(self, name: str, default: int = 0) -> int:
        """A whole number.

        Raises:
            ReadError: if the field has something else.
        """
        try:
            return int(self.fields.get(name, default))
        except ValueError as error:
            raise damaged(self.path, f"its field '{name}' is no number") from error

    @property
    def sizes(self) -> tuple[int, ...]:
        """Samples along each axis, the fastest first."""
        try:
            sizes = tuple(int(size) for size in self.fields["sizes"].split())
        except (KeyError, ValueError) as error:
            raise damaged(self.path, "its sizes are missing") from error
        if len(sizes) != self.number("dimension") or not 1 <= len(sizes) <= 16:
            raise damaged(self.path, "its sizes do not fit its dimension")
        return sizes

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each axis stands for, in lower case; '' where that is not said."""
        kinds = tuple(self.fields.get("kinds", "").lower().split())
        return kinds if len(kinds) == len(self.sizes) else ("",) * len(self.sizes)

    def space_axes(self) -> tuple[int, ...]:
        """The axes that lie in space, two or three; the first ones where nothing says so."""
        directions = self._directions()
        if directions:
            axes = [axis for axis, one in enumerate(directions) if one is not None]
        else:
            named = [axis for axis, kind in enumerate(self.kinds) if kind in _ALONG_SPACE]
            free = [axis for axis, kind in enumerate(self.kinds) if kind in ("", "???", "none")]
            axes = named or free[:3]
        if not 1 <= len(axes) <= 3:
            raise ReadError(
                f"'{self.path}' has {len(axes)} axes in space; Sulcus shows 2 or 3.",
                remedy="Save the volumes in it one by one.",
            )
        return tuple(axes)

    def place(self, axes: tuple[int, ...]) -> tuple[Doubles | None, tuple[Notice, ...]]:
        """The affine to RAS, or None for a flat picture without a place, and what is odd."""
        directions = self._directions()
        space = self.space
        affine = np.eye(4)
        if directions:
            given = [one for axis in axes if (one := directions[axis]) is not None]
            if len(axes) == 2 and len(given[0]) < 3:
                return None, ()
            for column, one in enumerate(given):
                affine[: min(3, len(one)), column] = one[:3]
            if len(axes) == 2:
                across = np.cross(affine[:3, 0], affine[:3, 1])
                affine[:3, 2] = across / (np.linalg.norm(across) or 1.0)
            origin = _vectors(self.path, self.fields.get("spaceorigin", ""))
            if origin and origin[0] is not None:
                affine[: min(3, len(origin[0])), 3] = origin[0][:3]
        else:
            if len(axes) == 2:
                return None, ()
            np.fill_diagonal(affine, (*(self._spacings()[axis] for axis in axes), 1.0))
        if space in SPACES:
            signs: Doubles = np.diag((*SPACES[space], 1.0))
            notices: tuple[Notice, ...] = ()
        else:
            signs, notices = LPS_TO_RAS, (NO_ORIENTATION,)
        affine, about_units = in_millimetres(signs @ affine, self._unit())
        return affine, notices + about_units

    @property
    def space(self) -> str:
        """The name of the space in full, or '' if it has none that says where left is."""
        name = self.fields.get("space", "").lower().strip().removesuffix("-time")
        name = _SHORT.get(name.removesuffix("t"), name)
        return name if name in SPACES else ""

    def geometry_lines(self) -> bytes:
        """Which space a mask of this image must be written in: a line of a header, or b''."""
        if self.space:
            return f"space: {self.space}".encode()
        return b"space dimension: 3" if self._directions() else b""

    def _unit(self) -> str:
        units = re.findall(r'"([^"]*)"', self.fields.get("spaceunits", "").lower())
        return _UNITS.get(units[0], "mm") if units else "mm"

    def _spacings(self) -> tuple[float, ...]:
        words = self.fields.get("spacings", "").split()
        try:
            found = tuple(float(word) for word in words)
        except ValueError as error:
            raise damaged(self.path, "its spacings are no numbers") from error
        if len(found) != len(self.sizes):
            return (1.0,) * len(self.sizes)
        return tuple(1.0 if np.isnan(one) else abs(one) for one in found)

    def _directions(self) -> tuple[tuple[float, ...] | None, ...]:
        text = self.fields.get("spacedirections", "")
        found = _vectors(self.path, text)
        if text and (len(found) != len(self.sizes) or not any(found)):
            raise damaged(self.path, "its directions do not fit its axes")
        return found


def read_header(path: Path) -> NrrdHeader:
    """Read the header at the start of a file, which may be all that is in it.

    Raises:
        ReadError: if it is none.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_LONGEST)
    except OSError as error:
        raise damaged(path, error) from error
    if not start.startswith(MAGIC):
        raise damaged(path, "its NRRD signature is missing")
    end = _END.search(start)
    if end is None and len(start) == _LONGEST:
        raise damaged(path, "its header has no end")
    text = start[: end.start() if end else len(start)].decode("utf-8", "replace")
    fields: dict[str, str] = {}
    tags: dict[str, str] = {}
    for line in text.splitlines()[1:]:
        key, separator, value = line.partition(":")
        if line.startswith("#") or not separator:
            continue
        if value.startswith("="):
            tags[key] = value[1:].strip().replace("\\n", "\n").replace("\\\\", "\\")
            continue
        name = key.strip().lower().replace(" ", "")
        fields[name] = value.strip()
        if name == "datafile" and value.strip().startswith("LIST"):
            break
    return NrrdHeader(path, fields, tags, end.end() if end else len(start))


def _vectors(path: Path, text: str) -> tuple[tuple[float, ...] | None, ...]:
    """'(1,0,0) none (0,0,2)' as tuples of one length, None for 'none' and for vectors of NaN."""
    found: list[tuple[float, ...] | None] = []
    for inside, word in re.findall(r"\(([^)]*)\)|(\S+)", text):
        if not inside:
            if word.lower() != "none":
                raise damaged(path, "its directions are no vectors")
            found.append(None)
            continue
        try:
            vector = tuple(float(number) for number in inside.split(","))
        except ValueError as error:
            raise damaged(path, "its directions are no numbers") from error
        found.append(None if all(np.isnan(vector)) else vector)
    lengths = {len(one) for one in found if one is not None}
    if len(lengths) > 1 or lengths - {2, 3, 4}:
        raise damaged(path, "its directions are no vectors of one length")
    return tuple(found)
