"""Mark a few pixels of each class; the CRF spreads them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.label_set import IGNORE
from engine.editing.guide import Guide, Line, Seeds
from engine.editing.options import option, radius_option
from engine.editing.outcome import Spread
from engine.editing.pointer import Gesture, Phase, Pointer
from engine.editing.scribbling import Scribble, raster
from engine.editing.sheet import Sheet

LEAST = 16
"""Pixels around the scribbles that they may spread in, at least."""


@dataclass(frozen=True, slots=True)
class ScribbleTool:
    """How wide scribbles are, and how far they may spread."""

    radius: float = radius_option(1.5, is_shared=False)
    reach: int = option(
        50, "Reach", "how far beyond the scribbles they may spread, of their own extent",
        high=200, step=10, unit="%",
    )  # fmt: skip

    def __call__(self, sheet: Sheet, pressed: Pointer, label: int) -> Gesture:
        """One scribble after the other, until FINISH; BACK removes the last one.

        Each press may bring another class. Nothing is painted: what comes of it is `Spread`.
        """
        width = self.radius * sheet.unit
        scribbles = [Scribble([pressed.at], label, width)]
        seeds: Seeds | None = None
        is_down = True
        while scribbles:
            lines = tuple(Line(one.points, width=2 * width, label=one.label) for one in scribbles)
            pointer = yield Guide(lines, seeds=seeds)
            if pointer.phase is Phase.FINISH and seeds is not None:
                return Spread(seeds)
            if pointer.phase is Phase.BACK:
                scribbles.pop()
            elif pointer.phase in (Phase.PRESS, Phase.DOUBLE):
                scribbles.append(Scribble([pointer.at], pointer.label, width))
            elif pointer.phase in (Phase.MOVE, Phase.RELEASE) and is_down:
                scribbles[-1].points.append(pointer.at)
            ended = pointer.phase in (Phase.RELEASE, Phase.BACK)
            is_down = pointer.phase in (Phase.PRESS, Phase.DOUBLE) or (is_down and not ended)
            if ended:
                seeds = self._seeds(sheet, scribbles)
        return None

    def _seeds(self, sheet: Sheet, scribbles: list[Scribble]) -> Seeds | None:
        found = raster(sheet, scribbles)
        if found is None:
            return None
        inner, labels = found
        outer: list[slice] = []
        around: list[tuple[int, int]] = []
        for of, side in zip(inner, sheet.view.sides, strict=True):
            room = max(LEAST, (of.stop - of.start) * self.reach // 100)
            low, high = max(0, of.start - room), min(side, of.stop + room)
            outer.append(slice(low, high))
            around.append((of.start - low, high - of.stop))
        return Seeds((outer[0], outer[1]), np.pad(labels, around, constant_values=IGNORE))
