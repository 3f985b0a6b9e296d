"""The tool in hand: what the pointer does to the mask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.job import About
from app.jobs import Job, JobRunner
from app.presenters.case import CasePresenter
from app.presenters.grip import HELD, Grip
from app.presenters.in_hand import InHand
from app.presenters.notices import NoticesPresenter
from app.presenters.tool_options import ToolOptions
from engine.core.arrays import Box
from engine.core.edit import Edit
from engine.core.planes import SliceView
from engine.core.sources import Origin, PixelSource
from engine.editing.guide import Guide, Line, Work
from engine.editing.outcome import CarryOut, Measured, Outcome, Picked, Refine, Spread, Tuned
from engine.editing.paint_mode import OVERWRITE
from engine.editing.pointer import Gesture, Phase, Pointer
from engine.editing.sheet import Part, Place, Sheet
from engine.errors import SulcusError
from engine.workflow.checkpoint import read_only


class EditingPresenter(InHand):
    """The gesture that the tool in hand makes under the pointer.

    Attributes:
        mode: Where strokes may paint.
        guide: What the gesture shows, or what was measured last; None for nothing.
    """

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
        super().__init__(case, options or ToolOptions(), parent)
        self._runner = runner
        self._notices = notices
        self._gesture: Gesture | None = None
        self._job: Job | None = None
        self._span = 255.0
        self._last: Place | None = None
        self._way: Line | None = None
        self._stacks: tuple[tuple[int, ...], ...] = ()
        self.mode = OVERWRITE
        self.guide: Guide | None = None
        case.closed.connect(self.cancel)
        case.changing.connect(self.cancel)
        case.slice_changed.connect(self.leave)
        case.opened.connect(self._suit)

    @property
    def is_drawing(self) -> bool:
        return self._gesture is not None

    def choose_tool(self, name: str) -> None:
        """Take a tool in hand; the gesture under way is taken back."""
        self.leave()
        super().choose_tool(name)

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
            work.what,
            lambda _: work.do(),
            about=About(on_stop=self.cancel),
            on_success=answer,
            on_failure=fail,
        )

    def _end(self, outcome: Outcome) -> None:
        """The gesture is over: what it painted counts, and what it asks for is done."""
        self._gesture = None
        history = self._case.history
        if history is not None and history.stacks != self._stacks:
            self._case.changed(_NOWHERE)
        if isinstance(outcome, CarryOut) and history is not None:
            ahead, outcome = outcome.ahead, outcome.then
            self._case.change(lambda: history.carry_out(ahead))
        self._follow(outcome)
        self.rested.emit()

    def _follow(self, outcome: Outcome) -> None:
        match outcome:
            case Measured(guide):
                self._show(guide)
                return
            case Spread(seeds):
                self.spread_asked.emit(seeds)
            case Refine(scope):
                self.refine_asked.emit(scope)
            case Tuned(name, value):
                self.set_option(name, value)
            case Picked(label):
                self.choose_label(label)
                self.go_back()
            case _:
                pass
        self._show(None)

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

    @Slot()
    def _suit(self) -> None:
        """Another case is open: how bright it is decides what tolerances mean."""
        case = self._case.case
        if case is not None:
            is_bytes = case.image.pixels.dtype.itemsize == 1
            low, high = (0.0, 255.0) if is_bytes else case.image.intensity_range()
            self._span = max(high - low, 1e-12)


_NOWHERE: Part = (slice(0, 0), slice(0, 0))
"""What changed has been told already."""
