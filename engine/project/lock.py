"""One writer per project: a lock of the operating system, which a crash lets go by itself."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, Self

from engine.errors import ProjectHeld, ProjectTaken
from engine.files import explained_write
from engine.project import database as db
from engine.project.reviews import now

NAME = "project.lock"


class Right(Protocol):
    """The right to write to a project: a hold, or what it lends."""

    def require(self) -> None:
        """See that no other process took the project over.

        Raises:
            ProjectTaken: if one did, or the hold was let go.
        """
        ...


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a project.

    Attributes:
        person: By the name of the login.
        host: On which machine.
        process: Its number there.
        since: UTC, ISO 8601.
    """

    person: str
    host: str
    process: int
    since: str

    def __str__(self) -> str:
        since = self.since[:16].replace("T", " ")
        return f"{self.person}, process {self.process} on {self.host}, since {since} UTC"


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
                write any more. What that one is writing just now is waited for.

        Raises:
            ProjectHeld: if another process holds it.
            WriteError: if the folder cannot be written.
        """
        self.folder = folder.resolve()
        self._path = self.folder / NAME
        self._token = secrets.token_hex(8)
        with explained_write(self._path):
            self._file = self._take(take_over=take_over)
            about = {
                "process": os.getpid(),
                "host": socket.gethostname(),
                "person": person,
                "since": now(),
                "token": self._token,
            }
            self._file.seek(0)
            self._file.truncate()
            self._file.write(json.dumps(about).encode())
            self._file.flush()
        if take_over and (self.folder / db.NAME).is_file():
            try:
                with db.connected(self.folder, write=True):
                    pass  # who was writing when the lock changed hands has finished now
            except BaseException:
                self.release()
                raise

    @property
    def path(self) -> Path:
        """The lock's file."""
        return self._path

    @property
    def lent(self) -> Lent:
        """The same right for another process, as long as this one has it."""
        return Lent(self.folder, self._token)

    def require(self) -> None:
        """See that no other process took the project over.

        Raises:
            ProjectTaken: if one did, or this hold was let go.
        """
        try:
            mine, there = os.fstat(self._file.fileno()), self._path.stat()
            is_mine = (mine.st_ino, mine.st_dev) == (there.st_ino, there.st_dev)
        except (OSError, ValueError):
            is_mine = False
        if not is_mine:
            raise _taken(self.folder)

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
        file.close()
        holder = holder_of(self.folder)
        if not take_over:
            who = f" ({holder})" if holder else ""
            raise ProjectHeld(
                f"The project '{self.folder}' is open in another Sulcus{who}.",
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


@dataclass(frozen=True, slots=True)
class Lent:
    """The right of a hold that another process has, which works for it.

    Attributes:
        folder: The project.
        token: What that hold wrote into the lock.
    """

    folder: Path
    token: str

    def require(self) -> None:
        """See that the hold is still the one that lent.

        Raises:
            ProjectTaken: if another process took the project over.
        """
        if not self.token or _about(self.folder).get("token") != self.token:
            raise _taken(self.folder)


def holder_of(folder: Path) -> Holder | None:
    """Who took hold of a project last; None if that is not written there."""
    about = _about(folder)
    try:
        return Holder(
            str(about["person"]), str(about["host"]), int(about["process"]), str(about["since"])
        )
    except (KeyError, ValueError, TypeError):
        return None


def _about(folder: Path) -> dict[str, str]:
    try:
        about = json.loads((folder / NAME).read_bytes())
    except (ValueError, OSError):
        return {}
    return about if isinstance(about, dict) else {}


def _taken(folder: Path) -> ProjectTaken:
    return ProjectTaken(
        f"The project '{folder}' was taken over by another Sulcus.",
        remedy="Open it again; what was done until then is kept.",
    )


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
