"""Runs engine work off the interface thread and brings the outcome back to it."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from time import monotonic
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.device import DeviceProcess
from app.job import About, Job, Outcome
from engine import errors
from engine.core.arrays import Box, Labels
from engine.errors import Cancelled, SulcusError
from engine.progress import Progress, Step
from engine.workflow.requests import Request

log = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")
OnFailure = Callable[[Exception], None]
OnTile = Callable[[Box, Labels], None]

REPORTS_PER_SECOND = 20


class Lane(Enum):
    """Jobs of one lane take turns, so that what is saved is there when it is opened again."""

    FILES = "files"
    EXPORT = "export"
    PICTURE = "picture"
    MASK = "mask"
    LISTS = "lists"
    NETWORK = "network"
    SHAPE = "shape"
    SCENE = "scene"  # one thread draws surfaces, since what it draws with belongs to it


@dataclass(eq=False, slots=True)
class _Asked:
    """A job of the device process and what to do with its answer."""

    job: Job
    on_success: Callable[[dict[str, Any]], None]
    on_failure: OnFailure
    on_tile: OnTile | None


class JobRunner(QObject):
    """The only door between other threads and processes and the interface.

    Files are read and written by threads of this process, `run`; what needs torch is asked of the
    device process, `ask`.
    """

    started = Signal(object)  # Job
    begun = Signal(object)  # Job whose turn came
    progressed = Signal(object, object)  # Job, Step
    finished = Signal(object)  # Job
    device_named = Signal(str)
    _posted = Signal(object)  # Callable[[], None], to be called on the interface thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {lane: ThreadPoolExecutor(1, lane.value) for lane in Lane}
        self._numbers = itertools.count(1)
        self._running: set[Job] = set()
        self._must_finish: set[Future[Any]] = set()
        self._is_stopped = False
        self.device_name = ""  # of what torch computes on, once it has been asked
        self._asked: dict[int, _Asked] = {}
        self._last_report: dict[int, float] = {}
        # Queued always: a job that is over at once must not call back before `run` returns.
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)
        self.device = DeviceProcess(self)
        self.device.stepped.connect(self._device_stepped)
        self.device.tiled.connect(self._device_tiled)
        self.device.finished.connect(self._device_finished)
        self.device.failed.connect(self._device_failed)
        self.device.cancelled.connect(self._device_cancelled)

    def name_device(self, name: str) -> None:
        """Say what torch computes on."""
        self.device_name = name
        self.device_named.emit(name)

    @property
    def is_busy(self) -> bool:
        return bool(self._running)

    def run(
        self,
        title: str,
        work: Callable[[Progress], ResultT],
        *,
        lane: Lane = Lane.FILES,
        must_finish: bool = False,
        about: About | None = None,
        on_success: Callable[[ResultT], None],
        on_failure: OnFailure,
    ) -> Job:
        """Do `work` in a thread; one of the callbacks runs on this thread, unless cancelled.

        Args:
            title: What the status bar shows.
            work: What to do; it reports to the progress it is given, and is stopped through it.
            lane: Jobs of one lane take turns.
            must_finish: Whether closing the program waits for it instead of cancelling it.
            about: What else is told of it.
            on_success: Gets what `work` returned.
            on_failure: Gets what it raised.
        """

        def report(step: Step) -> None:
            self._posted.emit(lambda: self._report(job, step))

        def begin(progress: Progress) -> ResultT:
            self._posted.emit(lambda: self._take_turn(job))
            return work(progress)

        job = Job(title, next(self._numbers), Progress(report), must_finish, about or About())
        if self._is_stopped:
            return job
        self._begin(job)
        future = self._lanes[lane].submit(begin, job.progress)
        if must_finish:
            self._must_finish.add(future)

        def settle(done: Future[ResultT]) -> None:
            self._posted.emit(lambda: self._settle(job, done, on_success, on_failure))

        future.add_done_callback(settle)
        return job

    def _settle(
        self,
        job: Job,
        future: Future[ResultT],
        on_success: Callable[[ResultT], None],
        on_failure: OnFailure,
    ) -> None:
        self._must_finish.discard(future)
        if job.is_cancelled or future.cancelled():
            self._end(job)
            return
        error = future.exception()
        if isinstance(error, Exception):
            job.error = error
        elif error is None:
            job.outcome = job.about.outcome(future.result())
        self._end(job)
        if error is None:
            on_success(future.result())
        elif isinstance(error, Exception):
            _log_fault(job.title, error)
            on_failure(error)
        elif not isinstance(error, Cancelled):
            raise error

    def ask(
        self,
        title: str,
        request: Request,
        *,
        about: About | None = None,
        on_success: Callable[[dict[str, Any]], None],
        on_failure: OnFailure,
        on_tile: OnTile | None = None,
    ) -> Job:
        """Ask the device process; one of the callbacks runs, unless cancelled.

        `on_success` gets the answer's fields, arrays already fetched.
        """
        number = next(self._numbers)
        job = Job(
            title,
            number,
            Progress(),
            about=about or About(),
            _cancel=lambda: self.device.cancel(number),
        )
        self._asked[number] = _Asked(job, on_success, on_failure, on_tile)
        self._begin(job)
        self.device.send(number, request)
        self._give_turn()
        return job

    def begin(self, title: str, about: About) -> Job:
        """A job made of others, which name it as what they are a part of; `end` ends it."""
        job = Job(title, next(self._numbers), Progress(), about=about)
        self._begin(job)
        self._take_turn(job)
        return job

    def end(self, job: Job, outcome: Outcome) -> None:
        """The job that `begin` began is over."""
        job.outcome = outcome
        self._end(job)

    def finish(self) -> Exception | None:
        """Wait for the jobs that must finish; the first failure among them, if there is one."""
        for future in list(self._must_finish):
            error = future.exception()
            if isinstance(error, Exception):
                return error
        return None

    def stop(self) -> None:
        """End what runs and wait for it; what must finish does, all else is cancelled.

        After this no job is taken and no callback comes.
        """
        if self._is_stopped:
            return
        self._is_stopped = True
        for job in self._running:
            if not job.must_finish:
                job.progress.cancel()
        for pool in self._lanes.values():
            pool.shutdown(wait=True)
        self.device.stop()

    def _begin(self, job: Job) -> None:
        self._running.add(job)
        self.started.emit(job)

    def _take_turn(self, job: Job) -> None:
        if job.begun is None:
            job.begun = monotonic()
            self.begun.emit(job)

    def _give_turn(self) -> None:
        """The device process does one job after the other, in the order they were asked for."""
        first = next(iter(self._asked.values()), None)
        if first is not None:
            self._take_turn(first.job)

    def _end(self, job: Job) -> None:
        job.ended, job.was_cancelled = monotonic(), job.is_cancelled
        self._running.discard(job)
        self._last_report.pop(job.number, None)
        self.finished.emit(job)

    def _report(self, job: Job, step: Step) -> None:
        if job.about.part_of is not None:
            whole, at, count = job.about.part_of
            step = Step(at * step.total + step.done, count * step.total, step.what)
            self._report(whole, step)
            return
        job.step = step
        now = monotonic()
        last = self._last_report.get(job.number, 0.0)
        if now - last >= 1 / REPORTS_PER_SECOND or step.done == step.total:
            self._last_report[job.number] = now
            self.progressed.emit(job, step)

    @Slot(object)
    def _call(self, call: Callable[[], None]) -> None:
        if not self._is_stopped:
            call()

    @Slot(int, int, int, str)
    def _device_stepped(self, number: int, done: int, total: int, what: str) -> None:
        self._report(self._asked[number].job, Step(done, total, what))

    @Slot(int, object, object)
    def _device_tiled(self, number: int, box: Box, labels: Labels) -> None:
        asked = self._asked[number]
        if asked.on_tile and not asked.job.progress.is_cancelled:
            asked.on_tile(box, labels)

    @Slot(int, object)
    def _device_finished(self, number: int, answer: dict[str, Any]) -> None:
        asked = self._asked.pop(number)
        self._end(asked.job)
        for name in ("labels", "beliefs", "picture"):
            if name in answer:
                answer[name] = self.device.exchange.take(answer[name])
        if not asked.job.progress.is_cancelled:
            asked.on_success(answer)
        self._give_turn()

    @Slot(int, object)
    def _device_failed(self, number: int, error: SulcusError | dict[str, str]) -> None:
        asked = self._asked.pop(number)
        why = error if isinstance(error, SulcusError) else _rebuilt(error)
        if not asked.job.progress.is_cancelled:
            asked.job.error = why
        self._end(asked.job)
        if not asked.job.progress.is_cancelled:
            asked.on_failure(why)
        self._give_turn()

    @Slot(int)
    def _device_cancelled(self, number: int) -> None:
        self._end(self._asked.pop(number).job)
        self._give_turn()


def _log_fault(title: str, error: Exception) -> None:
    if not isinstance(error, SulcusError):
        log.error("%s failed", title, exc_info=error)


def _rebuilt(fields: dict[str, str]) -> Exception:
    """The error that the device process met, as it was raised there."""
    kind = getattr(errors, fields["kind"], None) if fields["kind"] else None
    if kind is None:
        return RuntimeError(fields["what"])
    return kind(fields["what"], remedy=fields["remedy"])
