"""A run over all cases: what is new is predicted, what a person began is left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from app.job import Outcome
from app.presenters.predicting_all import Batch, PredictingAllPresenter, Which
from engine.core.case import CaseState
from engine.errors import ReadError


class Listed(QObject):
    """The list of cases, without a project on the disk."""

    opened = Signal()

    def __init__(self, project):
        super().__init__()
        self.project = project


@pytest.fixture
def desk_of_five(desk, prediction, monkeypatch):
    """Five cases: the first is on screen, the fourth a person began, the last is predicted."""
    runner, case, _ = desk
    one = case.project.cases[0]
    states = [CaseState.NEW, CaseState.NEW, CaseState.NEW, CaseState.IN_REVIEW, CaseState.PREDICTED]
    ids = ["abc", "b", "c", "d", "e"]
    cases = tuple(
        replace(one, id=name, name=name, state=state)
        for name, state in zip(ids, states, strict=True)
    )
    listed = Listed(replace(case.project, cases=cases))
    kept = []
    monkeypatch.setattr(
        "app.presenters.predicting_all.keep_prediction", lambda *given: kept.append(given)
    )

    class Hold:
        class lent:  # noqa: N801 - as an attribute of a hold
            token = "t"

    case.hold = Hold()
    case.arrival._job = None  # this runner has opened it before it said how
    batch = PredictingAllPresenter(runner, listed, case, prediction)
    return runner, case, batch, kept, listed


def labels(case):
    return np.ones(case.history.labels.shape, np.uint8)


def test_new_cases_are_predicted_and_what_a_person_began_is_skipped(desk_of_five):
    runner, case, batch, kept, _ = desk_of_five
    ended = []
    batch.finished.connect(ended.append)
    batch.start()
    start = len(runner.asked) - 1
    for number, name in enumerate(["abc", "b", "c"]):
        assert runner.asked[start + number][1].case_id == name
        runner.answer(start + number, labels(case))
    assert ended == [Batch(3, 3, 1, ())]
    assert (case.history.labels == 1).all()  # on screen: into the mask there
    assert [given[1] for given in kept] == ["b", "c"]
    assert len({given[5] for given in kept}) == 1  # one batch, undone together
    assert len(runner.asked) == start + 3


def test_a_case_that_fails_does_not_stop_the_run(desk_of_five):
    runner, case, batch, kept, _ = desk_of_five
    batch.start()
    start = len(runner.asked) - 1
    runner.answer(start, labels(case))
    runner.asked[start + 1][3](ReadError("It is damaged.", remedy="Copy it anew."))
    runner.answer(start + 2, labels(case))
    (failure,) = batch.batch.failed
    assert (failure.case.name, failure.why) == ("b", "It is damaged. Copy it anew.")
    assert runner.whole.outcome == Outcome(2, 1, (failure,))
    assert (batch.batch.done, batch.batch.left, batch.is_running) == (2, 0, False)
    assert [given[1] for given in kept] == ["c"]


def test_a_stopped_run_goes_on_with_what_is_left(desk_of_five):
    runner, case, batch, kept, listed = desk_of_five
    batch.start()
    start = len(runner.asked) - 1
    runner.answer(start, labels(case))
    batch.cancel()
    assert runner.asked[start + 1][0].progress.is_cancelled
    assert (batch.batch.done, batch.batch.left, batch.is_running) == (1, 2, False)
    runner.answer(start + 1, labels(case))  # too late: dropped
    assert kept == []
    done = replace(listed.project.cases[0], state=CaseState.PREDICTED)
    listed.project = replace(listed.project, cases=(done, *listed.project.cases[1:]))
    batch.start()
    assert batch.batch.total == 2
    assert runner.asked[-1][1].case_id == "b"


def test_another_project_ends_the_run(desk_of_five, tmp_path):
    runner, case, batch, _, listed = desk_of_five
    batch.start()
    last = len(runner.asked) - 1
    listed.project = replace(listed.project, folder=tmp_path / "other")
    listed.opened.emit()
    assert not batch.is_running
    runner.answer(last, labels(case))
    assert not (case.history.labels == 1).any()
    assert batch.batch == Batch()


def test_a_project_that_can_only_be_looked_at_is_not_predicted(desk_of_five):
    runner, case, batch, _, _ = desk_of_five
    case.hold = None
    told = []
    batch.failed.connect(told.append)
    before = len(runner.asked)
    batch.start()
    assert len(told) == 1
    assert len(runner.asked) == before
    assert not batch.is_running


def test_a_mask_that_waits_for_a_case_to_open_is_kept_then_and_not_after_a_stop(
    desk_of_five, qtbot
):
    runner, case, batch, kept, _ = desk_of_five
    batch.start()
    runner.answer(len(runner.asked) - 1, labels(case))
    case.arrival._job = object()  # a person has chosen another case
    runner.answer(len(runner.asked) - 1, labels(case))
    assert kept == []
    case.arrival._job = None
    qtbot.waitUntil(lambda: [given[1] for given in kept] == ["b"])
    case.arrival._job = object()
    runner.answer(len(runner.asked) - 1, labels(case))
    batch.cancel()
    case.arrival._job = None
    qtbot.wait(150)
    assert [given[1] for given in kept] == ["b"]


def test_the_parts_of_a_run_belong_to_one_job_that_stops_them(desk_of_five):
    runner, case, batch, _, _ = desk_of_five
    batch.start()
    runner.answer(len(runner.asked) - 1, labels(case))
    part = runner.asked[-1][0]
    assert part.about.part_of == (runner.whole, 1, 3)
    part.stop()
    assert (batch.is_running, part.is_cancelled, runner.whole.is_cancelled) == (False, True, True)
    assert runner.whole.outcome == Outcome(1, 1)


def test_unreviewed_cases_are_predicted_again_and_those_that_a_person_began_are_not(desk_of_five):
    runner, case, batch, _, _ = desk_of_five
    first = len(runner.asked)
    batch.start(Which.UNREVIEWED)
    while batch.is_running:
        runner.answer(len(runner.asked) - 1, labels(case))
    assert [one[1].case_id for one in runner.asked[first:]] == ["abc", "b", "c", "e"]
    assert batch.batch.skipped == 1


def test_chosen_cases_that_nobody_began_are_predicted_without_asking(desk_of_five):
    runner, case, batch, _, listed = desk_of_five
    asked = []
    batch.begun_asked.connect(lambda *counts: asked.append(counts))
    first = len(runner.asked)
    batch.start_chosen([one for one in listed.project.cases if one.id in "ce"])
    while batch.is_running:
        runner.answer(len(runner.asked) - 1, labels(case))
    assert [one[1].case_id for one in runner.asked[first:]] == ["c", "e"]
    assert asked == []


@pytest.mark.parametrize(("also", "predicted", "skipped"), [(True, "cd", 0), (False, "c", 1)])
def test_chosen_cases_that_a_person_began_are_predicted_only_when_the_person_says_so(
    desk_of_five, also, predicted, skipped
):
    runner, case, batch, _, listed = desk_of_five
    asked = []
    batch.begun_asked.connect(lambda *counts: asked.append(counts))
    first = len(runner.asked)
    batch.start_chosen([one for one in listed.project.cases if one.id in "cd"])
    assert asked == [(1, 2)]
    assert len(runner.asked) == first  # nothing before the answer
    batch.answer_begun(also=also)
    while batch.is_running:
        runner.answer(len(runner.asked) - 1, labels(case))
    assert [one[1].case_id for one in runner.asked[first:]] == list(predicted)
    assert batch.batch.skipped == skipped


def test_what_is_left_of_a_stopped_run_is_gone_on_with(desk_of_five):
    runner, case, batch, _, listed = desk_of_five
    batch.start_chosen([one for one in listed.project.cases if one.id in "bce"])
    runner.answer(len(runner.asked) - 1, labels(case))
    batch.cancel()
    first = len(runner.asked)
    batch.start(Which.REST)
    while batch.is_running:
        runner.answer(len(runner.asked) - 1, labels(case))
    assert [one[1].case_id for one in runner.asked[first:]] == ["c", "e"]
