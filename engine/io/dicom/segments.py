"""DICOM segmentations: the frames of each segment put on one grid, names and colours with them.

Source: DICOM PS3.3, C.8.20 (Segmentation).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from engine.core.arrays import Doubles, Labels, Pixels
from engine.core.geometry import Geometry
from engine.core.label_set import IGNORE, PALETTE, LabelClass, LabelSet
from engine.errors import ReadError
from engine.files import unused_name
from engine.io.dicom.cielab import srgb_of
from engine.io.dicom.files import open_dataset
from engine.io.dicom.frames import numbers, whole
from engine.io.dicom.grid import UNEVEN, affine_of
from engine.io.dicom.guard import UNREADABLE, quietly
from engine.io.dicom.pixels import decode
from engine.io.dicom.series import SAME_DIRECTION, SAME_PLACE_MM, depth_of, normal_of
from engine.io.dicom.values import LABEL_MAP, Frame
from engine.io.image_format import MaskFile, check_size, damaged


@quietly()
def read_segments(path: Path, frames: Sequence[Frame]) -> MaskFile:
    """The segments as class indices, on the smallest regular grid that holds all their frames.

    Args:
        path: The file.
        frames: Its frames.

    Raises:
        ReadError: if segments overlap or hold fractions, or their frames make no regular grid.
    """
    dataset = open_dataset(path)
    try:
        kind = str(dataset.get("SegmentationType") or "BINARY")
        data = bytes(dataset.get("PixelData") or b"")
        label_set = _label_set(path, dataset)
    except UNREADABLE as error:
        raise damaged(path, "its list of segments cannot be read") from error
    if kind == "FRACTIONAL":
        raise ReadError(
            f"'{path}' holds fractions of segments, not whole ones (FRACTIONAL).",
            remedy="Export it as a BINARY segmentation.",
        )
    geometry, places = _grid(path, frames)
    labels = np.zeros((max(places) + 1, *frames[0].file.sides), np.uint8)
    is_map = frames[0].file.sop_class == LABEL_MAP or kind == "LABELMAP"
    seen: set[tuple[int, int]] = set()
    planes = _Planes(path, data)
    for frame, place in zip(frames, places, strict=True):
        if (frame.segment, place) in seen:
            raise ReadError(
                f"'{path}' has the same segment twice at one place.",
                remedy="Split it by time point.",
            )
        seen.add((frame.segment, place))
        plane = planes.read(frame)
        if is_map:
            _put_map(path, labels[place], plane)
        else:
            _put_segment(path, labels[place], plane, frame.segment, label_set)
    return MaskFile(
        labels.reshape(geometry.shape), geometry, label_set, may_move=geometry.affine is not None
    )


class _Planes:
    """The pixels of one frame after the other."""

    def __init__(self, path: Path, data: bytes) -> None:
        self._path, self._data = path, data

    def read(self, frame: Frame) -> Pixels:
        """(rows, columns) whole numbers; single bits are packed across frames (PS3.5, 8.2)."""
        if frame.file.bits[0] != 1 or frame.file.pixels is None:
            return decode(self._path, [frame])[0]
        count = frame.file.sides[0] * frame.file.sides[1]
        start = frame.index * count
        first, last = start // 8, -(-(start + count) // 8)
        if last > len(self._data):
            raise damaged(self._path, f"frame {frame.index + 1} is incomplete")
        packed = np.frombuffer(self._data, np.uint8, last - first, first)
        bits = np.unpackbits(packed, bitorder="little")[start - 8 * first :][:count]
        return bits.reshape(frame.file.sides)


def _put_map(path: Path, into: Labels, plane: Pixels) -> None:
    if plane.min() < 0 or plane.max() >= IGNORE:
        raise ReadError(
            f"'{path}' has segment numbers above {IGNORE - 1}.",
            remedy="Export fewer segments at a time.",
        )
    into[...] = plane


def _put_segment(
    path: Path, into: Labels, plane: Pixels, segment: int, label_set: LabelSet | None
) -> None:
    if not 1 <= segment < IGNORE:
        raise damaged(path, f"a frame belongs to segment {segment}")
    chosen = plane > 0
    others = into[chosen]
    if others.any():
        pair = [int(others.max()), segment]
        names = [label_set[i].name if label_set and i < len(label_set) else str(i) for i in pair]
        raise ReadError(
            f"'{path}': segments '{names[0]}' and '{names[1]}' overlap; a mask has one class "
            "for each voxel.",
            remedy="Export them as separate segmentations.",
        )
    into[chosen] = segment


def _grid(path: Path, frames: Sequence[Frame]) -> tuple[Geometry, list[int]]:
    """The grid, and the index of each frame along its first axis."""
    first = frames[0]
    sides = first.file.sides
    if any(frame.position is None or frame.orientation is None for frame in frames):
        if len(frames) == 1:
            return Geometry(sides), [0]
        raise ReadError(
            f"'{path}' does not say where its frames lie.",
            remedy="Export it from the program it was made with once more.",
        )
    assert first.orientation is not None
    turns = np.array([frame.orientation for frame in frames], np.float64)
    depths = np.array([depth_of(frame) for frame in frames])
    step = _step(depths, first.thickness)
    places = np.rint((depths - depths.min()) / step)
    is_regular = np.abs(depths - depths.min() - places * step).max() <= UNEVEN * step
    if first.spacing is None or not is_regular or np.ptp(turns, axis=0).max() > SAME_DIRECTION:
        raise ReadError(
            f"'{path}': The frames of this file do not form one regular volume.",
            remedy="Export it from the program it was made with once more.",
        )
    count = int(places.max()) + 1
    check_size(path, (count, *sides))
    order = np.argsort(depths)
    lowest, highest = frames[order[0]], frames[order[-1]]
    affine = affine_of((lowest, highest) if count > 1 else (lowest,))
    if count > 1:
        affine[:3, 0] /= count - 1
        _require_straight(path, affine, np.array(normal_of(first.orientation)))
    geometry = Geometry((count, *sides), affine) if count > 1 else Geometry(sides, affine)
    return geometry, [int(place) for place in places]


def _require_straight(path: Path, affine: Doubles, normal: Doubles) -> None:
    step = affine[:3, 0] * (-1.0, -1.0, 1.0)
    aside = step - normal * (step @ normal)
    if np.linalg.norm(aside) > UNEVEN * np.linalg.norm(step):
        raise ReadError(
            f"'{path}': The frames of this file do not form one regular volume.",
            remedy="Export it from the program it was made with once more.",
        )


def _step(depths: Doubles, thickness: float) -> float:
    """The distance of two slices: as the file gives it, if the frames lie at multiples of it."""
    steps = np.diff(np.unique(depths))
    steps = steps[steps > SAME_PLACE_MM]
    if not len(steps):
        return thickness
    smallest = float(steps.min())
    multiple = smallest / thickness
    is_given = round(multiple) >= 1 and abs(multiple - round(multiple)) <= UNEVEN
    return smallest / round(multiple) if is_given else smallest


def _label_set(path: Path, dataset: Dataset) -> LabelSet | None:
    """Names and colours by segment number; numbers that are skipped get a name of their own."""
    given = {
        whole(item.get("SegmentNumber"), 0): item for item in dataset.get("SegmentSequence") or []
    }
    if not given:
        return None
    highest = max(*given, 1)
    if highest >= IGNORE or min(given) < 0:
        raise ReadError(
            f"'{path}' has segment numbers above {IGNORE - 1}.",
            remedy="Export fewer segments at a time.",
        )
    taken: set[str] = set()
    classes = [LabelClass(0, unused_name("background", taken), (0, 0, 0))]
    for number in range(1, highest + 1):
        item = given.get(number, Dataset())
        name = str(item.get("SegmentLabel") or "").strip() or f"segment {number}"
        colour = srgb_of(numbers(item.get("RecommendedDisplayCIELabValue"), 3))
        fallback = PALETTE[(number - 1) % len(PALETTE)]
        classes.append(LabelClass(number, unused_name(name, taken), colour or fallback))
    return LabelSet(tuple(classes))
