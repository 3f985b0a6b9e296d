"""The log of reviews in a project's database: who decided what on which state of a mask."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.core.case import Case, CaseState
from engine.errors import WriteError
from engine.project.chain import START, link_of


@dataclass(frozen=True, slots=True)
class Review:
    """One decision.

    Attributes:
        case_id: On which case.
        state: What was decided.
        reader: By whom.
        reason: Why; a rejection has one always.
        comment: What else was said.
        step: The last row of the case's journal then, 0 if there was none.
        facts: What is known beside: hashes of image and mask, pixels and millilitres by class.
        number: In the log, from 1.
        time: UTC, ISO 8601.
        link: The hash of this row and of the link before it, hexadecimal.
    """

    case_id: str
    state: CaseState
    reader: str
    reason: str = ""
    comment: str = ""
    step: int = 0
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    number: int = 0
    time: str = ""
    link: str = ""

    @property
    def is_comment(self) -> bool:
        """Whether something was said of the case, and nothing decided."""
        return bool(self.facts.get("comment"))

    @property
    def place(self) -> tuple[int, ...] | None:
        """The pixel that a comment is about, in array order; None if it is about the case."""
        at = self.facts.get("at")
        return tuple(int(one) for one in at) if isinstance(at, list) else None

    @property
    def is_reading(self) -> bool:
        """Whether somebody judged a mask, rather than took it up or settled a difference."""
        judged = (CaseState.APPROVED, CaseState.REJECTED, CaseState.SECOND_READER)
        return self.state in judged and not self.is_comment

    def as_json(self) -> dict[str, Any]:
        """All of it, as a line of review.jsonl has it."""
        return {
            "number": self.number,
            "case": self.case_id,
            "state": self.state.value,
            "reader": self.reader,
            "time": self.time,
            "reason": self.reason,
            "comment": self.comment,
            "step": self.step,
            "facts": self.facts,
            "link": self.link,
        }


def is_blind_to(case: Case, reader: str, said: Sequence[Review]) -> bool:
    """Whether a reader is to read a case without knowing what was said of it."""
    own = any(one.reader == reader and not one.is_comment for one in said)
    return case.state is CaseState.SECOND_READER and not own


def now() -> str:
    """The time as the logs write it: UTC, ISO 8601, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def add_review(database: sqlite3.Connection, review: Review) -> Review:
    """Add a decision to the log and set the state of its case, in the caller's transaction."""
    last = database.execute(
        "SELECT number, link FROM review ORDER BY number DESC LIMIT 1"
    ).fetchone()
    number, before = (last[0] + 1, bytes.fromhex(last[1])) if last else (1, START)
    _require_current(database, review)
    fields = (
        number, review.case_id, review.state.value, review.reader, now(), review.reason,
        review.comment, review.step, _facts_text(review.facts),
    )  # fmt: skip
    link = link_of(before, fields).hex()
    database.execute("INSERT INTO review VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*fields, link))
    database.execute(
        'UPDATE "case" SET state = ? WHERE id = ?', (review.state.value, review.case_id)
    )
    return _review((*fields, link))


def _require_current(database: sqlite3.Connection, review: Review) -> None:
    """A case is closed by a decision on the mask it has now, not on an earlier one."""
    if review.is_comment or not review.state.is_decided:
        return
    (last,) = database.execute(
        "SELECT max(number) FROM journal WHERE case_id = ?", (review.case_id,)
    ).fetchone()
    if (last or 0) > review.step:
        raise WriteError(
            f"The mask was changed while {review.reader} decided on it.",
            remedy="Look at it again, and decide then.",
        )


def read_reviews(database: sqlite3.Connection, case_id: str = "") -> tuple[Review, ...]:
    """The decisions on a case, or on all of them, oldest first."""
    where, values = ("WHERE case_id = ?", (case_id,)) if case_id else ("", ())
    rows = database.execute(f"SELECT * FROM review {where} ORDER BY number", values)  # noqa: S608
    return tuple(_review(row) for row in rows)


def broken_at(rows: list[tuple[Any, ...]]) -> int | None:
    """The number of the first row whose link is wrong; None if the chain holds.

    Args:
        rows: All columns of the table, oldest first.
    """
    before = START
    for expected, row in enumerate(rows, 1):
        try:
            if row[0] != expected or link_of(before, row[:-1]).hex() != row[-1]:
                return expected
        except (TypeError, ValueError):  # of a damaged database
            return expected
        before = bytes.fromhex(row[-1])
    return None


def chain_breaks(reviews: Sequence[Review]) -> int | None:
    """As `broken_at`, for all decisions as `read_reviews` gives them."""
    return broken_at(
        [
            (
                one.number, one.case_id, one.state.value, one.reader, one.time, one.reason,
                one.comment, one.step, _facts_text(one.facts), one.link,
            )
            for one in reviews
        ]
    )  # fmt: skip


def _facts_text(facts: dict[str, Any]) -> str:
    return json.dumps(facts, sort_keys=True, ensure_ascii=False)


def _review(row: tuple[Any, ...]) -> Review:
    number, case_id, state, reader, time, reason, comment, step, facts, link = row
    return Review(
        case_id, CaseState(state), reader, reason, comment, step, json.loads(facts),
        number, time, link,
    )  # fmt: skip
