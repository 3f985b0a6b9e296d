"""Reviewing: readers decide on masks, a second one without knowing what the first one said."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.core.case import Case, CaseState
from engine.core.label_map import LabelMap
from engine.errors import ParameterError, UnknownName
from engine.progress import Progress
from engine.project.case_filter import EVERY_CASE, CaseFilter
from engine.project.lock import Hold
from engine.project.reviews import Review, is_blind_to

if TYPE_CHECKING:
    from engine.core.label_set import LabelSet
    from engine.workflow.blind import Readings
    from engine.workflow.open_case import OpenCase

DECISIONS = tuple(state for state in CaseState if not state.is_unread)
"""What a reader can say of a case."""


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A case and the last thing a reader said of it.

    Attributes:
        case: Which one.
        review: None if nobody said anything, or if who asks is to read it without knowing.
    """

    case: Case
    review: Review | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well the masks agree that two readers decided on.

    Attributes:
        case: Of which case.
        readers: Who.
        dice: By class name, the background left out; None where neither mask has the class.
    """

    case: Case
    readers: tuple[str, str]
    dice: dict[str, float | None]


def decide(
    folder: Path,
    case: str | OpenCase,
    state: CaseState,
    reader: str,
    *,
    hold: Hold,
    reason: str = "",
    comment: str = "",
    facts: dict[str, Any] | None = None,
) -> Review:
    """Log a reader's decision on a case as it is now.

    A mask without an object can be approved like any other. A later change of the mask voids the
    decision.

    Args:
        folder: The project.
        case: Which one, by its id; or itself where it is open for writing, which spares reading it.
        state: What was decided.
        reader: By whom.
        hold: The right to write.
        reason: Why; a rejection must have one.
        comment: What else there is to say.
        facts: What a front end knows beside: slices seen, seconds.

    Raises:
        ParameterError: if the decision cannot be made by this reader, or lacks its reason.
        ReadError: if the image or the mask cannot be read.
        WriteError: if it cannot be logged, or the mask was changed meanwhile.
    """
    from engine.project.replay import stand
    from engine.project.review_log import follow
    from engine.project.store import Project
    from engine.workflow.open_case import open_case

    hold.require()
    project = Project(folder)
    reader = reader.strip()
    case_id = case if isinstance(case, str) else case.case.id
    _require_fit(project.case(case_id), state, reader, reason, project.reviews(case_id))
    if not isinstance(case, str) and case.journal is not None:
        opened, mark = case, case.journal.mark
    else:
        opened = open_case(project.folder, case_id, Progress(), right=hold)
        mark = stand(project.folder, case_id, opened.image.geometry, project.label_set).mark
    mask = opened.label_map
    known = {"image_sha256": opened.image.source.sha256, **_facts(mask), **(facts or {})}
    review = project.review(Review(case_id, state, reader, reason, comment, mark.number, known))
    if opened.journal is not None:
        opened.journal.state = review.state
    follow(project.folder, project.reviews())
    return review


def comment_on(
    folder: Path,
    case_id: str,
    text: str,
    reader: str,
    *,
    hold: Hold,
    place: tuple[int, ...] | None = None,
) -> Review:
    """Log what a reader has to say on a case, or on a pixel of it; decides nothing.

    Args:
        folder: The project.
        case_id: Which case.
        text: What is said.
        reader: By whom.
        hold: The right to write.
        place: The pixel's index in array order.

    Raises:
        ParameterError: if nothing is said, or by nobody.
        WriteError: if it cannot be logged.
    """
    from engine.project.review_log import follow
    from engine.project.store import Project

    hold.require()
    if not text.strip() or not reader.strip():
        raise ParameterError(
            "A comment needs words and somebody who says them.", remedy="Write what is to be said."
        )
    project = Project(folder)
    state = project.case(case_id).state
    facts = {"comment": True, **({"at": list(place)} if place is not None else {})}
    review = project.review(
        Review(case_id, state, reader.strip(), comment=text.strip(), facts=facts)
    )
    follow(project.folder, project.reviews())
    return review


def read_told(folder: Path, case_id: str, reader: str) -> tuple[Review, ...]:
    """What was decided and said of a case, oldest first, as far as a reader may know it.

    Who is to read it second is told what they said themselves.

    Raises:
        ReadError: if the folder is no project, or is damaged.
    """
    from engine.project.store import Project

    project = Project(folder)
    said = project.reviews(case_id)
    if reader and is_blind_to(project.case(case_id), reader, said):
        return tuple(one for one in said if one.reader == reader)
    return said


def list_reviews(
    folder: Path, reader: str = "", wanted: CaseFilter = EVERY_CASE
) -> tuple[Standpoint, ...]:
    """Where each case stands; what another reader said is hidden from who is to read it second.

    Args:
        folder: The project.
        reader: Who asks, '' for somebody who does not review.
        wanted: Which cases, in which order.

    Raises:
        ReadError: if the folder is no project, or is damaged.
    """
    from engine.project.store import Project

    project = Project(folder)
    cases = {case.id: case for case in project.cases()}
    by_case: dict[str, list[Review]] = {}
    for review in project.reviews():
        if review.is_comment:
            continue
        by_case.setdefault(review.case_id, []).append(review)
    found: list[Standpoint] = []
    for case in (cases[case_id] for case_id, _, _ in project.find(wanted)):
        said = by_case.get(case.id, [])
        is_blind = bool(reader) and is_blind_to(case, reader, said)
        found.append(Standpoint(case, said[-1] if said and not is_blind else None))
    return tuple(found)


def begin_second_reading(folder: Path, case_id: str, hold: Hold) -> bool:
    """Put the mask back to what it was before any person changed it, as one step of undo.

    The mask that the first reader decided on stays in the journal. False if no person had changed
    anything.

    Raises:
        ParameterError: if the case does not wait for a second reader.
        ReadError, WriteError: if the project cannot be read or written.
    """
    from engine.project.store import Project
    from engine.workflow.blind import SECOND_READING, unread_mask
    from engine.workflow.checkpoint import editing_mask
    from engine.workflow.open_case import open_case

    project = Project(folder)
    opened = open_case(project.folder, case_id, Progress(), right=hold)
    if opened.case.state is not CaseState.SECOND_READER:
        raise ParameterError(
            f"'{opened.case.name}' does not wait for a second reader.",
            remedy="Let the first reader ask for one.",
        )
    geometry, label_set = opened.image.geometry, project.label_set
    before = unread_mask(project.folder, case_id, geometry, label_set)
    if before is None:
        return False
    with editing_mask(project.folder, case_id, geometry, label_set, hold) as history:
        return history.restore(before.label_map.labels, before.sources, SECOND_READING)


def agreement(folder: Path, case_id: str) -> Agreement | None:
    """How well the masks of the last two readers of a case agree; None if fewer decided.

    Raises:
        ReadError: if the image cannot be read, or the journal is damaged or was compacted.
    """
    from engine.project.store import Project
    from engine.workflow.blind import readings
    from engine.workflow.open_case import open_case

    project = Project(folder)
    opened = open_case(project.folder, case_id, Progress())
    found = readings(project.folder, case_id, opened.image.geometry, project.label_set)
    if found is None:
        return None
    return Agreement(opened.case, found.readers, dice_by_class(found, project.label_set))


def dice_by_class(found: Readings, label_set: LabelSet) -> dict[str, float | None]:
    """How well two readers' masks agree, by class name; None where neither has the class."""
    from engine.metrics.overlap import dice

    scores = dice(*found.masks, len(label_set))[1:]
    return {
        name: None if math.isnan(score) else score
        for name, score in zip(label_set.names[1:], scores, strict=True)
    }


def export_reviews(folder: Path, path: Path) -> int:
    """Write all decisions as CSV; returns how many.

    Raises:
        ReadError: if the folder is no project, or is damaged.
        WriteError: if the table cannot be written.
    """
    from engine.project.review_log import write_csv
    from engine.project.store import Project

    project = Project(folder)
    reviews = project.reviews()
    write_csv(path, reviews, {case.id: case.name for case in project.cases()})
    return len(reviews)


def find_case(folder: Path, name: str) -> Case:
    """The case with this id or name.

    Raises:
        UnknownName: if there is none, or several have the name.
    """
    from engine.project.store import Project
    from engine.registry import unknown

    cases = Project(folder).cases()
    found = [case for case in cases if case.id == name] or [
        case for case in cases if case.name == name
    ]
    if len(found) > 1:
        raise UnknownName(
            f"There are {len(found)} cases called '{name}'.",
            remedy=f"Name one by its id: {', '.join(case.id for case in found)}.",
        )
    if not found:
        raise unknown("case", name, {case.name: case for case in cases})
    return found[0]


def _require_fit(
    case: Case, state: CaseState, reader: str, reason: str, said: tuple[Review, ...]
) -> None:
    if not reader:
        raise ParameterError("A review needs a reader.", remedy="Say who read the case.")
    if state.is_unread:
        raise ParameterError(
            f"A case cannot be reviewed as '{state.value}'.",
            remedy=f"Say one of {', '.join(one.value for one in DECISIONS)}.",
        )
    if state is CaseState.REJECTED and not reason.strip():
        raise ParameterError(
            f"'{case.name}' cannot be rejected without a reason.", remedy="Say what is wrong."
        )
    decided = {one.reader for one in said if one.is_reading}
    closes = state in (CaseState.APPROVED, CaseState.REJECTED)
    asked = [one.reader for one in said if not one.is_comment][-1:] == [reader]
    if case.state is CaseState.SECOND_READER and closes and asked:
        raise ParameterError(
            f"'{case.name}' waits for another reader than {reader}.",
            remedy="Let somebody else read it, or take it back into review.",
        )
    if state is CaseState.ADJUDICATED and len(decided) < 2:
        raise ParameterError(
            f"'{case.name}' was not read by two readers, so there is nothing to adjudicate.",
            remedy="Ask for a second reader first.",
        )


def _facts(mask: LabelMap) -> dict[str, Any]:
    names = mask.label_set.names
    volumes = mask.volumes_ml()
    facts: dict[str, Any] = {
        "mask_sha256": hashlib.sha256(mask.labels.tobytes()).hexdigest(),
        "pixels": dict(zip(names, mask.counts(), strict=True)),
        "no_object": not mask.labels.any(),
    }
    if volumes:
        facts["ml"] = {name: round(ml, 3) for name, ml in zip(names, volumes, strict=True)}
    return facts
