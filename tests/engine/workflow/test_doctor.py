from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from dicom_series import AXIAL, CORONAL, SAGITTAL, Ids, write
from pydicom.dataset import Dataset

from engine.io import windows
from engine.io.opening import IMAGE_FORMATS
from engine.workflow.doctor import Finding, diagnose


def found(path: Path) -> list[Finding]:
    every = diagnose(open_path=path)
    start = next(i for i, one in enumerate(every) if one.what == f"Opening {path.name}")
    return list(every[start:])


def test_a_large_tiff_is_told_from_its_header_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.tif"
    tifffile.imwrite(path, np.zeros((96, 160, 3), np.uint8), tile=(32, 64), photometric="rgb")
    (small,) = found(path)
    assert small.value == "96 x 160, 3 x uint8"
    monkeypatch.setattr(windows, "LARGE", 1000)
    monkeypatch.setattr(type(IMAGE_FORMATS.load("tiff")()), "read", None)
    (large,) = found(path)
    assert large.is_good
    assert large.value == "96 x 160, 3 x uint8, read by window: 0 MB in pieces of 32 x 64, 1 sizes"


def test_the_images_of_a_file_and_what_is_odd_in_it_are_told(tmp_path: Path) -> None:
    path = tmp_path / "sizes.tif"
    with tifffile.TiffWriter(path) as writer:
        for side in (8, 9):
            page = np.zeros((side, 7), np.uint8)
            writer.write(page, photometric="minisblack", contiguous=False, metadata=None)
    assert [(one.what, one.value) for one in found(path)] == [
        ("Opening sizes.tif", "2 images"),
        ("  image 1 (8 x 7)", "8 x 7, 1 x uint8"),
        ("  image 2 (9 x 7)", "9 x 7, 1 x uint8"),
    ]


def test_what_cannot_be_opened_is_told_with_its_remedy(tmp_path: Path) -> None:
    (finding,) = found(tmp_path / "gone.tif")
    assert not finding.is_good
    assert "cannot be read" in finding.value
    assert finding.remedy


def test_opening_a_folder_tells_of_each_image_and_what_is_odd(tmp_path: Path) -> None:
    ids = Ids.new()
    for number, turn in enumerate((AXIAL, SAGITTAL, CORONAL)):
        write(tmp_path, turn=turn, count=3, ids=ids, first=10 * number + 1)
    (tmp_path / "IM0012").unlink()

    def unspaced(k: int, dataset: Dataset) -> None:
        del dataset.PixelSpacing
        dataset.PhotometricInterpretation = "MONOCHROME1"

    write(tmp_path, unspaced, count=2, first=50)
    findings = diagnose(open_path=tmp_path)
    start = next(i for i, one in enumerate(findings) if one.what.startswith("Opening"))
    told = [(one.what.strip(), one.value, one.is_good) for one in findings[start:]]
    assert told == [
        (f"Opening {tmp_path.name}", "4 images", True),
        ("MR series 3, axial, 3 x 8 x 10", "3 x 8 x 10, 1 x uint16, SPL", True),
        ("MR series 3, sagittal, 2 x 8 x 10", "2 x 8 x 10, 1 x uint16, RIP", True),
        ("MR series 3, coronal, 3 x 8 x 10", "3 x 8 x 10, 1 x uint16, PIL", True),
        ("MR series 3, axial, 2 x 8 x 10", "2 x 8 x 10, 1 x uint16, low values bright", True),
        ("notice", "This series has no PixelSpacing, so millimetres are unknown.", True),
    ]


def test_a_folder_that_is_no_image_is_told_with_a_remedy(tmp_path: Path) -> None:
    finding = diagnose(open_path=tmp_path)[-1]
    assert not finding.is_good
    assert "is a folder" in finding.value
    assert finding.remedy
