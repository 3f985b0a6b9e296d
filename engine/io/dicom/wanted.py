"""Which attributes of a header are read, and their values, without what makes pydicom slow.

Most of a series' headers are numbers and codes in ASCII; for these pydicom's way from bytes to an
element costs more than reading the file. Whatever is not as it should be goes that way all the
same. Source: DICOM PS3.5, section 6.2 (value representations).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.valuerep import IS, DSfloat

_KEYWORDS = (
    "SOPClassUID", "SOPInstanceUID", "Modality", "ImageType", "PatientID", "PatientName",
    "SeriesInstanceUID", "SeriesNumber", "InstanceNumber", "AcquisitionNumber", "EchoTime",
    "EchoNumbers", "TriggerTime", "TemporalPositionIdentifier", "NumberOfTemporalPositions",
    "AcquisitionTime", "ContentTime", "DiffusionBValue", "DiffusionGradientOrientation",
    "InversionTime", "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing",
    "SliceThickness", "SpacingBetweenSlices", "GridFrameOffsetVector", "Rows", "Columns",
    "NumberOfFrames", "SamplesPerPixel", "PhotometricInterpretation", "BitsAllocated",
    "BitsStored", "PixelRepresentation", "RescaleSlope", "RescaleIntercept",
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
)  # fmt: skip
_OF_KEYWORD: dict[str, Any] = {word: tag_for_keyword(word) for word in _KEYWORDS}
_KNOWN = {tag: (word, dictionary_VR(tag)) for word, tag in _OF_KEYWORD.items()}
PATIENT: tuple[Any, ...] = (_OF_KEYWORD["PatientID"], _OF_KEYWORD["PatientName"])
"""The attributes that say who it is; what is made of them is not among `values_of`."""
TAGS: list[Any] = list(_OF_KEYWORD.values())
"""What is read of a header."""


def values_of(dataset: Dataset) -> dict[str, Any]:
    """The values of a data set by keyword, as pydicom gives them; none of the patient.

    Raises:
        ValueError: and others that pydicom raises, if a value cannot be what its type says.
    """
    found: dict[str, Any] = {}
    for tag, element in dataset.items():
        keyword, kind = _KNOWN.get(tag, ("", ""))
        if keyword and tag not in PATIENT:
            found[keyword] = _quickly(element, kind, dataset)
    return found


def _quickly(element: Any, kind: str, dataset: Dataset) -> Any:
    """The value of one element, by pydicom where it is of another kind than the standard says."""
    read = _READERS.get(kind)
    if read is None or not isinstance(element, RawDataElement) or element.VR not in (None, kind):
        return dataset[element.tag].value
    if not element.value:
        return None
    try:
        return read(element.value, element.is_little_endian)
    except (ValueError, ArithmeticError, struct.error):
        return dataset[element.tag].value


def _text(kind: Callable[[str], Any], odd: str = "") -> Callable[[bytes, bool], Any]:
    """A reader of texts with backslashes between, each of `kind`; pydicom reads the `odd` ones."""

    def read(data: bytes, is_little: bool) -> Any:
        del is_little
        text = data.decode("ascii").rstrip(" \0")
        if not text.isprintable() or (odd and odd in text):
            raise ValueError("pydicom knows which of it is padding")
        parts = text.split("\\")
        return kind(parts[0]) if len(parts) == 1 else [kind(part) for part in parts]

    return read


def _numbers(letter: str) -> Callable[[bytes, bool], Any]:
    """A reader of binary numbers that `struct` calls by `letter`."""
    size = struct.calcsize(f"={letter}")

    def read(data: bytes, is_little: bool) -> Any:
        found = struct.unpack(f"{'<' if is_little else '>'}{len(data) // size}{letter}", data)
        return found[0] if len(found) == 1 else list(found)

    return read


_READERS: dict[str, Callable[[bytes, bool], Any]] = {
    "CS": _text(str),
    "UI": _text(str, odd=" "),
    "TM": _text(str),
    "DS": _text(
        DSfloat, odd=" "
    ),  # these two keep how they were written, which tells volumes apart
    "IS": _text(IS, odd=" "),
    "US": _numbers("H"),
    "FD": _numbers("d"),
}
