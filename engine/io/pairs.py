"""Images in two files: a small one with the header, and one with the voxels."""

from __future__ import annotations

from pathlib import Path

from engine.errors import ReadError

_HEADERS = (".hdr", ".hdr.gz")
_VOXELS = (".img", ".img.gz")


def header_of(path: Path) -> Path:
    """The file with the header: `path` itself, unless its name says that it has the voxels.

    Raises:
        ReadError: if there is no header beside the voxels.
    """
    ending = _ending(path, _VOXELS)
    return _beside(path, ending, _HEADERS) if ending else path


def voxels_of(path: Path) -> Path:
    """The file with the voxels that belongs to a header.

    Raises:
        ReadError: if there is none beside it.
    """
    ending = _ending(path, _HEADERS)
    return _beside(path, ending, _VOXELS) if ending else path


def named_beside(header: Path, name: str) -> Path:
    """The one file with the voxels that a header names, in its folder or below it.

    Raises:
        ReadError: if it is not there, lies elsewhere, or is one of several.
    """
    if name.upper().startswith("LIST") or "%" in name:
        raise ReadError(
            f"'{header}' keeps its slices in several files.", remedy="Save it as one file."
        )
    if ".." in Path(name).parts or Path(name).is_absolute():
        raise ReadError(
            f"'{header}' points to a file outside its folder.",
            remedy="Put both files into one folder, and name the second without a path.",
        )
    path = header.parent / name
    try:
        is_there = bool(name) and path.is_file()
    except (OSError, ValueError):
        is_there = False
    if not is_there:
        raise ReadError(
            f"{header.name} found, {name or 'the file with its voxels'} is missing.",
            remedy="Put both files into one folder.",
        )
    return path


def is_pair(path: Path) -> bool:
    """Whether the file's name is that of one of the two."""
    return bool(_ending(path, _HEADERS + _VOXELS))


def _ending(path: Path, endings: tuple[str, ...]) -> str:
    return next((one for one in endings[::-1] if path.name.lower().endswith(one)), "")


def _beside(path: Path, ending: str, wanted: tuple[str, ...]) -> Path:
    """The partner: packed alike first, and in capitals if this one's name is."""
    stem, given = path.name[: -len(ending)], path.name[-len(ending) :]
    is_packed = ending.endswith(".gz")
    endings = wanted[::-1] if is_packed else wanted
    if given.isupper():
        endings = (*(one.upper() for one in endings), *endings)
    else:
        endings = (*endings, *(one.upper() for one in endings))
    for one in endings:
        if (found := path.with_name(stem + one)).is_file():
            return found
    raise ReadError(
        f"{path.name} found, {stem}{endings[0]} is missing.",
        remedy="Put both files into one folder.",
    )
