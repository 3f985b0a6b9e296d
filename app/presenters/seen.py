"""Which slices of the case on screen its reader was shown."""

from __future__ import annotations

from itertools import groupby

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import JobRunner
from app.presenters.case import CasePresenter
from app.presenters.planes import PlanesPresenter
from engine.core.arrays import Labels, Mask
from engine.core.planes import Plane, slice_count, slice_view
from engine.progress import Progress
from engine.workflow.reading import keep_slices_seen, slices_seen


class SeenPresenter(QObject):
    """Notes each slice that comes on screen; kept by the project for each reader.

    Attributes:
        slices: (slices,) bool by plane, as the slices are counted; a photo has one of one plane.
    """

    changed = Signal()
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        planes: PlanesPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._planes = planes
        self._is_behind = False
        self._of = ("", "")
        self.slices: dict[Plane, Mask] = {}
        case.opened.connect(self._begin)
        case.slice_changed.connect(self._note)
        case.cursor_changed.connect(self._note)
        planes.changed.connect(self._note)
        case.closed.connect(self._end)

    def share(self, plane: Plane) -> tuple[int, int]:
        """How many slices of a plane were shown, of how many."""
        slices = self.slices.get(plane)
        return (0, 0) if slices is None else (int(slices.sum()), slices.size)

    def unseen(self, plane: Plane) -> tuple[tuple[int, int], ...]:
        """The slices of a plane that were not shown, as (first, last) of each run, from 0."""
        slices = self.slices.get(plane)
        return () if slices is None else runs_of(~slices)

    def next_unseen(self) -> None:
        """Go to the next slice of the active plane that was not shown, round and round."""
        slices = self.slices.get(self._case.plane)
        if slices is None or slices.all():
            return
        left = np.flatnonzero(~slices)
        later = left[left > self._case.index]
        self._case.go_to(int(later[0] if later.size else left[0]))

    def keep(self) -> None:
        """Have the project keep what was seen."""
        folder, case_id = self._of
        project, reader = self._case.project, self._case.reader
        if not (self._is_behind and project and case_id and reader):
            return
        self._is_behind = False
        seen = {plane: slices.copy() for plane, slices in self.slices.items()}
        where = project.folder

        def work(_: Progress) -> None:
            keep_slices_seen(where, case_id, reader, seen)

        if str(where) == folder:
            self._runner.run(
                "Keeping what was seen",
                work,
                must_finish=True,
                on_success=_nothing,
                on_failure=self.failed.emit,
            )

    @Slot()
    def _begin(self) -> None:
        case, project, reader = self._case.case, self._case.project, self._case.reader
        assert case is not None
        assert project is not None
        geometry = case.image.geometry
        planes = tuple(Plane) if geometry.is_volume else (Plane.AXIAL,)
        self.slices = {plane: np.zeros(slice_count(geometry, plane), bool) for plane in planes}
        self._of = (str(project.folder), "" if case.is_read_only else case.case.id)
        self._is_behind = False
        if reader and geometry.is_volume:
            self._runner.run(
                "Reading what was seen",
                lambda _: slices_seen(project.folder, case.case.id, reader),
                on_success=self._take,
                on_failure=self.failed.emit,
            )

    def _take(self, kept: dict[Plane, Mask]) -> None:
        for plane, slices in kept.items():
            mine = self.slices.get(plane)
            if mine is not None and mine.size == slices.size:
                mine |= slices
        self.changed.emit()

    @Slot()
    def _note(self) -> None:
        if self._case.case is None:
            return
        is_new = False
        for plane in self._planes.shown:
            slices, index = self.slices.get(plane), self._case.index_in(plane)
            if slices is not None and index < slices.size and not slices[index]:
                slices[index] = is_new = True
        if is_new:
            self._is_behind = True
            self.changed.emit()

    @Slot()
    def _end(self) -> None:
        self.keep()
        self.slices = {}
        self._of = ("", "")
        self.changed.emit()


def missed(labels: Labels, seen: dict[Plane, Mask], case: CasePresenter) -> int:
    """How many slices with a mask were not shown, in the plane where the fewest were missed.

    A mask without an object is read by seeing all slices of one plane.
    """
    assert case.case is not None
    geometry = case.case.image.geometry
    if not geometry.is_volume:
        return 0
    fewest: list[int] = []
    is_empty = not labels.any()
    for plane, slices in seen.items():
        view = slice_view(geometry, plane, 0)
        others = tuple(axis for axis in range(labels.ndim) if axis != view.normal)
        drawn = np.ones(slices.size, bool) if is_empty else (labels != 0).any(axis=others)
        if view.index:  # the slices are counted against the file's order
            drawn = drawn[::-1]
        fewest.append(int((drawn & ~slices).sum()))
    return min(fewest, default=0)


def runs_of(wanted: Mask) -> tuple[tuple[int, int], ...]:
    """The (first, last) index of each run of True."""
    runs: list[tuple[int, int]] = []
    place = 0
    for is_in, run in groupby(wanted.tolist()):
        length = len(list(run))
        if is_in:
            runs.append((place, place + length - 1))
        place += length
    return tuple(runs)


def _nothing(_: None) -> None:
    """Nothing more to do."""
