"""Where ITK finds what Sulcus writes, beyond the table of pitfalls."""

from __future__ import annotations

from pathlib import Path

import pytest
from pitfalls.files import CLASSES, LABELS, nifti, saved, turned

from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.export.formats.masks_nifti import MasksNifti
from engine.export.write import write_mask
from engine.io.opening import open_image


def test_itk_sees_a_file_without_codes_where_it_sees_its_mask(tmp_path: Path) -> None:
    # Pitfall 2: ITK puts both at the origin in LPS, nibabel centres them in LAS; each is of a mind.
    itk = pytest.importorskip("SimpleITK")
    source = nifti(tmp_path, 0, 0, turned(0), turned(30))
    image = itk.ReadImage(str(source))
    mask = itk.ReadImage(str(saved(open_image(source), tmp_path)))
    assert mask.GetOrigin() == image.GetOrigin() == (0, 0, 0)
    assert mask.GetDirection() == image.GetDirection()
    assert mask.GetSpacing() == image.GetSpacing()


def test_itk_reads_lengths_in_micrometres_as_we_do(tmp_path: Path) -> None:
    itk = pytest.importorskip("SimpleITK")
    data = bytearray(nifti(tmp_path, 1, 1, turned(0), turned(0)).read_bytes())
    data[123] = 3
    (tmp_path / "x.nii").write_bytes(data)
    spacing = itk.ReadImage(str(tmp_path / "x.nii")).GetSpacing()
    assert open_image(tmp_path / "x.nii").geometry.spacing == pytest.approx(spacing, rel=1e-5)


def test_a_mask_of_an_image_without_a_header_says_its_voxel_size_twice(tmp_path: Path) -> None:
    # Pitfall 3 in our own files: ITK keeps pixdim where it differs from the sform.
    itk = pytest.importorskip("SimpleITK")
    geometry = Geometry((5, 6, 7), turned(17))
    write_mask(LabelMap(LABELS, geometry, CLASSES), Source(tmp_path / "dicom", "", format="dicom"),
               tmp_path / "mask.nii.gz", MasksNifti())  # fmt: skip
    assert itk.ReadImage(str(tmp_path / "mask.nii.gz")).GetSpacing() == pytest.approx((1.5, 0.9, 2))
    assert open_image(tmp_path / "mask.nii.gz").notices == ()
