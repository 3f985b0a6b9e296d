"""One step of undo: what changed in the labels and in the source map, packed small."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Box, Labels, Mask
from engine.core.sources import Origin, PixelSource, Sources

_LEVEL = 1  # zlib's fastest; a stroke is mostly runs, which no level packs much better


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A change of a label map and its source map that can be done and undone.

    Attributes:
        box: One slice per axis, in array order, with start and stop given.
        packed: The pixels of the box that differ, and both maps there before and after: a bitmap
            (C order, big-endian bits), then four runs of one byte per changed pixel: labels
            before and after, sources before and after; zlib.
        origin: Where it came from.
    """

    box: Box
    packed: bytes
    origin: Origin

    def apply(self, labels: Labels, sources: Sources) -> None:
        """Do it.

        Raises:
            ValueError: if `packed` is damaged; then nothing is changed.
        """
        changed, _, after, _, sources_after = unpack(self.packed, self.box)
        labels[self.box][changed] = after
        sources[self.box][changed] = sources_after

    def revert(self, labels: Labels, sources: Sources) -> None:
        """Undo it.

        Raises:
            ValueError: if `packed` is damaged; then nothing is changed.
        """
        changed, before, _, sources_before, _ = unpack(self.packed, self.box)
        labels[self.box][changed] = before
        sources[self.box][changed] = sources_before


def sources_after(labels: tuple[Labels, Labels], sources: Sources, origin: Origin) -> Sources:
    """What a change of labels, before and after, does to the source map.

    A person owns what changed under the hand; of what a model gave, that which changed and that
    of which nothing was known before.
    """
    marked = labels[0] != labels[1]
    if not origin.source.is_person:
        marked |= sources == PixelSource.NONE
    return np.where(marked, np.uint8(origin.source), sources)


def make_step(
    box: Box,
    labels: tuple[Labels, Labels],
    sources: tuple[Sources, Sources],
    origin: Origin,
) -> Step | None:
    """The step from the first to the second of both pairs; None if they do not differ.

    Args:
        box: Where.
        labels: Before and after, uint8 of the box's shape.
        sources: Before and after, uint8 of the box's shape.
        origin: Where it came from.
    """
    changed = (labels[0] != labels[1]) | (sources[0] != sources[1])
    inner = _bounds(changed)
    if inner is None:
        return None
    changed = changed[inner]
    runs = (array[inner][changed] for array in (*labels, *sources))
    raw = np.packbits(changed).tobytes() + b"".join(run.tobytes() for run in runs)
    return Step(_within(box, inner), zlib.compress(raw, _LEVEL), origin)


def unpack(packed: bytes, box: Box) -> tuple[Mask, Labels, Labels, Sources, Sources]:
    """What `Step.packed` holds: the changed pixels of the box and the four runs.

    Raises:
        ValueError: if it is damaged or belongs to another box.
    """
    shape = tuple(side.stop - side.start for side in box)
    size = int(np.prod(shape))
    try:
        raw = np.frombuffer(zlib.decompress(packed), np.uint8)
    except zlib.error as error:
        raise ValueError(f"the step cannot be unpacked: {error}") from error
    bits = -(-size // 8)
    changed = np.unpackbits(raw[:bits], count=size).astype(bool) if raw.size >= bits else None
    count = 0 if changed is None else int(np.count_nonzero(changed))
    if changed is None or raw.size != bits + 4 * count:
        raise ValueError(f"the step does not fit its box {shape}")
    before, after, sources_before, sources_after = raw[bits:].reshape(4, count)
    return changed.reshape(shape), before, after, sources_before, sources_after


def _bounds(changed: Mask) -> Box | None:
    """The smallest box around what changed; None if nothing did."""
    box: list[slice] = []
    for axis in range(changed.ndim):
        others = tuple(other for other in range(changed.ndim) if other != axis)
        along = np.flatnonzero(changed.any(axis=others))
        if not along.size:
            return None
        box.append(slice(int(along[0]), int(along[-1]) + 1))
    return tuple(box)


def _within(box: Box, inner: Box) -> Box:
    return tuple(
        slice(outer.start + part.start, outer.start + part.stop)
        for outer, part in zip(box, inner, strict=True)
    )
