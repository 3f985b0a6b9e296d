"""How much of the image each class covers, counted away from the interface."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.jobs import Job, JobRunner, Lane
from app.presenters.case import CasePresenter
from engine.core.label_map import LabelMap
from engine.progress import Progress

COUNT_AFTER_MS = 150
"""Counting waits until strokes have paused this long."""


class VolumesPresenter(QObject):
    """Pixels and millilitres by class.

    Attributes:
        pixels: By class; empty until counted.
        ml: Millilitres by class; None for a photo.
    """

    changed = Signal()
    failed = Signal(object)  # Exception

    def __init__(
        self, runner: JobRunner, case: CasePresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._job: Job | None = None
        self.pixels: tuple[int, ...] = ()
        self.ml: tuple[float, ...] | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(COUNT_AFTER_MS)
        self._later.timeout.connect(self._count)
        case.history_changed.connect(self._later.start)
        case.closed.connect(self._clear)

    @Slot()
    def _count(self) -> None:
        history = self._case.history
        if history is None:
            return
        if self._job is not None and not self._job.is_cancelled:
            self._later.start()
            return
        mask = history.label_map

        def show(found: tuple[tuple[int, ...], tuple[float, ...] | None]) -> None:
            self._job = None
            if self._case.history is history:
                self.pixels, self.ml = found
                self.changed.emit()

        def count(_: Progress) -> tuple[tuple[int, ...], tuple[float, ...] | None]:
            return _counted(mask)

        self._job = self._runner.run(
            "Counting", count, lane=Lane.MASK, on_success=show, on_failure=self._fail
        )

    def _fail(self, error: Exception) -> None:
        self._job = None
        self.failed.emit(error)

    @Slot()
    def _clear(self) -> None:
        self._later.stop()
        self.pixels, self.ml = (), None
        self.changed.emit()


def _counted(mask: LabelMap) -> tuple[tuple[int, ...], tuple[float, ...] | None]:
    counts, voxel = mask.counts(), mask.geometry.voxel_volume_ml
    return counts, None if voxel is None else tuple(count * voxel for count in counts)
