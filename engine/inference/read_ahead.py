"""Reading the next window of a picture while the network computes the one before."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from torch import Tensor

from engine.inference.tiles import Span


class ReadAhead:
    """Windows from a thread of its own, one ahead; all reading happens there, one at a time."""

    def __init__(self, read: Callable[[Span], Tensor]) -> None:
        """Read by `read`, which may raise; `take` then raises that."""
        self._read = read
        self._pool = ThreadPoolExecutor(1, "windows")
        self._next: tuple[Span, Future[Tensor]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def take(self, window: Span, following: Span | None) -> Tensor:
        """What `read` gives for `window`; what follows is read meanwhile.

        Args:
            window: Usually what was `following` before; if it is not, that is read in vain.
            following: The window that is likely to be taken next; None after the last.
        """
        ready = self._next
        asked = ready[1] if ready and ready[0] == window else self._pool.submit(self._read, window)
        self._next = None
        found = asked.result()
        if following is not None:
            self._next = (following, self._pool.submit(self._read, following))
        return found
