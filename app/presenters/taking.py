"""Computed labels become part of the mask as one step; large ones beside the interface."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from app.job import About, Listed
from app.jobs import Job, JobRunner, Lane, OnFailure
from app.presenters.case import CasePresenter
from engine.core.arrays import Box, Labels
from engine.core.sources import Origin, Sources
from engine.editing.ahead import Ahead, replacing
from engine.progress import Progress

AT_ONCE = 1_000_000
"""So many pixels are put in at once, which takes about 50 ms; of more it is worked out in a job."""

Note = Callable[[Labels, Labels], Any]
"""What is made of the labels of the box before and after, for whoever asked."""


def nothing(_before: Labels, _after: Labels) -> None:
    """Nothing is made of them."""


class Taking:
    """What puts labels into the mask of the case on screen; what a person owns stays."""

    def __init__(self, runner: JobRunner, case: CasePresenter) -> None:
        self._runner = runner
        self._case = case
        self._job: Job | None = None

    def cancel(self) -> None:
        """Leave the mask as it is; nobody is told."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def take(
        self,
        labels: Labels,
        origin: Origin,
        done: Callable[[Any], None],
        failed: OnFailure,
        *,
        box: Box | None = None,
        note: Note = nothing,
        gone: Callable[[], None] = lambda: None,
    ) -> None:
        """Put `labels` into the mask; at once, or soon, if they are many.

        Args:
            labels: uint8 of the box's shape, in file order.
            origin: What computed them.
            done: Called once they are in, with what `note` gave.
            failed: Called with what went wrong.
            box: Where; the whole mask if left out.
            note: Called beside the interface.
            gone: Called in place of `done` if another case came on screen meanwhile.
        """
        history = self._case.history
        if history is None:
            gone()
            return
        where = box or tuple(slice(0, side) for side in history.labels.shape)
        if labels.size <= AT_ONCE:
            before = history.labels[where].copy()
            self._case.replace(labels, where, origin)
            done(note(before, history.labels[where]))
            return

        def arrive(found: tuple[Ahead | None, Any]) -> None:
            self._job = None
            ahead, noted = found
            if self._case.history is not history:
                gone()
            elif ahead is None or self._case.carry_out(ahead):
                done(noted)
            else:  # the mask was changed meanwhile
                self.take(labels, origin, done, failed, box=where, note=note, gone=gone)

        maps = (history.labels, history.sources)
        self._job = self._runner.run(
            "Taking a mask over",
            functools.partial(_worked_out, history.version, maps, where, labels, origin, note),
            lane=Lane.MASK,
            about=About(listed=Listed.NEVER),
            on_success=arrive,
            on_failure=failed,
        )


def _worked_out(
    version: int,
    maps: tuple[Labels, Sources],
    where: Box,
    labels: Labels,
    origin: Origin,
    note: Note,
    progress: Progress,
) -> tuple[Ahead | None, Any]:
    progress.step(0, 1, "Taking a mask over")
    ahead = replacing(version, maps, where, labels, origin)
    before = maps[0][where]
    after = before
    if ahead is not None and note is not nothing:
        after = before.copy()
        after[tuple(
            slice(part.start - whole.start, part.stop - whole.start)
            for part, whole in zip(ahead.box, where, strict=True)
        )] = ahead.labels  # fmt: skip
    return ahead, note(before, after)
