"""The tool in hand: what the pointer does to the mask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import Job, JobRunner
from app.presenters.case import CasePresenter
from app.presenters.grip import HELD, Grip
from app.presenters.notices import NoticesPresenter
from app.presenters.tool_options import ToolOptions
from engine.core.arrays import Box
from engine.core.edit import Edit
from engine.core.planes import SliceView
from engine.core.sources import Origin, PixelSource
from engine.editing.guide import Guide, Line, Work
from engine.editing.options import Option, Value
from engine.editing.outcome import Measured, Outcome, Picked, Refine, Spread, Tuned
from engine.editing.paint_mode import OVERWRITE
from engine.editing.pointer import Gesture, Phase, Pointer
from engine.editing.sheet import Part, Place, Sheet
from engine.editing.tools.table import TOOLS, ToolRow
from engine.errors import SulcusError
from engine.workflow.checkpoint import read_only

DEFAULT_TOOL = "brush"


class EditingPresenter(QObject):
    """One tool, one class, the options of the tools, and the gesture under way.

    Attributes:
        tool: The tool in hand.
        label: The class in hand.
        mode: Where strokes may paint.
        guide: What the gesture shows, or what was measured last; None for nothing.
    """

    tool_changed = Signal(str)
    label_changed = Signal(int)
    radius_changed = Signal(float)
    option_changed = Signal(str, object)  # name and value, of the tool in hand
    guide_changed = Signal()
    rested = Signal()  # no gesture is under way any more
    refine_asked = Signal(object)  # Scope
    spread_asked = Signal(object)  # Seeds

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        notices: NoticesPresenter,
        options: ToolOptions | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._notices = notices
        self._options = options or ToolOptions()
        self._gesture: Gesture | None = None
        self._job: Job | None = None
        self._span = 255.0
        self._last: Place | None = None
        self._way: Line | None = None
        self._stacks: tuple[tuple[int, ...], ...] = ()
        self._before_picker = DEFAULT_TOOL
        kept = self._options.recall("tool")
        self.tool = str(kept) if kept in {row.name for row in TOOLS} else DEFAULT_TOOL
        self.label = 1
        self.mode = OVERWRITE
        self.guide: Guide | None = None
        self._options.changed.connect(self._option_was_set)
        case.closed.connect(self.cancel)
        case.changing.connect(self.cancel)
        case.slice_changed.connect(self.leave)
        case.opened.connect(self._suit)

    @property
    def is_drawing(self) -> bool:
        return self._gesture is not None

    @property
    def row(self) -> ToolRow:
        """What the table says of the tool in hand."""
        return TOOLS[self.tool]

    @property
    def radius(self) -> float:
        """Of the brush of the tool in hand, in smallest sides of a voxel; 0 if it has none."""
        return float(self._options.value(self.tool, "radius")) if "radius" in self.options else 0.0

    @property
    def options(self) -> dict[str, Option]:
        """What the options of the tool in hand may be."""
        return self._options.of(self.tool)

    def option(self, name: str) -> Value | None:
        """What an option of the tool in hand is set to; None if it has none of that name."""
        return self._options.value(self.tool, name) if name in self.options else None

    def set_option(self, name: str, value: Value) -> None:
        """Set an option of the tool in hand, if it has one of that name."""
        if name in self.options:
            self._options.set(self.tool, name, value)

    def choose_tool(self, name: str) -> None:
        row = TOOLS[name]
        self.leave()
        if self.tool != name:
            self._before_picker = self.tool if self.row.edits else self._before_picker
        self.tool = row.name
        self._options.keep("tool", name)
        self.tool_changed.emit(name)
        self.radius_changed.emit(self.radius)

    def choose_label(self, index: int) -> None:
        """Choose the class to paint with; unknown ones are left alone."""
        project = self._case.project
        if project and 0 <= index < len(project.label_set) and index != self.label:
            self.label = index
            self.label_changed.emit(index)

    def set_radius(self, radius: float) -> None:
        self.set_option("radius", radius)

    def scale_radius(self, steps: int) -> None:
        """10 % larger for each step, at least half a pixel; smaller if negative."""
        change = max(0.5, round(self.radius * 0.1 * 2) / 2)
        self.set_radius(self.radius + steps * change)

    @Slot()
    def toggle_solid(self) -> None:
        """The ball, or the disc."""
        self.set_option("is_solid", not self.option("is_solid"))

    def press(self, at: Place, grip: Grip = HELD) -> None:
        """Begin a gesture at (row, column) of the slice, or go on with the one under way."""
        if self._gesture is not None:
            self._send(self._pointer(at, Phase.DOUBLE if grip.is_double else Phase.PRESS, grip))
            return
        if self._case.history is None or not self._may_begin(grip):
            return
        self._show(None)
        pressed = self._pointer(at, Phase.PRESS, grip)
        gesture = self._options.make(self.tool)(self._sheet(grip), pressed, pressed.label)
        self._gesture = gesture
        self._last = at
        self._stacks = self._case.history.stacks
        self._advance(lambda: next(gesture))

    def move(self, at: Place, grip: Grip = HELD) -> None:
        """Go on with the gesture; without one, show where a straight line would run."""
        if self._gesture is not None:
            self._last = at
            self._send(self._pointer(at, Phase.MOVE, grip))
        else:
            self._show_way(at, grip)

    def release(self, at: Place, grip: Grip = HELD) -> None:
        """Go on; a gesture that ends here becomes one step of undo."""
        if self._gesture is not None:
            self._last = at
            self._send(self._pointer(at, Phase.RELEASE, grip))

    def finish(self) -> None:
        """Enter: close a polygon, keep scribbles."""
        self._say(Phase.FINISH)

    def back(self) -> None:
        """Take the last part of the gesture back: a corner, a scribble."""
        self._say(Phase.BACK)

    @Slot()
    def cancel(self) -> None:
        """Take the gesture back, as if it had not begun."""
        gesture, self._gesture = self._gesture, None
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if gesture is not None:
            gesture.close()
            self._case.labels_changed.emit(None)
            self._show(None)
            self.rested.emit()

    @Slot()
    def leave(self) -> None:
        """As `cancel`; what was measured goes too, and lines begin anew."""
        self.cancel()
        self._last = None
        self._show(None)

    def limited(self, edit: Edit, view: SliceView) -> Edit:
        """What of an edit of a slice may be done where strokes may paint."""
        case = self._case.case
        return self.mode.limited(edit, None if case is None else view.read(case.image.pixels[0]))

    def _may_begin(self, grip: Grip) -> bool:
        if grip.erases and not self.row.erases:
            return False
        if not self.row.edits:
            return True
        if not self._notices.allows_drawing():
            return False
        if self._case.is_read_only:
            self._case.failed.emit(read_only())
            return False
        self._case.show_overlay(None)
        return True

    def _sheet(self, grip: Grip) -> Sheet:
        assert self._case.case is not None
        label = 0 if grip.erases or self.tool == "eraser" else self.label
        sheet = self._case.sheet(Origin(PixelSource.PAINTED, self.tool, label), self.mode)
        image = self._case.case.image
        colours = [i for i, name in enumerate(image.channels) if name != "alpha"]
        return replace(
            sheet,
            channels=image.pixels[: len(colours)],
            span=self._span,
            seen=grip.seen,
            told=self._tell,
        )

    def _pointer(self, at: Place, phase: Phase, grip: Grip) -> Pointer:
        runs_on = grip.straight and self._gesture is None and phase is Phase.PRESS
        return Pointer(
            at,
            phase,
            grip.pressure,
            0 if grip.erases else self.label,
            grip.straight,
            self._last if runs_on else None,
            grip.pixel,
        )

    def _say(self, phase: Phase) -> None:
        if self._gesture is not None:
            self._send(Pointer(self._last or (0.0, 0.0), phase, label=self.label))

    def _send(self, pointer: Pointer) -> None:
        gesture = self._gesture
        assert gesture is not None
        self._advance(lambda: gesture.send(pointer))

    def _advance(self, step: Callable[[], Guide | Work[Any] | None]) -> None:
        """One event of the gesture: show what it shows, or end with what it returns."""
        try:
            shown = step()
        except StopIteration as end:
            self._end(end.value)
        except SulcusError as error:
            self._end(None)
            self._case.labels_changed.emit(None)
            self._case.failed.emit(error)
        else:
            if isinstance(shown, Work):
                self._do(shown)
            else:
                self._show(shown)

    def _do(self, work: Work[Any]) -> None:
        """Have something computed beside; the answer goes to the gesture."""
        gesture = self._gesture

        def answer(found: object) -> None:
            self._job = None
            if gesture is not None and gesture is self._gesture:
                at = self._last or (0.0, 0.0)
                self._send(Pointer(at, Phase.FOUND, label=self.label, found=found))

        def fail(error: Exception) -> None:
            self.cancel()
            self._case.failed.emit(error)

        self._job = self._runner.run(
            work.what, lambda _: work.do(), on_success=answer, on_failure=fail
        )

    def _end(self, outcome: Outcome) -> None:
        """The gesture is over: what it painted counts, and what it asks for is done."""
        self._gesture = None
        history = self._case.history
        if history is not None and history.stacks != self._stacks:
            self._case.changed(_NOWHERE)
        match outcome:
            case Measured(guide):
                self._show(guide)
            case Spread(seeds):
                self.spread_asked.emit(seeds)
            case Refine(scope):
                self.refine_asked.emit(scope)
            case Tuned(name, value):
                self.set_option(name, value)
            case Picked(label):
                self.choose_label(label)
                self.choose_tool(self._before_picker)
            case None:
                pass
        if not isinstance(outcome, Measured):
            self._show(None)
        self.rested.emit()

    def _tell(self, box: Box) -> None:
        """Part of the mask changed under the hand."""
        self._case.labels_changed.emit(box if len(box) == 3 else self._case.view.part(box))

    def _show(self, guide: Guide | None) -> None:
        if guide is not None or self.guide is not None:
            self.guide = guide
            self._way = None
            self.guide_changed.emit()

    def _show_way(self, at: Place, grip: Grip) -> None:
        """The straight line that a press here would paint from the end of the last stroke."""
        brushes = "radius" in self.options and self.tool != "scribble"
        if grip.straight and brushes and self._last is not None:
            self.guide = Guide((Line((self._last, at)),))
            self._way = self.guide.lines[0]
            self.guide_changed.emit()
        elif self._way is not None:
            self._show(None)

    def _option_was_set(self, name: str, value: object) -> None:
        if name in self.options:
            self.option_changed.emit(name, value)
            if name == "radius":
                self.radius_changed.emit(self.radius)

    @Slot()
    def _suit(self) -> None:
        """Another case is open: its classes, and its intensities."""
        project, case = self._case.project, self._case.case
        if project and self.label >= len(project.label_set):
            self.label = 1
        if case is not None:
            low, high = case.image.intensity_range()
            is_bytes = case.image.pixels.dtype.itemsize == 1
            self._span = 255.0 if is_bytes else max(high - low, 1e-12)
        self.label_changed.emit(self.label)


_NOWHERE: Part = (slice(0, 0), slice(0, 0))
"""What changed has been told already."""
