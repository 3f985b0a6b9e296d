"""Keeping the mask of a case: its journal open for a while, and snapshots of where it stands."""

from __future__ import annotations

import getpass
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.sources import Origin, Sources
from engine.editing.history import History
from engine.errors import ProjectHeld
from engine.progress import Progress
from engine.project.chain import Mark
from engine.project.lock import Hold, Holder, Lent, Right, holder_of

if TYPE_CHECKING:
    from engine.project.journal import Journal
    from engine.project.replay import Standing

__all__ = ["Hold", "Holder", "Lent", "Right", "holder_of"]


def hold_project(folder: Path, *, take_over: bool = False) -> Hold:
    """The right to write to a project; let it go with `release`, or leave the `with`.

    Args:
        folder: The project.
        take_over: Whether to take it from another process, which then cannot write any more.

    Raises:
        ProjectHeld: if another process has it.
        WriteError: if the folder cannot be written.
    """
    return Hold(folder, this_person(), take_over=take_over)


@contextmanager
def holding(folder: Path, right: Right | None) -> Generator[Right]:
    """The right to write that the caller has; one for as long as this lasts if it has none.

    Raises:
        ProjectHeld: if another process has it.
        ProjectTaken: if another process took the project over.
        WriteError: if the folder cannot be written.
    """
    if right is not None:
        right.require()
        yield right
        return
    with hold_project(folder) as own:
        yield own


def read_only() -> ProjectHeld:
    """What to say to a person who would change a project that another Sulcus has."""
    return ProjectHeld(
        "This project is open in another Sulcus, so it can only be looked at here.",
        remedy="Close it there and open it here again.",
    )


def this_person() -> str:
    """The name under which this person's changes are kept: that of the login."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a system account without a name
        return "unknown"


def open_journal(
    folder: Path,
    case_id: str,
    standing: Standing,
    hold: Hold,
    batch: str = "",
    person: str = "",
) -> Journal:
    """The journal of a case for writing, at the place where the case stands.

    Its rows carry the name of `person`, or that of the login.

    Raises:
        ReadError, WriteError: if the database is damaged or cannot be used.
    """
    from engine.project.replay import go_on

    return go_on(
        folder,
        case_id,
        standing,
        person=person or this_person(),
        batch=batch,
        guard=hold.require,
    )


@contextmanager
def editing_mask(
    folder: Path,
    case_id: str,
    geometry: Geometry,
    label_set: LabelSet,
    hold: Hold,
    batch: str = "",
) -> Generator[History]:
    """The mask of a case with its whole history; a snapshot is kept on leaving.

    Args:
        folder: The project.
        case_id: Which case.
        geometry: The grid of its image.
        label_set: The classes of the project.
        hold: The right to write.
        batch: What the steps belong to that are undone together, '' if nothing.

    Raises:
        ReadError: if the mask is damaged or does not fit the image.
        WriteError: if a step cannot be kept.
    """
    from engine.project.replay import stand

    standing = stand(folder, case_id, geometry, label_set)
    journal = open_journal(folder, case_id, standing, hold, batch)
    try:
        before = journal.mark
        history = History(
            standing.label_map,
            standing.sources,
            keep=journal,
            done=standing.done,
            undone=standing.undone,
        )
        yield history
        if journal.mark != before:
            checkpoint_case(folder, case_id, history.label_map, history.sources, journal.mark, hold)
    finally:
        journal.close()


def keep_mask(
    folder: Path,
    case_id: str,
    label_map: LabelMap,
    origin: Origin,
    hold: Hold,
    *,
    batch: str = "",
    over_people: bool = False,
) -> LabelMap:
    """Put a mask that was computed or read into a case as one step of undo.

    Args:
        folder: The project.
        case_id: Which case.
        label_map: The mask, on the grid of the case's image.
        origin: Where it came from.
        hold: The right to write.
        batch: What the step belongs to that is undone together, '' if nothing.
        over_people: Whether to change pixels that a person owns, too.

    Returns:
        The mask that the case has now.

    Raises:
        ReadError: if the mask kept before is damaged or does not fit the image.
        WriteError: if it cannot be kept; the mask kept before stays.
    """
    whole = tuple(slice(0, side) for side in label_map.geometry.shape)
    with editing_mask(
        folder, case_id, label_map.geometry, label_map.label_set, hold, batch
    ) as history:
        history.replace(whole, label_map.labels, origin, over_people=over_people)
    return history.label_map


def checkpoint_case(
    folder: Path,
    case_id: str,
    label_map: LabelMap,
    sources: Sources,
    mark: Mark,
    hold: Right,
    progress: Progress | None = None,
) -> None:
    """Write a snapshot of a mask, which spares replaying its journal; atomic.

    Args:
        folder: The project.
        case_id: Which case.
        label_map: Its mask.
        sources: (*shape) uint8, its source map.
        mark: The place in its journal that both stand at.
        hold: The right to write.
        progress: Told when it begins.

    Raises:
        WriteError: if it cannot be written; the snapshot kept before stays.
    """
    from engine.project.snapshots import save_labels

    hold.require()

    if progress:
        progress.step(0, 1, "Saving")
    save_labels(folder, case_id, label_map.labels, sources, mark)
