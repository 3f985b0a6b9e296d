"""What a second reader is shown: the mask as no person had changed it, and nothing of the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.arrays import Labels
from engine.core.case import CaseState
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.sources import Origin, PixelSource

if TYPE_CHECKING:
    from engine.project.replay import Standing
    from engine.project.reviews import Review

SECOND_READING = Origin(PixelSource.NONE, "second reading")
"""The step that puts a mask back to what it was before any person changed it."""


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """The masks that two readers decided on.

    Attributes:
        readers: Who, in the order they decided.
        masks: (*shape) uint8 of each.
    """

    readers: tuple[str, str]
    masks: tuple[Labels, Labels]


@dataclass(frozen=True, slots=True)
class Blind:
    """How much of a case is hidden from a reader.

    Attributes:
        until: The last row of the journal that is hidden.
        has_begun: Whether the mask was put back already.
    """

    until: int
    has_begun: bool


def blindness(folder: Path, case_id: str, reader: str) -> Blind | None:
    """What is hidden of a case from a reader; None if the reader may see all of it.

    Raises:
        ReadError: if the database is damaged.
    """
    from engine.project.reviews import is_blind_to
    from engine.project.store import Project

    project = Project(folder)
    case = project.case(case_id)
    if not reader or case.state is not CaseState.SECOND_READER:
        return None
    said = project.reviews(case_id)
    if not is_blind_to(case, reader, said):
        return None
    request = _request(said)
    begun = _begun(folder, case_id, request)
    return Blind(begun or request, bool(begun))


def unread_mask(
    folder: Path, case_id: str, geometry: Geometry, label_set: LabelSet
) -> Standing | None:
    """Where a case stood before any person changed it, for a second reading to begin.

    None if nobody had changed anything, or the second reading has begun.

    Raises:
        ReadError: if a step is damaged or was folded away.
    """
    from engine.project.replay import first_by_person, rebuild
    from engine.project.store import Project

    request = _request(Project(folder).reviews(case_id))
    first = first_by_person(folder, case_id)
    if first is None or first > request or _begun(folder, case_id, request):
        return None
    return rebuild(folder, case_id, geometry, label_set, until=first - 1)


def readings(
    folder: Path, case_id: str, geometry: Geometry, label_set: LabelSet
) -> Readings | None:
    """The masks of the last two readers of a case; None if fewer decided.

    Raises:
        ReadError: if the journal is damaged or was compacted.
    """
    from engine.project.replay import rebuild
    from engine.project.store import Project

    said = Project(folder).reviews(case_id)
    last = {one.reader: one for one in said if one.is_reading}
    if len(last) < 2:
        return None
    first, second = sorted(last.values(), key=lambda one: one.number)[-2:]
    masks = [
        rebuild(folder, case_id, geometry, label_set, until=one.step).label_map.labels
        for one in (first, second)
    ]
    return Readings((first.reader, second.reader), (masks[0], masks[1]))


def _request(said: Sequence[Review]) -> int:
    """The last row of the journal when a second reader was asked for last; 0 if never."""
    asked = [
        one.step for one in said if one.state is CaseState.SECOND_READER and not one.is_comment
    ]
    return asked[-1] if asked else 0


def _begun(folder: Path, case_id: str, request: int) -> int:
    """The step that began the second reading; 0 if it has not."""
    from engine.project.entries import read_entries

    begun = [
        one.number
        for one in read_entries(folder, case_id, request)
        if one.origin.tool == SECOND_READING.tool
    ]
    return begun[-1] if begun else 0
