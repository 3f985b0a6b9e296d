"""Operations of the table on the mask of the case: tried as a preview, and done as one step."""

from __future__ import annotations

import functools
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.job import About
from app.jobs import Job, JobRunner, Lane
from app.presenters.case import CasePresenter
from app.presenters.editing import EditingPresenter
from app.presenters.paint_modes import PaintModesPresenter
from app.presenters.pointing import PointingPresenter
from app.presenters.refinement import RefinementPresenter
from app.presenters.step_titles import title_of
from engine.core.arrays import Labels, Mask
from engine.core.geometry import Geometry
from engine.core.label_set import IGNORE
from engine.core.planes import SliceView
from engine.core.sources import Origin, PixelSource, Sources
from engine.editing.ahead import Ahead, replacing
from engine.editing.operate import operated, origin_of
from engine.editing.operations.table import OPERATIONS, Operation
from engine.editing.regions import region_at
from engine.progress import Progress
from engine.workflow.mask_file import read_other_mask


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What is worked on: the live maps, which are only read, and which state of them."""

    version: int
    maps: tuple[Labels, Sources]
    geometry: Geometry
    locked: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """What was asked for; `place` is that of a region to delete."""

    name: str
    operation: Operation | None
    view: SliceView | None
    is_preview: bool = False
    place: tuple[int, ...] | None = None


class OperationsPresenter(QObject):
    """One operation at a time; a newer one takes the place of one that has not come through.

    Attributes:
        other: (*shape) bool, a mask to combine with; None if none was read.
        other_name: The name of its file.
    """

    preview_changed = Signal()
    running_changed = Signal()
    other_changed = Signal()  # the mask to combine with
    said = Signal(str)  # a sentence for the status bar
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        editing: EditingPresenter,
        modes: PaintModesPresenter,
        pointing: PointingPresenter,
        refinement: RefinementPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._editing = editing
        self._modes = modes
        self._pointing = pointing
        self._refinement = refinement
        self._job: Job | None = None
        self._ahead: Ahead | None = None
        self.other: Mask | None = None
        self.other_name = ""
        self._whole: Labels | None = None
        case.slice_changed.connect(self._show)
        case.history_changed.connect(self._follow)
        case.closed.connect(self._end)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    @property
    def is_previewing(self) -> bool:
        return self._ahead is not None

    def make(self, name: str, **options: Any) -> Operation:
        """An operation with these options; the slice it starts from is the one on screen."""
        part = cast("type", OPERATIONS.load(name))
        given = {"axis": "normal", "index": "index"}
        view = self._case.view
        for field in fields(part):
            if field.name in given and view.normal is not None:
                options[field.name] = getattr(view, given[field.name])
        return part(**options)

    def run(self, name: str, operation: Operation, *, whole: bool) -> None:
        """Do an operation on the slice on screen, or on the whole mask, as one step."""
        self._start(self._wish(name, operation, whole=whole))

    def preview(self, name: str, operation: Operation, *, whole: bool) -> None:
        """Show what an operation would do."""
        self._start(replace(self._wish(name, operation, whole=whole), is_preview=True))

    def read_other(self, path: Path) -> None:
        """Read a mask file to combine the mask with."""
        case = self._case.case
        if case is None:
            return

        def take(mask: Mask) -> None:
            if self._case.case is case:
                self.other, self.other_name = mask, path.name
                self.other_changed.emit()

        self._runner.run(
            "Reading the mask",
            functools.partial(read_other_mask, path, case.image.geometry),
            lane=Lane.MASK,
            on_success=take,
            on_failure=self.failed.emit,
        )

    def forget_other(self) -> None:
        """Combine with nothing."""
        self.other, self.other_name = None, ""

    def fill_between(self) -> None:
        """Preview the class in hand over the slices between those where it is drawn."""
        case = self._case.case
        if case is None or not case.image.geometry.is_volume:
            self.said.emit(self.tr("Only volumes have slices to fill"))
            return
        self.preview("interpolate", self.make("interpolate", label=self._editing.label), whole=True)

    def delete_region(self, *, through: bool = False) -> None:
        """Turn the connected region under the pointer into background; on this slice, or through.

        Args:
            through: Whether the region goes on in the other slices.
        """
        voxel, history = self._pointing.voxel, self._case.history
        if voxel is None or history is None:
            self.said.emit(self.tr("Point at a region to delete it"))
        elif history.labels[voxel] in (0, IGNORE) or history.labels[voxel] in self._modes.locked:
            self.said.emit(self.tr("There is nothing to delete at this place"))
        else:
            view = None if through else self._pointing.view
            self._start(_Wish("delete region", None, view, place=voxel))

    def keep(self) -> bool:
        """Do what is previewed; False if nothing is."""
        ahead = self._ahead
        if ahead is None:
            return False
        self._end()
        if not self._case.carry_out(ahead):
            self.said.emit(self.tr("The mask was changed meanwhile; nothing was done"))
        return True

    @Slot()
    def leave(self) -> bool:
        """Show the mask as it is; False if nothing was previewed or under way."""
        was_busy = self.is_previewing or self.is_running
        self._end()
        return was_busy

    def _wish(self, name: str, operation: Operation, *, whole: bool) -> _Wish:
        flat = self._case.case is None or not self._case.case.image.geometry.is_volume
        is_whole = whole or flat or OPERATIONS[name].needs_volume
        return _Wish(name, operation, None if is_whole else self._case.view)

    def _start(self, wish: _Wish) -> None:
        history, case = self._case.history, self._case.case
        self._end()
        if history is None or case is None:
            return
        if case.is_read_only:
            self._case.refuse()
            return
        self._case.changing.emit()
        if wish.is_preview:
            self._refinement.turn(on=False)
        maps = (history.labels, history.sources)
        mask = _Ground(history.version, maps, case.image.geometry, self._modes.locked)
        self._job = self._runner.run(
            _title(wish.name),
            functools.partial(_worked_out, mask, wish),
            lane=Lane.MASK,
            about=About(on_stop=self.leave),
            on_success=functools.partial(self._take, wish),
            on_failure=self._fail,
        )
        self.running_changed.emit()

    def _take(self, wish: _Wish, ahead: Ahead | None) -> None:
        self._job = None
        self.running_changed.emit()
        history = self._case.history
        if history is None:
            return
        if ahead is None:
            self.said.emit(self.tr("{}: nothing to change").format(_title(wish.name)))
        elif ahead.version != history.version and not history.is_painting:
            self._start(wish)  # the mask was changed meanwhile
        elif wish.is_preview:
            self._ahead = ahead
            self._whole = history.labels.copy()
            self._whole[ahead.box] = ahead.labels
            self.preview_changed.emit()
            self._show()
        elif not self._case.carry_out(ahead):
            self.said.emit(self.tr("A stroke was under way; nothing was done"))

    @Slot()
    def _show(self) -> None:
        if self._whole is not None:
            self._case.show_overlay(self._case.view.read(self._whole))

    @Slot()
    def _follow(self) -> None:
        """What is previewed was worked out on another mask."""
        if self.is_previewing:
            self._end()

    @Slot()
    def _end(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
            self.running_changed.emit()
        if self._ahead is not None:
            self._ahead = self._whole = None
            if self._case.case is not None:
                self._case.show_overlay(None)
            self.preview_changed.emit()

    def _fail(self, error: Exception) -> None:
        self._job = None
        self.running_changed.emit()
        self.failed.emit(error)


def _worked_out(mask: _Ground, wish: _Wish, progress: Progress) -> Ahead | None:
    progress.step(0, 2, _title(wish.name))
    if wish.operation is None:
        return _without_region(mask, wish)
    operation = _in_slice(wish.operation, wish.view)
    box, after = operated(
        mask.maps[0], mask.geometry, operation, view=wish.view, locked=mask.locked
    )
    progress.step(1, 2, _title(wish.name))
    return replacing(mask.version, mask.maps, box, after, origin_of(operation, wish.name))


def _in_slice(operation: Operation, view: SliceView | None) -> Operation:
    """An operation whose other mask, if it has one, is that of the slice."""
    other = getattr(operation, "other", None)
    if view is None or view.normal is None or not isinstance(other, np.ndarray):
        return operation
    flat = np.take(other, view.index, axis=view.normal)
    return cast("Operation", replace(cast("Any", operation), other=flat))


def _without_region(mask: _Ground, wish: _Wish) -> Ahead | None:
    assert wish.place is not None
    view, labels = wish.view, mask.maps[0]
    if view is None or view.normal is None:
        box = tuple(slice(0, side) for side in labels.shape)
    else:
        rows, columns = (slice(0, side) for side in view.sides)
        box = view.box((rows, columns))
    before = labels[box]
    flat = [axis for axis, side in enumerate(before.shape) if side == 1 and view is not None]
    place = tuple(at for axis, at in enumerate(wish.place) if axis not in flat)
    region = region_at(before.squeeze(tuple(flat)), place).reshape(before.shape)
    label = int(labels[wish.place])
    origin = Origin(PixelSource.PAINTED, wish.name, label)
    after = np.where(region, np.uint8(0), before)
    return replacing(mask.version, mask.maps, box, after, origin)


def _title(name: str) -> str:
    return title_of(Origin(PixelSource.PAINTED, name))
