"""The case on screen: its image, its mask with undo, the slice shown, and whether it is saved."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import JobRunner
from app.presenters.arrival import Arrival, Look
from engine.core.arrays import Box, Labels
from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.planes import Plane, SliceView, slice_count, slice_index, slice_view
from engine.core.sources import Origin, PixelSource
from engine.editing.ahead import Ahead
from engine.editing.history import History
from engine.editing.paint_mode import OVERWRITE, PaintMode
from engine.editing.sheet import Sheet
from engine.errors import DamagedProject, ImageChanged, ImageMissing, SulcusError
from engine.progress import Progress
from engine.workflow.checkpoint import Hold, checkpoint_case, read_only
from engine.workflow.open_case import OpenCase, open_case
from engine.workflow.project import ProjectInfo

Change: TypeAlias = "tuple[slice, slice] | Box | None"
"""(rows, columns) of the active slice, three slices of a volume in file order, or None for all."""

REFINED = Origin(PixelSource.CRF, "conv")


class CasePresenter(QObject):
    """One case at a time; opening another saves this one first.

    Attributes:
        arrival: The case on its way to the screen.
        cursor: The voxel, in file order, where the planes of a volume cross.
        plane: The active plane, which tools and the refinement act on.
        index: Its slice; the other planes show the slices that the cursor lies in.
    """

    opened = Signal()
    closed = Signal()
    changing = Signal()  # before the whole mask changes; a stroke under way must end
    slice_changed = Signal()  # another slice, or another plane, is the active one
    cursor_changed = Signal()  # the voxel where the planes cross; before `slice_changed`
    labels_changed = Signal(object)  # what changed: see `Change`
    history_changed = Signal()
    saved = Signal()
    unsaved = Signal(object)  # Exception: why the snapshot could not be kept
    unopened = Signal(object)  # ImageMissing, ImageChanged, DamagedProject: there is a way out
    unread = Signal()  # the image cannot be read; `failed` has told why
    failed = Signal(object)  # Exception

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._project: ProjectInfo | None = None
        self.arrival = Arrival(runner, self)
        self.case: OpenCase | None = None
        self.history: History | None = None
        self.cursor: tuple[int, ...] = ()
        self.plane = Plane.AXIAL
        self.index = 0
        self.is_behind = False
        self._overlay: Labels | None = None
        self.hold: Hold | None = None
        self.reader = ""

    @property
    def is_dirty(self) -> bool:
        """Whether something would be lost if the program ended now.

        Finished strokes would not, they are in the journal.
        """
        if self.history is not None and self.history.is_painting:
            return True
        return self.is_behind and (self.case is None or self.case.journal is None)

    @property
    def is_read_only(self) -> bool:
        """Whether another Sulcus has the project, so that this one only looks."""
        return self.case is not None and self.case.is_read_only

    @property
    def is_opening(self) -> bool:
        """Whether a case is being read that will be shown."""
        return self.arrival.is_under_way

    @property
    def token(self) -> str:
        """What the device process must show to write to the project for this window."""
        return self.hold.lent.token if self.hold else ""

    @property
    def project(self) -> ProjectInfo | None:
        return self._project

    def open(self, project: ProjectInfo, case_id: str) -> None:
        """Show a case of a project, once it is read."""
        self.close()
        self._project = project
        work = functools.partial(_open, project.folder, case_id, self.hold, self.reader)
        self.arrival.start(work, self._show, self._not_opened)

    def close(self) -> None:
        """Keep a snapshot and show nothing, nor what is on its way."""
        self.arrival.stop()
        self.changing.emit()
        self.save()
        if self.case is not None:
            if self.case.journal is not None:
                self.case.journal.close()
            self.case = None
            self.history = None
            self._overlay = None
            self.closed.emit()

    def save(self) -> None:
        """Write a snapshot of the mask in the background, if it changed since.

        Nothing is lost without it: the journal has every stroke. It spares replaying them.
        """
        if not (self.is_behind and self.case and self.history and self._project):
            return
        hold = self.hold
        if self.case.journal is None or hold is None:
            return
        self.is_behind = False
        mask, mark = self.history.label_map, self.case.journal.mark
        copy = self.history.copying()
        folder, case_id = self._project.folder, self.case.case.id

        def work(progress: Progress) -> None:
            labels, sources = copy.take()
            kept = LabelMap(labels, mask.geometry, mask.label_set)
            checkpoint_case(folder, case_id, kept, sources, mark, hold, progress)

        self._runner.run(
            "Saving",
            work,
            must_finish=True,
            on_success=self._was_saved,
            on_failure=self._not_saved,
        )

    @property
    def view(self) -> SliceView:
        """The active slice; there must be a case."""
        return self.view_in(self.plane)

    def view_in(self, plane: Plane) -> SliceView:
        """The slice of a plane that the cursor lies in; there must be a case."""
        assert self.case is not None
        return slice_view(self.case.image.geometry, plane, self.index_in(plane))

    def index_in(self, plane: Plane) -> int:
        """Which slice of a plane the cursor lies in; there must be a case."""
        assert self.case is not None
        return slice_index(self.case.image.geometry, plane, self.cursor)

    def labels_in(self, plane: Plane) -> Labels:
        """(rows, columns): what to show of a plane; the overlay lies over the active one only."""
        assert self.history is not None
        if plane is self.plane:
            return self.shown_labels
        return self.view_in(plane).read(self.history.labels)

    def sheet(self, origin: Origin, mode: PaintMode = OVERWRITE) -> Sheet:
        """The slice on screen, to paint on; there must be a case."""
        assert self.history is not None
        assert self.case is not None
        return Sheet(self.history, self.view, origin, mode, self.case.image.pixels[0])

    @property
    def shown_labels(self) -> Labels:
        """(rows, columns): the overlay if there is one, else the mask's slice."""
        assert self.history is not None
        return self.view.read(self.history.labels) if self._overlay is None else self._overlay

    @property
    def has_overlay(self) -> bool:
        return self._overlay is not None

    def show_overlay(self, labels: Labels | None) -> None:
        """Show (rows, columns) labels instead of the mask's slice; None shows the mask again."""
        if labels is None and self._overlay is None:
            return
        self._overlay = labels
        self.labels_changed.emit(None)

    @property
    def slices(self) -> int:
        return slice_count(self.case.image.geometry, self.plane) if self.case else 0

    def put_cursor(self, voxel: tuple[int, ...]) -> None:
        """Let the planes cross at another voxel; beyond the ends, at the last one."""
        if self.case is None:
            return
        geometry = self.case.image.geometry
        inside = (min(max(at, 0), side - 1) for at, side in zip(voxel, geometry.shape, strict=True))
        if (cursor := tuple(inside)) == self.cursor:
            return
        self.cursor = cursor
        before, self.index = self.index, slice_index(geometry, self.plane, cursor)
        if self.index != before:
            self._overlay = None
        self.cursor_changed.emit()
        if self.index != before:
            self.slice_changed.emit()

    def go_to(self, index: int) -> None:
        """Show another slice of the active plane; beyond the ends, the last one."""
        if self.case is None or self.slices < 2:
            return
        index = int(np.clip(index, 0, self.slices - 1))
        there = slice_view(self.case.image.geometry, self.plane, index)
        assert there.normal is not None
        voxel = list(self.cursor)
        voxel[there.normal] = there.index
        self.put_cursor(tuple(voxel))

    def step(self, count: int) -> None:
        """Go `count` slices up, or down if negative."""
        self.go_to(self.index + count)

    def show_plane(self, plane: Plane) -> None:
        """Make another plane the active one, at the slice that the cursor lies in."""
        if self.case and self.case.image.geometry.is_volume and plane is not self.plane:
            self.plane = plane
            self.index = slice_index(self.case.image.geometry, plane, self.cursor)
            self._overlay = None
            self.slice_changed.emit()

    def turn_plane(self, count: int) -> None:
        """Make the plane `count` further on the active one, round and round."""
        planes = list(Plane)
        self.show_plane(planes[(planes.index(self.plane) + count) % len(planes)])

    def replace(self, labels: Labels, box: Box | None = None, origin: Origin = REFINED) -> None:
        """Put computed labels into the mask as one step; what a person owns stays.

        Args:
            labels: uint8 of the box's shape, in file order.
            box: Where; the whole mask if left out.
            origin: What computed them.
        """
        history = self.history
        if history is not None:
            where = box or tuple(slice(0, side) for side in history.labels.shape)
            self.change(lambda: history.replace(where, labels, origin))

    def carry_out(self, ahead: Ahead) -> bool:
        """Do what was worked out ahead; False if the mask was changed since, and nothing is done.

        What cannot be kept is told by `failed`.
        """
        history = self.history
        if history is None or history.is_painting or ahead.version != history.version:
            return False
        self.change(lambda: ahead.box if history.carry_out(ahead) else None)
        return True

    def changed(self, part: Change) -> None:
        """Tell that the mask changed in a part of the active slice or of a volume, or anywhere."""
        self.is_behind = True
        self.labels_changed.emit(part)
        self.history_changed.emit()

    @Slot()
    def undo(self) -> None:
        if self.history:
            self.change(self.history.undo)

    @Slot()
    def redo(self) -> None:
        if self.history:
            self.change(self.history.redo)

    def change(self, change: Callable[[], object]) -> None:
        """Change the mask as a whole, and tell; or tell why it could not be kept."""
        self.changing.emit()
        if self.is_read_only:
            self.refuse()
            return
        try:
            if found := change():
                self.changed(self._part_of(found))
        except SulcusError as error:
            self.failed.emit(error)

    def _part_of(self, found: object) -> Change:
        """What a change says that it changed: the box of a step, or that it changed something."""
        if not isinstance(found, tuple):
            return None
        return found if len(found) == 3 else self.view.part(found)

    def refuse(self) -> None:
        """Say that this project can only be looked at here."""
        self.failed.emit(read_only())

    def _show(self, found: tuple[OpenCase, History]) -> None:
        self.case, self.history = found
        geometry = self.case.image.geometry
        self.is_behind = False
        self.plane = Plane.AXIAL
        self.cursor = _middle(geometry)
        self.index = slice_index(geometry, self.plane, self.cursor)
        self.opened.emit()
        self.slice_changed.emit()
        self.history_changed.emit()

    def _not_opened(self, error: Exception) -> None:
        has_way_out = isinstance(error, ImageMissing | ImageChanged | DamagedProject)
        (self.unopened if has_way_out else self.failed).emit(error)
        if not has_way_out:
            self.unread.emit()

    def _was_saved(self, _: None) -> None:
        self.saved.emit()

    def _not_saved(self, error: Exception) -> None:
        self.is_behind = True
        self.unsaved.emit(error)


def _middle(geometry: Geometry) -> tuple[int, ...]:
    """The voxel that lies in the middle slice of each plane, as the slices are counted."""
    voxel = [side // 2 for side in geometry.shape]
    for plane in Plane if geometry.is_volume else ():
        view = slice_view(geometry, plane, slice_count(geometry, plane) // 2)
        assert view.normal is not None
        voxel[view.normal] = view.index
    return tuple(voxel)


def _open(
    folder: Path, case_id: str, hold: Hold | None, reader: str, look: Look, progress: Progress
) -> tuple[OpenCase, History]:
    found = open_case(folder, case_id, progress, hold, reader, None, look)
    found.image.intensity_range()  # reckoned here, so that the interface need not
    return found, found.history()
