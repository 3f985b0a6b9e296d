"""What runs and what ran: which jobs are listed, what is told of them, and how they are stopped."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal

from app.job import About, Failure, JobState, Listed, Outcome
from app.jobs import JobRunner, Lane
from app.presenters import jobs as module
from app.presenters.jobs import JobsPresenter, left_text, outcome_text
from app.settings import Settings
from engine.core.case import Case, CaseState
from engine.errors import ReadError
from engine.progress import Step

ONE, TWO, ELSEWHERE = (
    Case(name, f"head {name}", Path("a.nii"), CaseState.NEW) for name in ("1", "2", "3")
)
ALWAYS = About(listed=Listed.ALWAYS)


class Listing(QObject):
    """A project of two cases."""

    opened = Signal()

    def __init__(self):
        super().__init__()
        self.cases = (ONE, TWO)
        self.went = []

    def choose(self, position):
        self.went.append(position)


@pytest.fixture
def runner(qapp):
    made = JobRunner()
    yield made
    made.stop()
    made.deleteLater()


@pytest.fixture
def project(qapp):
    return Listing()


@pytest.fixture
def settings(qapp, tmp_path):
    return Settings(tmp_path / "settings.toml")


@pytest.fixture
def jobs(runner, project, settings):
    return JobsPresenter(runner, project, settings)


def ignore(_):
    pass


def begin(runner, work=ignore, about=ALWAYS, lane=Lane.FILES, **options):
    return runner.run(
        "Refining", work, lane=lane, about=about, on_success=ignore, on_failure=ignore, **options
    )


def broken(_):
    raise ReadError("'a.nii' is no volume.", remedy="Choose another.")


def test_what_a_person_asked_for_is_listed_and_the_rest_only_where_it_fails(runner, jobs, qtbot):
    asked = begin(runner)
    begin(runner, about=About())
    begin(runner, broken, about=About(listed=Listed.NEVER))
    failing = begin(runner, broken, about=About())
    qtbot.waitUntil(lambda: not runner.is_busy)
    assert jobs.jobs == (failing, asked)
    assert [job.state for job in jobs.jobs] == [JobState.FAILED, JobState.DONE]
    assert jobs.told_of(failing) == "'a.nii' is no volume. Choose another."


def test_a_job_waits_for_its_turn_runs_and_is_over(runner, jobs, qtbot):
    gate = threading.Event()
    first = begin(runner, lambda _: gate.wait(5))
    second = begin(runner)
    qtbot.waitUntil(lambda: first.state is JobState.RUNNING)
    assert second.state is JobState.WAITING
    assert jobs.running == 2
    gate.set()
    qtbot.waitUntil(lambda: second.state is JobState.DONE)
    assert jobs.running == 0
    assert first.spent == first.ended - first.begun  # the clock of what is over stands still


def test_cancelling_is_left_to_whoever_began_the_job(runner, jobs, qtbot):
    gate, stopped = threading.Event(), []
    about = About(listed=Listed.ALWAYS, on_stop=lambda: stopped.append(True))
    job = begin(runner, lambda _: gate.wait(5), about=about)
    assert jobs.can_cancel(job)
    jobs.cancel(job)
    assert stopped == [True]
    assert job.state is JobState.CANCELLED
    assert not jobs.can_cancel(job)
    gate.set()
    qtbot.waitUntil(lambda: not runner.is_busy)


def test_what_must_finish_cannot_be_cancelled(runner, jobs, qtbot):
    gate = threading.Event()
    job = begin(runner, lambda _: gate.wait(5), must_finish=True)
    assert not jobs.can_cancel(job)
    jobs.cancel(job)
    assert not job.is_cancelled
    gate.set()
    qtbot.waitUntil(lambda: job.state is JobState.DONE)


def test_a_job_that_was_done_stays_so_though_it_is_cancelled_later(runner, jobs, qtbot):
    job = begin(runner)
    qtbot.waitUntil(lambda: not runner.is_busy)
    job.cancel()
    assert job.state is JobState.DONE


def test_the_parts_of_a_job_are_told_as_the_whole(runner, jobs, qtbot):
    whole = runner.begin("Predicting", About(cases=(ONE, TWO), listed=Listed.ALWAYS))
    gate = threading.Event()

    def work(progress):
        progress.step(1, 2, "tile")
        gate.wait(5)

    begin(runner, work, about=About(cases=(TWO,), part_of=(whole, 1, 2)))
    qtbot.waitUntil(lambda: whole.fraction == 0.75)
    assert jobs.jobs == (whole,)
    assert jobs.subject_of(whole) == "2 cases"
    assert jobs.short_of(whole) == "Predicting 2/2"
    gate.set()
    qtbot.waitUntil(lambda: runner._running == {whole})
    begin(runner, broken, about=About(cases=(TWO,), part_of=(whole, 1, 2)))
    qtbot.waitUntil(lambda: runner._running == {whole})
    failure = Failure("It is damaged.", TWO)
    runner.end(whole, Outcome(117, 2, (failure,)))
    assert jobs.jobs == (whole,)  # a part that fails stands among the failures of the whole
    assert jobs.told_of(whole) == "done 117, skipped 2 (human), failed 1"
    assert whole.failures == (failure,)


def test_a_job_with_a_result_of_many_tells_it(runner, jobs, qtbot):
    about = About(listed=Listed.ALWAYS, outcome=Outcome)
    job = begin(runner, lambda _: 7, about=about)
    qtbot.waitUntil(lambda: not runner.is_busy)
    assert jobs.told_of(job) == outcome_text(Outcome(7))


def test_time_is_told_only_once_it_is_more_than_a_guess(runner, jobs, qtbot, monkeypatch):
    job = runner.begin("Predicting", ALWAYS)
    job.step = Step(1, 4, "tile")
    assert job.left is None
    job.begun -= 30
    assert job.left == pytest.approx(90, abs=1)
    assert jobs.told_of(job) == "2 min left"
    assert left_text(12.4) == "12 s left"
    assert left_text(3 * 3600 + 60) == "3 h 1 min left"


def test_a_failure_is_shown_where_its_case_is_or_in_words(runner, jobs, project):
    told = []
    jobs.show_asked.connect(told.append)
    jobs.show(Failure("It is damaged.", TWO))
    assert project.went == [1]
    for failure in (Failure("The disk is full."), Failure("It is damaged.", ELSEWHERE)):
        jobs.show(failure)
        assert told.pop() == failure
    assert project.went == [1]


def test_clearing_leaves_what_still_runs(runner, jobs, qtbot):
    done = begin(runner)
    qtbot.waitUntil(lambda: done.state is JobState.DONE)
    whole = runner.begin("Predicting", ALWAYS)
    jobs.clear()
    assert jobs.jobs == (whole,)


def test_the_list_keeps_the_newest(runner, jobs, qtbot, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 3)
    running = runner.begin("Predicting", ALWAYS)
    made = [runner.begin("Predicting", ALWAYS) for _ in range(5)]
    for job in made:
        runner.end(job, Outcome())
    last = runner.begin("Predicting", ALWAYS)
    assert jobs.jobs == (last, made[4], made[3], running)


def test_with_names_hidden_cases_are_numbers(jobs, settings):
    settings.set("look.hide-names", value=True)
    assert jobs.name_of(TWO) == "Case 2"
    assert jobs.failure_text(Failure("It is damaged.", TWO)) == "Case 2: It is damaged."
    assert "head" not in jobs.name_of(ELSEWHERE)


def test_the_status_bar_shows_what_takes_its_time(runner, jobs, qtbot):
    job = runner.begin("Predicting", About())
    runner.progressed.emit(job, Step(1, 4, "tile"))
    assert jobs.shown is None
    job.begun -= 1
    runner.progressed.emit(job, Step(2, 4, "tile"))
    assert jobs.shown is job
    runner.end(job, Outcome())
    assert jobs.shown is None


def test_a_job_that_was_stopped_and_is_slow_to_notice_is_not_stopped_again(runner, qtbot):
    go_on, stopped = threading.Event(), []
    about = About(on_stop=lambda: stopped.append(1))
    job = runner.run(
        "Slow", lambda _: go_on.wait(10), about=about, on_success=print, on_failure=print
    )
    job.stop()
    job.stop()
    go_on.set()
    qtbot.waitUntil(lambda: not runner.is_busy)
    assert stopped == [1]
