"""Which frames make one volume. Pure: headers in, groups out.

Frames belong together that share series, size, orientation and spacing of pixels. Only where some
of them lie at the same place are they told apart by echo, time and the like: in a plain series
those may differ from slice to slice too.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.io.dicom.frames import cross
from engine.io.dicom.values import Frame, Vector

SAME_DIRECTION = 1e-4
"""How far direction cosines may differ within one volume."""
SAME_PLACE_MM = 1e-3
"""Slices closer than this lie at the same place."""
_PLANES = ("sagittal", "coronal", "axial")
_SHOWN = ("echo", "b-value", "time", "trigger", "acquisition", "stack")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Frames that make one image, if their places allow it.

    Attributes:
        key: The same whenever the same files are listed; says nothing of the patient.
        title: What a list shows.
        frames: In the order of the files.
        alike: How many single pictures of its series have no place, if it is one of them.
    """

    key: str
    title: str
    frames: tuple[Frame, ...]
    alike: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        """(slices, rows, columns), or (rows, columns) of a single picture."""
        count, sides = len(self.frames), self.frames[0].file.sides
        return sides if count == 1 else (count, *sides)


def group_frames(frames: Iterable[Frame]) -> tuple[Group, ...]:
    """The images that frames make, ordered by series number, then as the files come."""
    parts: list[tuple[tuple[Frame, ...], tuple[str, ...]]] = []
    for alike in _alike(frames):
        if _has_place(alike[0]):
            parts += _told_apart(alike)
        else:
            parts += _without_place(alike)
    parts.sort(key=lambda part: part[0][0].file.series_number)
    taken: Counter[str] = Counter()
    lost = Counter(
        members[0].file.series
        for members, _ in parts
        if len(members) == 1 and not _has_place(members[0])
    )
    groups: list[Group] = []
    for members, marks in parts:
        key = _key(members, marks)
        taken[key] += 1
        unique = key if taken[key] == 1 else f"{key}-{taken[key]}"
        alike = lost[members[0].file.series] if not _has_place(members[0]) else 0
        groups.append(Group(unique, _title(members, marks), members, alike))
    return tuple(groups)


def normal_of(turn: Vector) -> Vector:
    """The direction across a slice, (3,) in LPS."""
    return cross(turn[:3], turn[3:])


def depth_of(frame: Frame) -> float:
    """How far a frame that has a place lies along its own normal, in millimetres."""
    assert frame.position is not None
    assert frame.orientation is not None
    normal = normal_of(frame.orientation)
    return sum(a * b for a, b in zip(frame.position, normal, strict=True))


def occurrences(frames: Sequence[Frame]) -> list[int]:
    """How many frames lie at each place, along the normal of the first of them."""
    turn = frames[0].orientation
    assert turn is not None
    places = np.array([frame.position for frame in frames], np.float64)
    depths = np.sort(places @ np.array(normal_of(turn)))
    starts = np.flatnonzero(np.diff(depths, prepend=-np.inf) > SAME_PLACE_MM)
    return [int(n) for n in np.diff(np.append(starts, len(depths)))]


def _has_place(frame: Frame) -> bool:
    return frame.position is not None and frame.orientation is not None


def _alike(frames: Iterable[Frame]) -> list[list[Frame]]:
    """Frames of one series, size and orientation, in the order in which they come."""
    found: defaultdict[Hashable, list[list[Frame]]] = defaultdict(list)
    for frame in frames:
        file = frame.file
        is_alone = not file.series or file.is_mosaic or file.frames > 1
        key = (
            file.series,
            str(file.path) if is_alone else "",
            file.sides,
            file.samples,
            frame.index if file.is_mosaic else 0,
            _has_place(frame),
            frame.spacing is None,
        )
        for group in found[key]:
            if _is_same_grid(group[0], frame):
                group.append(frame)
                break
        else:
            found[key].append([frame])
    return [group for groups in found.values() for group in groups]


def _is_same_grid(one: Frame, two: Frame) -> bool:
    return _near(one.orientation, two.orientation, SAME_DIRECTION) and _near(
        one.spacing, two.spacing, 1e-4
    )


def _near(one: Vector | None, two: Vector | None, within: float) -> bool:
    if one is None or two is None:
        return one is two
    return all(abs(a - b) <= within for a, b in zip(one, two, strict=True))


def _without_place(frames: list[Frame]) -> list[tuple[tuple[Frame, ...], tuple[str, ...]]]:
    """The frames of one file as a stack, files as single pictures."""
    if frames[0].file.frames > 1:
        return [(tuple(frames), ())]
    return [((frame,), ()) for frame in frames]


def _told_apart(
    frames: list[Frame], marks: tuple[str, ...] = ()
) -> list[tuple[tuple[Frame, ...], tuple[str, ...]]]:
    """Groups in which no place occurs twice, each with what sets it apart.

    A mark is taken only if it accounts for how often places occur: k values of it must leave
    each place at most 1 / k as often.
    """
    most = max(occurrences(frames))
    if most == 1:
        return [(tuple(frames), marks)]
    for name in dict.fromkeys(key for frame in frames for key, _ in frame.marks):
        groups = _by(frames, lambda frame, name=name: frame.mark(name))
        if len(groups) > 1 and len(groups) * max(map(_most, groups.values())) <= most:
            return [
                part
                for value, members in groups.items()
                for part in _told_apart(members, (*marks, f"{name} {value}"))
            ]
    if frames[0].file.has_times:
        return _by_number(frames, most, marks)
    return [(tuple(frames), marks)]


def _most(frames: list[Frame]) -> int:
    return max(occurrences(frames))


def _by(frames: list[Frame], of: Callable[[Frame], str]) -> dict[str, list[Frame]]:
    groups: defaultdict[str, list[Frame]] = defaultdict(list)
    for frame in frames:
        groups[of(frame)].append(frame)
    return dict(groups)


def _by_number(
    frames: list[Frame], most: int, marks: tuple[str, ...]
) -> list[tuple[tuple[Frame, ...], tuple[str, ...]]]:
    """Time points that are told only by InstanceNumber: the n-th frame at a place is of time n."""
    whole = [(tuple(frames), marks)]
    if len({frame.number for frame in frames}) < len(frames) or len(frames) % most:
        return whole
    count = len(frames) // most
    ordered = sorted(frames, key=lambda frame: frame.number)
    times = [ordered[start : start + count] for start in range(0, len(ordered), count)]
    if any(_most(members) > 1 for members in times):
        times = [ordered[start::most] for start in range(most)]
    if any(_most(members) > 1 for members in times):
        return whole
    return [
        (tuple(members), (*marks, f"time {number}"))
        for number, members in enumerate(times, start=1)
    ]


def _key(frames: tuple[Frame, ...], marks: tuple[str, ...]) -> str:
    """Twelve hexadecimal digits that do not lead back to the UIDs."""
    first = frames[0]
    file = first.file
    is_one = file.frames > 1 or file.is_mosaic or not _has_place(first) or not file.series
    turn = tuple(round(part, 2) + 0.0 for part in first.orientation or ())
    named = (file.series, file.instance if is_one else "", file.sides, turn, first.spacing, marks)
    return hashlib.sha256(repr(named).encode()).hexdigest()[:12]


def _title(frames: tuple[Frame, ...], marks: tuple[str, ...]) -> str:
    """Modality, series number, plane and size; no text that a person may have typed."""
    first = frames[0]
    file = first.file
    words = [file.modality]
    if file.series_number >= 0:
        words[0] += f" series {file.series_number}"
    if first.orientation is not None:
        normal = normal_of(first.orientation)
        largest = max(range(3), key=lambda axis: abs(normal[axis]))
        words.append(_PLANES[largest])
    sides = file.sides if len(frames) == 1 else (len(frames), *file.sides)
    words.append(" x ".join(map(str, sides)))
    if len(frames) == 1 and first.number > 0:
        words.append(f"image {first.number}")
    for mark in marks:
        name, _, value = mark.partition(" ")
        if name in _SHOWN and value.replace(".", "", 1).replace("-", "", 1).isdigit():
            words.append(f"{name} {float(value):g}")
    return ", ".join(words)
