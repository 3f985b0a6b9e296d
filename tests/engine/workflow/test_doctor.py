from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

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
    what = [(one.what, one.value) for one in found(path)]
    assert what[0][1] == "8 x 7, 1 x uint8"
    assert what[1:3] == [("  holds", "image 1 (8 x 7)"), ("  holds", "image 2 (9 x 7)")]
    assert "This file holds 2 images" in what[3][1]


def test_what_cannot_be_opened_is_told_with_its_remedy(tmp_path: Path) -> None:
    (finding,) = found(tmp_path / "gone.tif")
    assert not finding.is_good
    assert "cannot be read" in finding.value
    assert finding.remedy
