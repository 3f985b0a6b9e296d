"""Where a case stands: its mask, source map and undo stacks, from the snapshot and the journal."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.sources import Origin, PixelSource, Sources, no_sources
from engine.core.step import Step, make_step
from engine.errors import ReadError
from engine.project.chain import Mark, digest_of
from engine.project.database import connected
from engine.project.journal import Journal, Kind, box_of, fetch_step
from engine.project.snapshots import Snapshot, load_labels, save_labels

log = logging.getLogger(__name__)

_Row: TypeAlias = "tuple[int, str, int | None]"


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Where a case stands.

    Attributes:
        label_map: Its mask.
        sources: Its source map.
        mark: The last row of its journal.
        done: Steps that can be undone, oldest first.
        undone: Steps that can be redone, the next one last.
        is_stray: Whether the snapshot is not of this journal: it is of an earlier version, or the
            database was put back from a backup. It is believed, since nothing must be lost.
        missing: What such a snapshot has that the journal does not know of.
    """

    label_map: LabelMap
    sources: Sources
    mark: Mark
    done: tuple[int, ...]
    undone: tuple[int, ...]
    is_stray: bool = False
    missing: Step | None = None


def stand(folder: Path, case_id: str, geometry: Geometry, label_set: LabelSet) -> Standing:
    """Where a case stands; all background if nothing was ever done.

    A snapshot spares replaying the rows it was made of. One that is damaged or gone is made anew
    of the journal.

    Raises:
        ReadError: if the mask cannot be had from either, or does not fit the image.
    """
    with connected(folder) as database:
        rows: list[_Row] = database.execute(
            "SELECT number, kind, target FROM journal WHERE case_id = ? ORDER BY number", (case_id,)
        ).fetchall()
        mark = _mark(database, rows[-1][0] if rows else 0)
        snapshot = _snapshot(folder, case_id, geometry, bool(rows))
        base = _base_number(database, case_id)
        knows = snapshot is not None and is_known(database, case_id, snapshot.mark)
        if snapshot is not None and knows and snapshot.number >= base:
            start = snapshot
        else:
            start = _base(database, case_id, geometry)
        _replay(database, rows, start)
    done, undone = _stacks(rows, base)
    label_map = LabelMap(start.labels, geometry, label_set)
    if snapshot is None or knows:
        return Standing(label_map, start.sources, mark, done, undone)
    label_map = LabelMap(snapshot.labels, geometry, label_set)
    missing = _difference(start, snapshot)
    if missing is not None:
        done = undone = ()
    return Standing(label_map, snapshot.sources, mark, done, undone, True, missing)


def go_on(
    folder: Path,
    case_id: str,
    standing: Standing,
    *,
    person: str,
    batch: str = "",
    guard: Callable[[], None] = lambda: None,
) -> Journal:
    """The journal of a case for writing, from where it stands; arguments as `Journal` has them.

    A stray snapshot is first made one of this journal.

    Raises:
        ReadError, WriteError: if the database is damaged or cannot be used.
    """
    journal = Journal(folder, case_id, standing.mark, person=person, batch=batch, guard=guard)
    if standing.missing is not None:
        journal.base(standing.missing)
    if standing.is_stray:
        save_labels(folder, case_id, standing.label_map.labels, standing.sources, journal.mark)
    return journal


def rebuild(
    folder: Path,
    case_id: str,
    geometry: Geometry,
    label_set: LabelSet,
    until: int | None = None,
) -> Standing:
    """Where a case stood after row `until`, or stands now, from the journal alone.

    Raises:
        ReadError: if a step is damaged, or was folded away by `compact`.
    """
    with connected(folder) as database:
        rows: list[_Row] = database.execute(
            "SELECT number, kind, target FROM journal WHERE case_id = ? AND number <= ?"
            " ORDER BY number",
            (case_id, 2**62 if until is None else until),
        ).fetchall()
        start = _base(database, case_id, geometry)
        if until is not None and start.number > until:
            raise ReadError(
                f"The mask as it was at step {until} was folded away.",
                remedy="Take a backup of the project from before it was compacted.",
            )
        _replay(database, rows, start)
        mark = _mark(database, rows[-1][0] if rows else 0)
        base = _base_number(database, case_id)
    done, undone = _stacks(rows, base)
    return Standing(LabelMap(start.labels, geometry, label_set), start.sources, mark, done, undone)


def first_by_person(folder: Path, case_id: str) -> int | None:
    """The first step of a case that a person made; None if there is none."""
    with connected(folder) as database:
        (number,) = database.execute(
            "SELECT min(number) FROM journal WHERE case_id = ? AND kind = ? AND source >= ?",
            (case_id, Kind.STEP.value, int(PixelSource.PAINTED)),
        ).fetchone()
    return number


def _replay(database: sqlite3.Connection, rows: Sequence[_Row], start: Snapshot) -> None:
    """Apply the rows after `start` to it, in place."""
    for number, kind, target in rows:
        if number <= start.number:
            continue
        step = fetch_step(database, number if target is None else target)
        try:
            if kind == Kind.UNDO.value:
                step.revert(start.labels, start.sources)
            else:
                step.apply(start.labels, start.sources)
        except (ValueError, IndexError) as error:
            raise ReadError(
                f"Step {number} of the journal does not fit its image: {error}.",
                remedy="Put the image back that its mask was made on.",
            ) from error


def _stacks(rows: Sequence[_Row], base: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    done: list[int] = []
    undone: list[int] = []
    for number, kind, _ in rows:
        if kind == Kind.UNDO.value:
            undone.append(done.pop())
        elif kind == Kind.REDO.value:
            done.append(undone.pop())
        else:
            undone.clear()
            if kind == Kind.BASE.value:
                done.clear()
            else:
                done.append(number)
    kept = tuple(number for number in done if number > base)
    return kept, tuple(number for number in undone if number > base)


def _snapshot(folder: Path, case_id: str, geometry: Geometry, has_rows: bool) -> Snapshot | None:
    try:
        return load_labels(folder, case_id, geometry)
    except ReadError:
        if not has_rows:
            raise
        log.warning("the snapshot of case %s is damaged; its journal is replayed", case_id)
        return None


def _base(database: sqlite3.Connection, case_id: str, geometry: Geometry) -> Snapshot:
    """The state that the rows begin at: nothing, or what `compact` kept."""
    labels = np.zeros(geometry.shape, np.uint8)
    start = Snapshot(labels, no_sources(geometry.shape), Mark())
    row = database.execute(
        "SELECT number, box, packed, digest FROM base WHERE case_id = ?", (case_id,)
    ).fetchone()
    if row is None:
        return start
    if digest_of(row[2]) != row[3]:
        raise ReadError(
            f"What the journal of case {case_id} was folded into is damaged.",
            remedy="Run 'sulcus doctor' on the project.",
        )
    Step(box_of(row[1]), row[2], Origin(PixelSource.NONE)).apply(start.labels, start.sources)
    return Snapshot(start.labels, start.sources, Mark(row[0]))


def _base_number(database: sqlite3.Connection, case_id: str) -> int:
    row = database.execute("SELECT number FROM base WHERE case_id = ?", (case_id,)).fetchone()
    return row[0] if row else 0


def _mark(database: sqlite3.Connection, number: int) -> Mark:
    row = database.execute("SELECT link FROM journal WHERE number = ?", (number,)).fetchone()
    return Mark(number, row[0]) if row else Mark()


def is_known(database: sqlite3.Connection, case_id: str, mark: Mark | None) -> bool:
    """Whether a snapshot's place in the journal is one of this journal."""
    if mark is None:
        return False
    row = database.execute(
        "SELECT link FROM journal WHERE number = ? AND case_id = ?", (mark.number, case_id)
    ).fetchone()
    return (row is not None and row[0] == mark.link) or mark == Mark()


def _difference(start: Snapshot, end: Snapshot) -> Step | None:
    box = tuple(slice(0, side) for side in start.labels.shape)
    origin = Origin(PixelSource.IMPORTED, "kept mask")
    return make_step(box, (start.labels, end.labels), (start.sources, end.sources), origin)
