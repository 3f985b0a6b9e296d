"""Connections to a project's database, and what its errors mean to a person."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from engine.errors import DamagedProject, WriteError

NAME = "project.db"
WAIT_S = 10.0  # for another process that is writing


def connect(folder: Path) -> sqlite3.Connection:
    """A connection that commits by hand, every commit flushed to the disk.

    In a folder that cannot be written it only reads, which SQLite must be told: in WAL mode it
    makes files even to read.

    Raises:
        sqlite3.Error: as SQLite says it; `explained` makes a sentence of it.
    """
    path = folder / NAME
    if os.access(folder, os.W_OK) or path.with_name(f"{NAME}-wal").exists():
        database = sqlite3.connect(
            path, timeout=WAIT_S, isolation_level=None, check_same_thread=False
        )
    else:
        database = sqlite3.connect(
            f"{path.as_uri()}?immutable=1", uri=True, isolation_level=None, check_same_thread=False
        )
    database.execute("PRAGMA synchronous = FULL")
    return database


@contextmanager
def connected(folder: Path, *, write: bool = False) -> Generator[sqlite3.Connection]:
    """A connection whose changes are committed on leaving, all or none.

    Args:
        folder: The project.
        write: Whether it will be written to: then no other process can from the beginning on.

    Raises:
        DamagedProject: if it is damaged.
        WriteError: if it cannot be used: held by others, disk full, folder not writable.
    """
    begin = "BEGIN IMMEDIATE" if write else "BEGIN"
    with explained(folder), closing(connect(folder)) as database, transaction(database, begin):
        yield database


@contextmanager
def transaction(database: sqlite3.Connection, begin: str = "BEGIN") -> Generator[None]:
    """Commit on leaving, take all back on any exception."""
    database.execute(begin)
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


@contextmanager
def explained(folder: Path) -> Generator[None]:
    """Turn what SQLite says into a sentence for a person."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and not _is_of_sql(error):
            raise WriteError(
                f"The project '{folder}' cannot be used: {error}.",
                remedy="Close other programs that hold it, and check the disk.",
            ) from error
        raise damaged(folder, str(error)) from error


def damaged(folder: Path, how: str) -> DamagedProject:
    """What to say of a project whose database cannot be read any more."""
    return DamagedProject(
        f"The database of '{folder}' is damaged: {how}.",
        remedy=f"Run 'sulcus doctor {folder} --recover NEW' to save what can be read, or restore "
        "the folder from a backup; nothing was changed.",
    )


def _is_of_sql(error: sqlite3.Error) -> bool:
    """Whether something was missing or is no text, rather than the disk full or the file held."""
    return getattr(error, "sqlite_errorcode", None) in (None, sqlite3.SQLITE_ERROR)
