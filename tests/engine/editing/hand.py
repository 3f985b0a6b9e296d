"""A hand that drives any tool through a whole gesture, and sheets to draw on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.planes import Plane, slice_view
from engine.editing.guide import Guide, Work
from engine.editing.history import History, MemoryKeeper
from engine.editing.outcome import CarryOut, Outcome
from engine.editing.paint_mode import OVERWRITE, PaintMode
from engine.editing.pointer import Gesture, Phase, Pointer
from engine.editing.sheet import Place, Sheet
from engine.editing.tools.table import TOOLS

CLASSES = LabelSet.named(["background", "a", "b", "c"])


class Counted(MemoryKeeper):
    """Counts the steps it keeps."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def do(self, step) -> int:
        self.count += 1
        return super().do(step)


@dataclass
class Desk:
    """A sheet, and the steps that were kept."""

    sheet: Sheet
    keeper: Counted
    boxes: list = field(default_factory=list)

    @property
    def history(self) -> History:
        return self.sheet.history

    @property
    def labels(self) -> np.ndarray:
        return self.sheet.history.labels


def desk_of(
    labels: np.ndarray,
    affine: np.ndarray | None = None,
    *,
    plane: Plane = Plane.AXIAL,
    index: int = 0,
    mode: PaintMode = OVERWRITE,
    image: np.ndarray | None = None,
    seen: tuple[slice, slice] | None = None,
) -> Desk:
    """A slice of a label map to draw on; the image is `labels` times 50 unless given."""
    geometry = Geometry(labels.shape, affine)
    keeper = Counted()
    history = History(LabelMap(labels, geometry, CLASSES), keep=keeper)
    channels = (labels * 50)[None] if image is None else image
    boxes: list = []
    sheet = Sheet(
        history,
        slice_view(geometry, plane, index),
        mode=mode,
        pixels=channels[0],
        channels=channels,
        seen=seen,
        told=boxes.append,
    )
    return Desk(sheet, keeper, boxes)


class Hand:
    """Goes through a gesture event by event, and answers what it wants computed.

    Attributes:
        shown: What the gesture shows now.
        outcome: What it returned.
        is_done: Whether it did.
    """

    def __init__(self, desk: Desk, tool: str, label: int = 2, **options) -> None:
        self._desk = desk
        self._label = label
        self._tool = TOOLS.load(tool)(**options)
        self.shown: Guide | None = None
        self.outcome: Outcome = None
        self.is_done = False
        self.gesture: Gesture | None = None

    def press(self, *at: float, **event) -> Hand:
        pointer = Pointer(at, Phase.PRESS, label=self._label, **event)
        if self.gesture is None:
            self.gesture = self._tool(self._desk.sheet, pointer, self._label)
            self._take(lambda: next(self.gesture))
        else:
            self._send(pointer)
        return self

    def move(self, *at: float, **event) -> Hand:
        return self._send(Pointer(at, Phase.MOVE, label=self._label, **event))

    def release(self, *at: float, **event) -> Hand:
        return self._send(Pointer(at, Phase.RELEASE, label=self._label, **event))

    def say(self, phase: Phase, *at: float) -> Hand:
        return self._send(Pointer(at or (0.0, 0.0), phase, label=self._label))

    def drag(self, places: Iterable[Place]) -> Hand:
        first, *others = places
        self.press(*first)
        for place in others:
            self.move(*place)
        return self.release(*(others or [first])[-1])

    def whole(self, places: list[Place]) -> Hand:
        """A gesture that suits any tool: a drag; then, if it goes on, clicks and FINISH."""
        self.drag(places)
        for place in places[1:]:
            self.press(*place)
            self.release(*place)
        return self.say(Phase.FINISH)

    def escape(self) -> None:
        if not self.is_done:
            self.gesture.close()

    def _send(self, pointer: Pointer) -> Hand:
        if not self.is_done:
            self._take(lambda: self.gesture.send(pointer))
        return self

    def _take(self, step) -> None:
        try:
            shown = step()
            while isinstance(shown, Work):
                answer = Pointer((0.0, 0.0), Phase.FOUND, found=shown.do())
                shown = self.gesture.send(answer)
        except StopIteration as end:
            self._end(end.value)
        else:
            self.shown = shown

    def _end(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.is_done = True
        if isinstance(outcome, CarryOut):
            assert self._desk.history.carry_out(outcome.ahead)
            self._desk.boxes.append(outcome.ahead.box)
