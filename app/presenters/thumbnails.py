"""Small pictures of the cases in sight: the newest asked for is drawn first, one at a time."""

from __future__ import annotations

import functools
from collections import OrderedDict

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.job import About, Listed
from app.jobs import JobRunner, Lane
from app.presenters.project import ProjectPresenter
from engine.core.case import Case
from engine.workflow.thumbnail import draw_thumbnail

Picture = npt.NDArray[np.uint8]

KEPT = 2000
"""Pictures held in memory, 27 kB each at most."""
WAITING = 60
"""So many are drawn later; those asked for before them were scrolled past."""
PAUSE_MS = 30


class ThumbnailsPresenter(QObject):
    """Draws what lists ask for, and keeps it while the project is open."""

    drawn = Signal(str)  # id of the case

    def __init__(
        self, runner: JobRunner, project: ProjectPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._kept: OrderedDict[str, Picture | None] = OrderedDict()
        self._waiting: OrderedDict[str, Case] = OrderedDict()
        self._is_drawing = False
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(PAUSE_MS)
        self._next.timeout.connect(self._draw)
        project.access_changed.connect(self._forget)

    def of(self, case: Case) -> Picture | None:
        """The picture of a case: (rows, columns, 3); None while it is drawn, or if it cannot be."""
        if case.id in self._kept:
            self._kept.move_to_end(case.id)
            return self._kept[case.id]
        self._waiting[case.id] = case
        self._waiting.move_to_end(case.id)
        if len(self._waiting) > WAITING:
            self._waiting.popitem(last=False)
        if not self._is_drawing and not self._next.isActive():
            self._next.start()
        return None

    @Slot()
    def _draw(self) -> None:
        if self._is_drawing or not self._waiting:
            return
        _, case = self._waiting.popitem(last=True)
        self._is_drawing = True
        self._runner.run(
            "Drawing small pictures",
            functools.partial(draw_thumbnail, case),
            lane=Lane.LISTS,
            about=About(listed=Listed.NEVER),
            on_success=functools.partial(self._keep, case.id),
            on_failure=lambda _: self._keep(case.id, None),  # its row then shows a sign instead
        )

    def _keep(self, case_id: str, picture: Picture | None) -> None:
        self._is_drawing = False
        self._kept[case_id] = picture
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        if picture is not None:
            self.drawn.emit(case_id)
        if self._waiting:
            self._next.start()

    @Slot()
    def _forget(self) -> None:
        self._kept.clear()
        self._waiting.clear()
