from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from dicom_series import (
    OBLIQUE,
    SECRETS,
    Ids,
    change_syntax,
    voxels,
    write,
    write_enhanced,
)
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from pydicom.datadict import DicomDictionary
from pydicom.dataset import Dataset

from engine.errors import ReadError, WriteError
from engine.export.deidentify import RUN_KEY, concerns, deidentified, new_uid
from engine.io.opening import list_parts, open_image
from engine.progress import Progress
from engine.workflow.deidentify import deidentify_folder

KEY = bytes(32)


def uids_of(dataset: Dataset) -> set[str]:
    """The UIDs of the images themselves, none of those that the standard defines."""
    found = set()
    for element in dataset.iterall():
        if element.VR == "UI" and element.value:
            many = [element.value] if isinstance(element.value, str) else element.value
            found |= {str(one) for one in many if not one.startswith("1.2.840.10008.")}
    return found


def test_no_byte_of_the_patient_is_left_in_any_file(tmp_path: Path) -> None:
    write(tmp_path / "in" / "XYZZY^Doe", turn=OBLIQUE)
    write_enhanced(tmp_path / "in" / "XYZZY enhanced.dcm", slopes=lambda k: 1 + k, times=2)
    for path in (tmp_path / "in").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert all(secret.encode() in data for secret in SECRETS)  # the seeds are there
    report = deidentify_folder(tmp_path / "in", tmp_path / "out", Progress())
    assert len(report.written) == 13
    assert report.left_out == ()
    hidden: set[str] = set(SECRETS)
    for path in (tmp_path / "in").rglob("*"):
        if path.is_file():
            hidden |= uids_of(pydicom.dcmread(path))
    for path in (tmp_path / "out").rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for secret in hidden:
            assert secret.encode() not in data
            assert secret not in str(path.relative_to(tmp_path))


@pytest.mark.parametrize("syntax", ["", "JPEGLosslessProcess14_1"])
def test_pixels_are_the_same_bytes_and_lie_where_they_lay(tmp_path: Path, syntax: str) -> None:
    write(tmp_path / "in", turn=OBLIQUE, count=3, values=voxels(3, 32, 40))
    if syntax:
        for path in (tmp_path / "in").iterdir():
            change_syntax(path, syntax)
    report = deidentify_folder(tmp_path / "in", tmp_path / "out", Progress())
    for path, written in zip(sorted((tmp_path / "in").iterdir()), report.written, strict=True):
        one, two = pydicom.dcmread(path), pydicom.dcmread(written)
        assert one.PixelData == two.PixelData
        assert one.file_meta.TransferSyntaxUID == two.file_meta.TransferSyntaxUID
    before, after = open_image(tmp_path / "in"), open_image(report.written[0].parent)
    assert_array_equal(before.pixels, after.pixels)
    assert before.geometry.distance_mm(after.geometry) == 0.0


def test_enhanced_files_keep_their_frames(tmp_path: Path) -> None:
    order = [(5 * k) % 12 for k in range(12)]
    write_enhanced(tmp_path / "in" / "a.dcm", order, slopes=lambda k: 1 + k, times=2)
    report = deidentify_folder(tmp_path / "in", tmp_path / "out", Progress())
    before, after = tmp_path / "in" / "a.dcm", report.written[0]
    assert [part.title for part in list_parts(before)] == [p.title for p in list_parts(after)]
    for one, two in zip(list_parts(before), list_parts(after), strict=True):
        left, right = open_image(before, one.key), open_image(after, two.key)
        assert_array_equal(left.pixels, right.pixels)
        assert left.geometry.distance_mm(right.geometry) == 0.0


def test_what_belonged_together_still_does(tmp_path: Path) -> None:
    ids = Ids.new()
    write(tmp_path / "in" / "a", ids=ids)
    write(tmp_path / "in" / "b", ids=Ids(ids.study, Ids.new().series, ids.frame_of_reference))
    report = deidentify_folder(tmp_path / "in", tmp_path / "out", Progress())
    assert {path.parent.name for path in report.written} == {"series-001", "series-002"}
    clean = [pydicom.dcmread(path, stop_before_pixels=True) for path in report.written]
    assert len({one.StudyInstanceUID for one in clean}) == 1
    assert len({one.FrameOfReferenceUID for one in clean}) == 1
    assert len({one.SeriesInstanceUID for one in clean}) == 2
    assert len({one.SOPInstanceUID for one in clean}) == 24
    assert len({one.PatientID for one in clean}) == 1
    assert all(re.fullmatch(r"2\.25\.\d{1,39}", one.SOPInstanceUID) for one in clean)
    assert all(one.file_meta.MediaStorageSOPInstanceUID == one.SOPInstanceUID for one in clean)


def test_another_key_gives_other_uids_and_names(tmp_path: Path) -> None:
    original = pydicom.dcmread(write(tmp_path, count=1) / "IM0001")
    one, two = deidentified(original, KEY), deidentified(original, bytes(31) + b"1")
    assert not uids_of(one) & uids_of(two)
    assert one.PatientID != two.PatientID
    assert deidentified(original, KEY) == one
    assert len(RUN_KEY) == 32
    assert RUN_KEY != KEY


def test_the_copy_says_what_was_done(tmp_path: Path) -> None:
    clean = deidentified(pydicom.dcmread(write(tmp_path, count=1) / "IM0001"), KEY)
    assert clean.PatientIdentityRemoved == "YES"
    assert "PS3.15" in clean.DeidentificationMethod
    assert clean.DeidentificationMethodCodeSequence[0].CodeValue == "113100"
    assert clean.LongitudinalTemporalInformationModified == "REMOVED"
    for keyword in ("StudyDate", "StudyTime", "PatientBirthDate", "AccessionNumber", "PatientSex"):
        assert clean[keyword].value in ("", None)
    assert not [element for element in clean.iterall() if element.tag.is_private]
    assert clean.Manufacturer == "Zork"


# Attributes that the Basic Profile removes or replaces (PS3.15, table E.1-1), and one text of each
# kind that nobody listed.
TELLING = [
    "AccessionNumber", "AcquisitionComments", "AcquisitionDate", "AcquisitionDateTime",
    "AcquisitionTime", "AdditionalPatientHistory", "AdmissionID", "Allergies",
    "BranchOfService", "CurrentPatientLocation", "DerivationDescription", "DeviceSerialNumber",
    "EthnicGroup", "FrameComments", "ImageComments", "InstitutionAddress", "InstitutionName",
    "InstitutionalDepartmentName", "InterpretationText", "IssuerOfPatientID", "MedicalAlerts",
    "MilitaryRank", "NamesOfIntendedRecipientsOfResults", "Occupation", "OperatorsName",
    "OrderEnteredBy", "OtherPatientIDs", "OtherPatientNames", "PatientAddress", "PatientAge",
    "PatientBirthName", "PatientBirthTime", "PatientComments", "PatientMotherBirthName",
    "PatientReligiousPreference", "PatientTelephoneNumbers",
    "PerformedProcedureStepDescription", "PerformedStationName", "PerformingPhysicianName",
    "PhysiciansOfRecord", "ProtocolName", "ReasonForStudy", "ReferringPhysicianAddress",
    "RequestedProcedureID", "RequestingPhysician", "ResponsiblePerson",
    "ScheduledPerformingPhysicianName", "SeriesDate", "SeriesDescription", "SeriesTime",
    "StationName", "StudyComments", "StudyDate", "StudyDescription", "StudyID", "StudyTime",
    "TextString", "TextComments", "TimezoneOffsetFromUTC", "VisitComments", "PlateID",
    "DetectorID", "CassetteID", "GantryID",
]  # fmt: skip


@pytest.mark.parametrize("keyword", TELLING)
def test_every_attribute_of_the_profile_loses_its_value(tmp_path: Path, keyword: str) -> None:
    original = pydicom.dcmread(write(tmp_path, count=1) / "IM0001")
    text = {"DA": "20200131", "TM": "010203", "DT": "20200131010203", "AS": "044Y", "CS": "QUUX"}
    value = text.get(pydicom.datadict.dictionary_VR(keyword), "QUUX")
    setattr(original, keyword, value)
    inner = Dataset()
    setattr(inner, keyword, value)
    original.ReferencedImageSequence = [inner]
    clean = deidentified(original, KEY)
    assert value not in [element.value for element in clean.iterall()]
    assert "QUUX" not in str(clean)


@given(st.sampled_from(sorted(DicomDictionary)), st.data())
def test_a_name_in_any_text_of_the_standard_does_not_get_out(tag: int, data: st.DataObject) -> None:
    kind = DicomDictionary[tag][0].split(" or ")[0]
    if kind not in ("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"):
        return
    original = Dataset()
    original.SOPClassUID, original.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.4", "1.2.3"
    original.PatientName, original.PatientID = "XYZZY^Doe", "ID-3133703133"
    secret = data.draw(
        st.sampled_from(["XYZZY", "Doe^XYZZY", "ID-3133703133", "xyzzy", "3133703133"])
    )
    if tag not in original:
        with warnings.catch_warnings():  # a value that breaks its own type warns on the way in
            warnings.simplefilter("ignore")
            original.add_new(tag, kind, secret)
    assert secret.casefold() not in str(deidentified(original, KEY)).casefold()


def test_faces_and_burned_in_texts_are_told(tmp_path: Path) -> None:
    original = pydicom.dcmread(write(tmp_path, count=1) / "IM0001")
    assert "A face can be drawn" in concerns(original)[0]
    original.BurnedInAnnotation = "YES"
    assert "Text is burned into the pixels" in concerns(original)[0]
    original.Modality, original.BurnedInAnnotation = "US", ""
    assert concerns(original) == ("Text may be burned into the pixels (US); look at the pictures.",)
    original.BurnedInAnnotation = "NO"
    assert concerns(original) == ()


def test_files_without_pictures_and_damaged_ones_are_left_out(tmp_path: Path) -> None:
    write(tmp_path / "in", count=3)
    report_text = pydicom.dcmread(tmp_path / "in" / "IM0002")
    for keyword in ("Rows", "Columns", "PixelData"):
        delattr(report_text, keyword)
    report_text.save_as(tmp_path / "in" / "IM0002")
    (tmp_path / "in" / "broken.dcm").write_bytes(b"XYZZY" * 300)
    report = deidentify_folder(tmp_path / "in", tmp_path / "out", Progress())
    assert len(report.written) == 2
    assert [name for name, _ in report.left_out] == ["broken.dcm", "IM0002"]
    assert not any(secret in why for _, why in report.left_out for secret in SECRETS)


def test_nothing_is_written_over_what_is_there(tmp_path: Path) -> None:
    write(tmp_path / "in", count=2)
    with pytest.raises(WriteError, match="holds something already"):
        deidentify_folder(tmp_path / "in", tmp_path / "in", Progress())
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReadError, match="holds no DICOM files"):
        deidentify_folder(tmp_path / "empty", tmp_path / "out", Progress())
    with pytest.raises(ReadError, match="does not exist"):
        deidentify_folder(tmp_path / "nowhere", tmp_path / "out", Progress())


def test_a_mask_exported_in_the_same_run_fits_the_copies(tmp_path: Path) -> None:
    from engine.core.label_map import LabelMap
    from engine.core.label_set import LabelSet
    from engine.export.formats.masks_dicom_seg import MasksDicomSeg
    from engine.export.write import write_mask

    write(tmp_path / "in")
    image = open_image(tmp_path / "in")
    labels = (np.arange(960) % 3).astype(np.uint8).reshape(image.geometry.shape)
    mask = LabelMap(labels, image.geometry, LabelSet.named(["background", "GM", "WM"]))
    write_mask(mask, image.source, tmp_path / "mask.dcm", MasksDicomSeg())
    report = deidentify_folder(tmp_path / "in", tmp_path / "out", Progress())
    seg, copy = pydicom.dcmread(tmp_path / "mask.dcm"), pydicom.dcmread(report.written[0])
    assert seg.StudyInstanceUID == copy.StudyInstanceUID
    assert seg.PatientID == copy.PatientID
    assert seg.ReferencedSeriesSequence[0].SeriesInstanceUID == copy.SeriesInstanceUID
    assert new_uid(RUN_KEY, image.source.sha256) not in uids_of(seg)
