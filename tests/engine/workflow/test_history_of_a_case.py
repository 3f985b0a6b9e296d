from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.case import CaseState
from engine.core.label_set import LabelSet
from engine.core.sources import MODEL, Origin, PixelSource
from engine.editing.history import History
from engine.errors import ReadError, WriteError
from engine.progress import Progress
from engine.project import database as db
from engine.project.journal import check_chain
from engine.project.lock import Hold
from engine.project.store import Project
from engine.workflow.checkpoint import hold_project
from engine.workflow.history import list_steps, prepare_way, who_changed
from engine.workflow.open_case import OpenCase, open_case
from engine.workflow.project import ProjectInfo, create_project
from engine.workflow.review import comment_on, decide, list_reviews, read_told

CLASSES = LabelSet.named(["background", "a", "b"])
BRUSH = Origin(PixelSource.PAINTED, "brush", 1)


@pytest.fixture
def info(tmp_path: Path) -> ProjectInfo:
    path = tmp_path / "one.png"
    Image.fromarray(np.full((20, 24), 9, np.uint8)).save(path)
    return create_project(tmp_path / "study.sulcus", CLASSES, [path])


@pytest.fixture
def hold(info: ProjectInfo) -> Iterator[Hold]:
    with hold_project(info.folder) as held:
        yield held


def opened(info: ProjectInfo, hold: Hold | None, reader: str = "Ada") -> tuple[OpenCase, History]:
    case = open_case(info.folder, info.cases[0].id, Progress(), hold, reader)
    return case, case.history()


def put(history: History, rows: slice, label: int, origin: Origin = BRUSH) -> None:
    box = (rows, slice(0, 24))
    history.replace(box, np.full(history.labels[box].shape, label, np.uint8), origin)


def close(case: OpenCase) -> None:
    if case.journal is not None:
        case.journal.close()


def test_steps_are_listed_with_tool_class_person_and_pixels(info, hold):
    case, history = opened(info, hold, "Ada")
    put(history, slice(0, 5), 1, MODEL)
    put(history, slice(3, 6), 2)
    history.undo()
    history.redo()
    first, second = list_steps(info.folder, case.case.id)
    assert (first.origin.source, first.pixels, first.person) == (PixelSource.MODEL, 120, "Ada")
    assert (second.origin.tool, second.origin.label, second.pixels) == ("brush", 1, 72)
    assert second.box == (slice(3, 6), slice(0, 24))
    assert first.time < second.time
    assert list_steps(info.folder, case.case.id, first.number) == (second,)
    close(case)


def test_a_pixel_belongs_to_the_last_step_that_changed_it(info, hold):
    case, history = opened(info, hold)
    put(history, slice(0, 5), 1, MODEL)
    put(history, slice(3, 6), 2)
    edge = (4, 23)
    done = history.stacks[0]

    def who(voxel, among):
        return who_changed(info.folder, case.case.id, voxel, among)

    assert who(edge, done).origin.tool == "brush"
    assert who(edge, done[:1]).origin.source is PixelSource.MODEL, "the stroke was undone"
    assert who((1, 0), done).origin.source is PixelSource.MODEL
    assert who((12, 0), done) is None
    with history.stroke(BRUSH) as paint:
        from engine.core.edit import Edit

        before = history.labels[8:11, 0:8].copy()
        after = before.copy()
        after[0, 0] = after[2, 7] = 1
        paint(Edit((slice(8, 11), slice(0, 8)), before, after))
    done = history.stacks[0]
    assert who((10, 7), done).number == done[-1]
    assert who((9, 3), done) is None, "in the box of a step that left it alone"
    close(case)


def test_going_far_is_one_flush_and_outlives_a_restart(info, hold):
    case, history = opened(info, hold)
    for row in range(10):
        put(history, slice(row, row + 1), 1 + row % 2)
    middle = history.stacks[0][3]
    ahead = prepare_way(
        info.folder, history.version, (history.labels, history.sources),
        history.way_to(middle), Progress(),
    )  # fmt: skip
    assert ahead is not None
    assert history.carry_out(ahead)
    assert np.flatnonzero(history.labels.any(axis=1)).max() == 3
    close(case)
    again, later = opened(info, hold)
    assert np.array_equal(later.labels, history.labels)
    assert later.stacks == history.stacks
    for _ in range(6):
        later.redo()
    assert np.flatnonzero(later.labels.any(axis=1)).max() == 9
    close(again)
    with db.connected(info.folder) as database:
        assert list(check_chain(database)) == []


def test_a_way_over_a_damaged_step_is_refused_and_nothing_moves(info, hold):
    case, history = opened(info, hold)
    for row in range(4):
        put(history, slice(row, row + 1), 1)
    with db.connected(info.folder, write=True) as database:
        database.execute("UPDATE journal SET packed = x'00' WHERE number = 2")
    before, stacks = history.labels.copy(), history.stacks
    with pytest.raises(ReadError, match="Step 2 of the journal is damaged"):
        prepare_way(
            info.folder, history.version, (history.labels, history.sources),
            history.way_to(0), Progress(),
        )  # fmt: skip
    assert np.array_equal(history.labels, before)
    assert history.stacks == stacks
    close(case)


def test_a_second_reader_opens_the_mask_as_no_person_had_changed_it(info, hold):
    case, history = opened(info, hold, "Ada")
    put(history, slice(0, 10), 1, MODEL)
    put(history, slice(0, 4), 2)
    decide(info.folder, case, CaseState.SECOND_READER, "Ada", hold=hold, comment="row 3?")
    comment_on(info.folder, case.case.id, "odd", "Ada", hold=hold, place=(3, 4))
    close(case)
    same, own = opened(info, hold, "Ada")
    assert (own.labels[:4] == 2).all(), "the first reader sees what they painted"
    assert not same.is_blind
    close(same)
    look, seen = opened(info, None, "Bob")
    assert (seen.labels[:10] == 1).all(), "also where nothing can be written"
    assert look.is_blind
    assert not look.label_map.labels[10:].any()
    second, theirs = opened(info, hold, "Bob")
    assert (theirs.labels[:10] == 1).all()
    assert not theirs.touched.any()
    assert not theirs.can_undo, "undo would show the first reader's mask"
    assert list_steps(info.folder, second.case.id, second.hidden) == ()
    assert read_told(info.folder, second.case.id, "Bob") == ()
    put(theirs, slice(0, 2), 2)
    comment_on(info.folder, second.case.id, "mine", "Bob", hold=hold)
    close(second)
    third, back = opened(info, hold, "Bob")
    assert (back.labels[:2] == 2).all(), "their own work stays"
    assert back.can_undo
    back.undo()
    assert not back.can_undo
    back.redo()
    assert [one.comment for one in read_told(info.folder, third.case.id, "Bob")] == ["mine"]
    decide(info.folder, third, CaseState.APPROVED, "Bob", hold=hold)
    said = read_told(info.folder, third.case.id, "Bob")
    assert [one.comment for one in said] == ["row 3?", "odd", "mine", ""]
    assert [one.place for one in said] == [None, (3, 4), None, None]
    close(third)


def test_a_comment_decides_nothing_and_is_no_reading(info, hold):
    case, _ = opened(info, hold, "Ada")
    comment_on(info.folder, case.case.id, "look here", "Cy", hold=hold, place=(1, 2))
    assert Project(info.folder).case(case.case.id).state is CaseState.NEW
    decide(info.folder, case, CaseState.APPROVED, "Ada", hold=hold)
    comment_on(info.folder, case.case.id, "fine", "Cy", hold=hold)
    assert Project(info.folder).case(case.case.id).state is CaseState.APPROVED
    standpoint = list_reviews(info.folder)[0]
    assert standpoint.review is not None
    assert standpoint.review.reader == "Ada"
    close(case)


def test_a_decision_on_a_mask_that_was_changed_since_is_refused(info, hold, monkeypatch):
    case, history = opened(info, hold, "Ada")
    put(history, slice(0, 4), 2)
    mark = case.journal.mark
    put(history, slice(4, 6), 2)
    case.journal.mark = mark
    with pytest.raises(WriteError, match="was changed while Ada decided"):
        decide(info.folder, case, CaseState.APPROVED, "Ada", hold=hold)
    assert Project(info.folder).case(case.case.id).state is CaseState.IN_REVIEW
    close(case)


def test_the_journal_knows_the_state_that_a_change_leads_to(info, hold):
    case, history = opened(info, hold, "Ada")
    assert case.journal.state is None
    put(history, slice(0, 4), 2)
    assert case.journal.state is CaseState.IN_REVIEW
    decide(info.folder, case, CaseState.APPROVED, "Ada", hold=hold)
    history.undo()
    assert case.journal.state is CaseState.IN_REVIEW
    said = read_told(info.folder, case.case.id, "Ada")
    assert [one.state for one in said] == [CaseState.APPROVED, CaseState.IN_REVIEW]
    close(case)
