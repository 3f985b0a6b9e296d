"""Where two readers differ, and whose mask is taken."""

from __future__ import annotations

import functools

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import Job, JobRunner, Lane
from app.presenters.case import CasePresenter
from app.presenters.comparison import ComparisonPresenter
from app.presenters.review import ReviewPresenter
from app.presenters.taking import Taking
from engine.core.sources import Origin, PixelSource
from engine.workflow.reading import Compared, compare_readers


class AdjudicationPresenter(QObject):
    """Compares the last two readers of a case, for who settles their difference.

    Attributes:
        compared: Their masks and how well they agree; None until asked for.
    """

    changed = Signal()
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        review: ReviewPresenter,
        comparison: ComparisonPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._review = review
        self._comparison = comparison
        self._job: Job | None = None
        self._taking = Taking(runner, case)
        self._is_wanted = False
        self.compared: Compared | None = None
        case.closed.connect(self._leave)
        comparison.changed.connect(self.changed)

    @property
    def is_shown(self) -> bool:
        """Whether both masks are on screen, on the sides of the split line."""
        return self._comparison.names is not None

    def show(self, *, shown: bool) -> None:
        """Show both masks, or the mask as it is."""
        self._is_wanted = shown
        if not shown:
            self._comparison.compare_masks(None)
        elif self.compared is None:
            self._compare()
        else:
            readings = self.compared.readings
            self._comparison.compare_masks(readings.masks, readings.readers)
            self._comparison.flash()

    @Slot()
    def toggle(self) -> None:
        """Both masks, or the mask as it is."""
        if self._review.can_adjudicate or self.is_shown:
            self.show(shown=not self.is_shown)

    @Slot()
    def flash(self) -> None:
        """Light up the pixels in which both masks differ."""
        if self.is_shown:
            self._comparison.flash()
        else:
            self.toggle()

    def take(self, which: int) -> None:
        """Make the mask of the first (0) or the second reader (1) that of the case, as one step."""
        case, compared = self._case.case, self.compared
        if case is None or compared is None:
            return
        if case.is_read_only:
            self._case.refuse()
            return
        readings = compared.readings
        origin = Origin(PixelSource.PAINTED, "reader", detail=readings.readers[which])
        self._taking.take(readings.masks[which], origin, self._took, self.failed.emit)

    def _took(self, _: None) -> None:
        self.show(shown=False)

    def _compare(self) -> None:
        case, project = self._case.case, self._case.project
        is_asked = self._job is not None and not self._job.is_cancelled
        if case is None or project is None or is_asked:
            return
        self._job = self._runner.run(
            "Comparing the readers",
            functools.partial(compare_readers, project.folder, case),
            lane=Lane.MASK,
            on_success=self._take,
            on_failure=self._fail,
        )

    def _take(self, compared: Compared | None) -> None:
        self._job = None
        self.compared = compared
        self.changed.emit()
        if self._is_wanted and compared is not None:
            self.show(shown=True)

    def _fail(self, error: Exception) -> None:
        self._job = None
        self.failed.emit(error)

    @Slot()
    def _leave(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._taking.cancel()
        self._is_wanted = False
        self.compared = None
        self.changed.emit()
