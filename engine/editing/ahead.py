"""Changes that are worked out on copies, away from the interface, and carried out at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Box, Labels
from engine.core.edit import union_of
from engine.core.sources import Origin, Sources, owned
from engine.core.step import Step, make_step, sources_after


@dataclass(frozen=True, slots=True)
class Way:
    """Steps to take back or to do again, in this order."""

    numbers: tuple[int, ...] = ()
    back: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """A change that `History.carry_out` does without computing anything more.

    Attributes:
        version: That of the history it was worked out on.
        box: What it changes.
        labels: uint8 of the box's shape, afterwards.
        sources: uint8 of the box's shape, afterwards.
        step: The step it is; None if it goes along the steps there are.
        way: Those steps.
    """

    version: int
    box: Box
    labels: Labels
    sources: Sources
    step: Step | None = None
    way: Way = Way()


def replacing(
    version: int,
    before: tuple[Labels, Sources],
    box: Box,
    after: Labels,
    origin: Origin,
) -> Ahead | None:
    """Labels put into a box, as `History.replace` does it; None if that changes nothing.

    Args:
        version: Of the history whose maps `before` are.
        before: Its labels and sources, (*shape) uint8; read only.
        box: Where.
        after: uint8 of the box's shape.
        origin: Where they came from; what no person made changes no pixel a person owns.
    """
    labels, sources = before[0][box], before[1][box]
    if not origin.source.is_person:
        after = np.where(owned(sources), labels, after)
    if np.array_equal(labels, after):
        return None
    marked = sources_after((labels, after), sources, origin)
    step = make_step(box, (labels, after), (sources, marked), origin)
    if step is None:
        return None
    inner = tuple(
        slice(part.start - whole.start, part.stop - whole.start)
        for part, whole in zip(step.box, box, strict=True)
    )
    return Ahead(version, step.box, after[inner].copy(), marked[inner].copy(), step)


def travelling(
    version: int,
    before: tuple[Labels, Sources],
    way: Way,
    fetch: Callable[[int], Step],
    check: Callable[[int, int], None] = lambda _done, _total: None,
) -> Ahead | None:
    """Where a way along the history leads; None if it is no way at all.

    Args:
        version: Of the history whose maps `before` are.
        before: Its labels and sources, (*shape) uint8; read only.
        way: Which steps.
        fetch: Gives a step by its number.
        check: Told how many steps of how many are through; raises to stop.

    Raises:
        ReadError: if a step is damaged.
    """
    if not way.numbers:
        return None
    labels, sources = before[0].copy(), before[1].copy()
    boxes: list[Box] = []
    for done, number in enumerate(way.numbers):
        check(done, len(way.numbers))
        step = fetch(number)
        change = step.revert if way.back else step.apply
        change(labels, sources)
        boxes.append(step.box)
    box = union_of(boxes)
    return Ahead(version, box, labels[box], sources[box], way=way)
