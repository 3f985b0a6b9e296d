"""Undo and redo over a label map; a stroke is one step, however many edits it has."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Protocol

import numpy as np

from engine.core.arrays import Box, Labels, Mask
from engine.core.edit import Edit, merge
from engine.core.label_map import LabelMap
from engine.core.sources import (
    MODEL,
    PAINTED,
    Origin,
    PixelSource,
    Sources,
    no_sources,
    owned,
)
from engine.core.step import Step, make_step, sources_after
from engine.editing.ahead import Ahead, Way
from engine.editing.mask_copy import MaskCopy

Paint = Callable[[Edit], None]

HELD = 64 << 20
"""Bytes of edits that a stroke under way holds before it merges them."""


class Keeper(Protocol):
    """Where finished steps are kept; a call returns only when what it was given is safe.

    If a call raises, the step does not count and the label map is as it was before.
    """

    def do(self, step: Step) -> int:
        """Keep a step; returns the number it is known by, from 1."""
        ...

    def undo(self, number: int) -> None:
        """Note that a step was taken back."""
        ...

    def redo(self, number: int) -> None:
        """Note that a step that was taken back was done again."""
        ...

    def move(self, numbers: Sequence[int], *, back: bool) -> None:
        """Note that steps were taken back or done again, in this order; all of them or none."""
        ...

    def fetch(self, number: int) -> Step:
        """A step that was kept; raises if it is not as it was."""
        ...


class MemoryKeeper:
    """Keeps steps as long as it lives itself."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def do(self, step: Step) -> int:
        self._steps.append(step)
        return len(self._steps)

    def undo(self, number: int) -> None:
        """Nothing to note."""

    def redo(self, number: int) -> None:
        """Nothing to note."""

    def move(self, numbers: Sequence[int], *, back: bool) -> None:
        """Nothing to note."""

    def fetch(self, number: int) -> Step:
        return self._steps[number - 1]


class History:
    """The steps of one label map, oldest first; the only thing that writes to its labels.

    Attributes:
        label_map: What is being edited.
        sources: (*shape) uint8, a `PixelSource` for each pixel.
        touched: (*shape) bool, the pixels that a person owns; follows `sources`.
        version: Grows with every change, and when a stroke begins.
    """

    def __init__(
        self,
        label_map: LabelMap,
        sources: Sources | None = None,
        *,
        keep: Keeper | None = None,
        done: Sequence[int] = (),
        undone: Sequence[int] = (),
    ) -> None:
        """Go on where the steps that were kept end.

        Args:
            label_map: What to edit.
            sources: (*shape) uint8; nothing is known of any pixel if left out.
            keep: Where finished steps are kept; in memory if left out.
            done: Numbers of the kept steps that can be undone, oldest first.
            undone: Numbers of those that can be redone, the next one last.
        """
        self.label_map = label_map
        self.sources = no_sources(label_map.labels.shape) if sources is None else sources
        self.touched: Mask = owned(self.sources)
        self.version = 0
        self._keep: Keeper = keep or MemoryKeeper()
        self._done = list(done)
        self._undone = list(undone)
        self._under_way: list[Edit] | None = None
        self._copies: list[MaskCopy] = []

    @property
    def labels(self) -> Labels:
        return self.label_map.labels

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    @property
    def is_painting(self) -> bool:
        """Whether a stroke is under way; nothing else may change the labels then."""
        return self._under_way is not None

    @property
    def stacks(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The numbers of the steps that can be undone and redone."""
        return tuple(self._done), tuple(self._undone)

    def copying(self) -> MaskCopy:
        """A copy of the labels and the sources without the stroke under way, to be taken beside."""
        self._copies = [one for one in self._copies if not one.is_taken]
        self._copies.append(MaskCopy(self.labels, self.sources, self._under_way or ()))
        return self._copies[-1]

    @contextmanager
    def stroke(self, origin: Origin = PAINTED) -> Generator[Paint]:
        """Paint within; the whole is kept on leaving, or taken back on any exception.

        Raises:
            ValueError: if another stroke is under way.
        """
        self._require_rest()
        edits: list[Edit] = []
        self._under_way = edits
        self.version += 1

        held, limit = 0, HELD

        def paint(edit: Edit) -> None:
            nonlocal held, limit
            self._about_to_change(edit.box)
            edit.apply(self.labels)
            edits.append(edit)
            held += 2 * edit.before.nbytes
            if held > limit:  # a long stroke of a large brush goes over most pixels many times
                edits[:] = [merge(edits, self.labels)]
                held = 2 * edits[0].before.nbytes
                limit = max(HELD, 2 * held)

        try:
            yield paint
            whole = merge(edits, self.labels) if edits else None
            step = self._step(whole, origin) if whole and not whole.changes_nothing else None
            number = self._keep.do(step) if step else None
        except BaseException:
            for edit in reversed(edits):
                self._about_to_change(edit.box)
                edit.revert(self.labels)
            raise
        finally:
            self._under_way = None
        if step is not None and number is not None:
            self._put(step, number)

    def replace(
        self, box: Box, labels: Labels, origin: Origin = MODEL, *, over_people: bool = False
    ) -> bool:
        """Put `labels` into `box` as one step; False if that changed nothing.

        Args:
            box: Where.
            labels: uint8 of the box's shape.
            origin: Where they came from; what no person made changes no pixel a person owns.
            over_people: Whether to change those too.
        """
        if not (origin.source.is_person or over_people):
            labels = np.where(self.touched[box], self.labels[box], labels)
        edit = Edit(box, self.labels[box].copy(), labels.copy())
        if edit.changes_nothing:
            return False
        with self.stroke(origin) as paint:
            paint(edit)
        return True

    def confirm(self, box: Box) -> bool:
        """Say that the classes in `box` are right: a person owns them; False if one did."""
        self._require_rest()
        before = self.sources[box]
        after = np.where(owned(before), before, np.uint8(PixelSource.CONFIRMED))
        labels = self.labels[box]
        origin = Origin(PixelSource.CONFIRMED, "confirm")
        step = make_step(box, (labels, labels), (before, after), origin)
        if step is None:
            return False
        self._put(step, self._keep.do(step))
        return True

    def restore(self, labels: Labels, sources: Sources, origin: Origin) -> bool:
        """Put a whole mask and its source map back as one step; False if they are as they were."""
        self._require_rest()
        box = tuple(slice(0, side) for side in labels.shape)
        step = make_step(box, (self.labels, labels), (self.sources, sources), origin)
        if step is None:
            return False
        self._put(step, self._keep.do(step))
        return True

    def way_to(self, number: int) -> Way:
        """Which steps to take back or do again so that `number` is the last one done; 0 for none.

        Raises:
            ValueError: if it can be neither undone nor redone.
        """
        if number == 0 or number in self._done:
            last = self._done.index(number) + 1 if number else 0
            return Way(tuple(reversed(self._done[last:])), back=True)
        if number in self._undone:
            return Way(tuple(reversed(self._undone[self._undone.index(number) :])), back=False)
        raise ValueError(f"step {number} can be neither undone nor redone")

    def fetch(self, number: int) -> Step:
        """A step that was kept; raises if it is not as it was."""
        return self._keep.fetch(number)

    def carry_out(self, ahead: Ahead) -> bool:
        """Do what was worked out ahead; False if the mask was changed since, and nothing is done.

        As with a stroke, what cannot be kept does not count.
        """
        if self.is_painting or ahead.version != self.version:
            return False
        if ahead.step is not None:
            self._done.append(self._keep.do(ahead.step))
            self._undone.clear()
        else:
            self._keep.move(ahead.way.numbers, back=ahead.way.back)
            taken, given = (
                (self._done, self._undone) if ahead.way.back else (self._undone, self._done)
            )
            given.extend(ahead.way.numbers)
            del taken[len(taken) - len(ahead.way.numbers) :]
        self._about_to_change(ahead.box)
        self.labels[ahead.box] = ahead.labels
        self.sources[ahead.box] = ahead.sources
        self._follow(ahead.box)
        return True

    def undo(self) -> Box | None:
        """Take back the last step; returns the box that changed, None if there was none."""
        self._require_rest()
        if not self._done:
            return None
        number = self._done[-1]
        step = self._keep.fetch(number)
        self._keep.undo(number)
        self._about_to_change(step.box)
        step.revert(self.labels, self.sources)
        self._follow(step.box)
        self._undone.append(self._done.pop())
        return step.box

    def redo(self) -> Box | None:
        """Do again what was undone last; returns the box, None if there is nothing to redo."""
        self._require_rest()
        if not self._undone:
            return None
        number = self._undone[-1]
        step = self._keep.fetch(number)
        self._keep.redo(number)
        self._about_to_change(step.box)
        step.apply(self.labels, self.sources)
        self._follow(step.box)
        self._done.append(self._undone.pop())
        return step.box

    def _step(self, edit: Edit, origin: Origin) -> Step | None:
        """An edit with what it does to the source map."""
        before = self.sources[edit.box]
        after = sources_after((edit.before, edit.after), before, origin)
        return make_step(edit.box, (edit.before, edit.after), (before, after), origin)

    def _put(self, step: Step, number: int) -> None:
        self._about_to_change(step.box)
        step.apply(self.labels, self.sources)
        self._follow(step.box)
        self._done.append(number)
        self._undone.clear()

    def _about_to_change(self, box: Box) -> None:
        for copy in self._copies:
            copy.keep(box)

    def _require_rest(self) -> None:
        if self.is_painting:
            raise ValueError("a stroke is under way")

    def _follow(self, box: Box) -> None:
        self.version += 1
        self.touched[box] = owned(self.sources[box])
