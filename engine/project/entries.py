"""The journal to read: what was done, by whom, when, and to how many pixels."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.core.arrays import Box
from engine.core.sources import Origin, PixelSource
from engine.project.database import connected
from engine.project.journal import Kind, box_of

_COLUMNS = "number, box, packed, source, tool, label, detail, person, time"


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of the journal.

    Attributes:
        number: Of its row.
        box: Where it changed something.
        origin: Where it came from: tool, class, parameters.
        person: Who did it.
        time: UTC, ISO 8601.
        pixels: How many it changed; None if it was folded away.
    """

    number: int
    box: Box
    origin: Origin
    person: str
    time: str
    pixels: int | None


def read_entries(folder: Path, case_id: str, after: int = 0) -> tuple[Entry, ...]:
    """The steps of a case after row `after`, oldest first.

    Raises:
        ReadError: if the database is damaged.
    """
    with connected(folder) as database:
        rows = database.execute(
            f"SELECT {_COLUMNS} FROM journal WHERE case_id = ? AND number > ? AND kind = ?"  # noqa: S608
            " ORDER BY number",
            (case_id, after, Kind.STEP.value),
        )
        return tuple(_entry(row) for row in rows)


def last_change(
    folder: Path, case_id: str, voxel: tuple[int, ...], among: Collection[int]
) -> Entry | None:
    """The last of some steps that changed a pixel; None if none of them did.

    Args:
        folder: The project.
        case_id: Whose steps.
        voxel: The pixel's index in array order.
        among: The numbers of the steps that count.

    Raises:
        ReadError: if the database is damaged.
    """
    with connected(folder) as database:
        for number, text in _steps_down(database, case_id):
            if number not in among or not text:
                continue
            box = box_of(text)
            if all(side.start <= at < side.stop for side, at in zip(box, voxel, strict=True)):
                row = database.execute(
                    f"SELECT {_COLUMNS} FROM journal WHERE number = ?",  # noqa: S608
                    (number,),
                ).fetchone()
                if row[2] is not None and _changes(row[2], box, voxel):
                    return _entry(row)
    return None


def _steps_down(database: sqlite3.Connection, case_id: str) -> list[tuple[int, str]]:
    return database.execute(
        "SELECT number, box FROM journal WHERE case_id = ? AND kind = ? ORDER BY number DESC",
        (case_id, Kind.STEP.value),
    ).fetchall()


def _entry(row: tuple[Any, ...]) -> Entry:
    number, text, packed, source, tool, label, detail, person, time = row
    box = box_of(text) if text else ()
    origin = Origin(PixelSource(source), tool, label, detail)
    return Entry(number, box, origin, person, time, _pixels(packed, box))


def _size(box: Box) -> int:
    size = 1
    for side in box:
        size *= side.stop - side.start
    return size


def _pixels(packed: bytes | None, box: Box) -> int | None:
    """How many pixels a packed step changes: its length says it, see `Step.packed`."""
    if packed is None:
        return None
    try:
        return (len(zlib.decompress(packed)) + -_size(box) // 8) // 4
    except zlib.error:
        return None  # opening the case says what is wrong with it


def _changes(packed: bytes, box: Box, voxel: tuple[int, ...]) -> bool:
    """Whether a step changes a pixel in its box; only the bitmap up to it is unpacked."""
    place = 0
    for side, at in zip(box, voxel, strict=True):
        place = place * (side.stop - side.start) + at - side.start
    try:
        bits = zlib.decompressobj().decompress(packed, place // 8 + 1)
    except zlib.error:
        return False
    return len(bits) > place // 8 and bool(bits[place // 8] & 0x80 >> place % 8)
