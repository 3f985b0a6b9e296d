"""How a long computation talks to whoever started it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Step:
    """How far a computation has come: `done` of `total`, and what it is doing now."""

    done: int
    total: int
    what: str


class Progress:
    """Handed to every computation that may take over a second."""

    def __init__(self, report: Callable[[Step], None] = lambda _: None) -> None:
        self._report = report
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the computation to stop at its next step; safe from any thread."""
        self._stop.set()

    @property
    def is_cancelled(self) -> bool:
        return self._stop.is_set()

    def step(self, done: int, total: int, what: str) -> None:
        """Report one step, and stop here if the person asked to.

        Raises:
            Cancelled: after `cancel`.
        """
        self.check()
        self._report(Step(done, total, what))

    def check(self) -> None:
        """Stop here if the person asked to; for work in the midst of a step.

        Raises:
            Cancelled: after `cancel`.
        """
        if self.is_cancelled:
            raise Cancelled

    def part(self, index: int, count: int, what: str) -> Progress:
        """Progress for the `index`-th of `count` parts of equal length.

        Its steps are told as steps of the whole, under the name `what`; stopping the whole stops
        the part.
        """
        return _Part(self, index, count, what)


class _Part(Progress):
    def __init__(self, whole: Progress, index: int, count: int, what: str) -> None:
        super().__init__()
        self._whole = whole
        self._index, self._count, self._what = index, count, what

    def cancel(self) -> None:
        self._whole.cancel()

    @property
    def is_cancelled(self) -> bool:
        return self._whole.is_cancelled

    def step(self, done: int, total: int, what: str) -> None:
        self._whole.step(self._index * total + done, self._count * total, self._what or what)
