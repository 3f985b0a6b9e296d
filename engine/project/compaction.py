"""Folding the oldest steps of a case into one state, to save room; only when asked for."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np

from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.sources import MODEL, no_sources
from engine.core.step import make_step
from engine.project.chain import digest_of
from engine.project.database import connect, connected, explained
from engine.project.journal import box_text
from engine.project.replay import rebuild, stand
from engine.project.snapshots import save_labels


def compact(
    folder: Path, case_id: str, geometry: Geometry, label_set: LabelSet, *, keep: int = 200
) -> int:
    """Fold the steps of a case but the last ones; returns how many were folded.

    The rows stay, with their time, person and hashes; what they changed is gone. Folded steps can
    neither be undone nor looked at again. Nothing that a review was made on is folded.

    Args:
        folder: The project, held by the caller.
        case_id: Which case.
        geometry: The grid of its image.
        label_set: The classes.
        keep: How many steps of undo stay.

    Raises:
        ReadError: if the journal is damaged; then nothing is folded.
        WriteError: if the project cannot be written.
    """
    standing = stand(folder, case_id, geometry, label_set)
    cut = _cut(folder, case_id, standing.done, keep)
    if standing.is_stray or cut <= 0:
        return 0
    old = rebuild(folder, case_id, geometry, label_set, until=cut)
    save_labels(
        folder, case_id, standing.label_map.labels, standing.sources, standing.mark
    )  # so that no older snapshot needs what is folded
    labels, sources = old.label_map.labels, old.sources
    whole = tuple(slice(0, side) for side in geometry.shape)
    zero = np.zeros(geometry.shape, np.uint8)
    step = make_step(whole, (zero, labels), (no_sources(geometry.shape), sources), MODEL)
    if step is None:  # an empty mask: any one pixel of it will do
        one = tuple(slice(0, 1) for _ in geometry.shape)
        zeros = zero[one]
        step = make_step(one, (zeros, zeros), (zeros + 1, zeros), MODEL)
    assert step is not None
    with connected(folder, write=True) as database:
        (count,) = database.execute(
            "SELECT count(*) FROM journal WHERE case_id = ? AND number <= ? AND packed NOT NULL",
            (case_id, cut),
        ).fetchone()
        database.execute(
            "INSERT OR REPLACE INTO base VALUES (?, ?, ?, ?, ?)",
            (case_id, cut, box_text(step.box), step.packed, digest_of(step.packed)),
        )
        database.execute(
            "UPDATE journal SET packed = NULL WHERE case_id = ? AND number <= ?", (case_id, cut)
        )
    return count


def give_back_room(folder: Path) -> None:
    """Make the database file as small as what is in it.

    Raises:
        WriteError: if there is no room to write it anew, or another process reads it.
    """
    with explained(folder), closing(connect(folder)) as database:
        database.execute("VACUUM")


def _cut(folder: Path, case_id: str, done: tuple[int, ...], keep: int) -> int:
    """The last row that can be folded; 0 if none can."""
    if len(done) <= keep:
        return 0
    cut = done[-keep - 1] if keep else done[-1]
    with connected(folder) as database:
        (reviewed,) = database.execute(
            "SELECT min(step) FROM review WHERE case_id = ?", (case_id,)
        ).fetchone()
        cut = cut if reviewed is None else min(cut, reviewed)
        while True:  # a row that stays must not name one that is folded
            (target,) = database.execute(
                "SELECT min(target) FROM journal WHERE case_id = ? AND number > ?", (case_id, cut)
            ).fetchone()
            if target is None or target > cut:
                return cut
            cut = target - 1
