"""Reading the headers of DICOM files: one file, a folder, or what a DICOMDIR names."""

from __future__ import annotations

import filecmp
import functools
import hashlib
import io
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pydicom
from natsort import natsort_keygen, ns
from pydicom import config
from pydicom.dataset import Dataset
from pydicom.filereader import read_file_meta_info
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from engine.errors import ReadError
from engine.io.dicom.frames import frames_in, whole
from engine.io.dicom.guard import UNREADABLE, quietly
from engine.io.dicom.values import Frame, Header
from engine.io.dicom.wanted import PATIENT, TAGS, values_of
from engine.io.image_format import check_size, damaged

logging.getLogger("pydicom").setLevel(logging.CRITICAL)  # it would log values of a patient
config.settings.reading_validation_mode = config.IGNORE

SUFFIXES = (".dcm", ".ima", ".dicom")
_DIRECTORY = "1.2.840.10008.1.3.10"
_MAGIC_AT = 128
_SMALL = 2**21  # bytes
_SIEMENS, _MOSAIC = 0x00190010, 0x0019100A  # who says so, and NumberOfImagesInMosaic
_TAGS = [*TAGS, _SIEMENS, _MOSAIC]
_MODALITIES = {
    "CR", "CT", "DX", "ES", "GM", "IO", "IVUS", "MG", "MR", "NM", "OCT", "OP", "OPT", "PT", "PX",
    "RF", "RTDOSE", "RTIMAGE", "SEG", "SM", "US", "XA", "XC",
}  # fmt: skip
_PIXELS = b"\xe0\x7f\x10\x00"  # (7FE0,0010) in little endian
_KEPT = 8192  # files of which is kept what was read, for as long as they stay unchanged
_order = functools.lru_cache(_KEPT)(natsort_keygen(key=str, alg=ns.PATH | ns.IGNORECASE))


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The frames of one file, of a folder or of a DICOMDIR.

    Attributes:
        frames: In natural order of the file names.
        damaged: Names of the files that look like DICOM and could not be read.
        absent: How many of the files that a DICOMDIR names are not there.
        copies: How many files equal another one byte for byte and were left out.
    """

    frames: tuple[Frame, ...]
    damaged: tuple[str, ...] = ()
    absent: int = 0
    copies: int = 0


def find_frames(path: Path) -> Found:
    """All frames of the DICOM files that `path` is or holds.

    Args:
        path: A file, a DICOMDIR, or a folder; of its sub-folders only what a DICOMDIR in it names.

    Raises:
        ReadError: if a single file is damaged, is no DICOM, or holds no picture.
    """
    if path.is_dir():
        with os.scandir(path) as entries:
            files = [Path(entry) for entry in entries if _may_count(entry)]
        directory = next((one for one in files if one.name.upper() == "DICOMDIR"), None)
        named = _named_by(directory) if directory else ()
        own = sorted((one for one in files if one != directory), key=_order)
        return _found(list(dict.fromkeys([*own, *named])))
    if path.name.upper() == "DICOMDIR" or _is_directory(path):
        return _found(list(_named_by(path)))
    return Found(frames_of(path))


def frames_of(path: Path) -> tuple[Frame, ...]:
    """The frames of one file; read once for as long as it stays unchanged.

    Raises:
        ReadError: if it is damaged, is no DICOM, or holds no picture.
    """
    try:
        status = path.stat()
        return _frames_of(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReadError(
            f"'{path}' cannot be read: {reason}.", remedy="Check the path and its permissions."
        ) from error


def list_dicom(folder: Path) -> tuple[Path, ...]:
    """The DICOM files in a folder and all below it, or the file itself; no DICOMDIRs.

    Raises:
        ReadError: if there is no such folder or file.
    """
    if not folder.exists():
        raise ReadError(f"'{folder}' does not exist.", remedy="Check the path.")
    paths = [folder] if folder.is_file() else sorted(folder.rglob("*"), key=_order)
    return tuple(
        path
        for path in paths
        if path.is_file() and _looks_like_dicom(path) and not _is_directory(path)
    )


@quietly()
def open_dataset(path: Path) -> pydicom.FileDataset:
    """A whole file, with or without the preamble; pixels not decoded.

    Raises:
        ReadError: if it is damaged, or is no DICOM.
    """
    try:
        dataset = pydicom.dcmread(path, force=True)
        dataset.file_meta.TransferSyntaxUID = UID(_syntax(dataset))
    except UNREADABLE as error:
        raise damaged(path, "its header cannot be read") from error
    return dataset


class _NoPictureError(ReadError):
    """A file that is whole, and is no image."""


def _may_count(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and entry.is_file()


def _found(files: list[Path]) -> Found:
    frames: list[Frame] = []
    broken: list[str] = []
    seen: dict[str, Path] = {}
    absent = copies = 0
    for path in files:
        if not path.is_file():
            absent += 1
        elif _looks_like_dicom(path):
            try:
                found = frames_of(path)
            except _NoPictureError:
                continue
            except ReadError:
                broken.append(path.name)
                continue
            twin = seen.setdefault(found[0].file.instance, path)
            if twin != path and filecmp.cmp(twin, path, shallow=False):
                copies += 1
            else:
                frames += found
    return Found(tuple(frames), tuple(broken), absent, copies)


def _looks_like_dicom(path: Path) -> bool:
    try:
        status = path.stat()
        return _begins_like_dicom(path, status.st_size, status.st_mtime_ns)
    except OSError:
        return False


@functools.lru_cache(_KEPT)
def _begins_like_dicom(path: Path, size: int, changed: int) -> bool:
    del size, changed  # parts of the key alone
    with path.open("rb") as file:
        start = file.read(_MAGIC_AT + 4)
    return start[_MAGIC_AT:] == b"DICM" or (bool(start) and path.name.lower().endswith(SUFFIXES))


@functools.lru_cache(_KEPT)
@quietly()
def _frames_of(path: Path, size: int, changed: int) -> tuple[Frame, ...]:
    del changed  # part of the key alone
    with path.open("rb") as disk:
        file = io.BytesIO(disk.read()) if size <= _SMALL else disk  # asked often where it is
        try:
            dataset = pydicom.dcmread(
                file, stop_before_pixels=True, specific_tags=_TAGS, force=True
            )
            at = _pixels_at(file, dataset)
            patient = _hash_of_patient(dataset)
            is_mosaic = _is_siemens_mosaic(dataset)
            given = values_of(dataset)
            header = _header(path, given, _syntax(dataset), at, size, patient, is_mosaic=is_mosaic)
            return frames_in(given, header)
        except UNREADABLE as error:
            raise damaged(path, "its header cannot be read") from error


def _header(
    path: Path,
    given: Mapping[str, Any],
    syntax: str,
    pixels: int | None,
    size: int,
    patient: str,
    *,
    is_mosaic: bool,
) -> Header:
    sop_class = str(given.get("SOPClassUID") or "")
    sides = (whole(given.get("Rows"), 0), whole(given.get("Columns"), 0))
    if 0 in sides:
        raise _no_picture(path, sop_class, given)
    count = whole(given.get("NumberOfFrames"), 1)
    allocated = whole(given.get("BitsAllocated"), 8)
    samples = whole(given.get("SamplesPerPixel"), 1)
    check_size(path, (count, *sides, samples))
    if count > size:
        raise damaged(path, f"its header claims {count} frames")
    modality = str(given.get("Modality") or "")
    return Header(
        path,
        sop_class,
        str(given.get("SOPInstanceUID") or ""),
        str(given.get("SeriesInstanceUID") or ""),
        whole(given.get("SeriesNumber"), -1),
        modality if modality in _MODALITIES else "OT",
        patient,
        syntax,
        sides,
        count,
        samples,
        str(given.get("PhotometricInterpretation") or "MONOCHROME2"),
        (allocated, whole(given.get("BitsStored"), allocated)),
        whole(given.get("PixelRepresentation"), 0) == 1,
        pixels,
        is_mosaic or "MOSAIC" in (given.get("ImageType") or ""),
        whole(given.get("NumberOfTemporalPositions"), 1) > 1,
    )


def _is_siemens_mosaic(dataset: Dataset) -> bool:
    is_there = _MOSAIC in dataset and _SIEMENS in dataset
    return is_there and dataset[_SIEMENS].value == "SIEMENS MR HEADER"


def _no_picture(path: Path, sop_class: str, given: Mapping[str, Any]) -> ReadError:
    """Why a file without rows and columns is no image: another kind of object, or a damaged one."""
    if not sop_class and "SOPInstanceUID" not in given and "Modality" not in given:
        return ReadError(
            f"'{path}' cannot be read as DICOM, whatever its name says.",
            remedy="Ask for a new copy, or choose another file.",
        )
    name = UID(sop_class).name
    if "Image Storage" in name:
        return damaged(path, "an image without rows and columns")
    kind = f" ({name.removesuffix(' Storage')})" if name != sop_class else ""
    return _NoPictureError(
        f"'{path}' holds no picture{kind}.", remedy="Choose the images it belongs to."
    )


def _syntax(dataset: Dataset) -> str:
    """The transfer syntax; where the file does not say, the one that pydicom found it to be."""
    meta = getattr(dataset, "file_meta", None)
    named = meta.get("TransferSyntaxUID") if meta is not None else None
    if named:
        return str(named)
    is_implicit, is_little = dataset.original_encoding
    if is_implicit or is_implicit is None:
        return ImplicitVRLittleEndian
    return ExplicitVRLittleEndian if is_little else ExplicitVRBigEndian


def _hash_of_patient(dataset: Dataset) -> str:
    """A hash of the raw identifier and name, which are used for nothing else."""
    who: list[bytes] = []
    for tag in PATIENT:
        if tag in dataset:
            value = dataset.get_item(tag).value or b""
            raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
            who.append(raw.strip(b" \0").rstrip(b"^").lower())
    return hashlib.sha256(b"\n".join(who)).hexdigest()[:16]


def _pixels_at(file: BinaryIO | io.BytesIO, dataset: Dataset) -> int | None:
    """Where unpacked pixels begin, after the element that reading stopped before."""
    syntax = _syntax(dataset)
    if syntax not in (ImplicitVRLittleEndian, ExplicitVRLittleEndian):
        return None
    at = file.tell()
    start = file.read(12)
    if start[:4] != _PIXELS:
        return None
    return at + (8 if syntax == ImplicitVRLittleEndian else 12)


@quietly()
def _is_directory(path: Path) -> bool:
    try:
        meta = read_file_meta_info(path)
        return str(meta.get("MediaStorageSOPClassUID") or "") == _DIRECTORY
    except UNREADABLE:
        return False


@quietly()
def _named_by(directory: Path) -> tuple[Path, ...]:
    """The files of images that a DICOMDIR names, none of them outside its folder."""
    files: list[Path] = []
    try:
        dataset = pydicom.dcmread(directory)
        for record in dataset.get("DirectoryRecordSequence") or []:
            named = record.get("ReferencedFileID")
            if record.get("DirectoryRecordType") != "IMAGE" or not named:
                continue
            parts = [named] if isinstance(named, str) else [str(part) for part in named]
            if not any(re.search(r"[/\\:]|^\.+$|^$", part) for part in parts):
                files.append(_as_stored(directory.parent, parts))
    except UNREADABLE as error:
        raise damaged(directory, "its list of files cannot be read") from error
    return tuple(files)


def _as_stored(folder: Path, parts: list[str]) -> Path:
    """The named file; some systems turn the names on a medium to lower case."""
    path = folder.joinpath(*parts)
    lower = folder.joinpath(*(part.lower() for part in parts))
    return lower if not path.exists() and lower.exists() else path
