"""Pitfalls 19 to 21 and 38: which side a person sees, in which size, under which name."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import permutations, product
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from dicom_series import write
from numpy.testing import assert_array_equal
from pitfalls.asked import by_itk
from pitfalls.files import nifti, turned
from pitfalls.row import Answer, Peer, Row
from pitfalls.series import SEG_SCRIPT

from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.planes import OBLIQUE, Plane, slice_count, slice_view
from engine.export.formats.masks_dicom_seg import MasksDicomSeg
from engine.export.write import write_mask
from engine.io.label_names import ORDERS, remap
from engine.io.opening import open_image, order_notice, read_labels

SIDES = (4, 5, 6)


def _orders() -> list[np.ndarray]:
    """The 48 affines that turn and flip axes."""
    found: list[np.ndarray] = []
    for axes, signs in product(permutations(range(3)), product((1, -1), repeat=3)):
        affine = np.eye(4)
        affine[:3, :3] = 0
        for axis, (direction, sign) in enumerate(zip(axes, signs, strict=True)):
            affine[direction, axis] = sign
        found.append(affine)
    return found


def _sides(folder: Path) -> str:
    """One voxel far left, anterior and superior must be seen there in each plane."""
    corners = {Plane.AXIAL: (0, -1), Plane.CORONAL: (0, -1), Plane.SAGITTAL: (0, 0)}
    letters = {
        Plane.AXIAL: ("R", "L", "A", "P"),
        Plane.CORONAL: ("R", "L", "S", "I"),
        Plane.SAGITTAL: ("A", "P", "S", "I"),
    }
    orders = _orders()
    for affine in orders:
        geometry = Geometry(SIDES, affine)
        voxels = np.zeros(SIDES, np.uint8)
        marker = [
            -1 if affine[:3, axis].sum() * (-1 if affine[0, axis] else 1) > 0 else 0
            for axis in range(3)
        ]
        voxels[tuple(marker)] = 1
        for plane, corner in corners.items():
            views = [slice_view(geometry, plane, at) for at in range(slice_count(geometry, plane))]
            (view,) = [one for one in views if one.read(voxels).any()]
            assert view.read(voxels)[corner] == 1
            assert view.letters == letters[plane]
            assert view is views[0 if plane is Plane.SAGITTAL else -1]
    del folder
    return f"patient left is on the right, in {len(orders)} axis orders x 3 planes"


def _oblique(folder: Path) -> str:
    """A head turned to its left about its long axis."""
    letters = {
        Plane.AXIAL: ("Ra", "Lp", "Al", "Pr"),
        Plane.CORONAL: ("Ra", "Lp", "S", "I"),
        Plane.SAGITTAL: ("Al", "Pr", "S", "I"),
    }
    for degrees in (9.0, 23.0):
        place = nib.affines.from_matvec(nib.eulerangles.euler2mat(np.deg2rad(degrees)), [0, 0, 0])
        geometry = open_image(nifti(folder, 1, 1, place, place)).geometry
        assert geometry.obliquity == pytest.approx(degrees, abs=1e-4)
        for plane, told in letters.items():
            single = tuple(letter[0] for letter in told)
            expected = single if degrees < OBLIQUE else told
            assert slice_view(geometry, plane, 0).letters == expected
    both = " ".join(letters[Plane.AXIAL])
    return f"turned by 9 degrees R L A P, by {geometry.obliquity:.0f} degrees {both}, and says so"


def _oblique_nibabel(folder: Path) -> Answer:
    place = nib.affines.from_matvec(nib.eulerangles.euler2mat(np.deg2rad(23.0)), [0, 0, 0])
    letters = "".join(nib.aff2axcodes(nib.load(nifti(folder, 1, 1, place, place)).affine))
    return Answer(f"single letters, {letters}", False)


def _sizes(folder: Path) -> str:
    place = turned(17, (0.94, 1.5, 0.94))
    geometry = open_image(nifti(folder, 1, 1, place, place)).geometry
    assert geometry.spacing == pytest.approx((0.94, 1.5, 0.94))
    assert geometry.voxel_volume_ml == pytest.approx(0.94 * 1.5 * 0.94 / 1000)
    assert slice_view(geometry, Plane.AXIAL, 0).spacing == pytest.approx((1.5, 0.94))
    return "0.94 x 1.5 x 0.94 mm; an axial pixel is drawn 1.5 mm high and 0.94 mm wide"


def _sizes_itk(folder: Path) -> Answer:
    place = turned(17, (0.94, 1.5, 0.94))
    sizes = by_itk(nifti(folder, 1, 1, place, place)).GetSpacing()
    same = sizes == pytest.approx((0.94, 1.5, 0.94))
    return Answer(" x ".join(f"{one:.3g}" for one in sizes) + " mm", bool(same))


IBSR = LabelSet.named(list(ORDERS["ibsr"].values()))
BIDS = LabelSet.named(list(ORDERS["bids"].values()))


def _names(folder: Path) -> str:
    labels = (np.arange(210) % 4).astype(np.uint8).reshape(5, 6, 7)
    path = folder / "mask.nii"
    nib.save(nib.Nifti1Image(labels, turned(0)), path)
    there = remap(labels, ORDERS["ibsr"], BIDS, path)
    assert_array_equal(there == 3, labels == 1)
    assert_array_equal(remap(there, ORDERS["bids"], IBSR, path), labels)
    notice = order_notice(path, read_labels(path), IBSR)
    assert notice is not None
    assert notice.must_confirm
    assert notice.text == "This mask has no label names. 1 = CSF (IBSR, FSL) or GM (BIDS)?"
    return "IBSR to BIDS and back by name changes nothing; a mask without names is asked about"


def _names_dcmqi(folder: Path) -> Answer:
    image = open_image(write(folder / "series"))
    labels = (np.arange(960) % 4).astype(np.uint8).reshape(image.geometry.shape)
    path = folder / "mask.dcm"
    write_mask(LabelMap(labels, image.geometry, IBSR), image.source, path, MasksDicomSeg())
    (folder / "out").mkdir()
    subprocess.run(
        [sys.executable, "-c", SEG_SCRIPT, "--inputDICOM", str(path),
         "--outputDirectory", str(folder / "out")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (about,) = (folder / "out").glob("*.json")
    segments = json.loads(about.read_text())["segmentAttributes"]
    names = [one["SegmentLabel"] for group in segments for one in group]
    return Answer(f"reads {', '.join(names)} in Sulcus' segmentation", names == ["CSF", "GM", "WM"])


def _names_nibabel(folder: Path) -> Answer:
    path = folder / "mask.nii"
    nib.save(nib.Nifti1Image(np.ones((2, 2, 2), np.uint8), turned(0)), path)
    return Answer(f"value {int(nib.load(path).dataobj[0, 0, 0])}, and no name", False)


_PLANES = "engine/core/test_planes.py::"

ROWS = (
    Row(19, "sides on the screen", _sides,
        (_PLANES + "test_slices_are_radiological_whatever_the_file_order",
         _PLANES + "test_letters_name_the_side_of_the_patient",
         "app/canvas/test_stage.py::test_the_patients_left_is_on_the_side_that_is_told",
         "app/presenters/test_planes_presenter.py::"
         "test_neurological_and_the_nose_turn_different_planes")),
    Row(20, "letters on oblique volumes", _oblique,
        (_PLANES + "test_an_oblique_edge_tells_where_it_lies_besides",),
        (Peer("nibabel", _oblique_nibabel, "a single letter lies where axes are turned"),)),
    Row(21, "anisotropic voxels", _sizes,
        ("engine/core/test_geometry.py::"
         "test_spacing_and_volume_follow_the_affine_even_when_it_is_sheared",),
        (Peer("SimpleITK", _sizes_itk),)),
    Row(38, "order of labels", _names,
        ("engine/io/test_label_names.py::test_from_ibsr_to_bids_and_back_changes_nothing",
         "engine/io/test_opening.py::"
         "test_a_mask_of_tissues_without_names_asks_what_its_numbers_mean"), (
            Peer("dcmqi", _names_dcmqi),
            Peer("nibabel", _names_nibabel, "NIfTI has no room for names"),
        )),
)  # fmt: skip
