"""What can still be read of a damaged project becomes a project of its own."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from engine.core.label_set import LabelClass, LabelSet
from engine.errors import ReadError, WriteError
from engine.files import explained_write
from engine.project import database as db
from engine.project import reviews
from engine.project.journal import link_holds
from engine.project.store import Project

_FOLDERS = ("labels", "probabilities")
_LEAP = 1 << 20  # row numbers that are tried after one that cannot be read


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was saved of a project.

    Attributes:
        folder: The new project.
        cases: How many cases could be read.
        steps: Rows of the journal, up to the first one that cannot be believed.
        reviews: Decisions, likewise.
        masks: Snapshots that were copied.
    """

    folder: Path
    cases: int
    steps: int
    reviews: int
    masks: int


def salvage(folder: Path, out: Path) -> Salvaged:
    """Copy what can be read of the project in `folder` into a new one; `folder` is not changed.

    Of the journal and the reviews that is all up to the first broken link. A mask that was kept
    later than that is still copied: opening its case notices that the journal lacks its last part.

    Raises:
        ReadError: if no case can be read.
        WriteError: if `out` is a project already or cannot be written.
    """
    with closing(_opened(folder)) as database:
        classes = list(_rows(database, "class"))
        cases = list(_rows(database, "case"))
        journal = list(_sound_journal(_rows(database, "journal")))
        bases = list(_rows(database, "base"))
        said = list(_rows(database, "review"))
    if not cases:
        raise ReadError(
            f"No case of '{folder}' can be read any more.",
            remedy="Restore the folder from a backup; the masks in its folder 'labels' are whole.",
        )
    broken = reviews.broken_at(said)
    said = said if broken is None else said[: broken - 1]
    project = Project.create(out, _label_set(classes))
    with db.connected(project.folder, write=True) as database:
        for row in cases:
            path = Path(row[3])
            whole = path if path.is_absolute() else folder.resolve() / PurePosixPath(row[3])
            _insert(database, "case", (*row[:3], str(whole), *row[4:]))
        for table, rows in (("journal", journal), ("base", bases), ("review", said)):
            for row in rows:
                _insert(database, table, row)
    masks = 0
    with explained_write(project.folder):
        for name in _FOLDERS:
            if (folder / name).is_dir():
                shutil.copytree(
                    folder / name, project.folder / name, ignore=shutil.ignore_patterns(".*")
                )
        if (folder / "presets.json").exists():
            shutil.copy(folder / "presets.json", project.folder)
        masks = len(list((project.folder / "labels").glob("[!.]*.npz")))
    return Salvaged(project.folder, len(cases), len(journal), len(said), masks)


def _opened(folder: Path) -> sqlite3.Connection:
    if not (folder / db.NAME).is_file():
        raise ReadError(f"'{folder}' is no Sulcus project.", remedy="Choose a .sulcus folder.")
    try:
        return sqlite3.connect(f"{(folder / db.NAME).resolve().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise WriteError(
            f"'{folder}' cannot be opened: {error}.", remedy="Copy it to a disk of your own."
        ) from error


def _rows(database: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table that can be read, by row number; what cannot is leapt over."""
    last, leap = -1, 0
    while leap < _LEAP:
        try:
            row = database.execute(
                f'SELECT rowid, * FROM "{table}" WHERE rowid > ? ORDER BY rowid LIMIT 1',  # noqa: S608
                (last + leap,),
            ).fetchone()
        except sqlite3.Error:
            leap = leap * 2 or 1
            continue
        if row is None:
            return
        last, leap = row[0], 0
        yield row[1:]


def _sound_journal(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows up to the first broken link or damaged step."""
    before: tuple[Any, ...] | None = None
    for row in rows:
        if not link_holds(before, row):
            return
        yield row
        before = row


def _label_set(rows: list[tuple[Any, ...]]) -> LabelSet:
    """The classes, those that cannot be read named by their number."""
    known = {row[0]: LabelClass(row[0], row[1], (row[2], row[3], row[4])) for row in rows}
    count = max(max(known, default=0) + 1, 2)
    plain = LabelSet.named(["background", *(f"class {index}" for index in range(1, count))])
    return LabelSet(tuple(known.get(index, plain[index]) for index in range(count)))


def _insert(database: sqlite3.Connection, table: str, row: tuple[Any, ...]) -> None:
    places = ", ".join("?" * len(row))
    database.execute(f'INSERT INTO "{table}" VALUES ({places})', row)  # noqa: S608
