"""The frames of one DICOM data set: a single plane, or the functional groups of many frames.

Source: DICOM PS3.3, C.7.6.2 (Image Plane) and C.7.6.16 (Multi-frame Functional Groups).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydicom.dataset import Dataset

from engine.io.dicom.values import Frame, Header, Vector

# What may tell frames at one position apart, in the order in which it is tried; the first word is
# what a list shows. Of each group: the attribute, and the functional group it stands in if any.
_MARKS = (
    ("stack", "StackID", "FrameContentSequence"),
    ("echo", "EchoTime", ""),
    ("echo", "EffectiveEchoTime", "MREchoSequence"),
    ("echo number", "EchoNumbers", ""),
    ("b-value", "DiffusionBValue", ""),
    ("b-value", "DiffusionBValue", "MRDiffusionSequence"),
    ("gradient", "DiffusionGradientOrientation", ""),
    ("time", "TemporalPositionIdentifier", ""),
    ("time", "TemporalPositionIndex", "FrameContentSequence"),
    ("trigger", "TriggerTime", ""),
    ("trigger", "NominalCardiacTriggerDelayTime", "CardiacSynchronizationSequence"),
    ("inversion", "InversionTime", ""),
    ("acquisition", "AcquisitionNumber", ""),
    ("acquisition", "FrameAcquisitionNumber", "FrameContentSequence"),
    ("kind", "ImageType", ""),
    ("kind", "FrameType", "MRImageFrameTypeSequence"),
    ("acquired", "AcquisitionTime", ""),
    ("content", "ContentTime", ""),
)


def frames_in(dataset: Mapping[str, Any], header: Header) -> tuple[Frame, ...]:
    """A frame for each picture.

    Args:
        dataset: The attributes before the pixels, by keyword.
        header: What was read from it already.

    Raises:
        ValueError: and others that pydicom raises, if a value cannot be what its type says.
    """
    groups = dataset.get("PerFrameFunctionalGroupsSequence") or []
    shared = next(iter(dataset.get("SharedFunctionalGroupsSequence") or []), Dataset())
    if len(groups) == header.frames and (groups[0] or shared):
        return tuple(
            _frame(_Groups(group, shared), header, index, index)
            for index, group in enumerate(groups)
        )
    number = whole(dataset.get("InstanceNumber"), 0)
    if header.frames == 1:
        return (_frame(_Plain(dataset, 0.0), header, 0, number),)
    offsets = numbers(dataset.get("GridFrameOffsetVector"), header.frames)
    return tuple(
        _frame(_Plain(dataset, offsets[index] if offsets else None), header, index, index)
        for index in range(header.frames)
    )


class _Plain:
    """Attributes at the top of a data set; its plane moved along the normal, or in no place."""

    def __init__(self, dataset: Mapping[str, Any], offset: float | None) -> None:
        self._dataset, self._offset = dataset, offset

    def get(self, keyword: str, group: str) -> Any:
        """An attribute that belongs to no functional group, or to one that may be left out."""
        if keyword in ("ImagePositionPatient", "ImageOrientationPatient"):
            return self._place(keyword)
        return None if group and keyword in _GROUPED else self._dataset.get(keyword)

    def _place(self, keyword: str) -> Any:
        value = self._dataset.get(keyword)
        if self._offset is None:
            return None
        if keyword == "ImageOrientationPatient" or not self._offset:
            return value
        turn = numbers(self._dataset.get("ImageOrientationPatient"), 6)
        start = numbers(value, 3)
        if turn is None or start is None:
            return None
        normal = cross(turn[:3], turn[3:])
        return [a + self._offset * b for a, b in zip(start, normal, strict=True)]


_GROUPED = {keyword for _, keyword, group in _MARKS if group} - {"DiffusionBValue"}


class _Groups:
    """Attributes of one frame: its own functional groups before the shared ones."""

    def __init__(self, own: Dataset, shared: Dataset) -> None:
        self._own, self._shared = own, shared

    def get(self, keyword: str, group: str) -> Any:
        """An attribute of a functional group; None where the group is not there."""
        if not group:
            return None
        for place in (self._own, self._shared):
            items = place.get(group)
            if items:
                return items[0].get(keyword)
        return None

    def dimensions(self) -> list[Any]:
        """The index of the frame along each dimension of the file."""
        value = self.get("DimensionIndexValues", "FrameContentSequence")
        return [] if value is None else list(value) if hasattr(value, "__len__") else [value]


def _frame(place: _Plain | _Groups, header: Header, index: int, number: int) -> Frame:
    spacing = numbers(place.get("PixelSpacing", "PixelMeasuresSequence"), 2)
    is_spaced = spacing is not None and min(spacing) > 0
    between = number_of(place.get("SpacingBetweenSlices", "PixelMeasuresSequence"), 0.0)
    thick = number_of(place.get("SliceThickness", "PixelMeasuresSequence"), 0.0)
    marks = [(name, _text(place.get(word, group))) for name, word, group in _MARKS]
    if isinstance(place, _Groups):
        marks += [(f"dimension {i}", _text(one)) for i, one in enumerate(place.dimensions())]
    segment = place.get("ReferencedSegmentNumber", "SegmentIdentificationSequence")
    return Frame(
        header,
        index,
        number,
        numbers(place.get("ImagePositionPatient", "PlanePositionSequence"), 3),
        _unit(numbers(place.get("ImageOrientationPatient", "PlaneOrientationSequence"), 6)),
        spacing if is_spaced else None,
        between if between > 0 else thick if thick > 0 else 1.0,
        number_of(place.get("RescaleSlope", "PixelValueTransformationSequence"), 1.0),
        number_of(place.get("RescaleIntercept", "PixelValueTransformationSequence"), 0.0),
        tuple((name, value) for name, value in marks if value),
        whole(segment, 0),
    )


def numbers(value: Any, count: int) -> Vector | None:
    """`value` as that many finite numbers, or None."""
    if value is None or isinstance(value, (str, bytes)) or not hasattr(value, "__len__"):
        return None
    if len(value) != count or any(part is None or part == "" for part in value):
        return None
    found = tuple(float(part) for part in value)
    return found if all(math.isfinite(part) for part in found) else None


def number_of(value: Any, default: float) -> float:
    """`value` as a finite number; `default` if there is none."""
    if value is None or value == "" or (hasattr(value, "__len__") and not isinstance(value, str)):
        return default
    found = float(value)
    return found if math.isfinite(found) else default


def whole(value: Any, default: int) -> int:
    """`value` as a whole number; `default` if there is none."""
    return int(number_of(value, default))


def cross(one: Vector, two: Vector) -> Vector:
    """The vector across two others, (3,)."""
    return (
        one[1] * two[2] - one[2] * two[1],
        one[2] * two[0] - one[0] * two[2],
        one[0] * two[1] - one[1] * two[0],
    )


def _unit(turn: Vector | None) -> Vector | None:
    """Two directions of length one across each other, within a hundredth, or None."""
    if turn is None:
        return None
    row, column = turn[:3], turn[3:]
    lengths = (math.hypot(*row), math.hypot(*column))
    skew = abs(sum(a * b for a, b in zip(row, column, strict=True)))
    return turn if all(abs(one - 1) < 0.01 for one in lengths) and skew < 0.01 else None


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str) or not hasattr(value, "__len__"):
        return str(value)
    return "\\".join(str(part) for part in value)
