"""Small DICOM series with one thing wrong or odd in each; the patient's name is always seeded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    generate_uid,
)

NAME, PATIENT, ACCESSION = "XYZZY^Doe", "ID-3133703133", "ACC-7712377123"
SECRETS = (
    "XYZZY",
    "3133703133",
    "7712377123",
    "19640229",
    "Plugh Hospital",
    "Dr^Frotz",
    "secret note",
)
ROWS, COLUMNS, SLICES = 8, 10, 12
SPACING = (0.9, 1.2)
STEP = 1.5
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
START = (-31.0, 12.5, 40.25)

Edit = Callable[[int, Dataset], None]


def _turned(degrees: tuple[float, float, float]) -> tuple[float, ...]:
    a, b, c = np.deg2rad(degrees)
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(c), -np.sin(c)], [0, np.sin(c), np.cos(c)]])
    turn = about_z @ about_y @ about_x
    return tuple(float(f"{part:.12f}") for part in (*turn[:, 0], *turn[:, 1]))


OBLIQUE = _turned((17.0, -9.0, 5.0))


def voxels(slices: int = SLICES, rows: int = ROWS, columns: int = COLUMNS) -> np.ndarray:
    """(slices, rows, columns) uint16 in which no flip or swap of axes goes unseen."""
    k, i, j = np.indices((slices, rows, columns))
    values = 100 + 11 * k + 3 * i + 5 * j
    values[2 : slices // 2, 1 : rows // 2, 3 : columns - 2] += 400
    return values.astype(np.uint16)


def place_of(k: float, turn: tuple[float, ...] = AXIAL, step: float = STEP) -> list[float]:
    """Where slice `k` lies: `step` mm further along the normal each."""
    normal = np.cross(turn[:3], turn[3:])
    return [float(f"{part:.10f}") for part in np.array(START) + k * step * normal]


def affine(turn: tuple[float, ...] = AXIAL, step: float = STEP) -> np.ndarray:
    """(4, 4) in RAS of a series written by `write`."""
    matrix = np.eye(4)
    matrix[:3, 0] = step * np.cross(turn[:3], turn[3:])
    matrix[:3, 1] = SPACING[0] * np.array(turn[3:])
    matrix[:3, 2] = SPACING[1] * np.array(turn[:3])
    matrix[:3, 3] = START
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ matrix


@dataclass(frozen=True)
class Ids:
    """The UIDs that the files of one series share."""

    study: str
    series: str
    frame_of_reference: str

    @classmethod
    def new(cls) -> Ids:
        return cls(generate_uid(), generate_uid(), generate_uid())


def base(path: Path, ids: Ids, sop_class: str = MRImageStorage) -> FileDataset:
    """A data set with everything but planes and pixels, full of what must not get out."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = sop_class
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = ids.study, ids.series
    dataset.FrameOfReferenceUID = ids.frame_of_reference
    dataset.Modality, dataset.SeriesNumber = "MR", 3
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M"]
    dataset.Manufacturer, dataset.ManufacturerModelName = "Zork", "Empire"
    dataset.DeviceSerialNumber, dataset.SoftwareVersions = "ID-3133703133-device", "1"
    dataset.PatientName, dataset.PatientID = NAME, PATIENT
    dataset.PatientBirthDate, dataset.PatientSex = "19640229", "F"
    dataset.PatientAge, dataset.PatientWeight = "060Y", 61
    dataset.PatientComments = "secret note on XYZZY"
    dataset.AccessionNumber, dataset.StudyID = ACCESSION, "ST3133703133"
    dataset.StudyDate, dataset.StudyTime = "19640229", "101112"
    dataset.SeriesDate, dataset.AcquisitionDateTime = "19640229", "19640229101112"
    dataset.InstitutionName, dataset.StationName = "Plugh Hospital", "Plugh Hospital"
    dataset.ReferringPhysicianName = "Dr^Frotz"
    dataset.OperatorsName = ["Dr^Frotz", "XYZZY^Op"]
    dataset.SeriesDescription = "T1 of XYZZY secret note"
    dataset.ProtocolName = "secret note"
    dataset.StudyDescription = "XYZZY head"
    dataset.ImageComments = "XYZZY was calm"
    item = Dataset()
    item.PatientID, item.IssuerOfPatientID = "ID-3133703133-old", "Plugh Hospital"
    dataset.OtherPatientIDsSequence = [item]
    block = dataset.private_block(0x0029, "ZORK 3133703133", create=True)
    block.add_new(0x10, "LO", "XYZZY private")
    block.add_new(0x11, "OB", b"XYZZY raw bytes.")
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
    dataset.PixelRepresentation = 0
    return dataset


def write(
    folder: Path,
    edit: Edit | None = None,
    *,
    turn: tuple[float, ...] = AXIAL,
    count: int = SLICES,
    values: np.ndarray | None = None,
    ids: Ids | None = None,
    first: int = 1,
) -> Path:
    """Write a series of single slices, file names and InstanceNumber along the normal.

    Args:
        folder: Where the files IM0001 ... go.
        edit: Called with the number of the slice from 0 and its data set before it is written.
        turn: ImageOrientationPatient.
        count: How many slices.
        values: (slices, rows, columns) uint16; `voxels` if left out.
        ids: The UIDs of the series; new ones if left out.
        first: The number of the first file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ids = ids or Ids.new()
    pixels = voxels(count) if values is None else values
    for k in range(count):
        path = folder / f"IM{k + first:04d}"
        dataset = base(path, ids)
        dataset.InstanceNumber = k + first
        dataset.ImagePositionPatient = place_of(k, turn)
        dataset.ImageOrientationPatient = list(turn)
        dataset.PixelSpacing = list(SPACING)
        dataset.SliceThickness = STEP
        dataset.Rows, dataset.Columns = pixels.shape[1:]
        dataset.PixelData = pixels[k].astype("<u2").tobytes()
        if edit:
            edit(k, dataset)
        dataset.save_as(path, enforce_file_format=True)
    return folder


def write_enhanced(
    path: Path,
    order: list[int] | None = None,
    *,
    turn: tuple[float, ...] = AXIAL,
    slopes: Callable[[int], float] | None = None,
    times: int = 1,
) -> Path:
    """Write one file of many frames, which come in `order` of their slices.

    Args:
        path: The file.
        order: The slice of each frame; each once and in order if left out.
        turn: ImageOrientationPatient of all frames.
        slopes: The slope of a slice; none is written if left out.
        times: How often the frames come, each time with another temporal index and 1000 more.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    chosen = list(range(SLICES)) if order is None else order
    dataset = base(path, Ids.new(), EnhancedMRImageStorage)
    dataset.InstanceNumber = 1
    dataset.Rows, dataset.Columns = ROWS, COLUMNS
    dataset.NumberOfFrames = len(chosen) * times
    shared, measures, plane = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = list(SPACING), STEP
    measures.SpacingBetweenSlices = STEP
    plane.ImageOrientationPatient = list(turn)
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [plane]
    dataset.SharedFunctionalGroupsSequence = [shared]
    groups, data = [], []
    for time in range(times):
        for k in chosen:
            group, content, place = Dataset(), Dataset(), Dataset()
            content.StackID, content.InStackPositionNumber = "1", k + 1
            content.TemporalPositionIndex = time + 1
            content.DimensionIndexValues = [1, k + 1, time + 1]
            place.ImagePositionPatient = place_of(k, turn)
            group.FrameContentSequence, group.PlanePositionSequence = [content], [place]
            if slopes:
                scale = Dataset()
                scale.RescaleSlope, scale.RescaleIntercept = slopes(k), -3.0
                scale.RescaleType = "US"
                group.PixelValueTransformationSequence = [scale]
            groups.append(group)
            data.append(voxels()[k] + 1000 * time)
    dataset.PerFrameFunctionalGroupsSequence = groups
    dataset.PixelData = np.stack(data).astype("<u2").tobytes()
    dataset.save_as(path, enforce_file_format=True)
    return path


def change_syntax(path: Path, syntax: str) -> None:
    """Pack the pixels of a file anew with gdcm: JPEG lossless, JPEG-LS, JPEG 2000.

    Args:
        path: The file, replaced.
        syntax: A name of gdcm's TransferSyntax.
    """
    import gdcm

    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, syntax)))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(path))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    assert pydicom.dcmread(path).file_meta.TransferSyntaxUID.is_compressed


def _set(**values: object) -> Edit:
    def edit(k: int, dataset: Dataset) -> None:
        for keyword, value in values.items():
            if value is None:
                delattr(dataset, keyword)
            else:
                setattr(dataset, keyword, value(k) if callable(value) else value)

    return edit


def _missing(folder: Path) -> None:
    write(folder)
    (folder / "IM0006").unlink()


def _twice(folder: Path) -> None:
    ids = Ids.new()
    write(folder, ids=ids)
    write(folder, ids=ids, first=50)


def _echoes(folder: Path) -> None:
    ids = Ids.new()
    write(folder, _set(EchoTime=11.5), ids=ids)
    write(folder, _set(EchoTime=80.0), ids=ids, first=50)


def _scout(folder: Path) -> None:
    ids = Ids.new()
    for number, turn in enumerate((AXIAL, SAGITTAL, CORONAL)):
        write(folder, turn=turn, count=3, ids=ids, first=10 * number + 1)


def _other_rows(folder: Path) -> None:
    def edit(k: int, dataset: Dataset) -> None:
        if k == 11:
            dataset.Rows = 4
            dataset.PixelData = dataset.PixelData[: 4 * COLUMNS * 2]

    write(folder, edit)


def _truncated(folder: Path) -> None:
    write(folder)
    path = folder / "IM0004"
    path.write_bytes(path.read_bytes()[:-60])


def _header_cut(folder: Path) -> None:
    write(folder)
    path = folder / "IM0012"
    path.write_bytes(path.read_bytes()[:700])


def _unknown_syntax(folder: Path) -> None:
    write(folder, count=1, values=voxels(1, 32, 40))
    path = folder / "IM0001"
    change_syntax(path, "JPEGLosslessProcess14_1")
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID("1.2.840.10008.1.2.4.100")
    dataset.save_as(path)


SERIES: dict[str, Callable[[Path], object]] = {
    "plain": write,
    "oblique": lambda folder: write(folder, turn=OBLIQUE),
    "sagittal": lambda folder: write(folder, turn=SAGITTAL),
    "numbered backwards": lambda folder: write(folder, _set(InstanceNumber=lambda k: SLICES - k)),
    "numbered all one": lambda folder: write(folder, _set(InstanceNumber=1)),
    "missing slice": _missing,
    "all twice": _twice,
    "two echoes": _echoes,
    "tilt": lambda folder: write(
        folder,
        _set(ImagePositionPatient=lambda k: [START[0], START[1] + 0.4 * k, START[2] + STEP * k]),
    ),
    "scout": _scout,
    "two patients": lambda folder: write(folder, _set(PatientID=lambda k: f"{PATIENT}-{k // 6}")),
    "other rows": _other_rows,
    "no position": lambda folder: write(folder, _set(ImagePositionPatient=None)),
    "no spacing": lambda folder: write(folder, _set(PixelSpacing=None)),
    "truncated": _truncated,
    "header cut": _header_cut,
    "slopes": lambda folder: write(
        folder, _set(RescaleSlope=lambda k: 1 + k / 8, RescaleIntercept=-1000)
    ),
    "inverted": lambda folder: write(folder, _set(PhotometricInterpretation="MONOCHROME1")),
    "unknown syntax": _unknown_syntax,
    "mosaic": lambda folder: write(folder, _set(ImageType=["ORIGINAL", "MOSAIC"]), count=2),
    "no picture": lambda folder: write(folder, _set(Rows=None), count=1),
    "enhanced": lambda folder: write_enhanced(folder / "enhanced.dcm", times=2),
    "enhanced gap": lambda folder: write_enhanced(folder / "enhanced.dcm", [0, 1, 2, 5]),
    "names for numbers": lambda folder: write(
        folder, _set(SeriesNumber=None, Modality="XYZZY"), count=2
    ),
}
"""Every kind of series there is a rule for, by what is odd in it."""
