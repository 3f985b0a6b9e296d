"""A project on disk: a folder 'name.sulcus' with a database and arrays beside it."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterable
from contextlib import AbstractContextManager, closing
from pathlib import Path, PurePosixPath

from engine.core.case import Case, CaseState, ImageRef
from engine.core.label_set import LabelClass, LabelSet
from engine.errors import ImageChanged, ParameterError, ReadError, UnknownName, WriteError
from engine.files import make_folder, replacing, stem_of
from engine.project import database as db
from engine.project import schema
from engine.project.case_filter import CaseFilter
from engine.project.database import connected
from engine.project.lock import Hold, Right
from engine.project.migrations import migrate
from engine.project.reviews import Review, add_review, read_reviews

SUFFIX = ".sulcus"


class Project:
    """One project; the only thing that writes in its folder.

    Each call opens the database and closes it again, so that a window and its worker process can
    both have the same project open. Who calls what writes has the right to: a hold, or what one
    lent.
    """

    def __init__(self, folder: Path) -> None:
        """Open an existing project; one of an earlier version is brought up to date.

        Raises:
            ReadError: if the folder is no project, or was made by a later Sulcus.
            DamagedProject: if its database cannot be read.
            ProjectHeld: if it must be brought up to date and another process has it.
            WriteError: if it must be brought up to date and cannot be written.
        """
        self.folder = folder.resolve()
        if not self._database.is_file():
            raise ReadError(
                f"'{folder}' is no Sulcus project: it has no {db.NAME}.",
                remedy="Choose a folder whose name ends in .sulcus, or make a new project.",
            )
        with self._connected() as database:
            version = database.execute("PRAGMA user_version").fetchone()[0]
        if version <= 0:
            raise db.damaged(self.folder, "it is empty, or what stands at its beginning is gone")
        if version < schema.VERSION:
            with Hold(self.folder, "an upgrade"):
                migrate(self.folder)
        elif version != schema.VERSION:
            raise ReadError(
                f"The project '{folder}' has version {version}; this Sulcus knows "
                f"{schema.VERSION}.",
                remedy="Open it with the Sulcus it was made with, or a newer one.",
            )

    @classmethod
    def create(cls, folder: Path, label_set: LabelSet) -> Project:
        """Make a project without cases.

        Raises:
            WriteError: if there is one already, or the folder cannot be written.
        """
        database = folder / db.NAME
        if database.exists():
            raise WriteError(
                f"'{folder}' is a project already.", remedy="Open it, or choose another name."
            )
        make_folder(folder)
        try:
            with (
                replacing(database) as temporary,
                closing(sqlite3.connect(temporary)) as connection,
            ):
                connection.executescript("PRAGMA journal_mode = WAL;" + schema.CREATE)
                connection.executemany(
                    "INSERT INTO class VALUES (?, ?, ?, ?, ?)",
                    [(one.index, one.name, *one.colour) for one in label_set],
                )
                connection.execute(f"PRAGMA user_version = {schema.VERSION:d}")
                connection.commit()
        except sqlite3.Error as error:
            raise WriteError(
                f"The project '{folder}' cannot be made: {error}.",
                remedy="Choose another folder, or make room on the disk.",
            ) from error
        return cls(folder)

    @property
    def label_set(self) -> LabelSet:
        with self._connected() as database:
            return _label_set(database)

    def set_classes(self, label_set: LabelSet) -> None:
        """Give the classes other names and colours, and add those that come after them.

        Raises:
            ParameterError: if there are fewer than the project has.
            WriteError: if the project cannot be written.
        """
        if len(label_set) < len(self.label_set):
            raise ParameterError(
                f"The project has {len(self.label_set)} classes, not {len(label_set)}.",
                remedy="Make a new project with fewer classes.",
            )
        with self._connected(write=True) as database:
            database.executemany(
                "INSERT OR REPLACE INTO class VALUES (?, ?, ?, ?, ?)",
                [(one.index, one.name, *one.colour) for one in label_set],
            )

    def contents(self) -> tuple[LabelSet, tuple[Case, ...]]:
        """The classes and all cases, which are seen to be whole.

        Raises:
            DamagedProject: if they are not, though they could be read, some of them missing.
        """
        with self._connected() as database:
            for table in ("case", "class"):
                (said,) = database.execute(f'PRAGMA integrity_check("{table}")').fetchone()
                if said != "ok":
                    raise db.damaged(self.folder, said.replace("\n", ", "))
            rows = database.execute(_SELECT + " ORDER BY position").fetchall()
            return _label_set(database), tuple(self._case(row) for row in rows)

    def cases(self) -> tuple[Case, ...]:
        """All cases, in the order they were added."""
        with self._connected() as database:
            rows = database.execute(_SELECT + " ORDER BY position").fetchall()
        return tuple(self._case(row) for row in rows)

    def states(self) -> list[tuple[str, CaseState]]:
        """The id and the state of each case, in the order of `cases`; far quicker than these."""
        with self._connected() as database:
            rows = database.execute('SELECT id, state FROM "case" ORDER BY position').fetchall()
        return [(case_id, _STATES[state]) for case_id, state in rows]

    def find(self, wanted: CaseFilter) -> list[tuple[str, str, CaseState]]:
        """Id, name and state of the cases that are meant; filtered and cut by the database."""
        clause, values = wanted.query()
        with self._connected() as database:
            rows = database.execute(
                f'SELECT id, name, state FROM "case" {clause}',  # noqa: S608
                values,
            ).fetchall()
        return [(case_id, name, _STATES[state]) for case_id, name, state in rows]

    def case(self, case_id: str) -> Case:
        """The case with this id.

        Raises:
            UnknownName: if there is none.
        """
        with self._connected() as database:
            row = database.execute(_SELECT + " WHERE id = ?", (case_id,)).fetchone()
        if row is None:
            raise UnknownName(
                f"The project has no case '{case_id}'.", remedy="Choose one of its list."
            )
        return self._case(row)

    def add(self, images: Iterable[ImageRef]) -> tuple[Case, ...]:
        """Add images that are not in the project yet; they stay where they are.

        Raises:
            WriteError: if the project cannot be written.
        """
        with self._connected(write=True) as database:
            known = set(database.execute('SELECT path, part FROM "case"'))
            start = database.execute('SELECT COALESCE(MAX(position), -1) FROM "case"').fetchone()[0]
            named: dict[tuple[str, str], str] = {}
            for image in images:
                named.setdefault((self._stored(image.path), image.part), image.name)
            new = [(place, name) for place, name in named.items() if place not in known]
            rows = [
                (secrets.token_hex(8), position, name or stem_of(Path(place[0])), *place)
                for position, (place, name) in enumerate(new, start + 1)
            ]
            database.executemany(
                'INSERT INTO "case" (id, position, name, path, part) VALUES (?, ?, ?, ?, ?)', rows
            )
            added = database.execute(
                _SELECT + " WHERE position > ? ORDER BY position", (start,)
            ).fetchall()
        return tuple(self._case(row) for row in added)

    def set_state(self, case_id: str, state: CaseState) -> None:
        """Note how far a case has come.

        Raises:
            WriteError: if the project cannot be written.
        """
        with self._connected(write=True) as database:
            database.execute('UPDATE "case" SET state = ? WHERE id = ?', (state.value, case_id))

    def reviews(self, case_id: str = "") -> tuple[Review, ...]:
        """The decisions on a case, or on all of them, oldest first."""
        with self._connected() as database:
            return read_reviews(database, case_id)

    def review(self, review: Review) -> Review:
        """Log a decision and set the state of its case.

        Raises:
            WriteError: if the project cannot be written.
        """
        with self._connected(write=True) as database:
            return add_review(database, review)

    def source_of(self, case_id: str) -> str:
        """The hash of a case's voxels, '' if it was never opened."""
        with self._connected() as database:
            row = database.execute('SELECT sha256 FROM "case" WHERE id = ?', (case_id,)).fetchone()
        return row[0] or "" if row else ""

    def move_image(self, case_id: str, path: Path) -> None:
        """Note that the image of a case lies elsewhere now.

        Raises:
            WriteError: if the project cannot be written.
        """
        with self._connected(write=True) as database:
            database.execute(
                'UPDATE "case" SET path = ? WHERE id = ?', (self._stored(path), case_id)
            )

    def check_source(self, case_id: str, sha256: str, right: Right | None = None) -> None:
        """Compare the hash of a case's voxels with that of the first opening.

        Args:
            case_id: Which case.
            sha256: The hash.
            right: To note the hash if this is the first opening; without it nothing is noted.

        Raises:
            ImageChanged: if the image is not the one that was opened first.
            ProjectTaken, WriteError: if the hash cannot be noted.
        """
        with self._connected() as database:
            known = database.execute(
                'SELECT sha256 FROM "case" WHERE id = ?', (case_id,)
            ).fetchone()[0]
        if known is None and right is not None:
            right.require()
            with self._connected(write=True) as database:
                database.execute('UPDATE "case" SET sha256 = ? WHERE id = ?', (sha256, case_id))
        if known not in (None, sha256):
            raise ImageChanged(
                f"'{self.case(case_id).image_path}' has changed since its mask was begun.",
                remedy="Put the old file back, or add the new one as a case of its own.",
            )

    def accept_source(self, case_id: str, path: Path, sha256: str) -> None:
        """Note that the mask of a case goes on with another image.

        Raises:
            WriteError: if the project cannot be written.
        """
        with self._connected(write=True) as database:
            database.execute(
                'UPDATE "case" SET path = ?, sha256 = ? WHERE id = ?',
                (self._stored(path), sha256, case_id),
            )

    @property
    def _database(self) -> Path:
        return self.folder / db.NAME

    def _connected(self, *, write: bool = False) -> AbstractContextManager[sqlite3.Connection]:
        """A connection whose changes are committed on leaving, all or none."""
        return connected(self.folder, write=write)

    def _stored(self, path: Path) -> str:
        """Relative with slashes for what lies in the project's folder, else absolute."""
        whole = path.resolve()
        if whole.is_relative_to(self.folder):
            return whole.relative_to(self.folder).as_posix()
        return str(whole)

    def _case(self, row: tuple[str, str, str, str, str]) -> Case:
        case_id, name, place, state, part = row
        is_whole = os.path.isabs(place)  # noqa: PTH117 - a third of the time of a Path
        path = Path(place) if is_whole else self.folder / PurePosixPath(place)
        if state not in _STATES:
            raise db.damaged(self.folder, f"a case has the state '{state}'")
        return Case(case_id, name, path, _STATES[state], part)


def _label_set(database: sqlite3.Connection) -> LabelSet:
    rows = database.execute("SELECT * FROM class ORDER BY position").fetchall()
    return LabelSet(tuple(LabelClass(row[0], row[1], (row[2], row[3], row[4])) for row in rows))


_STATES = {state.value: state for state in CaseState}  # fifty thousand look-ups in a list of cases
_SELECT = 'SELECT id, name, path, state, part FROM "case"'
