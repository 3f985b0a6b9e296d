from __future__ import annotations

import threading
import time

import pytest

from app.jobs import JobRunner, Lane
from engine.errors import Cancelled, DeviceError, ReadError
from engine.workflow.requests import Predict, Warm


@pytest.fixture
def runner(qapp):
    made = JobRunner()
    yield made
    made.stop()
    made.deleteLater()


def never(*_):
    raise AssertionError


def slow(progress):
    for i in range(10_000):
        progress.step(i, 10_000, "x")
        time.sleep(0.001)


def test_a_result_comes_back_on_the_interface_thread(runner, qtbot):
    seen = []
    runner.run(
        "t",
        lambda _: threading.current_thread().name,
        on_success=lambda name: seen.append((name, threading.current_thread())),
        on_failure=never,
    )
    assert not seen
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("files_0", threading.main_thread())]


def test_a_thousand_instant_jobs_arrive_once_and_in_order(runner, qtbot):
    seen = []
    for i in range(1000):
        runner.run("t", lambda _, i=i: i, on_success=seen.append, on_failure=never)
    qtbot.waitUntil(lambda: len(seen) == 1000, timeout=20000)
    assert seen == list(range(1000))
    assert not runner.is_busy


def test_a_failure_arrives_as_it_was_raised(runner, qtbot):
    def bad(_):
        raise ReadError("'a.png' is no image.", remedy="Choose another.")

    seen = []
    runner.run("t", bad, on_success=never, on_failure=seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(seen[0], ReadError)


def test_cancelled_jobs_deliver_nothing_running_or_queued(runner, qtbot):
    ended = []
    runner.finished.connect(lambda job: ended.append(job.title))
    a = runner.run("a", slow, on_success=never, on_failure=never)
    b = runner.run("b", slow, on_success=never, on_failure=never)
    qtbot.wait(50)
    a.cancel()
    b.cancel()
    qtbot.waitUntil(lambda: len(ended) == 2, timeout=5000)
    assert not runner.is_busy


def test_a_late_result_of_a_cancelled_job_is_dropped(runner, qtbot):
    job = runner.run("deaf", lambda _: time.sleep(0.1), on_success=never, on_failure=never)
    job.cancel()
    with qtbot.waitSignal(runner.finished):
        pass


def test_lanes_run_side_by_side(runner, qtbot):
    gate = threading.Event()
    seen = []
    runner.run("a", lambda _: gate.wait(5), on_success=seen.append, on_failure=never)
    runner.run(
        "b", lambda _: gate.set(), lane=Lane.EXPORT, on_success=seen.append, on_failure=never
    )
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=5000)


def test_stopping_finishes_what_must_finish_and_cancels_the_rest(qapp):
    runner = JobRunner()
    saved = []

    def save(_):
        time.sleep(0.1)
        saved.append(True)

    runner.run("slow", slow, lane=Lane.EXPORT, on_success=never, on_failure=never)
    runner.run("save", save, must_finish=True, on_success=lambda _: None, on_failure=never)
    runner.stop()
    assert saved == [True]


def test_cancelled_is_not_an_exception_that_libraries_swallow():
    assert not issubclass(Cancelled, Exception)


def test_the_device_process_answers_and_its_errors_keep_their_kind(runner, qtbot, tmp_path):
    seen = []
    runner.ask("warm", Warm(), on_success=seen.append, on_failure=never)
    runner.ask(
        "bad", Predict(tmp_path, "x", "unet-brain"), on_success=never, on_failure=seen.append
    )
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=60000)
    assert seen[0]["device"]
    assert isinstance(seen[1], ReadError) or "no Sulcus project" in str(seen[1])


def test_a_device_process_that_dies_fails_its_jobs_and_is_replaced(runner, qtbot):
    seen = []
    runner.ask("warm", Warm(), on_success=seen.append, on_failure=seen.append)
    process = runner.device.process
    qtbot.waitUntil(lambda: process.processId() > 0)
    process.kill()
    qtbot.waitUntil(lambda: bool(seen), timeout=10000)
    assert isinstance(seen[0], DeviceError)
    runner.ask("warm", Warm(), on_success=seen.append, on_failure=never)
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=60000)
    assert seen[1]["device"]
