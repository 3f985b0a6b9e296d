from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine.core.case import CaseState, ImageRef
from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.sources import Origin, PixelSource
from engine.editing.history import History
from engine.errors import ReadError, WriteError
from engine.project import database as db
from engine.project.chain import Mark
from engine.project.journal import check_chain
from engine.project.replay import Standing, go_on, rebuild, stand
from engine.project.snapshots import save_labels
from engine.project.store import Project

CLASSES = LabelSet.named(["background", "a", "b", "c"])
GRID = Geometry((30, 40))
BRUSH = Origin(PixelSource.PAINTED, "brush", 2, "5 px")


def nobody_minds() -> None:
    """The project is this test's alone."""


class Desk:
    """A project of two cases, and a person who opens one and paints boxes."""

    def __init__(self, folder: Path) -> None:
        self.project = Project.create(folder, CLASSES)
        self.folder = self.project.folder
        added = self.project.add([ImageRef(folder / "a.png"), ImageRef(folder / "b.png")])
        self.ids = tuple(case.id for case in added)
        self.guard: Callable[[], None] = nobody_minds

    def stand(self, case: int = 0) -> Standing:
        return stand(self.folder, self.ids[case], GRID, CLASSES)

    def open(self, case: int = 0, batch: str = "") -> History:
        standing = self.stand(case)
        self.journal = go_on(
            self.folder, self.ids[case], standing,
            person="Ada", batch=batch, guard=self._ask,
        )  # fmt: skip
        return History(
            standing.label_map, standing.sources,
            keep=self.journal, done=standing.done, undone=standing.undone,
        )  # fmt: skip

    def _ask(self) -> None:
        self.guard()

    def state(self, case: int = 0) -> CaseState:
        return self.project.case(self.ids[case]).state

    def sql(self, text: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "project.db")) as database, database:
            return database.execute(text).fetchall()

    def wrong(self) -> list[tuple[int, str]]:
        with db.connected(self.folder) as database:
            return list(check_chain(database))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "study.sulcus")


def paint(history: History, row: int, label: int, origin: Origin = BRUSH) -> None:
    box = (slice(row, row + 3), slice(5, 9))
    assert history.replace(box, np.full((3, 4), label, np.uint8), origin)


def same(found: Standing, history: History) -> bool:
    return (
        np.array_equal(found.label_map.labels, history.labels)
        and np.array_equal(found.sources, history.sources)
        and (found.done, found.undone) == history.stacks
    )


def test_a_stroke_is_there_though_nothing_was_saved_or_closed(desk: Desk) -> None:
    history = desk.open()
    paint(history, 0, 2)
    assert same(desk.stand(), history)
    (row,) = desk.sql("SELECT kind, source, tool, label, detail, person FROM journal")
    assert row == ("step", 4, "brush", 2, "5 px", "Ada")


def test_undo_and_redo_reach_past_a_restart(desk: Desk) -> None:
    history = desk.open()
    states = [history.labels.copy()]
    for number in range(250):
        paint(history, number % 27, 1 + number % 3)
        states.append(history.labels.copy())
    for _ in range(20):
        history.undo()
    again = desk.open()
    assert np.array_equal(again.labels, states[230])
    for expected in states[231:]:
        again.redo()
        assert np.array_equal(again.labels, expected)
    third = desk.open()
    for expected in reversed(states[:-1]):
        third.undo()
        assert np.array_equal(third.labels, expected)
    assert third.undo() is None
    assert not third.sources.any()


def test_a_new_stroke_forgets_what_was_undone_but_the_journal_does_not(desk: Desk) -> None:
    history = desk.open()
    paint(history, 0, 1)
    paint(history, 9, 2)
    history.undo()
    paint(history, 20, 3)
    again = desk.open()
    assert not again.can_redo
    assert again.stacks == history.stacks
    assert [kind for (kind,) in desk.sql("SELECT kind FROM journal ORDER BY number")] == [
        "step", "step", "undo", "step",
    ]  # fmt: skip


def test_each_case_has_its_own_history(desk: Desk) -> None:
    first = desk.open(0)
    paint(first, 0, 1)
    second = desk.open(1)
    paint(second, 5, 2)
    first = desk.open(0)
    first.undo()
    assert same(desk.stand(0), first)
    assert same(desk.stand(1), second)
    assert not desk.stand(0).label_map.labels.any()
    assert desk.stand(1).label_map.labels.any()


def test_a_snapshot_spares_the_rows_before_it_and_changes_nothing(desk: Desk) -> None:
    history = desk.open()
    for row in range(0, 20, 3):
        paint(history, row, 1 + row % 3)
    save_labels(desk.folder, desk.ids[0], *history.copying().take(), desk.journal.mark)
    history.undo()
    history.undo()
    history.redo()
    paint(history, 25, 3)
    assert same(desk.stand(), history)
    assert same(rebuild(desk.folder, desk.ids[0], GRID, CLASSES), history)


def test_a_snapshot_that_is_damaged_or_gone_is_made_anew_of_the_journal(desk: Desk) -> None:
    history = desk.open()
    paint(history, 0, 1)
    save_labels(desk.folder, desk.ids[0], *history.copying().take(), desk.journal.mark)
    path = desk.folder / "labels" / f"{desk.ids[0]}.npz"
    path.write_bytes(path.read_bytes()[:50])
    assert same(desk.stand(), history)
    path.unlink()
    assert same(desk.stand(), history)


def test_the_mask_after_any_row_can_be_had_again(desk: Desk) -> None:
    history = desk.open()
    states = {0: history.labels.copy()}
    for change in (
        lambda: paint(history, 0, 1),
        lambda: paint(history, 9, 2),
        history.undo,
        history.redo,
        lambda: paint(history, 9, 3),
    ):
        change()
        states[desk.journal.mark.number] = history.labels.copy()
    assert sorted(states) == [0, 1, 2, 3, 4, 5]
    for number, expected in states.items():
        found = rebuild(desk.folder, desk.ids[0], GRID, CLASSES, until=number)
        assert np.array_equal(found.label_map.labels, expected)


def test_a_mask_of_before_the_journal_becomes_its_base(desk: Desk) -> None:
    labels = np.zeros(GRID.shape, np.uint8)
    labels[3:9, 3:9] = 2
    touched = labels == 2
    path = desk.folder / "labels" / f"{desk.ids[0]}.npz"
    path.parent.mkdir()
    np.savez_compressed(path, values=labels, touched=np.packbits(touched))
    assert np.array_equal(desk.stand().label_map.labels, labels), "who only looks sees it too"
    history = desk.open()
    assert np.array_equal(history.touched, touched)
    assert not history.can_undo, "a person did not do it here"
    paint(history, 20, 1)
    assert same(desk.stand(), history)
    path.unlink()
    assert same(desk.stand(), history)
    history.undo()
    assert np.array_equal(desk.stand().label_map.labels, labels)


def test_a_snapshot_newer_than_a_database_put_back_from_a_backup_is_kept(desk: Desk) -> None:
    history = desk.open()
    paint(history, 0, 1)
    desk.journal.close()
    old = (desk.folder / "project.db").read_bytes()
    history = desk.open()
    paint(history, 9, 2)
    save_labels(desk.folder, desk.ids[0], *history.copying().take(), desk.journal.mark)
    desk.journal.close()
    newer = history.labels.copy()
    (desk.folder / "project.db").write_bytes(old)
    assert np.array_equal(desk.stand().label_map.labels, newer)
    again = desk.open()
    assert np.array_equal(again.labels, newer)
    paint(again, 20, 3)
    assert same(desk.stand(), again)
    assert not desk.stand().is_stray
    assert np.array_equal(
        rebuild(desk.folder, desk.ids[0], GRID, CLASSES).label_map.labels, again.labels
    )


def test_a_stroke_that_cannot_be_kept_is_taken_back(desk: Desk) -> None:
    history = desk.open()
    paint(history, 0, 1)
    before = history.labels.copy()

    def gone() -> None:
        raise WriteError("taken over", remedy="")

    desk.guard = gone
    with pytest.raises(WriteError, match="taken over"):
        paint(history, 9, 2)
    with pytest.raises(WriteError, match="taken over"):
        history.undo()
    assert np.array_equal(history.labels, before)
    desk.guard = nobody_minds
    assert same(desk.stand(), history)


def test_a_database_that_another_program_holds_costs_no_stroke(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "WAIT_S", 0.0)
    history = desk.open()
    with closing(sqlite3.connect(desk.folder / "project.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WriteError, match="locked"):
            paint(history, 9, 2)
        assert not history.labels.any()
        other.rollback()
    paint(history, 9, 2)
    assert same(desk.stand(), history)


def test_a_case_moves_on_with_what_is_done_to_it(desk: Desk) -> None:
    history = desk.open()
    paint(history, 0, 1, Origin(PixelSource.MODEL, "unet"))
    assert desk.state() is CaseState.PREDICTED
    paint(history, 0, 2, Origin(PixelSource.CRF))
    assert desk.state() is CaseState.PREDICTED
    paint(history, 0, 3)
    assert desk.state() is CaseState.IN_REVIEW
    assert desk.state(1) is CaseState.NEW


@pytest.mark.parametrize("state", [state for state in CaseState if state.is_decided])
@pytest.mark.parametrize("change", ["step", "undo", "model"])
def test_a_decision_is_void_once_the_mask_changes(
    desk: Desk, state: CaseState, change: str
) -> None:
    history = desk.open()
    paint(history, 0, 1)
    desk.project.set_state(desk.ids[0], state)
    if change == "undo":
        history.undo()
    else:
        origin = BRUSH if change == "step" else Origin(PixelSource.MODEL)
        paint(history, 9, 1, origin)
    assert desk.state() is CaseState.IN_REVIEW
    ((said, reason),) = desk.sql("SELECT state, reason FROM review")
    assert said == "in review"
    assert state.value in str(reason)


def test_a_batch_is_noted_in_its_rows(desk: Desk) -> None:
    paint(desk.open(0, batch="night"), 0, 1)
    paint(desk.open(1, batch="night"), 0, 1)
    assert desk.sql("SELECT batch FROM journal") == [("night",), ("night",)]


def test_a_sound_journal_has_nothing_wrong(desk: Desk) -> None:
    history = desk.open()
    for row in range(5):
        paint(history, row, 1 + row % 3)
    history.undo()
    assert desk.wrong() == []


@pytest.mark.parametrize(
    ("sql", "number", "what"),
    [
        ("UPDATE journal SET person = 'Bob' WHERE number = 3", 3, "was changed"),
        ("UPDATE journal SET time = '' WHERE number = 1", 1, "was changed"),
        ("UPDATE journal SET packed = x'00' WHERE number = 2", 2, "damaged step"),
        ("DELETE FROM journal WHERE number = 2", 2, "is missing"),
        ("DELETE FROM journal WHERE number IN (2, 3)", 2, "to 3 are gone"),
        ("UPDATE journal SET link = x'00' WHERE number = 4", 4, "was changed"),
    ],
)
def test_a_row_that_was_meddled_with_is_found(desk: Desk, sql: str, number: int, what: str) -> None:
    history = desk.open()
    for row in range(5):
        paint(history, row, 1 + row % 3)
    desk.sql(sql)
    found = desk.wrong()
    assert found[0][0] == number
    assert what in found[0][1]


def test_a_damaged_step_is_said_and_not_undone_or_shown_as_empty(desk: Desk) -> None:
    history = desk.open()
    paint(history, 0, 1)
    paint(history, 9, 1)
    before = history.labels.copy()
    desk.sql("UPDATE journal SET packed = x'00' WHERE number = 2")
    with pytest.raises(ReadError, match="Step 2 of the journal is damaged"):
        history.undo()
    assert np.array_equal(history.labels, before)
    assert desk.sql("SELECT count(*) FROM journal") == [(2,)]
    with pytest.raises(ReadError, match="Step 2 of the journal is damaged"):
        desk.stand()
    save_labels(desk.folder, desk.ids[0], *history.copying().take(), desk.journal.mark)
    assert np.array_equal(desk.stand().label_map.labels, before)


def test_a_journal_of_another_image_is_refused(desk: Desk) -> None:
    paint(desk.open(), 20, 1)
    with pytest.raises(ReadError, match="does not fit its image"):
        stand(desk.folder, desk.ids[0], Geometry((10, 10)), CLASSES)


def test_an_empty_case_stands_at_nothing(desk: Desk) -> None:
    found = desk.stand()
    assert found.mark == Mark()
    assert not found.label_map.labels.any()
    assert found.label_map.geometry is GRID
    assert isinstance(found.label_map, LabelMap)
