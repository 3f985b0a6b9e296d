"""Undo and redo over a label map; a stroke is one step, however many edits it has."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Box, Labels, Mask
from engine.core.edit import Edit, merge
from engine.core.label_map import LabelMap

Paint = Callable[[Edit], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Done:
    """A stroke, and which pixels of its box a person had touched before and after it."""

    edit: Edit
    touched_before: Mask
    touched_after: Mask


class History:
    """The strokes of one label map, oldest first; the only thing that writes to its labels.

    Attributes:
        label_map: What is being edited.
        touched: (*shape) bool, the pixels that a person changed.
    """

    def __init__(
        self,
        label_map: LabelMap,
        touched: Mask | None = None,
        *,
        keep: Callable[[Edit], None] = lambda _: None,
        limit: int = 1000,
    ) -> None:
        """Start with nothing to undo.

        Args:
            label_map: What to edit.
            touched: (*shape) bool, what a person changed before; nothing if left out.
            keep: Called with each finished stroke before it counts; if it raises, the stroke is
                taken back.
            limit: How many strokes can be undone.
        """
        self.label_map = label_map
        self.touched = np.zeros(label_map.labels.shape, bool) if touched is None else touched
        self._keep = keep
        self._limit = limit
        self._done: list[_Done] = []
        self._undone: list[_Done] = []

    @property
    def labels(self) -> Labels:
        return self.label_map.labels

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    @contextmanager
    def stroke(self, *, by_person: bool = True) -> Generator[Paint]:
        """Paint within; the whole is kept on leaving, or taken back on any exception."""
        edits: list[Edit] = []

        def paint(edit: Edit) -> None:
            edit.apply(self.labels)
            edits.append(edit)

        try:
            yield paint
            whole = merge(edits, self.labels) if edits else None
            if whole is None or whole.changes_nothing:
                return
            self._keep(whole)
        except BaseException:
            for edit in reversed(edits):
                edit.revert(self.labels)
            raise
        before = self.touched[whole.box].copy()
        after = (before | (whole.before != whole.after)) if by_person else before
        self.touched[whole.box] = after
        self._done.append(_Done(whole, before, after))
        del self._done[: -self._limit]
        self._undone.clear()

    def replace(self, box: Box, labels: Labels, *, by_person: bool = False) -> bool:
        """Put `labels` into `box` as one stroke; False if that changed nothing."""
        edit = Edit(box, self.labels[box].copy(), labels.copy())
        if edit.changes_nothing:
            return False
        with self.stroke(by_person=by_person) as paint:
            paint(edit)
        return True

    def undo(self) -> Box | None:
        """Take back the last stroke; returns the box that changed, None if there was no stroke."""
        if not self._done:
            return None
        stroke = self._done.pop()
        stroke.edit.revert(self.labels)
        self.touched[stroke.edit.box] = stroke.touched_before
        self._undone.append(stroke)
        return stroke.edit.box

    def redo(self) -> Box | None:
        """Do again what was undone last; returns the box, None if there is nothing to redo."""
        if not self._undone:
            return None
        stroke = self._undone.pop()
        stroke.edit.apply(self.labels)
        self.touched[stroke.edit.box] = stroke.touched_after
        self._done.append(stroke)
        return stroke.edit.box
