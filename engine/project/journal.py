"""The journal: each change of a mask as a row on the disk before it counts.

Rows are added, never changed or deleted. Undo and redo are rows too, so that the stacks of both
are found again. `engine.project.replay` makes the mask of the rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from engine.core.arrays import Box
from engine.core.case import CaseState
from engine.core.sources import Origin, PixelSource
from engine.core.step import Step
from engine.errors import ReadError
from engine.project.chain import START, Field, Mark, digest_of, link_of
from engine.project.database import connect, connected, explained, transaction
from engine.project.reviews import Review, add_review, now


class Kind(Enum):
    """What a row says; BASE sets a mask that was made before the journal, and is not undone."""

    STEP = "step"
    UNDO = "undo"
    REDO = "redo"
    BASE = "base"


class Journal:
    """The journal of one case, open for writing; a `Keeper` for its `History`.

    The connection stays open, so that a stroke costs one flush of the disk.

    Attributes:
        mark: The last row of the case.
        state: The state of the case since the last row that was added here; None before.
    """

    def __init__(
        self,
        folder: Path,
        case_id: str,
        mark: Mark,
        *,
        person: str,
        batch: str = "",
        guard: Callable[[], None] = lambda: None,
    ) -> None:
        """Open it.

        Args:
            folder: The project.
            case_id: Whose journal.
            mark: The case's last row.
            person: Who works.
            batch: What the rows belong to that are undone together, '' if nothing.
            guard: Called before each row; raises if this process may not write any more.

        Raises:
            ReadError, WriteError: if the database is damaged or cannot be used.
        """
        self.mark = mark
        self.state: CaseState | None = None
        self._folder = folder
        self._case_id = case_id
        self._person = person
        self._batch = batch
        self._guard = guard
        with explained(folder):
            self._database = connect(folder)

    def do(self, step: Step) -> int:
        """Keep a step; returns its number once it is on the disk.

        Raises:
            WriteError: if it cannot be kept: disk full, database held, project taken over.
        """
        return self._append([(Kind.STEP, None, step)])

    def undo(self, number: int) -> None:
        """Note that a step was taken back."""
        self._append([(Kind.UNDO, number, None)])

    def redo(self, number: int) -> None:
        """Note that a step was done again."""
        self._append([(Kind.REDO, number, None)])

    def move(self, numbers: Sequence[int], *, back: bool) -> None:
        """Note that steps were taken back or done again, in this order; all of them or none."""
        kind = Kind.UNDO if back else Kind.REDO
        self._append([(kind, number, None) for number in numbers])

    def base(self, step: Step) -> None:
        """Keep what a mask already had before the journal knew of it."""
        self._append([(Kind.BASE, None, step)])

    def fetch(self, number: int) -> Step:
        """A step that was kept.

        Raises:
            ReadError: if it is damaged or was folded away.
        """
        with explained(self._folder):
            return fetch_step(self._database, number)

    def close(self) -> None:
        """End; nothing is lost, whether this is called or not."""
        self._database.close()

    def _append(self, changes: Sequence[tuple[Kind, int | None, Step | None]]) -> int:
        """Add rows in one flush of the disk; returns the number of the last one."""
        with explained(self._folder), transaction(self._database, "BEGIN IMMEDIATE"):
            self._guard()  # who takes over waits for this transaction
            last = self._database.execute(
                "SELECT number, link FROM journal ORDER BY number DESC LIMIT 1"
            ).fetchone()
            mark = Mark(*last) if last else Mark()
            rows: list[dict[str, Any]] = []
            for kind, target, step in changes:
                row = self._row(mark, kind, target, step)
                mark = Mark(row["number"], row["link"])
                rows.append(row)
            names, places = ", ".join(_COLUMNS), ", ".join("?" * len(_COLUMNS))
            self._database.executemany(
                f"INSERT INTO journal ({names}) VALUES ({places})",  # noqa: S608
                [tuple(row[name] for name in _COLUMNS) for row in rows],
            )
            state = self.state
            if changes[-1][0] is not Kind.BASE:
                state = self._move_on(mark.number, PixelSource(rows[-1]["source"]))
        self.mark, self.state = mark, state
        return mark.number

    def _row(
        self, before: Mark, kind: Kind, target: int | None, step: Step | None
    ) -> dict[str, Any]:
        """The row that comes after `before`."""
        origin = step.origin if step else Origin(PixelSource.NONE)
        row: dict[str, Any] = {
            "number": before.number + 1,
            "case_id": self._case_id,
            "kind": kind.value,
            "target": target,
            "box": box_text(step.box) if step else "",
            "packed": step.packed if step else None,
            "digest": digest_of(step.packed) if step else None,
            "source": int(origin.source),
            "tool": origin.tool,
            "label": origin.label,
            "detail": origin.detail,
            "batch": self._batch,
            "person": self._person,
            "time": now(),
        }
        row["link"] = link_of(before.link, _hashed(row))
        return row

    def _move_on(self, number: int, source: PixelSource) -> CaseState:
        """Set and give the state that a case is in after a change; a decision on it is void."""
        (value,) = self._database.execute(
            'SELECT state FROM "case" WHERE id = ?', (self._case_id,)
        ).fetchone()
        state = CaseState(value)
        if state.is_decided:
            reason = f"the mask was changed after it was {state.value}"
            again = Review(self._case_id, CaseState.IN_REVIEW, self._person, reason, step=number)
            return add_review(self._database, again).state
        if state.is_unread and source is not PixelSource.NONE:
            by_machine = source in (PixelSource.MODEL, PixelSource.CRF)
            after = CaseState.PREDICTED if by_machine else CaseState.IN_REVIEW
            if after is not state:
                self._database.execute(
                    'UPDATE "case" SET state = ? WHERE id = ?', (after.value, self._case_id)
                )
            return after
        return state


def fetch_step(database: sqlite3.Connection, number: int) -> Step:
    """The step of a row.

    Raises:
        ReadError: if it is damaged or was folded away.
    """
    row = database.execute(
        "SELECT box, packed, digest, source, tool, label, detail FROM journal WHERE number = ?",
        (number,),
    ).fetchone()
    if row is None or row[1] is None or digest_of(row[1]) != row[2]:
        what = "is not there" if row is None or row[1] is None else "is damaged"
        raise ReadError(
            f"Step {number} of the journal {what}.",
            remedy="Run 'sulcus doctor' on the project; the mask as last saved is kept.",
        )
    origin = Origin(PixelSource(row[3]), row[4], row[5], row[6])
    return Step(box_of(row[0]), row[1], origin)


def last_batch(folder: Path) -> str:
    """The batch that was written last; '' if there is none."""
    with connected(folder) as database:
        row = database.execute(
            "SELECT batch FROM journal WHERE batch <> '' ORDER BY number DESC LIMIT 1"
        ).fetchone()
    return row[0] if row else ""


def steps_of_batch(folder: Path, batch: str) -> dict[str, int]:
    """The last step that a batch made in each case, by the case's id."""
    with connected(folder) as database:
        rows = database.execute(
            "SELECT case_id, max(number) FROM journal WHERE batch = ? AND kind = ?"
            " GROUP BY case_id ORDER BY min(number)",
            (batch, Kind.STEP.value),
        ).fetchall()
    return dict(rows)


def check_chain(database: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Go through the whole journal; gives the number of each wrong row and what is wrong."""
    before, expected = START, 1
    for row in database.execute("SELECT * FROM journal ORDER BY number"):
        named: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
        number, packed = named["number"], named["packed"]
        if number != expected:
            yield expected, "is missing" if number == expected + 1 else f"to {number - 1} are gone"
        elif link_of(before, _hashed(named)) != named["link"]:
            yield number, "was changed, or the row before it"
        if packed is not None and digest_of(packed) != named["digest"]:
            yield number, "carries a damaged step"
        before, expected = named["link"], number + 1


def follows(before: tuple[Any, ...] | None, row: tuple[Any, ...]) -> bool:
    """Whether a row follows another one (None: is the first) and says what it said when written.

    Args:
        before: All columns of the row before it.
        row: All columns, of whatever types a damaged database gives.
    """
    named: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
    number, link = (before[0], before[-1]) if before else (0, START)
    try:
        return named["number"] == number + 1 and link_of(link, _hashed(named)) == named["link"]
    except (TypeError, AttributeError, ValueError):
        return False


def is_whole(row: tuple[Any, ...]) -> bool:
    """Whether the step that a row carries is as it was written; arguments as in `follows`."""
    named: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
    packed = named["packed"]
    try:
        return packed is None or digest_of(packed) == named["digest"]
    except TypeError:
        return False


def box_text(box: Box) -> str:
    """A box as '2:5,0:7'."""
    return ",".join(f"{side.start}:{side.stop}" for side in box)


def box_of(text: str) -> Box:
    """The box that `box_text` wrote."""
    pairs = (side.split(":") for side in text.split(","))
    return tuple(slice(int(start), int(stop)) for start, stop in pairs)


_COLUMNS = (
    "number", "case_id", "kind", "target", "box", "packed", "digest", "source", "tool", "label",
    "detail", "batch", "person", "time", "link",
)  # fmt: skip


def _hashed(row: dict[str, Any]) -> Sequence[Field]:
    """What a row's link vouches for: all of it, the step by its digest."""
    digest = row["digest"]
    fields = {**row, "digest": digest.hex() if digest else None}
    return [fields[name] for name in _COLUMNS if name not in ("packed", "link")]
