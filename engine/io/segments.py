"""The names and colours of segments that 3D Slicer keeps in the tags of a .seg.nrrd file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.core.arrays import Labels, Pixels
from engine.core.image import Notice
from engine.core.label_set import IGNORE, PALETTE, Colour, LabelClass, LabelSet
from engine.errors import ReadError
from engine.io.image_format import as_labels

_KEY = re.compile(r"Segment(\d{1,6})_(ID|Name|Color|LabelValue|Layer)")


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: the voxels of `value` in layer `layer`."""

    value: int
    layer: int
    name: str
    colour: Colour


def segments_of(tags: Mapping[str, str]) -> tuple[Segment, ...]:
    """The segments that the tags of a file name, in their order; a bad number takes its default."""
    found: dict[int, dict[str, str]] = {}
    for key, value in tags.items():
        if match := _KEY.fullmatch(key):
            found.setdefault(int(match[1]), {})[match[2]] = value
    segments: list[Segment] = []
    for number, one in sorted(found.items()):
        value = _whole(one.get("LabelValue", ""), number + 1)
        name = " ".join(one.get("Name", "").split()) or one.get("ID", "").strip()
        layer = _whole(one.get("Layer", ""), 0)
        segments.append(Segment(value, layer, name, _colour(one.get("Color", ""), value)))
    return tuple(segments)


def label_set_of(segments: Sequence[Segment]) -> LabelSet | None:
    """Names for the indices from 0 to the highest of them; None if there is none to name.

    Indices that no segment has get names of their own, and so do names that are there twice.
    """
    named = {one.value: one for one in segments if 0 <= one.value < IGNORE}
    if max(named, default=0) < 1:
        return None
    classes: list[LabelClass] = []
    taken: set[str] = set()
    for index in range(max(named) + 1):
        one = named.get(index)
        plain = f"class {index}" if index else "background"
        name = one.name if one and one.name else plain
        while name in taken:
            name = f"{name} ({index})"
        taken.add(name)
        default = PALETTE[(index - 1) % len(PALETTE)] if index else (0, 0, 0)
        classes.append(LabelClass(index, name, one.colour if one else default))
    return LabelSet(tuple(classes))


def flattened(
    path: Path, layers: Pixels, segments: Sequence[Segment]
) -> tuple[Labels, tuple[Segment, ...], tuple[Notice, ...]]:
    """One label map of (layers, *shape), in which segments of different layers may share a value.

    Values stay as they are where each belongs to one segment; else segments are numbered from 1.

    Raises:
        ReadError: if there are voxels that belong to no segment, or too many segments.
    """
    stored = [as_labels(path, one) for one in layers]
    is_clear = len({one.value for one in segments}) == len(segments)
    if len(segments) >= IGNORE:
        raise ReadError(
            f"'{path}' has {len(segments)} segments; Sulcus keeps {IGNORE - 1} at most.",
            remedy="Save fewer segments.",
        )
    labels: Labels = np.zeros(layers.shape[1:], np.uint8)
    kept: list[Segment] = []
    overlap, marked = 0, 0
    for number, one in enumerate(segments, 1):
        value = one.value if is_clear else number
        kept.append(Segment(value, 0, one.name, one.colour))
        if 0 <= one.layer < len(stored) and 0 < one.value <= IGNORE:
            where = stored[one.layer] == one.value
            overlap += int(np.count_nonzero(labels[where]))
            marked += int(np.count_nonzero(where))
            labels[where] = value
    if marked != sum(int(np.count_nonzero(one)) for one in stored):
        raise ReadError(
            f"'{path}' has voxels that belong to none of its segments.",
            remedy="Save it again with the program that made it.",
        )
    notices: tuple[Notice, ...] = ()
    if overlap:
        text = f"Segments overlap in {overlap} voxels; there the later one is kept."
        notices = (Notice("overlap", text, must_confirm=True),)
    return labels, tuple(kept), notices


def _whole(text: str, default: int) -> int:
    return int(text) if re.fullmatch(r"\s*-?\d{1,9}\s*", text) else default


def _colour(text: str, value: int) -> Colour:
    """'1 0.5 0' as (255, 128, 0); a colour of the palette if it is none."""
    words = text.split()
    try:
        parts = [min(255, max(0, round(float(word) * 255))) for word in words]
    except (ValueError, OverflowError):
        parts = []
    if len(parts) != 3:
        return PALETTE[(value - 1) % len(PALETTE)]
    return (parts[0], parts[1], parts[2])
