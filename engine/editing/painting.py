"""Painting shared by the tools that draw with a disc."""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Labels
from engine.core.edit import Edit
from engine.editing.pointer import Gesture, Phase, Pointer
from engine.editing.sheet import Sheet

_SHORTEST = 1e-12  # a line with a smaller square of its length is a dot


def paint_capsules(sheet: Sheet, pressed: Pointer, radius: float, label: int) -> Gesture:
    """One stroke from press to release, without gaps however fast the pointer moves."""
    with sheet.stroke() as paint:
        before = pointer = pressed
        while True:
            edit = capsule_edit(
                sheet.labels, before.at, pointer.at, radius, label, sheet.view.spacing
            )
            if edit is not None:
                paint(edit)
            if pointer.phase is Phase.RELEASE:
                return
            before = pointer
            pointer = yield


def capsule_edit(
    labels: Labels,
    start: tuple[float, float],
    stop: tuple[float, float],
    radius: float,
    label: int,
    spacing: tuple[float, float] = (1.0, 1.0),
) -> Edit | None:
    """The edit that sets all pixels within `radius` of a line to `label`; None outside the image.

    Args:
        labels: (rows, columns) uint8; not changed.
        start: (row, column) where the line begins; a pixel's centre lies at + 0.5.
        stop: Where it ends.
        radius: In units of the smaller side of a pixel, so that the brush is round in millimetres.
        label: The class to set.
        spacing: Size of a pixel along (rows, columns).
    """
    unit = min(spacing)
    scale = (spacing[0] / unit, spacing[1] / unit)
    box: list[slice] = []
    for a, b, side, size in zip(start, stop, labels.shape, scale, strict=True):
        low = max(0, int(np.floor(min(a, b) - radius / size)))
        high = min(side, int(np.ceil(max(a, b) + radius / size)) + 1)
        if low >= high:
            return None
        box.append(slice(low, high))
    down, along = (
        (np.arange(of.start, of.stop, dtype=np.float32) + 0.5 - a) * size
        for of, a, size in zip(box, start, scale, strict=True)
    )
    rows, columns = ((b - a) * size for a, b, size in zip(start, stop, scale, strict=True))
    length = rows * rows + columns * columns
    is_dot = length < _SHORTEST
    down = down[:, None]
    nearest = 0.0 if is_dot else np.clip((down * rows + along * columns) / length, 0, 1)
    inside = (down - nearest * rows) ** 2 + (along - nearest * columns) ** 2 <= radius * radius
    part = (box[0], box[1])
    before = labels[part].copy()
    return Edit(part, before, np.where(inside, np.uint8(label), before))
