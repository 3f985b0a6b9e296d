"""The tool in hand: what the pointer does to the mask."""

from __future__ import annotations

from dataclasses import fields

from PySide6.QtCore import QObject, Signal

from app.presenters.case import CasePresenter
from app.presenters.notices import NoticesPresenter
from engine.core.arrays import Labels
from engine.core.sources import Origin, PixelSource
from engine.editing.paint_mode import OVERWRITE
from engine.editing.pointer import Gesture, Phase, Pointer
from engine.editing.tools.table import TOOLS
from engine.errors import SulcusError
from engine.workflow.checkpoint import read_only

SMALLEST, LARGEST = 0.5, 500.0  # pixels


class EditingPresenter(QObject):
    """One tool, one class, one brush size, and the gesture under way."""

    tool_changed = Signal(str)
    label_changed = Signal(int)
    radius_changed = Signal(float)

    def __init__(
        self, case: CasePresenter, notices: NoticesPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._case = case
        self._notices = notices
        self._gesture: Gesture | None = None
        self._before: Labels | None = None
        self.tool = next(iter(TOOLS)).name
        self.label = 1
        self.radius = 5.0
        self.mode = OVERWRITE
        case.closed.connect(self.cancel)
        case.changing.connect(self.cancel)
        case.slice_changed.connect(self.cancel)
        case.opened.connect(self._fit_label)

    @property
    def is_drawing(self) -> bool:
        return self._gesture is not None

    def choose_tool(self, name: str) -> None:
        self.cancel()
        self.tool = TOOLS[name].name
        self.tool_changed.emit(name)

    def choose_label(self, index: int) -> None:
        """Choose the class to paint with; unknown ones are left alone."""
        project = self._case.project
        if project and 0 <= index < len(project.label_set) and index != self.label:
            self.label = index
            self.label_changed.emit(index)

    def set_radius(self, radius: float) -> None:
        radius = min(max(radius, SMALLEST), LARGEST)
        if radius != self.radius:
            self.radius = radius
            self.radius_changed.emit(radius)

    def scale_radius(self, steps: int) -> None:
        """10 % larger for each step, at least half a pixel; smaller if negative."""
        change = max(0.5, round(self.radius * 0.1 * 2) / 2)
        self.set_radius(self.radius + steps * change)

    def press(self, at: tuple[float, float], *, erase: bool = False) -> None:
        """Begin a gesture at (row, column) of the slice."""
        if self._case.history is None or not self._notices.allows_drawing():
            return
        self.cancel()
        if self._case.is_read_only:
            self._case.failed.emit(read_only())
            return
        self._case.show_overlay(None)
        tool = "eraser" if erase else self.tool
        part = TOOLS.load(tool)
        origin = Origin(PixelSource.PAINTED, tool, 0 if tool == "eraser" else self.label)
        options = {"radius": self.radius} if "radius" in {f.name for f in fields(part)} else {}  # type: ignore[arg-type]
        self._gesture = part(**options)(
            self._case.sheet(origin), Pointer(at, Phase.PRESS), self.label
        )
        next(self._gesture)
        self._case.labels_changed.emit(self._part(at, at))
        self._last = at

    def move(self, at: tuple[float, float]) -> None:
        """Go on with the gesture."""
        if self._gesture is not None:
            self._gesture.send(Pointer(at, Phase.MOVE))
            self._case.labels_changed.emit(self._part(self._last, at))
            self._last = at

    def release(self, at: tuple[float, float]) -> None:
        """End the gesture; it becomes one step of undo."""
        gesture, self._gesture = self._gesture, None
        if gesture is None:
            return
        try:
            gesture.send(Pointer(at, Phase.RELEASE))
        except StopIteration:
            self._case.changed(self._part(self._last, at))
        except SulcusError as error:
            self._case.labels_changed.emit(None)
            self._case.failed.emit(error)

    def cancel(self) -> None:
        """Take the gesture back, as if it had not begun."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.close()
            self._case.labels_changed.emit(None)

    def _part(self, start: tuple[float, float], stop: tuple[float, float]) -> tuple[slice, slice]:
        """Which part of the slice the brush reached between two points."""
        view = self._case.view
        unit = min(view.spacing)
        part: list[slice] = []
        for a, b, side, size in zip(start, stop, view.sides, view.spacing, strict=True):
            reach = self.radius * unit / size + 2
            low, high = int(min(a, b) - reach), int(max(a, b) + reach) + 1
            part.append(slice(max(0, low), max(0, min(side, high))))
        return part[0], part[1]

    def _fit_label(self) -> None:
        project = self._case.project
        if project and self.label >= len(project.label_set):
            self.label = 1
        self.label_changed.emit(self.label)
