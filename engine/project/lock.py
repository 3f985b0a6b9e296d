"""One writer per project: a lock of the operating system, which a crash lets go by itself."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path
from typing import IO, Self

from engine.errors import ProjectHeld, WriteError
from engine.files import explained_write
from engine.project.reviews import now

_FILE = "project.lock"


class Hold:
    """The right to write to a project, until it is let go or the process ends however it ends.

    Who takes over puts a new lock file in the place of the old one; `require` notices that.
    """

    def __init__(self, folder: Path, person: str, *, take_over: bool = False) -> None:
        """Take hold of a project.

        Args:
            folder: The project.
            person: Who works, for the sentence that others read.
            take_over: Whether to take it from another process that holds it, which then cannot
                write any more. Only for one that is known to be gone or stuck.

        Raises:
            ProjectHeld: if another process holds it.
            WriteError: if the folder cannot be written.
        """
        self.folder = folder.resolve()
        self._path = self.folder / _FILE
        with explained_write(self._path):
            self._file = self._take(take_over=take_over)
            about = {
                "process": os.getpid(),
                "host": socket.gethostname(),
                "person": person,
                "since": now(),
            }
            self._file.seek(0)
            self._file.truncate()
            self._file.write(json.dumps(about).encode())
            self._file.flush()

    def require(self) -> None:
        """See that no other process took the project over.

        Raises:
            WriteError: if one did, or this hold was let go.
        """
        try:
            mine, there = os.fstat(self._file.fileno()), self._path.stat()
            is_mine = (mine.st_ino, mine.st_dev) == (there.st_ino, there.st_dev)
        except (OSError, ValueError):
            is_mine = False
        if not is_mine:
            raise WriteError(
                f"The project '{self.folder}' was taken over by another Sulcus.",
                remedy="Open it again; what was done until then is kept.",
            )

    def release(self) -> None:
        """Let others write; more than once does no harm."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _take(self, *, take_over: bool) -> IO[bytes]:
        file = self._path.open("ab+")
        if _lock(file):
            return file
        holder = _holder(file)
        file.close()
        if not take_over:
            raise ProjectHeld(
                f"The project '{self.folder}' is open in another Sulcus{holder}.",
                remedy="Close it there, or go on here without changing it.",
            )
        self._path.unlink()
        file = self._path.open("ab+")
        if not _lock(file):
            file.close()
            raise ProjectHeld(
                f"Yet another Sulcus opened the project '{self.folder}' just now.",
                remedy="Try again, or go on here without changing it.",
            )
        return file


def _holder(file: IO[bytes]) -> str:
    """Who holds the lock, in words; '' if that is not written there."""
    try:
        file.seek(0)
        about = json.loads(file.read())
        return (
            f" ({about['person']}, process {about['process']} on {about['host']}, "
            f"since {about['since'][:16].replace('T', ' ')} UTC)"
        )
    except (ValueError, KeyError, TypeError, OSError):
        return ""


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # the byte that is locked; what is written about the holder can be read

    def _lock(file: IO[bytes]) -> bool:
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
