"""Which files an image consists of, so that they can be copied together."""

from __future__ import annotations

import re
from pathlib import Path

from engine.io.pairs import header_of, is_pair, named_beside, voxels_of

_NAMES_DATA = re.compile(rb"^(?:ElementDataFile\s*=|data file:)[ \t]*(.+?)[ \t\r]*$", re.MULTILINE)
_HEADERS = (".mhd", ".nhdr", ".nrrd")
_LONGEST = 1 << 16  # bytes of a text header that are looked at


def files_of(path: Path) -> tuple[Path, ...]:
    """The files of an image: the header first, where there is one; all of a folder.

    Raises:
        ReadError: if one of two files is missing.
    """
    if path.is_dir():
        return tuple(sorted(one for one in path.rglob("*") if one.is_file()))
    if is_pair(path):
        header = header_of(path)
        return tuple(dict.fromkeys((header, voxels_of(header))))
    if path.name.lower().endswith(_HEADERS):
        with path.open("rb") as file:
            named = _NAMES_DATA.search(file.read(_LONGEST).split(b"\n\n")[0])
        name = named[1].decode("utf-8", "replace") if named else "LOCAL"
        if name.upper() != "LOCAL":
            return path, named_beside(path, name)
    return (path,)
