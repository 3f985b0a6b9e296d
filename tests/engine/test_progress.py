from __future__ import annotations

import threading

import pytest

from engine.errors import Cancelled
from engine.progress import Progress, Step


def test_each_step_is_reported() -> None:
    seen: list[Step] = []
    progress = Progress(seen.append)
    progress.step(0, 2, "Reading")
    progress.step(2, 2, "Read")
    assert seen == [Step(0, 2, "Reading"), Step(2, 2, "Read")]


def test_a_progress_nobody_listens_to_is_silent() -> None:
    Progress().step(1, 2, "Reading")


def test_a_cancelled_computation_stops_at_its_next_step_and_reports_no_more() -> None:
    seen: list[Step] = []
    progress = Progress(seen.append)
    assert not progress.is_cancelled
    progress.cancel()
    assert progress.is_cancelled
    with pytest.raises(Cancelled):
        progress.step(0, 1, "Reading")
    assert seen == []


def test_an_except_exception_in_a_library_does_not_swallow_it() -> None:
    progress = Progress()
    progress.cancel()

    def careless() -> None:
        try:
            progress.step(0, 1, "Reading")
        except Exception:  # noqa: BLE001
            pytest.fail("Cancelled was swallowed")

    with pytest.raises(Cancelled):
        careless()


def test_another_thread_may_cancel() -> None:
    progress = Progress()
    thread = threading.Thread(target=progress.cancel)
    thread.start()
    thread.join()
    with pytest.raises(Cancelled):
        progress.step(0, 1, "Reading")


def test_a_part_tells_its_steps_as_those_of_the_whole():
    seen: list[Step] = []
    progress = Progress(seen.append)
    part = progress.part(2, 5, "Refining").part(1, 2, "")
    part.step(0, 4, "Refined")
    assert seen == [Step(20, 40, "Refining")]
    part.cancel()
    assert progress.is_cancelled
    with pytest.raises(Cancelled):
        part.step(1, 4, "Refined")
