"""One piece of work that the window has begun: what it is, how far, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from engine.core.case import Case
from engine.progress import Progress, Step


class JobState(Enum):
    """Where a job stands; the values are what people read."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether nothing of the job is still to come."""
        return self not in (JobState.WAITING, JobState.RUNNING)


class Listed(Enum):
    """When the list of jobs tells of one."""

    ALWAYS = "always"
    IF_FAILED = "if it fails"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, and with which case if it was one.

    Attributes:
        why: What happened and what to do about it.
        case: The case, or None.
        name: Of what else it was: a file, say.
    """

    why: str
    case: Case | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job that does many things.

    Attributes:
        done: How many were done.
        skipped: How many were left alone because a person has begun them.
        failed: Those that could not be done.
    """

    done: int = 0
    skipped: int = 0
    failed: tuple[Failure, ...] = ()


def _nothing() -> None:
    """A job that no process has to be told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What whoever begins a job tells of it besides its title.

    Attributes:
        cases: What it is about.
        listed: When the list of jobs tells of it: always where a person asked for it by name.
        on_stop: What a person does who cancels it; None to cancel just this job.
        part_of: The job that this is a part of, with its place and how many parts there are.
        outcome: What came of it, from the result of its work.
    """

    cases: tuple[Case, ...] = ()
    listed: Listed = Listed.IF_FAILED
    on_stop: Callable[[], object] | None = None
    part_of: tuple[Job, int, int] | None = None
    outcome: Callable[[Any], Outcome | None] = lambda _: None


@dataclass(eq=False, slots=True)
class Job:
    """One piece of work on its way; a cancelled job delivers nothing, however late it notices.

    Attributes:
        title: What it does, in English; people read it translated in the context 'jobs'.
        number: Unique in this run of the program.
        progress: How it reports and is stopped.
        must_finish: Whether closing the program waits for it.
        about: What it is about, and whether it is listed.
        step: What it reported last.
        outcome: What came of it, where it does many things.
        error: Why it failed.
        asked: When it was asked for, in seconds since 1970.
        begun: When its turn came, in seconds of the monotonic clock; None until then.
        ended: When it was over, by the same clock.
        was_cancelled: Whether it had been asked to stop by then.
    """

    title: str
    number: int
    progress: Progress = field(repr=False)
    must_finish: bool = False
    about: About = field(default_factory=About, repr=False)
    step: Step | None = None
    outcome: Outcome | None = None
    error: Exception | None = None
    asked: float = field(default_factory=time.time)
    begun: float | None = None
    ended: float | None = None
    was_cancelled: bool = False
    _cancel: Callable[[], None] = field(repr=False, default=_nothing)

    @property
    def is_cancelled(self) -> bool:
        """Whether it was asked to stop, so that nothing comes of it."""
        return self.progress.is_cancelled

    @property
    def state(self) -> JobState:
        if self.was_cancelled if self.ended is not None else self.is_cancelled:
            return JobState.CANCELLED
        if self.error is not None:
            return JobState.FAILED
        if self.ended is not None:
            return JobState.DONE
        return JobState.WAITING if self.begun is None else JobState.RUNNING

    @property
    def fraction(self) -> float | None:
        """How much of it is done, from 0 to 1; None if it does not say."""
        step = self.step
        return None if step is None or step.total <= 0 else min(1.0, step.done / step.total)

    @property
    def spent(self) -> float:
        """Seconds since its turn came, or that it took."""
        if self.begun is None:
            return 0.0
        return (time.monotonic() if self.ended is None else self.ended) - self.begun

    @property
    def left(self) -> float | None:
        """Seconds that it will still take at the speed it had; None while that is a guess."""
        fraction = self.fraction
        if not fraction or self.spent < 1.0 or self.state is not JobState.RUNNING:
            return None
        return self.spent * (1 - fraction) / fraction

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What went wrong: with parts of it, or with all of it."""
        if self.error is not None:
            only = self.about.cases[0] if len(self.about.cases) == 1 else None
            return (Failure(str(self.error), only),)
        return self.outcome.failed if self.outcome is not None else ()

    def cancel(self) -> None:
        """Stop; whoever began it is not told."""
        self.progress.cancel()
        self._cancel()

    def stop(self) -> None:
        """What a person does who cancels it: whoever began it stops it; not what must finish.

        Once it was cancelled, which it may be slow to notice, another time does nothing.
        """
        if self.is_cancelled:
            return
        whole = self.about.part_of
        if whole is not None:
            whole[0].stop()
        elif self.about.on_stop is not None:
            self.about.on_stop()
        if not self.must_finish and not self.state.is_over:
            self.cancel()
