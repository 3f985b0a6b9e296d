"""Copying DICOM series without the patient: pixels the same bytes, names of files new."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ReadError, WriteError
from engine.progress import Progress


@dataclass(frozen=True, slots=True)
class DeidentifyReport:
    """What was copied.

    Attributes:
        written: The new files.
        left_out: (name of the file, why) of those that were not copied.
        concerns: What removing attributes cannot remove, a sentence each, with how many files.
    """

    written: tuple[Path, ...]
    left_out: tuple[tuple[str, str], ...]
    concerns: tuple[str, ...]


def deidentify_folder(folder: Path, out: Path, progress: Progress) -> DeidentifyReport:
    """Copy the DICOM images in `folder` and below it to `out`, without the patient.

    Names of files and folders are not kept, since they may name a patient: each series gets a
    folder of its own, its files are numbered.

    Raises:
        ReadError: if there is no DICOM image.
        WriteError: if `out` holds something already, lies in `folder`, or cannot be written.
        Cancelled: if `progress` was asked to stop; files written until then stay.
    """
    from engine.export.deidentify import concerns, deidentified
    from engine.files import make_folder, replacing
    from engine.io.dicom.files import list_dicom, open_dataset
    from engine.io.dicom.guard import UNREADABLE, quietly

    files = list_dicom(folder)
    if not files:
        raise ReadError(f"'{folder}' holds no DICOM files.", remedy="Choose another folder.")
    make_folder(out)
    if any(out.iterdir()):
        raise WriteError(f"'{out}' holds something already.", remedy="Choose an empty folder.")
    written: list[Path] = []
    left_out: list[tuple[str, str]] = []
    worries: Counter[str] = Counter()
    series: dict[str, Path] = {}
    counts: Counter[Path] = Counter()
    for number, path in enumerate(files):
        progress.step(number, len(files), "Copying")
        try:
            dataset = open_dataset(path)
            if "Rows" not in dataset:
                left_out.append((path.name, "it holds no picture, and its texts may name someone"))
                continue
            with quietly():
                clean = deidentified(dataset)
                worries.update(concerns(dataset))
            uid = str(dataset.get("SeriesInstanceUID") or "")
            place = series.setdefault(uid, out / f"series-{len(series) + 1:03d}")
            counts[place] += 1
            target = place / f"IM{counts[place]:05d}.dcm"
            with replacing(target) as temporary, quietly():
                clean.save_as(temporary, enforce_file_format=True)
        except ReadError as error:
            left_out.append((path.name, error.what.replace(f"'{path}' ", "it ")))
        except UNREADABLE:
            left_out.append((path.name, "an attribute of it is damaged"))
        else:
            written.append(target)
    progress.step(len(files), len(files), "Copied")
    told = tuple(f"{text} ({count} files)" for text, count in worries.items())
    return DeidentifyReport(tuple(written), tuple(left_out), told)
