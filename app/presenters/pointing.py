"""Where the pointer is over the picture."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.presenters.case import CasePresenter
from engine.core.planes import SliceView


class PointingPresenter(QObject):
    """The pixel under the pointer.

    Attributes:
        place: (row, column) of the slice; None if the pointer is elsewhere.
        view: The slice it is of.
    """

    moved = Signal()

    def __init__(self, case: CasePresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._case = case
        self.place: tuple[int, int] | None = None
        self.view: SliceView | None = None
        case.closed.connect(self.leave)
        case.slice_changed.connect(self.leave)

    @property
    def voxel(self) -> tuple[int, ...] | None:
        """The pixel's index in array order; None if the pointer is elsewhere."""
        if self.place is None or self.view is None:
            return None
        return self.view.voxel(*self.place)

    def point(self, place: tuple[int, int] | None, view: SliceView | None = None) -> None:
        """The pointer went to (row, column) of a slice, or away (None)."""
        if self._case.case is None:
            place = None
        self.place = place
        self.view = None if place is None else view or self._case.view
        self.moved.emit()

    @Slot()
    def leave(self) -> None:
        """What was under the pointer is not there any more."""
        self.point(None)
