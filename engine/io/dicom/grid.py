"""Where the frames of a volume lie: sorted along their normal, checked, as one affine.

Arrays are (slices, rows, columns), slices along the normal row x column; a single picture is
(rows, columns). Source: DICOM PS3.3, C.7.6.2.1.1, equation C.7.6.2.1-1.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.core.arrays import Doubles
from engine.core.geometry import Geometry
from engine.core.image import Notice
from engine.errors import ReadError
from engine.io.dicom.series import Group, depth_of, normal_of, occurrences
from engine.io.dicom.values import Frame

UNEVEN = 0.01
"""How much of the distance of two slices one may be off its place."""
_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The frames of one image in order, and where they lie.

    Attributes:
        frames: In the order of the first axis.
        geometry: (slices, rows, columns) or (rows, columns), with an affine where it is known.
        notices: What was odd.
    """

    frames: tuple[Frame, ...]
    geometry: Geometry
    notices: tuple[Notice, ...] = ()


def lay_out(path: Path, group: Group) -> Grid:
    """Sort and check the frames of a group.

    Args:
        path: What was asked for, for the message.
        group: The frames.

    Raises:
        ReadError: if they belong to several patients, or make no regular volume.
    """
    first = group.frames[0]
    patients = len({frame.file.patient for frame in group.frames})
    if patients > 1:
        raise ReadError(
            f"'{path}': These files belong to {patients} different patients.",
            remedy="Load one patient at a time.",
        )
    if first.position is None or first.orientation is None:
        return Grid(group.frames, Geometry(group.shape), _no_place(group))
    frames = tuple(sorted(group.frames, key=depth_of))
    problem = _problem(frames)
    if problem is not None and first.file.frames > 1:
        raise ReadError(
            f"'{path}': The frames of this file do not form one regular volume.",
            remedy="Ask for the series as single slices, or for a new copy.",
        )
    if problem is not None:
        raise ReadError(f"'{path}': {problem[0]}", remedy=problem[1])
    if first.spacing is None:
        text = "This series has no PixelSpacing, so millimetres are unknown."
        return Grid(frames, Geometry(group.shape), (Notice("no-spacing", text),))
    return Grid(frames, Geometry(group.shape, affine_of(frames)))


def affine_of(frames: tuple[Frame, ...]) -> Doubles:
    """The float64 (4, 4) affine of sorted frames: array index to millimetres in RAS+."""
    first, last = frames[0], frames[-1]
    assert first.orientation is not None
    assert first.spacing is not None
    turn = np.array(first.orientation, np.float64)
    start = np.array(first.position, np.float64)
    down, along = turn[3:] * first.spacing[0], turn[:3] * first.spacing[1]
    affine = np.eye(4)
    if len(frames) == 1:
        across = np.array(normal_of(first.orientation)) * first.thickness
        columns = (down, along, across, start)
    else:
        step = (np.array(last.position, np.float64) - start) / (len(frames) - 1)
        columns = (step, down, along, start)
    affine[:3] = np.stack(columns, axis=1)
    return _TO_RAS @ affine


def _no_place(group: Group) -> tuple[Notice, ...]:
    """That no volume can be made; nothing for a single picture that is the only one."""
    if len(group.frames) > 1:
        text = (
            f"The {len(group.frames)} frames of this file have no positions; they are shown as a "
            "stack, and millimetres are unknown."
        )
    elif group.alike > 1:
        text = (
            f"This series has no slice positions ({group.alike} images). It can be viewed as "
            "single images, not as a volume."
        )
    else:
        return ()
    return (Notice("no-positions", text),)


def _problem(frames: tuple[Frame, ...]) -> tuple[str, str] | None:
    """Why frames, sorted along their normal, are no regular volume, and what to do."""
    if len(frames) == 1:
        return None
    counts = occurrences(frames)
    if max(counts) > 1:
        often = max(counts)
        places = sum(count > 1 for count in counts)
        times = "twice" if often == 2 else f"{often} times"
        return (
            f"{places} slice position(s) occur {times}. The series probably holds several echoes "
            "or time points.",
            "Split it by echo or time point, or remove the copies.",
        )
    places = np.array([frame.position for frame in frames], np.float64)
    assert frames[0].orientation is not None
    normal = np.array(normal_of(frames[0].orientation))
    depths = places @ normal
    return _gaps(np.diff(depths)) or _shear(places, depths, normal)


def _gaps(steps: Doubles) -> tuple[str, str] | None:
    usual = float(np.median(steps))
    odd = np.flatnonzero(np.abs(steps - usual) > UNEVEN * usual)
    if not len(odd):
        return None
    return (
        f"Slice spacing is not constant: {steps[odd[0]]:.3f} mm after slice {odd[0] + 1}, "
        f"{usual:.3f} mm elsewhere ({len(odd)} gap(s)). A slice may be missing.",
        "Ask for the whole series; its files can still be opened one by one.",
    )


def _shear(places: Doubles, depths: Doubles, normal: Doubles) -> tuple[str, str] | None:
    """Whether slices slide sideways as they go along the normal."""
    aside = places - places[0] - np.outer(depths - depths[0], normal)
    slid = np.linalg.norm(aside, axis=1)
    allowed = UNEVEN * (depths[-1] - depths[0]) / (len(depths) - 1)
    if slid.max() <= allowed:
        return None
    return (
        f"Slices are sheared by {slid.max():.2f} mm over the stack (gantry tilt).",
        "Resample before segmenting.",
    )
