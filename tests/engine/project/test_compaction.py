from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import ReadError
from engine.project.compaction import compact, give_back_room
from engine.project.replay import rebuild
from engine.project.reviews import Review
from engine.project.snapshots import save_labels
from tests.engine.project.test_journal import CLASSES, GRID, Desk, paint, same


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "study.sulcus")


def fold(desk: Desk, keep: int) -> int:
    return compact(desk.folder, desk.ids[0], GRID, CLASSES, keep=keep)


@pytest.mark.parametrize("keep", [0, 1, 5, 20])
def test_folding_keeps_the_mask_the_last_steps_and_the_chain(desk: Desk, keep: int) -> None:
    history = desk.open()
    states = [history.labels.copy()]
    for number in range(30):
        paint(history, number % 27, 1 + number % 3)
        states.append(history.labels.copy())
    save_labels(desk.folder, desk.ids[0], *history.copying().take(), desk.journal.mark)
    assert fold(desk, keep) == 30 - keep
    assert fold(desk, keep) == 0
    give_back_room(desk.folder)
    assert desk.wrong() == []
    assert desk.sql("SELECT count(*), count(packed) FROM journal") == [(30, keep)]
    for path in (desk.folder / "labels").iterdir():
        path.unlink()
    again = desk.open()
    assert np.array_equal(again.labels, states[-1])
    for expected in reversed(states[30 - keep : -1]):
        again.undo()
        assert np.array_equal(again.labels, expected)
    assert not again.can_undo
    paint(again, 20, 2)
    assert same(desk.stand(), again)


def test_a_step_that_a_later_row_names_is_not_folded(desk: Desk) -> None:
    history = desk.open()
    paint(history, 0, 1)
    paint(history, 5, 1)
    history.undo()
    history.redo()
    paint(history, 15, 2)
    expected = history.labels.copy()
    fold(desk, 1)
    (desk.folder / "labels" / f"{desk.ids[0]}.npz").unlink()
    assert np.array_equal(desk.stand().label_map.labels, expected)
    assert np.array_equal(
        rebuild(desk.folder, desk.ids[0], GRID, CLASSES).label_map.labels, expected
    )


def test_what_was_reviewed_is_not_folded_and_what_was_folded_is_said(desk: Desk) -> None:
    history = desk.open()
    states = {}
    for number in range(1, 11):
        paint(history, number, 1 + number % 3)
        states[number] = history.labels.copy()
    state = desk.state()
    desk.project.review(Review(desk.ids[0], state, "Ada", step=4))
    assert fold(desk, 0) == 4
    found = rebuild(desk.folder, desk.ids[0], GRID, CLASSES, until=4)
    assert np.array_equal(found.label_map.labels, states[4])
    with pytest.raises(ReadError, match="step 3 was folded away"):
        rebuild(desk.folder, desk.ids[0], GRID, CLASSES, until=3)


def test_an_empty_mask_is_folded_too(desk: Desk) -> None:
    history = desk.open()
    paint(history, 0, 1)
    paint(history, 0, 0)
    history.confirm((slice(0, 1), slice(0, 1)))
    history.undo()
    fold(desk, 0)
    assert same(desk.stand(), desk.open())


def test_folding_one_case_leaves_the_other(desk: Desk) -> None:
    paint(desk.open(0), 0, 1)
    other = desk.open(1)
    paint(other, 5, 2)
    assert fold(desk, 0) == 1
    assert same(desk.stand(1), other)
