"""Two masks at once: before and after, or the two CRFs, on both sides of a line."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.job import About
from app.jobs import Job, JobRunner
from app.presenters.case import CasePresenter
from app.presenters.measuring import kinds_of_change
from app.presenters.refinement import CONV, DENSE, RefinementPresenter
from engine.core.arrays import Labels


class ComparisonPresenter(QObject):
    """What is compared, and what the other CRF makes of the same parameters.

    Attributes:
        is_split: Whether the two sides of a line show two masks.
        is_of_crfs: Whether they show the two CRFs, instead of the mask before and after.
        names: What two whole masks are called that are compared instead; None if none are.
    """

    changed = Signal()  # the masks on both sides of the line
    flashed = Signal()
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        refinement: RefinementPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._refinement = refinement
        self._job: Job | None = None
        self._other: Labels | None = None
        self._other_of: Labels | None = None
        self.is_split = False
        self.is_of_crfs = False
        self.names: tuple[str, str] | None = None
        self._masks: tuple[Labels, Labels] | None = None
        refinement.settled.connect(self._ask)
        case.closed.connect(self._leave)

    @property
    def sides(self) -> tuple[Labels, Labels] | None:
        """(rows, columns) left and right of the line; None if there is nothing to compare.

        Until the other CRF has answered, both sides show the one in hand.
        """
        if self.is_split and self._masks is not None and self._case.case is not None:
            view = self._case.view
            return view.read(self._masks[0]), view.read(self._masks[1])
        preview, history = self._refinement.preview, self._case.history
        if not self.is_split or preview is None or history is None or not self._case.has_overlay:
            return None
        if not self.is_of_crfs:
            return self._case.view.read(history.labels), preview
        other = self._other if self._other_of is preview else None
        return preview, preview if other is None else other

    @property
    def changes(self) -> Labels | None:
        """(rows, columns), as `kinds_of_change` has them, of the preview against the mask."""
        if self._masks is not None and self._case.case is not None:
            view = self._case.view
            return kinds_of_change(view.read(self._masks[0]), view.read(self._masks[1]))
        preview, history = self._refinement.preview, self._case.history
        if preview is None or history is None:
            return None
        return kinds_of_change(self._case.view.read(history.labels), preview)

    def split(self, *, on: bool) -> None:
        """Show two masks at once, on both sides of a line; turns the preview on."""
        if self._case.case is None:
            return
        self.is_split = on
        if on and self._masks is None:
            self._refinement.turn(on=True)
        self.changed.emit()
        self._ask()

    def toggle(self) -> None:
        """The line on or off; without a preview it comes with one."""
        can_show = self._refinement.is_on or self._masks is not None
        self.split(on=not (self.is_split and can_show))

    def compare_masks(
        self, masks: tuple[Labels, Labels] | None, names: tuple[str, str] | None = None
    ) -> None:
        """Compare two whole masks, (*shape) uint8, on the sides of the line; None ends that."""
        self._masks, self.names = masks, names
        self.is_split = masks is not None
        if masks is not None:
            self._refinement.turn(on=False)
        self.changed.emit()

    def compare_crfs(self, *, on: bool) -> None:
        """Show both CRFs on the sides of the line, or the mask before and after."""
        self.is_of_crfs = on
        self.changed.emit()
        self._ask()

    @Slot()
    def flash(self) -> None:
        """Show where the preview differs from the mask."""
        if self._refinement.preview is not None or self._masks is not None:
            self.flashed.emit()

    @Slot()
    def cancel(self) -> None:
        """Stop asking the other CRF."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @Slot()
    def _ask(self) -> None:
        """Ask for the other CRF's mask, if it is shown and the preview is not of yesterday."""
        refinement, preview = self._refinement, self._refinement.preview
        wanted = self.is_split and self.is_of_crfs and refinement.is_settled
        if not wanted or preview is None or self._other_of is preview or self._job is not None:
            return
        scope = refinement.scope

        def show(answer: dict[str, Any]) -> None:
            self._job = None
            if refinement.preview is preview:
                self._other = refinement.whole(answer["labels"], scope)
                self._other_of = preview
                self.changed.emit()
            else:
                self._ask()

        request = refinement.request(DENSE if refinement.crf == CONV else CONV, scope)
        self._job = self._runner.ask(
            "Comparing",
            request,
            about=About(on_stop=self.cancel),
            on_success=show,
            on_failure=self._fail,
        )

    def _fail(self, error: Exception) -> None:
        self._job = None
        self.is_of_crfs = False
        self.changed.emit()
        self.failed.emit(error)

    @Slot()
    def _leave(self) -> None:
        self.cancel()
        self._other = self._other_of = None
        if self._masks is not None:
            self._masks = self.names = None
            self.is_split = False
