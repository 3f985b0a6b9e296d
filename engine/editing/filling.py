"""Painting a region of the slice at once; a large one is worked out beside the screen."""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Mask
from engine.core.edit import Edit
from engine.editing.ahead import Ahead, replacing
from engine.editing.alike import QUICK
from engine.editing.guide import Work
from engine.editing.outcome import CarryOut
from engine.editing.pointer import Gesture, found
from engine.editing.sheet import Part, Sheet


def paint_region(sheet: Sheet, part: Part, inside: Mask, label: int) -> Gesture:
    """Set pixels of a part of the slice to `label`, as one stroke.

    Args:
        sheet: What to paint on.
        part: (rows, columns) of the slice.
        inside: Which of them, (rows, columns) bool.
        label: The class to set.
    """
    if inside.size <= QUICK:
        with sheet.stroke() as paint:
            paint(_edit(sheet, part, inside, label))
        return None
    ahead = yield from found(Work("Painting", lambda: _ahead(sheet, part, inside, label)))
    return None if ahead is None else CarryOut(ahead)


def _edit(sheet: Sheet, part: Part, inside: Mask, label: int) -> Edit:
    before = sheet.labels[part].copy()
    return Edit(part, before, np.where(inside, np.uint8(label), before))


def _ahead(sheet: Sheet, part: Part, inside: Mask, label: int) -> Ahead | None:
    history = sheet.history
    pixels = None if sheet.pixels is None else sheet.view.read(sheet.pixels)
    version = history.version
    edit = sheet.view.edit(sheet.mode.limited(_edit(sheet, part, inside, label), pixels))
    maps = (history.labels, history.sources)
    return replacing(version, maps, edit.box, edit.after, sheet.origin)
