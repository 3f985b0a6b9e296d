"""What can still be read of a damaged project becomes a project of its own."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from engine.core.case import CaseState
from engine.core.label_set import LabelClass, LabelSet
from engine.errors import DamagedProject, ReadError
from engine.files import explained_write
from engine.project import database as db
from engine.project import reviews, schema
from engine.project.journal import follows, is_whole
from engine.project.store import Project

_ARRAYS = ("labels", "probabilities")
_FILES = ("presets.json", "confirmed.json")
_LEAP = 1 << 20  # row numbers that are tried after one that cannot be read
_PAGE = 4096
_SIZE_VALID_FOR = slice(92, 96)  # of the header: for which state of the file its size holds
_STATES = {state.value for state in CaseState}

_Row: TypeAlias = "tuple[Any, ...]"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was saved of a project.

    Attributes:
        folder: The new project.
        cases: How many cases could be read.
        steps: Rows of the journal; of each case up to the first one that cannot be believed.
        reviews: Decisions, up to the first one that cannot be believed.
        masks: Snapshots.
    """

    folder: Path
    cases: int
    steps: int
    reviews: int
    masks: int


def salvage(folder: Path, out: Path, *, is_borrowed: bool = False) -> Salvaged:
    """Make a new project of what can be read of the one in `folder`, which is not changed.

    A case keeps its steps up to the first one that is damaged or lost. A mask that was kept later
    than that is still taken: opening its case notices that the journal lacks its last part.

    Args:
        folder: The damaged project.
        out: Where the new one is made.
        is_borrowed: Whether the new one uses the masks where they lie, where the system allows,
            instead of copying them; it must only be looked at.

    Raises:
        DamagedProject: if no case can be read.
        ReadError: if `folder` is no project.
        WriteError: if `out` is a project already or cannot be written.
    """
    with _opened(folder) as database:
        classes = [row for row in _rows(database, "class") if _is_class(row)]
        cases = [row for row in _rows(database, "case") if _is_case(row)]
        journal = list(_believed(_rows(database, "journal"), _owners(database)))
        bases = list(_rows(database, "base"))
        said = list(_rows(database, "review"))
    if not cases:
        raise DamagedProject(
            f"No case of '{folder}' can be read any more.",
            remedy="Restore the folder from a backup; the masks in its folder 'labels' are left "
            "as they are.",
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
    _take_arrays(folder.resolve(), project.folder, is_borrowed=is_borrowed)
    masks = len(list((project.folder / "labels").glob("[!.]*.npz")))
    return Salvaged(project.folder, len(cases), len(journal), len(said), masks)


def _take_arrays(folder: Path, out: Path, *, is_borrowed: bool) -> None:
    with explained_write(out):
        for name in _ARRAYS:
            if not (folder / name).is_dir():
                continue
            if is_borrowed:
                try:
                    (out / name).symlink_to(folder / name, target_is_directory=True)
                except OSError:  # not on this system, or not by this person
                    pass
                else:
                    continue
            shutil.copytree(folder / name, out / name, ignore=shutil.ignore_patterns(".*"))
        for name in _FILES:
            if (folder / name).exists():
                shutil.copy(folder / name, out)


@contextmanager
def _opened(folder: Path) -> Generator[sqlite3.Connection]:
    """A copy of the database, which SQLite may mend from its log as far as it can.

    Where its first page is gone, that of a new project takes its place: it says which table begins
    at which page, and that is the same in all projects that were made with this schema.
    """
    if not (folder / db.NAME).is_file():
        raise ReadError(f"'{folder}' is no Sulcus project.", remedy="Choose a .sulcus folder.")
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / db.NAME
        with explained_write(copy):
            for ending in ("", "-wal"):
                if (folder / f"{db.NAME}{ending}").exists():
                    shutil.copyfile(folder / f"{db.NAME}{ending}", f"{copy}{ending}")
        if not _has_tables(copy):
            with explained_write(copy):
                _give_first_page(copy)
        with closing(sqlite3.connect(copy)) as database:
            database.text_factory = lambda data: data.decode("utf-8", "replace")
            yield database


def _has_tables(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as database:
            return bool(database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.Error:
        return False


def _give_first_page(path: Path) -> None:
    fresh = path.with_name("fresh.db")
    with closing(sqlite3.connect(fresh)) as database:
        database.executescript(schema.CREATE)
    page = bytearray(fresh.read_bytes()[:_PAGE])
    page[_SIZE_VALID_FOR] = bytes(4)  # so that the size of the file itself counts
    with path.open("r+b") as file:
        file.write(page)


def _rows(database: sqlite3.Connection, table: str) -> Iterator[_Row]:
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


def _owners(database: sqlite3.Connection) -> dict[int, str]:
    """Whose each row of the journal is, as its index has it, which may outlive the rows."""
    owners: dict[int, str] = {}
    try:
        rows = database.execute("SELECT number, case_id FROM journal INDEXED BY journal_of_case")
        owners.update(rows)
    except sqlite3.Error:
        pass
    return owners


def _believed(rows: Iterable[_Row], owners: dict[int, str]) -> Iterator[_Row]:
    """The rows of each case up to the first one of it that is damaged or lost.

    What was lost and could be of any case ends all of them.
    """
    ended: set[Any] = set()
    before: _Row | None = None
    for row in rows:
        first = before[0] + 1 if before else 1
        if not isinstance(row[0], int) or row[0] < first:
            return
        lost = range(first, row[0])
        if any(number not in owners for number in lost):
            return
        ended |= {owners[number] for number in lost}
        case_id = owners.get(row[0], row[1])
        is_believed = bool(lost) or follows(before, row)
        if not is_believed or not is_whole(row) or case_id != row[1]:
            ended |= {case_id, row[1]}
        elif case_id not in ended:
            yield row
        before = row


def _is_class(row: _Row) -> bool:
    index, name, *colour = row
    return (
        isinstance(index, int)
        and isinstance(name, str)
        and all(isinstance(value, int) and 0 <= value <= 255 for value in colour)
    )


def _is_case(row: _Row) -> bool:
    texts = (row[0], *row[2:5])
    return len(row) == 7 and all(isinstance(text, str) for text in texts) and row[6] in _STATES


def _label_set(rows: list[_Row]) -> LabelSet:
    """The classes, those that cannot be read named by their number."""
    known = {row[0]: LabelClass(row[0], row[1], (row[2], row[3], row[4])) for row in rows}
    count = max(max(known, default=0) + 1, 2)
    plain = LabelSet.named(["background", *(f"class {index}" for index in range(1, count))])
    return LabelSet(tuple(known.get(index, plain[index]) for index in range(count)))


def _insert(database: sqlite3.Connection, table: str, row: _Row) -> None:
    places = ", ".join("?" * len(row))
    database.execute(f'INSERT OR IGNORE INTO "{table}" VALUES ({places})', row)  # noqa: S608
