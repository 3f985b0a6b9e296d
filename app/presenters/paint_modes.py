"""Where strokes may paint: over which classes, between which intensities, and what is locked."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, Signal, Slot

from app.presenters.case import CasePresenter
from app.presenters.editing import EditingPresenter
from engine.editing.paint_mode import PaintMode


class Over(Enum):
    """What strokes may cover."""

    ALL = "all"
    BACKGROUND = "background"
    CLASS = "class"


class PaintModesPresenter(QObject):
    """Sets the mode of the tools, and keeps the classes that are locked.

    Attributes:
        over: What strokes may cover.
        only: The class that they may, where that is one class.
        locked: Classes that no stroke and no operation changes.
        limits: The lowest and highest intensity that is painted on.
        is_limited: Whether the limits count.
        is_picking: Whether the next press on the picture gives a limit instead of a stroke.
    """

    changed = Signal()

    def __init__(
        self, case: CasePresenter, editing: EditingPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._case = case
        self._editing = editing
        self._locks_of = ""
        self._is_new = True
        self.over = Over.ALL
        self.only = 1
        self.locked: frozenset[int] = frozenset()
        self.limits = (0.0, 255.0)
        self.is_limited = False
        self.is_picking = False
        case.opened.connect(self._fit)

    @property
    def mode(self) -> PaintMode:
        """What the tools paint with."""
        only = {Over.ALL: None, Over.BACKGROUND: 0, Over.CLASS: self.only}[self.over]
        return PaintMode(only, self.locked, self.limits if self.is_limited else None)

    def paint_over(self, over: Over, only: int | None = None) -> None:
        """Choose what strokes may cover, and which class where that is one class."""
        self.over = over
        if only is not None:
            self.only = only
        self._tell()

    def lock(self, index: int, *, locked: bool) -> None:
        """Let strokes and operations leave a class alone, or not."""
        others = self.locked - {index}
        self.locked = others | {index} if locked else others
        self._tell()

    def toggle_lock(self, index: int) -> None:
        """Lock a class or let it go; unknown ones are left alone."""
        project = self._case.project
        if project is not None and 0 <= index < len(project.label_set):
            self.lock(index, locked=index not in self.locked)

    def limit(self, *, on: bool) -> None:
        """Whether only pixels between two intensities are painted."""
        case = self._case.case
        if on and self._is_new and case is not None:
            self._is_new = False
            low, high = case.image.intensity_range()
            self.limits = (float(low), float(high))
        self.is_limited = on
        self._tell()

    def set_limits(self, low: float, high: float) -> None:
        """Between which intensities; the lower one first."""
        self._is_new = False
        self.limits = (min(low, high), max(low, high))
        self._tell()

    def pick(self, *, on: bool) -> None:
        """Let the next press on the picture give a limit, or not."""
        self.is_picking = on
        self.changed.emit()

    def picked(self, at: tuple[float, float]) -> bool:
        """Take the limit from (row, column) of the slice, if one is to be picked; False if not."""
        case = self._case.case
        if not self.is_picking or case is None:
            return False
        view = self._case.view
        row, column = int(at[0] // 1), int(at[1] // 1)
        if 0 <= row < view.sides[0] and 0 <= column < view.sides[1]:
            voxel = view.voxel(row, column)
            self.is_picking = False
            self.take_limit(float(case.image.pixels[(0, *voxel)]))
        return True

    def take_limit(self, value: float) -> None:
        """Widen the limits to an intensity that was picked in the image, or pull the nearer one.

        A value outside becomes the limit on its side; one inside becomes the nearer limit.
        """
        low, high = self.limits
        if abs(value - low) <= abs(value - high):
            self.set_limits(value, high)
        else:
            self.set_limits(low, value)

    @Slot()
    def _fit(self) -> None:
        """Locks belong to a project; limits that are not in use are found anew for each image."""
        project = self._case.project
        if project is None:
            return
        self._is_new = not self.is_limited
        if str(project.folder) != self._locks_of:
            self._locks_of = str(project.folder)
            self.locked = frozenset()
        self.only = min(self.only, len(project.label_set) - 1)
        self._tell()

    def _tell(self) -> None:
        self._editing.mode = self.mode
        self.changed.emit()
