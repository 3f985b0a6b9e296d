from __future__ import annotations

import numpy as np

from app.item_models.history import HistoryModel
from app.widgets.line_delegate import LineRole


def told(desk) -> list[tuple[str | None, bool]]:
    model = HistoryModel(desk.p.history, desk.p.case)
    rows = [model.index(row) for row in range(model.rowCount())]
    return [(row.data(), bool(row.data(LineRole.IS_FAINT))) for row in rows]


def test_steps_stand_newest_first_and_what_was_undone_is_faint(at_work):
    at_work.put(slice(0, 2), 1, by_hand=False)
    at_work.put(slice(1, 3), 2)
    at_work.put(slice(4, 6), 3)
    at_work.p.case.undo()
    at_work.rest()
    assert told(at_work) == [
        ("Brush · WM", True),
        ("Brush · GM", False),
        ("Predicted by a model", False),
        ("Beginning", False),
    ]
    model = HistoryModel(at_work.p.history, at_work.p.case)
    marked = [model.index(row).data(LineRole.IS_MARKED) for row in range(model.rowCount())]
    assert marked == [False, True, False, False]
    assert model.index(1).data(LineRole.ASIDE) == "60 px"
    assert model.index(1).data(LineRole.DETAIL).startswith("you · ")
    assert "undone" in model.index(0).data(_accessible())
    assert "undone" not in model.index(1).data(_accessible())


def _accessible() -> int:
    from PySide6.QtCore import Qt

    return Qt.ItemDataRole.AccessibleTextRole


def test_a_row_is_gone_to_in_one_move_and_back(at_work):
    states = [at_work.history.labels.copy()]
    for index in range(8):
        at_work.put(slice(index, index + 1), 1 + index % 3)
        states.append(at_work.history.labels.copy())
    moves = []
    at_work.p.case.history_changed.connect(lambda: moves.append(at_work.p.history.undone))
    for row, undone in ((5, 5), (8, 8), (2, 2), (0, 0)):
        moves.clear()
        at_work.p.history.go_to(row)
        at_work.rest()
        assert np.array_equal(at_work.history.labels, states[8 - row])
        assert at_work.p.history.undone == undone
        assert len(moves) == 1, "the mask changes once, not step by step"
    assert len(at_work.p.history.steps) == 8


def test_the_history_is_there_after_a_restart(at_work):
    for index in range(4):
        at_work.put(slice(index, index + 1), 1)
    at_work.p.history.go_to(2)
    at_work.rest()
    before, labels = told(at_work), at_work.history.labels.copy()
    at_work.restart()
    assert told(at_work) == before
    assert np.array_equal(at_work.history.labels, labels)
    at_work.p.history.go_to(0)
    at_work.rest()
    assert at_work.history.labels[3, 3, :4].all()


def test_a_new_stroke_takes_the_undone_ones_out_of_the_list(at_work):
    for label in (1, 2, 3):
        at_work.put(slice(0, 2), label)
    at_work.p.history.go_to(2)
    at_work.rest()
    at_work.put(slice(5, 6), 3)
    assert told(at_work) == [("Brush · WM", False), ("Brush · CSF", False), ("Beginning", False)]


def test_a_stroke_while_a_way_is_worked_out_is_not_lost(at_work, monkeypatch):
    for label in (1, 2, 3):
        at_work.put(slice(0, 2), label)
    at_work.p.history.go_to(2)
    assert at_work.p.history.is_going
    box = (slice(0, 1), slice(0, 1), slice(7, 8))
    at_work.p.case.replace(np.ones((1, 1, 1), np.uint8), box)
    at_work.rest()
    assert at_work.history.labels[3, 3, 0] == 1, "it went where it was to go"
    at_work.p.history.go_to(0)
    at_work.rest()
    assert at_work.history.labels[0, 0, 7] == 1, "and the stroke can be done again"


def test_who_only_looks_cannot_go_anywhere(at_work, qtbot, tmp_path):
    at_work.put(slice(0, 2), 1)
    labels = at_work.history.labels.copy()
    other = type(at_work)(qtbot, at_work._home, at_work._paths)
    other.open()
    assert other.p.case.is_read_only
    other.p.history.go_to(len(other.p.history.steps))
    other.rest()
    assert np.array_equal(other.history.labels, labels)
    other.stop()
