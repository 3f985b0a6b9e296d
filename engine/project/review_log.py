"""review.jsonl: the log of reviews as a file of lines that other programs read.

The database is what counts; the file follows it, one line more for each decision, and is never
rewritten. A line that was changed in it is found by comparing both.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path

from engine.errors import ReadError
from engine.files import explained_write, write_text
from engine.project.reviews import Review

NAME = "review.jsonl"
_COLUMNS = (
    "number",
    "case",
    "name",
    "state",
    "reader",
    "time",
    "reason",
    "comment",
    "step",
    "link",
)


def follow(folder: Path, reviews: Sequence[Review]) -> None:
    """Add the lines that the file lacks, a half-written one completed.

    Args:
        folder: The project.
        reviews: All decisions, oldest first.

    Raises:
        ReadError: if the file says something else than the database; it is left alone.
        WriteError: if it cannot be written.
    """
    path = folder / NAME
    expected = text_of(reviews).encode()
    with explained_write(path):
        there = path.read_bytes() if path.exists() else b""
        if there == expected:
            return
        if not expected.startswith(there):
            raise ReadError(
                f"'{path}' says something else than the project's database.",
                remedy="Keep it for whoever asks what was changed, and move it away; the next "
                "decision writes it anew.",
            )
        with path.open("ab") as file:
            file.write(expected[len(there) :])
            file.flush()
            os.fsync(file.fileno())


def text_of(reviews: Sequence[Review]) -> str:
    """The lines of the file."""
    return "".join(json.dumps(one.as_json(), ensure_ascii=False) + "\n" for one in reviews)


def write_csv(path: Path, reviews: Sequence[Review], names: dict[str, str]) -> None:
    """Write the decisions as a table; `names` are those of the cases by their id.

    Raises:
        WriteError: if it cannot be written.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    for one in reviews:
        named = one.as_json() | {"name": names.get(one.case_id, "")}
        table.writerow([named[column] for column in _COLUMNS])
    write_text(path, text.getvalue())
