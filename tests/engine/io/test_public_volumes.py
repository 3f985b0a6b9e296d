"""Public files of many programs: each opens as its reference has it, or is refused truly."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.core.image import Image
from engine.errors import ReadError
from engine.io.opening import list_parts, open_image

REFUSED = {
    "bad_attribute+orig.HEAD": "is a volume of AFNI, which Sulcus does not read",
    "bad_datatype+orig.HEAD": "is a volume of AFNI, which Sulcus does not read",
    "scaled+tlrc.HEAD": "is a volume of AFNI, which Sulcus does not read",
    "scaled+tlrc.BRIK": "is a volume of AFNI, which Sulcus does not read",
    "small.mnc": "is a MINC volume, which Sulcus does not read",
    "minc2_baddim.mnc": "is a MINC volume, which Sulcus does not read",
    "phantom_truncated.PAR": "scanner (PAR/REC), which Sulcus does not read",
    "phantom_truncated.REC": "scanner (PAR/REC), which Sulcus does not read",
    "analyze.hdr": "analyze.hdr found, analyze.img is missing.",
    "nifti1.hdr": "nifti1.hdr found, nifti1.img is missing.",
    "nifti2.hdr": "nifti2.hdr found, nifti2.img is missing.",
    "complex_image.nii.gz": "holds complex numbers",
    "BallBinary30x30x30.raw": "is no image Sulcus can read",
    "BallBinary30x30x30_byteskip_minus_five.nhdr": "it asks to skip -5 bytes",
    "BallBinary30x30x30_nifti.nhdr": "promises 54,000 bytes, and 54,352 are there",
    "test1d_ascii.nrrd": "holds a row of 27 numbers, not an image",
    "test_customFields.nrrd": "holds a row of 27 numbers, not an image",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "row" in metafunc.fixturenames:
        table = metafunc.config.rootpath.parent / "shared/data/volume_formats/reference.csv"
        lines = table.read_text().splitlines() if table.exists() else []
        rows = list(csv.DictReader(lines))
        metafunc.parametrize("row", rows, ids=[Path(one["path"]).name for one in rows])


def volumes_of(path: Path) -> tuple[Image, np.ndarray]:
    """The first volume, and the values of all."""
    first = open_image(path)
    parts = list_parts(path)
    every = [open_image(path, part.key).pixels for part in parts] or [first.pixels]
    return first, np.stack(every)


def test_a_file_is_as_its_reference_has_it_or_is_refused_truly(
    shared_data: Path, row: dict[str, str]
) -> None:
    path = shared_data / "volume_formats" / row["path"]
    if path.name in REFUSED:
        with pytest.raises(ReadError) as caught:
            open_image(path)
        assert REFUSED[path.name] in caught.value.what
        assert caught.value.remedy
        return
    image, values = volumes_of(path)
    if row["shape"]:
        sides = [int(side) for side in row["shape"].split("x")]
        volumes = math.prod(sides[3:])
        sides = sides[:3] if sides[2:3] != [1] else sides[:2]
        if image.geometry.affine is None:
            sides = sides[::-1]  # a flat picture stands upright: rows, then columns
        assert image.geometry.shape == tuple(sides)
        assert len(values) == volumes
    if row["axcodes"]:
        assert row["axcodes"].startswith(image.geometry.orientation)
    if row["min"]:
        found = (float(values.min()), float(values.max()))
        expected = (float(row["min"]), float(row["max"]))
        assert found == pytest.approx(expected, rel=1e-5, nan_ok=True)


def test_one_scan_in_two_formats_is_one_picture_in_one_place(shared_data: Path) -> None:
    folder = shared_data / "brain_t1_volumes" / "flair"
    nifti, nrrd = (open_image(folder / f"FLAIR{ending}") for ending in (".nii.gz", ".nrrd"))
    assert_array_equal(nifti.pixels, nrrd.pixels)
    assert nifti.geometry.distance_mm(nrrd.geometry) < 1e-3
    assert nifti.geometry.orientation == nrrd.geometry.orientation


def test_an_image_and_labels_of_freesurfer_share_a_grid(shared_data: Path) -> None:
    folder = shared_data / "brain_t1_volumes" / "fs_subject"
    image, labels = open_image(folder / "norm.mgz"), open_image(folder / "aparc.a2009s+aseg.mgz")
    image.geometry.require_same(labels.geometry, mine="the image", theirs="the labels")
    white = np.isin(labels.pixels, [2, 41, 7, 46, 77, 251, 252, 253, 254, 255])
    assert int(white.sum()) == 477_844
    assert float(image.pixels[white].mean()) == pytest.approx(96, abs=1)
