"""Writing files so that a reader sees the old one or the new one, never half of one.

The only place in Sulcus that replaces a file.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import WriteError


@contextmanager
def replacing(path: Path) -> Generator[Path]:
    """Give a temporary path beside `path` to write to; it takes the place of `path` on leaving.

    On any exception the temporary file is removed and `path` is as it was. The ending of `path`
    is kept, since some writers choose the format by them.

    Raises:
        WriteError: if the folder cannot be made or written, or the disk is full.
    """
    with explained_write(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        ending = path.name.removeprefix(stem_of(path))
        handle, name = tempfile.mkstemp(suffix=ending, prefix=".", dir=path.parent)
        os.close(handle)
    temporary = Path(name)
    try:
        with explained_write(path):
            yield temporary
            _flush(temporary)
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
            _flush_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def replacing_group(path: Path) -> Generator[Path]:
    """Like `replacing`, for a file that its writer may put others beside (a header and its data).

    The temporary path has the name of `path`, in a folder of its own. On leaving, everything in
    that folder takes its place beside `path`, which comes last; if one cannot, those that could
    are put back.

    Raises:
        WriteError: if the folder cannot be made or written, or the disk is full.
    """
    with explained_write(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".", dir=path.parent))
    try:
        with explained_write(path):
            yield folder / path.name
            beside = sorted(one for one in folder.iterdir() if one.name != path.name)
            made = [*beside, folder / path.name]
            for one in made:
                _flush(one)
                one.chmod(0o666 & ~_umask())
            _move_all(made, path.parent)
            _flush_folder(path.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, all or nothing.

    Raises:
        WriteError: if that cannot be done.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8 with newlines as they are, all or nothing.

    Raises:
        WriteError: if that cannot be done.
    """
    write_bytes(path, text.encode())


def make_folder(folder: Path) -> None:
    """Make `folder` and those above it, and see that files can be made in it.

    Raises:
        WriteError: if it is a file, or cannot be made or written.
    """
    with explained_write(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


@contextmanager
def explained_write(path: Path) -> Generator[None]:
    """Turn what the system says about writing `path` into a sentence for a person."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise WriteError(
            f"'{path}' cannot be written: {reason}.",
            remedy="Choose another folder, or make room and check its permissions.",
        ) from error


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def safe_name(text: str) -> str:
    """`text` as a file name that every system accepts; never empty."""
    return re.sub(r"[^\w.-]+", "_", text).strip("._") or "unnamed"


def stem_of(path: Path) -> str:
    """The name without its ending; '.nii.gz', '.seg.nrrd' and the like count as one."""
    name = path.name
    for double in (".nii.gz", ".seg.nrrd", ".hdr.gz", ".img.gz", ".ome.tif", ".ome.tiff"):
        if name.lower().endswith(double):
            return name[: -len(double)]
    return path.stem


def unused_name(name: str, taken: set[str]) -> str:
    """`name`, numbered if `taken` has it already but for upper and lower case; then taken too."""
    free, number = name, 2
    while free.casefold() in taken:
        free, number = f"{name}_{number}", number + 1
    taken.add(free.casefold())
    return free


def _move_all(made: list[Path], folder: Path) -> None:
    """Move files into `folder`, over those of their names, all of them or none."""
    targets = [folder / one.name for one in made]
    before = {one: one.read_bytes() if one.exists() else None for one in targets[:-1]}
    try:
        for one, target in zip(made, targets, strict=True):
            one.replace(target)
    except OSError:
        for target, data in before.items():
            if data is None:
                target.unlink(missing_ok=True)
            else:
                target.write_bytes(data)
        raise


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
