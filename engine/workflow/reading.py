"""What the window asks while a case is read: of a pixel, slices seen, two readers' masks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.arrays import Mask
from engine.core.case import CaseState
from engine.core.planes import Plane
from engine.progress import Progress
from engine.workflow.blind import Readings, readings

if TYPE_CHECKING:
    from engine.project.entries import Entry
    from engine.workflow.open_case import OpenCase


@dataclass(frozen=True, slots=True)
class PixelFacts:
    """What is known of one pixel.

    Attributes:
        changed: The last step that changed it; None if none did.
        probabilities: What the network believes, by class; None if it was not asked.
    """

    changed: Entry | None
    probabilities: tuple[float, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """The masks of two readers, and how well they agree.

    Attributes:
        readings: Who, and their masks.
        dice: By class name, the background left out; None where neither mask has the class.
        differing: How many pixels differ.
    """

    readings: Readings
    dice: dict[str, float | None]
    differing: int


def describe_pixel(
    folder: Path, case_id: str, voxel: tuple[int, ...], among: Collection[int]
) -> PixelFacts:
    """What is known of a pixel.

    Args:
        folder: The project.
        case_id: Which case.
        voxel: Index in array order.
        among: The numbers of the steps that are done.

    Raises:
        ReadError: if the database is damaged.
    """
    from engine.project.entries import last_change
    from engine.project.pixel import probabilities_at

    return PixelFacts(
        last_change(folder, case_id, voxel, among), probabilities_at(folder, case_id, voxel)
    )


def compare_readers(folder: Path, opened: OpenCase, progress: Progress) -> Compared | None:
    """The masks of the last two readers of a case; None if fewer decided.

    Raises:
        ReadError: if the journal is damaged or was compacted.
    """
    from engine.workflow.review import dice_by_class

    progress.step(0, 2, "Finding what both readers decided on")
    label_set = opened.label_map.label_set
    found = readings(folder, opened.case.id, opened.image.geometry, label_set)
    if found is None:
        return None
    progress.step(1, 2, "Comparing")
    dice = dice_by_class(found, label_set)
    return Compared(found, dice, int((found.masks[0] != found.masks[1]).sum()))


def waiting_for_others(folder: Path, reader: str) -> frozenset[str]:
    """The cases for which this reader asked for a second one, so that others must read them.

    Raises:
        ReadError: if the database is damaged.
    """
    from engine.project.store import Project

    asked: dict[str, str] = {}
    for review in Project(folder).reviews():
        if review.is_comment:
            continue
        asked.pop(review.case_id, None)
        if review.state is CaseState.SECOND_READER:
            asked[review.case_id] = review.reader
    return frozenset(case_id for case_id, who in asked.items() if who == reader)


def slices_seen(folder: Path, case_id: str, reader: str) -> dict[Plane, Mask]:
    """The slices that a reader was shown: (slices,) bool by plane.

    Raises:
        ReadError: if their file is damaged.
    """
    from engine.project.seen import load_seen

    return load_seen(folder, case_id, reader)


def keep_slices_seen(folder: Path, case_id: str, reader: str, seen: dict[Plane, Mask]) -> None:
    """Keep the slices that a reader was shown.

    Raises:
        ReadError, WriteError: if their file is damaged or cannot be written.
    """
    from engine.project.seen import save_seen

    save_seen(folder, case_id, reader, seen)
