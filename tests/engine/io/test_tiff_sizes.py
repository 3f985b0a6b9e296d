from __future__ import annotations

from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import tifffile

from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.export.formats.masks_nifti import MasksNifti
from engine.export.formats.masks_nrrd import MasksNrrd
from engine.export.write import write_mask
from engine.io.opening import list_parts, open_image, open_mask

CLASSES = LabelSet.named(["background", "object"])
STACK = np.arange(4 * 5 * 6, dtype=np.uint8).reshape(4, 5, 6)


def by_imagej(path: Path, unit: str, values: np.ndarray = STACK, **more: Any) -> Image:
    """A file as ImageJ writes it: 2 units between slices, 0.5 down and 0.25 along."""
    axes = "ZYX"[-values.ndim :]
    metadata = {"axes": axes, "unit": unit, "spacing": 2.0, **more}
    tifffile.imwrite(path, values, imagej=True, resolution=(4, 2), metadata=metadata)
    return open_image(path)


def by_microscope(path: Path, values: np.ndarray = STACK, axes: str = "ZYX", **more: Any) -> Image:
    tifffile.imwrite(path, values, ome=True, metadata={"axes": axes, **more})
    return open_image(path)


@pytest.mark.parametrize(
    ("unit", "length"), [("mm", 1.0), ("cm", 10.0), ("micron", 1e-3), ("\\u00B5m", 1e-3),
                         ("um", 1e-3), ("inch", 25.4)],
)  # fmt: skip
def test_sizes_that_imagej_noted_are_read_and_told(
    tmp_path: Path, unit: str, length: float
) -> None:
    image = by_imagej(tmp_path / "a.tif", unit)
    assert image.geometry.affine is None
    assert image.geometry.sizes == pytest.approx((2 * length, 0.5 * length, 0.25 * length))
    assert image.geometry.spacing == pytest.approx((8, 2, 1))
    assert image.geometry.voxel_volume_ml == pytest.approx(0.25 * length**3 / 1000)
    (notice,) = image.notices
    assert (notice.code, notice.must_confirm) == ("noted-sizes", False)
    if unit == "mm":
        assert notice.text == (
            "The size of its pixels (2 x 0.5 x 0.25 mm) is what ImageJ noted in this file."
        )


def test_sizes_that_a_microscope_noted_are_read_and_told(tmp_path: Path) -> None:
    image = by_microscope(
        tmp_path / "a.ome.tif", PhysicalSizeX=0.25, PhysicalSizeY=0.5, PhysicalSizeZ=2.0,
        PhysicalSizeXUnit="mm", PhysicalSizeYUnit="mm", PhysicalSizeZUnit="mm",
    )  # fmt: skip
    assert image.geometry.sizes == (2.0, 0.5, 0.25)
    assert "what OME noted" in image.notices[0].text
    image = by_microscope(tmp_path / "b.ome.tif", STACK[0], "YX", PhysicalSizeX=3, PhysicalSizeY=5)
    assert image.geometry.sizes == pytest.approx((5e-3, 3e-3))  # micrometres if nothing is said
    image = by_microscope(
        tmp_path / "c.ome.tif", np.stack([STACK] * 2), "TZYX",
        PhysicalSizeX=3, PhysicalSizeY=3, PhysicalSizeZ=9000, PhysicalSizeXUnit="\u00b5m",
        PhysicalSizeZUnit="nm",
    )  # fmt: skip
    assert image.geometry.sizes == pytest.approx((9e-3, 3e-3, 3e-3))
    assert [one.code for one in image.notices] == ["several-images", "noted-sizes"]
    part = list_parts(tmp_path / "c.ome.tif")[1].key
    assert open_image(tmp_path / "c.ome.tif", part).geometry.sizes == image.geometry.sizes


def test_a_picture_needs_no_step_between_slices(tmp_path: Path) -> None:
    image = by_imagej(tmp_path / "a.tif", "mm", STACK[0])
    assert image.geometry.sizes == (0.5, 0.25)
    assert image.geometry.voxel_volume_ml is None


@pytest.mark.parametrize(
    "more",
    [{"unit": "pixel"}, {"unit": ""}, {"unit": "furlong"}, {"spacing": 0}, {"spacing": -1},
     {"spacing": "nan"}, {"spacing": 1e30}, {"axes": "TYX"}],
)  # fmt: skip
def test_sizes_that_make_no_sense_or_are_not_all_there_are_none(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    image = by_imagej(tmp_path / "a.tif", **{"unit": "mm", **more})
    assert image.geometry.sizes is None
    assert image.geometry.spacing == (1, 1, 1)
    assert image.notices == ()


def test_the_resolution_of_a_print_is_no_size(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", STACK[0], resolution=(300, 300), resolutionunit="INCH")
    assert open_image(tmp_path / "a.tif").geometry.sizes is None


def test_a_picture_that_is_turned_has_its_sizes_turned(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, STACK[0], resolution=(4, 2), metadata=None, extratags=[(274, "H", 1, 6, True)],
        description="ImageJ=1.54\nunit=mm\n",
    )  # fmt: skip
    image = open_image(path)
    assert image.geometry.shape == (6, 5)
    assert image.geometry.sizes == (0.25, 0.5)


def test_a_mask_of_a_stack_keeps_its_sizes_and_takes_no_place(tmp_path: Path) -> None:
    image = by_imagej(tmp_path / "a.tif", "mm")
    mask = LabelMap((STACK % 2).astype(np.uint8), image.geometry, CLASSES)
    write_mask(mask, image.source, tmp_path / "m.nii.gz", MasksNifti())
    write_mask(mask, image.source, tmp_path / "m.nrrd", MasksNrrd())
    header = nib.load(tmp_path / "m.nii.gz").header
    assert header.get_zooms() == (2.0, 0.5, 0.25)
    assert header.get_xyzt_units()[0] == "mm"
    assert (int(header["qform_code"]), int(header["sform_code"])) == (0, 0)
    assert b"spacings: 2.0 0.5 0.25\n" in (tmp_path / "m.nrrd").read_bytes()
    for name in ("m.nii.gz", "m.nrrd"):
        found = open_mask(tmp_path / name, image.geometry, CLASSES)
        assert np.array_equal(found.labels, mask.labels)
