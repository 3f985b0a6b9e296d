"""Listing folders: which files are images, in the order people expect, without opening any."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from natsort import natsort_keygen, ns

from engine.errors import ReadError
from engine.io.table import IMAGE_FORMATS, ImageFormatRow

_natural = natsort_keygen(alg=ns.IGNORECASE)
_SIGNED = 132  # bytes that tell a file of a series; DICOM has 'DICM' at 128
_TRIED = 3  # files without an ending that are looked into, a folder


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies directly in a folder.

    Attributes:
        path: The folder.
        files: Names of its files in natural order; no hidden ones, pipes or devices.
        folders: Names of the folders in it, likewise.
        unnamed: How many names are no valid text, and can be kept in no project.
    """

    path: Path
    files: tuple[str, ...]
    folders: tuple[str, ...]
    unnamed: int = 0


def list_folder(path: Path) -> Folder:
    """What lies directly in a folder; no file is opened.

    Raises:
        ReadError: if it does not exist or cannot be listed.
    """
    files: list[str] = []
    folders: list[str] = []
    unnamed = 0
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if not _is_text(entry.name):
                    unnamed += 1
                elif _is_folder(entry):
                    folders.append(entry.name)
                elif entry.is_symlink() or entry.is_file():
                    files.append(entry.name)
    except OSError as error:
        raise unreadable(path, error) from error
    return Folder(path, tuple(in_order(files)), tuple(in_order(folders)), unnamed)


def in_order(names: Iterable[str]) -> list[str]:
    """Names as people sort them: 'slice2.png' before 'slice10.png', capitals aside."""
    split = splitter()
    return sorted(names, key=lambda name: (_natural(split(name)[0]), name))


def splitter() -> Callable[[str], tuple[str, str]]:
    """A function that splits a file's name into stem and ending, for many names.

    The ending comes in lower case, and is '' if it is that of no format: 'A.nii.GZ' gives
    ('A', '.nii.gz').
    """
    known = {ending for row in IMAGE_FORMATS for ending in row.suffixes}
    double = tuple(sorted((one for one in known if one.count(".") > 1), key=len, reverse=True))

    def split(name: str) -> tuple[str, str]:
        low = name.lower()
        ending = low[max(0, low.rfind(".")) :]
        if low.endswith(double):
            ending = next(one for one in double if low.endswith(one))
        if ending in known and ending != low:
            return name[: -len(ending)], ending
        return name, ""

    return split


def image_names(folder: Folder) -> list[str]:
    """The files of a folder that are images by their ending, in order.

    The files of a series are left out.
    """
    split = splitter()
    wanted = {ending for row in IMAGE_FORMATS for ending in row.suffixes}
    if holds_series(folder):
        wanted -= {ending for row in IMAGE_FORMATS if row.opens_folders for ending in row.suffixes}
    return [name for name in folder.files if split(name)[1] in wanted]


def holds_series(folder: Folder) -> bool:
    """Whether files in a folder look like those of a series, each of them a slice.

    They do by their ending; where files have none, the first few are looked into.
    """
    rows = [row for row in IMAGE_FORMATS if row.opens_folders]
    endings = tuple(ending for row in rows for ending in row.suffixes)
    if not rows or not folder.files:
        return False
    if any(name.lower().endswith(endings) for name in folder.files):
        return True
    bare = (name for name in folder.files if _is_bare(name))
    return any(
        _begins(folder.path / name, rows) for name, _ in zip(bare, range(_TRIED), strict=False)
    )


def unreadable(path: Path, error: OSError) -> ReadError:
    """The error for a path that cannot be reached, with the system's reason."""
    if isinstance(error, FileNotFoundError):
        return ReadError(f"'{path}' does not exist.", remedy="Check the path.")
    reason = (error.strerror or str(error)).lower()
    return ReadError(
        f"'{path}' cannot be read: {reason}.", remedy="Check the path and its permissions."
    )


def known_endings() -> str:
    """The endings of all formats, for a message."""
    return ", ".join(ending for row in IMAGE_FORMATS for ending in row.suffixes)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _is_text(name: str) -> bool:
    """Whether a name is valid text; systems allow names that are not."""
    return name.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in name)


def _is_bare(name: str) -> bool:
    """Whether a name has no ending; the number that ends a UID is none."""
    ending = Path(name).suffix
    return not ending or ending[1:].isdigit()


def _begins(path: Path, rows: Iterable[ImageFormatRow]) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            start = file.read(_SIGNED)
    except OSError:
        return False
    return any(row.begins(start) for row in rows)
