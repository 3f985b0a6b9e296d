"""What was done to a case, going back and forth in it, and to whom a pixel belongs."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.arrays import Labels
from engine.core.sources import Sources
from engine.editing.ahead import Ahead, Way, travelling
from engine.progress import Progress

if TYPE_CHECKING:
    from engine.project.entries import Entry


def list_steps(folder: Path, case_id: str, after: int = 0) -> tuple[Entry, ...]:
    """The steps of a case after row `after` of the journal, oldest first.

    Raises:
        ReadError: if the database is damaged.
    """
    from engine.project.entries import read_entries

    return read_entries(folder, case_id, after)


def who_changed(
    folder: Path, case_id: str, voxel: tuple[int, ...], among: Collection[int]
) -> Entry | None:
    """The last of the steps `among` that changed a pixel; None if none of them did.

    Raises:
        ReadError: if the database is damaged.
    """
    from engine.project.entries import last_change

    return last_change(folder, case_id, voxel, among)


def prepare_way(
    folder: Path,
    version: int,
    before: tuple[Labels, Sources],
    way: Way,
    progress: Progress,
) -> Ahead | None:
    """Work out where going along the history leads; arguments as `travelling` has them.

    Raises:
        ReadError: if a step is damaged or was folded away.
        Cancelled: if `progress` was asked to stop.
    """
    from engine.project.database import connected
    from engine.project.journal import fetch_step

    with connected(folder) as database:
        return travelling(
            version,
            before,
            way,
            lambda number: fetch_step(database, number),
            lambda done, total: progress.step(done, total, "Going through the history"),
        )
