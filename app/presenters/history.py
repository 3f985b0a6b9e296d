"""The steps of the case on screen, and going back and forth among them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.job import About
from app.jobs import Job, JobRunner, Lane
from app.presenters.case import CasePresenter
from engine.editing.ahead import Ahead
from engine.workflow.history import list_steps, prepare_way

if TYPE_CHECKING:
    from engine.workflow.history import Entry


class HistoryPresenter(QObject):
    """What can be undone and redone, newest first.

    Attributes:
        steps: The newest first; those that were undone stand above the others.
        undone: How many of them, from the first on, are undone.
    """

    listed = Signal()  # all of `steps` may be others
    added = Signal(int)  # so many stand at the front that were not there
    moved = Signal()  # `undone` is another
    failed = Signal(object)  # Exception

    def __init__(
        self, runner: JobRunner, case: CasePresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._listing: Job | None = None
        self._going: Job | None = None
        self._target: int | None = None
        self._is_outdated = False
        self.steps: tuple[Entry, ...] = ()
        self.undone = 0
        case.history_changed.connect(self._follow)
        case.closed.connect(self._clear)

    @property
    def is_going(self) -> bool:
        """Whether a far way along the history is being worked out."""
        return self._going is not None

    def go_to(self, row: int) -> None:
        """Undo or redo so that the step of a row is the last one done; beyond the last, none is."""
        if not 0 <= row <= len(self.steps):
            return
        self._target = self.steps[row].number if row < len(self.steps) else 0
        self._go()

    @Slot()
    def cancel(self) -> None:
        """Stay where the history is."""
        self._target = None
        if self._going is not None:
            self._going.cancel()
            self._going = None

    def _go(self) -> None:
        history, project, case = self._case.history, self._case.project, self._case.case
        if self._target is None or history is None or project is None or case is None:
            return
        if self._going is not None:
            self._going.cancel()
            self._going = None
        if case.journal is None:
            self._case.refuse()
            return
        try:
            way = history.way_to(self._target)
        except ValueError:  # a new stroke has dropped that step meanwhile
            self._target = None
            return
        maps = (history.labels, history.sources)
        self._going = self._runner.run(
            "Going through the history",
            functools.partial(prepare_way, project.folder, history.version, maps, way),
            lane=Lane.MASK,
            about=About(on_stop=self.cancel),
            on_success=self._arrive,
            on_failure=self._fail,
        )

    def _arrive(self, ahead: Ahead | None) -> None:
        self._going = None
        history = self._case.history
        is_done = ahead is None or self._case.carry_out(ahead)
        if is_done or history is None or history.is_painting:
            self._target = None
        else:
            self._go()  # the mask was changed meanwhile

    def _fail(self, error: Exception) -> None:
        self._going = None
        self._target = None
        self.failed.emit(error)

    @Slot()
    def _follow(self) -> None:
        """Something was done, undone or redone."""
        history, case, project = self._case.history, self._case.case, self._case.project
        if history is None or case is None or project is None:
            return
        done, undone = history.stacks
        wanted = (*undone, *reversed(done))
        known = {one.number: one for one in self.steps}
        fresh = [number for number in wanted if number not in known]
        if fresh and case.journal is not None:
            self._list(max(known, default=case.hidden))
            return
        self._show([known[number] for number in wanted if number in known], len(undone))

    def _list(self, after: int) -> None:
        """Read the steps that are new."""
        if self._listing is not None and not self._listing.is_cancelled:
            self._is_outdated = True
            return
        case, project = self._case.case, self._case.project
        assert case is not None
        assert project is not None
        folder, case_id = project.folder, case.case.id
        self._listing = self._runner.run(
            "Reading the history",
            lambda _: list_steps(folder, case_id, after),
            lane=Lane.MASK,
            on_success=self._take,
            on_failure=self._fail_listing,
        )

    def _take(self, found: tuple[Entry, ...]) -> None:
        self._listing = None
        history = self._case.history
        if history is None:
            return
        known = {one.number: one for one in (*self.steps, *found)}
        done, undone = history.stacks
        wanted = (*undone, *reversed(done))
        self._show([known[number] for number in wanted if number in known], len(undone))
        if self._is_outdated:
            self._is_outdated = False
            self._follow()

    def _fail_listing(self, error: Exception) -> None:
        self._listing = None
        self.failed.emit(error)

    def _show(self, steps: Sequence[Entry], undone: int) -> None:
        before, self.steps, self.undone = self.steps, tuple(steps), undone
        extra = len(self.steps) - len(before)
        if self.steps == before:
            self.moved.emit()
        elif extra > 0 and self.steps[extra:] == before:
            self.added.emit(extra)
            self.moved.emit()
        else:
            self.listed.emit()

    @Slot()
    def _clear(self) -> None:
        self.cancel()
        if self._listing is not None:
            self._listing.cancel()
            self._listing = None
        self._is_outdated = False
        self.steps, self.undone = (), 0
        self.listed.emit()
