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
        if self.is_cancelled:
            raise Cancelled
        self._report(Step(done, total, what))
