"""DICOM segmentations: one segment for each class that is there, placed by position.

Source: DICOM PS3.3, C.8.20; PS3.16, CID 7150 and 7151 for the codes of what is segmented.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pydicom
from highdicom.color import CIELabColor
from highdicom.seg import Segmentation, SegmentDescription
from highdicom.sr import CodedConcept
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

from engine.core.arrays import Doubles, Labels
from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelClass
from engine.core.sources import Making, Sources, making_of
from engine.errors import GeometryError, WriteError
from engine.export.deidentify import (
    RUN_KEY,
    deidentified,
    is_deidentified,
    mark_deidentified,
    new_uid,
)
from engine.io.dicom.cielab import lab_of_srgb
from engine.io.dicom.files import find_frames
from engine.io.dicom.grid import Grid, lay_out
from engine.io.dicom.guard import UNREADABLE, quietly
from engine.io.dicom.series import group_frames
from engine.versions import installed_version

_STRUCTURE = ("91723000", "Anatomical Structure")
_SUBSTANCE = ("91720002", "Body Substance")
_TISSUE = ("85756007", "Tissue")
_CODES = {
    ("gm", "gray matter", "grey matter"): (_STRUCTURE, ("389081007", "Gray Matter")),
    ("wm", "white matter"): (_STRUCTURE, ("389080008", "White Matter")),
    ("csf", "cerebrospinal fluid"): (_SUBSTANCE, ("65216001", "Cerebrospinal Fluid")),
    ("brain",): (_STRUCTURE, ("12738006", "Brain")),
}
"""Names of classes, and the SNOMED CT codes of their category and type."""
_NAMED = {name: codes for names, codes in _CODES.items() for name in names}
_LONGEST_NAME = 64  # characters of a DICOM LO
_NOTE = "Research software, not a medical device"
_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_NEEDED = (
    "SpecificCharacterSet SOPClassUID SOPInstanceUID StudyInstanceUID SeriesInstanceUID "
    "FrameOfReferenceUID PositionReferenceIndicator Modality SeriesNumber InstanceNumber "
    "PatientID PatientName PatientBirthDate PatientSex PatientIdentityRemoved AccessionNumber "
    "StudyID StudyDate StudyTime ReferringPhysicianName Rows Columns NumberOfFrames "
    "ImagePositionPatient ImageOrientationPatient PixelSpacing SliceThickness "
    "SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence "
    "DimensionOrganizationSequence DimensionIndexSequence Manufacturer"
)
_EMPTY_IF_ABSENT = (
    "PatientID PatientName PatientBirthDate PatientSex AccessionNumber StudyID StudyDate StudyTime "
    "ReferringPhysicianName"
)


class MasksDicomSeg:
    """Binary, uncompressed, every frame written: what most programs read; without the patient."""

    kind = "BINARY"
    syntax = ExplicitVRLittleEndian
    keeps_patient = False

    def suits(self, geometry: Geometry, source: Source) -> bool:
        """Images that came from DICOM and have a place in the patient."""
        return source.format == "dicom" and geometry.affine is not None

    def file_name(self, stem: str) -> str:
        return f"{stem}_seg.dcm"

    def write(
        self, mask: LabelMap, source: Source, path: Path, sources: Sources | None = None
    ) -> None:
        """Write the segmentation; its source series is read anew.

        Raises:
            WriteError: if the mask has pixels to ignore or a name that is too long, or the series
                is not there or not the one the mask was made on.
        """
        grid = _grid_of(source)
        _require_same(grid, mask, source)
        images = _sources(grid, source, keeps_patient=self.keeps_patient)
        classes = _present(mask)
        numbered = np.zeros(IGNORE + 1, np.uint8)
        numbered[[one.index for one in classes]] = np.arange(1, len(classes) + 1)
        labels = numbered[mask.labels]
        makings = [making_of(mask.labels, sources, one.index) for one in classes]
        try:
            with quietly():
                data = self._segmentation(mask, labels, classes, makings, images)
        except (*UNREADABLE, RuntimeError) as error:
            raise WriteError(
                f"The series '{source.path}' lacks what a DICOM segmentation of it needs.",
                remedy="Export the mask as NIfTI.",
            ) from error
        if not self.keeps_patient:
            _without_traces(data)
        data.save_as(path)

    def _segmentation(
        self,
        mask: LabelMap,
        labels: Labels,
        classes: list[LabelClass],
        makings: list[Making],
        images: list[pydicom.Dataset],
    ) -> Segmentation:
        first = images[0]
        content = hashlib.sha256(mask.labels.tobytes() + repr(mask.label_set).encode()).hexdigest()
        how = " ".join(making.value for making in makings)
        about = f"{first.SeriesInstanceUID} {self.kind} {content} {how}"
        is_empty = not labels.any()
        volume = highdicom.Volume(
            labels.reshape(-1, *labels.shape[-2:]),
            _volume_affine(mask.geometry),
            "PATIENT",
            frame_of_reference_uid=first.FrameOfReferenceUID,
        )
        return Segmentation(
            source_images=images,
            pixel_array=volume,
            segmentation_type=self.kind,
            segment_descriptions=[
                _description(number, one, making)
                for number, (one, making) in enumerate(zip(classes, makings, strict=True), start=1)
            ],
            series_instance_uid=new_uid(RUN_KEY, f"series {about}"),
            series_number=1000 + int(first.get("SeriesNumber") or 0),
            sop_instance_uid=new_uid(RUN_KEY, f"instance {about}"),
            instance_number=1,
            manufacturer="Sulcus",
            manufacturer_model_name="Sulcus",
            software_versions=installed_version("sulcus"),
            device_serial_number="0",
            content_description=f"No findings. {_NOTE}" if is_empty else _NOTE,
            content_label="MASK",
            transfer_syntax_uid=self.syntax,
            omit_empty_frames=False,
        )


class MasksDicomLabelMap(MasksDicomSeg):
    """One frame for each slice, run-length encoded: small, and for newer programs."""

    kind = "LABELMAP"
    syntax = RLELossless


class MasksDicomSegIdentified(MasksDicomSeg):
    """Binary, with the patient's data and the UIDs of the series, for the archive it came from."""

    keeps_patient = True


def _grid_of(source: Source) -> Grid:
    found = find_frames(source.path)
    groups = group_frames(frame for frame in found.frames if not frame.file.is_segmentation)
    group = next((one for one in groups if source.part in ("", one.key)), None)
    if group is None:
        raise WriteError(
            f"The series of '{source.path}' is not there any more.",
            remedy="Put its files back, or export the mask as NIfTI.",
        )
    return lay_out(source.path, group)


def _require_same(grid: Grid, mask: LabelMap, source: Source) -> None:
    try:
        grid.geometry.require_same(mask.geometry, mine="The series", theirs="the mask")
    except GeometryError as error:
        raise WriteError(f"'{source.path}': {error.what}", remedy=error.remedy) from error
    if (mask.labels == IGNORE).any():
        raise WriteError(
            "The mask has pixels to ignore, which a DICOM segmentation cannot hold.",
            remedy="Give them a class, or export the mask as NIfTI.",
        )


@quietly()
def _sources(grid: Grid, source: Source, *, keeps_patient: bool) -> list[pydicom.Dataset]:
    """The headers of the files that the volume was made of."""
    images: list[pydicom.Dataset] = []
    needed: list[Any] = _NEEDED.split()
    for path in dict.fromkeys(frame.file.path for frame in grid.frames):
        try:
            image = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=needed, force=True)
            for keyword in _EMPTY_IF_ABSENT.split():
                if keyword not in image:
                    setattr(image, keyword, None)
            if not (keeps_patient or is_deidentified(image)):
                image = deidentified(image)
        except UNREADABLE as error:
            raise WriteError(
                f"The header of '{path.name}' in '{source.path}' cannot be read.",
                remedy="Export the mask as NIfTI.",
            ) from error
        images.append(image)
    return images


def _present(mask: LabelMap) -> list[LabelClass]:
    """The classes that have pixels; all of them if none has, as looked for and not found."""
    counts = mask.counts()
    foreground = [one for one in mask.label_set if one.index]
    present = [one for one in foreground if counts[one.index]] or foreground
    for one in present:
        if len(one.name) > _LONGEST_NAME or "\\" in one.name:
            raise WriteError(
                f"The class '{one.name}' has a name that DICOM cannot hold.",
                remedy=f"Use at most {_LONGEST_NAME} characters and no backslash.",
            )
    return present


def _volume_affine(geometry: Geometry) -> Doubles:
    """(4, 4) in LPS of (slices, rows, columns), also where there is one slice only."""
    assert geometry.affine is not None
    affine = _LPS @ geometry.affine
    return affine if geometry.is_volume else affine[:, [2, 0, 1, 3]]


def _description(number: int, one: LabelClass, making: Making) -> SegmentDescription:
    """A segment; what people painted alone names no algorithm."""
    category, kind = _NAMED.get(one.name.strip().casefold(), (_STRUCTURE, _TISSUE))
    return SegmentDescription(
        number,
        one.name,
        CodedConcept(category[0], "SCT", category[1]),
        CodedConcept(kind[0], "SCT", kind[1]),
        making.value,
        None if making is Making.MANUAL else _algorithm(),
        display_color=CIELabColor(*lab_of_srgb(one.colour)),
    )


def _algorithm() -> highdicom.AlgorithmIdentificationSequence:
    family = CodedConcept("123110", "DCM", "Artificial Intelligence")
    return highdicom.AlgorithmIdentificationSequence("Sulcus", family, installed_version("sulcus"))


def _without_traces(data: Segmentation) -> None:
    """Times out, and what is random made from what is written: the same mask, the same bytes."""
    mark_deidentified(data)
    for word in ("ContentDate", "InstanceCreationDate"):
        setattr(data, word, "19000101")
    for word in ("ContentTime", "InstanceCreationTime"):
        setattr(data, word, "000000")
    for item in data.get("ContributingEquipmentSequence") or []:
        if "ContributionDateTime" in item:
            del item.ContributionDateTime
    dimensions = new_uid(RUN_KEY, f"dimensions {data.SOPInstanceUID}")
    for word in ("DimensionOrganizationSequence", "DimensionIndexSequence"):
        for item in data.get(word) or []:
            item.DimensionOrganizationUID = dimensions
