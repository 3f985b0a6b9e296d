"""Taking a patient out of DICOM data sets, so that images and masks may leave the house.

Source: DICOM PS3.15, Annex E, Basic Application Level Confidentiality Profile. The profile lists
what must go; here only what an image needs is kept, and all else goes, so that an attribute that
nobody thought of goes too. Numbers and codes of the image and of its acquisition stay; names,
identifiers, dates, free texts, private attributes and overlays do not. UIDs are replaced by ones
that are equal where the old ones were, and lead nowhere without the key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Any

import pydicom
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.tag import BaseTag

RUN_KEY = secrets.token_bytes(32)
"""The key of this run of the program: what leaves in one run fits together, and no other run."""

METHOD = "Sulcus, PS3.15 Basic Application Confidentiality Profile"

_GROUPS = {0x0008, 0x0018, 0x0020, 0x0028, 0x0054, 0x0062, 0x3004, 0x5200, 0x7FE0}
"""Groups of the image and its acquisition; private ones have odd numbers."""
_NUMBERS = {"AT", "DS", "FD", "FL", "IS", "SL", "SS", "SV", "UL", "US", "UV", "US or SS"}
_EMPTY = (
    "AccessionNumber", "PatientBirthDate", "PatientSex", "ReferringPhysicianName", "StudyDate",
    "StudyID", "StudyTime",
)  # fmt: skip
_DUMMIES = {
    "ContentDate": "19000101",
    "ContentTime": "000000",
    "AcquisitionDateTime": "19000101000000",
    "FrameAcquisitionDateTime": "19000101000000",
    "FrameReferenceDateTime": "19000101000000",
    "DeviceSerialNumber": "0",
    "SoftwareVersions": "0",
}
"""Attributes that some kinds of image must have, and what stands for them."""
_BYTES = {
    "PixelData", "FloatPixelData", "DoubleFloatPixelData", "LUTData", "LUTDescriptor",
    "RedPaletteColorLookupTableData", "GreenPaletteColorLookupTableData",
    "BluePaletteColorLookupTableData", "ExtendedOffsetTable", "ExtendedOffsetTableLengths",
}  # fmt: skip
_TEXTS = {
    "Manufacturer": r"[\w .,&()/-]{1,64}",
    "ManufacturerModelName": r"[\w .,&()/-]{1,64}",
    "SegmentLabel": r"[\w .,&()/-]{1,64}",
    "SegmentAlgorithmName": r"[\w .,&()/-]{1,64}",
    "RescaleType": r"[A-Z_0-9]{1,16}",
    "StackID": r"\d{1,16}",
}
"""Texts that a device writes or that name a structure, and what they may look like."""
_SCHEMES = {"DCM", "SCT", "SRT", "SNM3", "99SDM", "UCUM", "FMA", "RADLEX", "UMLS", "LN"}
_TELLING = ("PatientName", "PatientID", "AccessionNumber", "StudyID", "InstitutionName")
_KEPT_UIDS = {"SOPClassUID", "ReferencedSOPClassUID", "MediaStorageSOPClassUID"}
_DROPPED = {"ReferencedPatientSequence", "ReferencedStudySequence", "ContentSequence",
            "OriginalAttributesSequence", "RequestAttributesSequence"}  # fmt: skip


def is_deidentified(dataset: Dataset) -> bool:
    """Whether a data set says that its patient was taken out of it already."""
    return str(dataset.get("PatientIdentityRemoved") or "") == "YES"


def deidentified(dataset: Dataset, key: bytes = RUN_KEY) -> Dataset:
    """A copy without the patient; pixels are the same bytes.

    Args:
        dataset: The original, with its file meta information if it was read from a file; unchanged.
        key: What new UIDs and the pseudonym are made from: the same for all that belongs together.

    Raises:
        ValueError: and others that pydicom raises, if an attribute is damaged.
    """
    clean = _Scrub(dataset, key).copy(dataset)
    who = f"{dataset.get('PatientID') or ''}\n{dataset.get('PatientName') or ''}"
    pseudonym = f"anon-{_digest(key, who).hex()[:10]}"
    clean.PatientName = clean.PatientID = pseudonym
    for keyword in _EMPTY:
        setattr(clean, keyword, "")
    mark_deidentified(clean)
    meta = getattr(dataset, "file_meta", None)
    if meta is not None:
        clean.file_meta = FileMetaDataset()
        clean.file_meta.TransferSyntaxUID = meta.TransferSyntaxUID
        clean.file_meta.MediaStorageSOPClassUID = clean.SOPClassUID
        clean.file_meta.MediaStorageSOPInstanceUID = clean.SOPInstanceUID
    return clean


def mark_deidentified(dataset: Dataset) -> None:
    """Say in a data set that its patient was taken out, and how."""
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = METHOD
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator = "113100", "DCM"
    code.CodeMeaning = "Basic Application Confidentiality Profile"
    dataset.DeidentificationMethodCodeSequence = pydicom.Sequence([code])
    dataset.LongitudinalTemporalInformationModified = "REMOVED"


def new_uid(key: bytes, text: str) -> str:
    """A UID from 128 bits of a keyed hash. Source: PS3.5, B.2 (UUID Derived UID)."""
    return f"2.25.{int.from_bytes(_digest(key, text)[:16], 'big')}"


def concerns(dataset: Dataset) -> tuple[str, ...]:
    """What removing attributes cannot remove, in a sentence each."""
    found: list[str] = []
    modality = str(dataset.get("Modality") or "")
    burned = str(dataset.get("BurnedInAnnotation") or "")
    if burned == "YES":
        found.append("Text is burned into the pixels; look at the pictures before they leave.")
    elif modality in ("US", "SC", "OT", "XC", "ES") and burned != "NO":
        found.append(f"Text may be burned into the pixels ({modality}); look at the pictures.")
    part = str(dataset.get("BodyPartExamined") or "").upper()
    if modality in ("MR", "CT", "PT") and part in ("", "HEAD", "BRAIN", "SKULL", "FACE"):
        found.append(
            f"A face can be drawn from a {modality} volume of a head; deface it before it is "
            "published."
        )
    return tuple(found)


class _Scrub:
    """One data set on its way out; knows the words that must not be in it."""

    def __init__(self, dataset: Dataset, key: bytes) -> None:
        self._key = key
        told = " ".join(str(dataset.get(word) or "") for word in _TELLING)
        self._words = [word for word in re.split(r"[\W_]+", told.casefold()) if len(word) > 3]

    def copy(self, dataset: Dataset) -> Dataset:
        """What may stay of a data set or of an item of a sequence."""
        clean = Dataset()
        for element in dataset:
            kept = self._kept(element)
            if kept is not None:
                clean[element.tag] = kept
        return clean

    def _kept(self, element: DataElement) -> DataElement | None:
        tag, word, kind = BaseTag(element.tag), element.keyword, str(element.VR)
        if tag.group not in _GROUPS or not word or word in _DROPPED:
            return None
        value: Any = None
        if word in _DUMMIES:
            value = _DUMMIES[word]
        elif kind == "SQ":
            value = self._items(element)
        elif kind == "UI":
            value = self._uids(word, element.value)
        elif word in _TEXTS or kind == "CS":
            value = self._text(element)
        elif kind in _NUMBERS or word in _BYTES:
            return element
        return None if value is None else DataElement(tag, kind, value)

    def _items(self, element: DataElement) -> pydicom.Sequence | None:
        items = [
            _code(item) if "CodingSchemeDesignator" in item else self.copy(item)
            for item in element.value or []
        ]
        there = [item for item in items if item is not None]
        return pydicom.Sequence(there) if there else None

    def _uids(self, word: str, value: Any) -> Any:
        if word in _KEPT_UIDS or not value:
            return value
        many = [value] if isinstance(value, str) else list(value)
        new = [
            one if one.startswith("1.2.840.10008.") else new_uid(self._key, str(one))
            for one in many
        ]
        return new[0] if len(new) == 1 else new

    def _text(self, element: DataElement) -> Any:
        """A text of a device, unless it has a word of the patient in it."""
        many = [element.value] if isinstance(element.value, str) else list(element.value or [])
        pattern = _TEXTS.get(element.keyword, r"[\w .-]{0,16}")
        fits = all(re.fullmatch(pattern, str(one), re.ASCII) for one in many)
        told = " ".join(map(str, many)).casefold()
        return element.value if fits and not any(word in told for word in self._words) else None


def _code(item: Dataset) -> Dataset | None:
    """A code of a public scheme, whose meaning nobody typed."""
    if str(item.get("CodingSchemeDesignator") or "") not in _SCHEMES:
        return None
    clean = Dataset()
    for word in ("CodeValue", "CodingSchemeDesignator", "CodeMeaning"):
        if word in item:
            setattr(clean, word, str(item.get(word) or ""))
    return clean


def _digest(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).digest()
