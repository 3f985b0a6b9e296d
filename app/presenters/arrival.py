"""A case on its way to the screen: read beside, seen as it grows, given up if a person says so."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.job import Job
from app.jobs import JobRunner
from engine.core.survey import Glimpse
from engine.progress import Progress

Look = Callable[[Glimpse], None]


class Arrival(QObject):
    """One at a time; another one, or `stop`, takes the place of the one before.

    Attributes:
        glimpse: What can be shown of a large picture that is being read.
    """

    glimpsed = Signal()  # there is more to see, or nothing any more
    given_up = Signal()  # a person cancelled it
    _seen = Signal(int, object)  # which one, Glimpse; from the thread that reads

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._job: Job | None = None
        self._count = 0
        self.glimpse: Glimpse | None = None
        self._seen.connect(self._take, Qt.ConnectionType.QueuedConnection)
        runner.finished.connect(self._ended)

    @property
    def is_under_way(self) -> bool:
        return self._job is not None

    def start(
        self,
        work: Callable[[Look, Progress], Any],
        on_success: Callable[[Any], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        """Read with `work`, which calls what it is given with all that can be shown."""

        def done(found: object) -> None:
            self._end()
            on_success(found)

        def fail(error: Exception) -> None:
            self._end()
            on_failure(error)

        self.stop()
        self._count += 1
        look = functools.partial(self._seen.emit, self._count)
        self._job = self._runner.run(
            "Opening", functools.partial(work, look), on_success=done, on_failure=fail
        )

    def stop(self) -> None:
        """Let nothing come of what is under way."""
        if self._job is not None:
            self._job.cancel()
            self._end()

    def _end(self) -> None:
        self._job = None
        if self.glimpse is not None:
            self.glimpse = None
            self.glimpsed.emit()

    @Slot(int, object)
    def _take(self, which: int, glimpse: Glimpse) -> None:
        if self._job is not None and which == self._count:
            self.glimpse = glimpse
            self.glimpsed.emit()

    @Slot(object)
    def _ended(self, job: Job) -> None:
        if job is self._job and job.is_cancelled:
            self._end()
            self.given_up.emit()
