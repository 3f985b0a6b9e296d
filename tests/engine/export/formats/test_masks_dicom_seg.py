from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from dicom_series import (
    AXIAL,
    CORONAL,
    NAME,
    OBLIQUE,
    SAGITTAL,
    SECRETS,
    SLICES,
    voxels,
    write,
    write_enhanced,
)
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from pydicom.dataset import Dataset

from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelClass, LabelSet
from engine.core.sources import PixelSource
from engine.errors import ReadError, WriteError
from engine.export.formats.masks_dicom_seg import (
    MasksDicomLabelMap,
    MasksDicomSeg,
    MasksDicomSegIdentified,
)
from engine.export.write import write_mask
from engine.io.dicom.cielab import lab_of_srgb, srgb_of
from engine.io.opening import open_image, open_mask, read_labels

TISSUES = LabelSet.named(["background", "CSF", "GM", "WM"])
TURNS = {"coronal": CORONAL, "sagittal": SAGITTAL, "oblique": OBLIQUE}
FORMATS = [MasksDicomSeg, MasksDicomLabelMap]
Format = type[MasksDicomSeg]


def number_all_one(k: int, dataset: Dataset) -> None:
    dataset.InstanceNumber = 1


def mask_on(image: Image, kind: str = "blobs") -> LabelMap:
    """Asymmetric blobs of CSF and WM, no GM; or one voxel; or nothing."""
    labels = np.zeros(image.geometry.shape, np.uint8)
    if kind == "blobs":
        labels[2:5, 1:4, 2:6] = 1
        labels[8, 5:7, 1:9] = 3
        labels[11, 7, 9] = 3
    elif kind == "single voxel":
        labels[6, 3, 4] = 2
    elif kind == "full":
        labels[...] = 1 + np.arange(labels.size).reshape(labels.shape) % 3
    return LabelMap(labels, image.geometry, TISSUES)


def shuffled_series(folder: Path, turn: tuple[float, ...]) -> Image:
    write(folder, number_all_one, turn=turn)
    for number, path in enumerate(sorted(folder.iterdir())):
        path.rename(folder / f"{(5 * number) % SLICES:02d}.dcm")
    return open_image(folder)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("kind", ["blobs", "single voxel", "full", "nothing"])
@pytest.mark.parametrize("name", TURNS)
def test_a_mask_comes_back_and_lies_where_highdicom_says(
    tmp_path: Path, name: str, kind: str, format_: Format
) -> None:
    image = shuffled_series(tmp_path / "series", TURNS[name])
    mask = mask_on(image, kind)
    path = tmp_path / "mask.dcm"
    write_mask(mask, image.source, path, format_())
    assert_array_equal(open_mask(path, image.geometry, TISSUES).labels, mask.labels)

    seg = highdicom.seg.segread(path)
    peer = seg.get_volume(combine_segments=True) if kind != "nothing" else None
    if peer is None:
        assert seg.ContentDescription.startswith("No findings")
        assert [item.SegmentLabel for item in seg.SegmentSequence][-3:] == ["CSF", "GM", "WM"]
        return
    assert image.geometry.affine is not None
    present = sorted(set(mask.labels.ravel().tolist()) - {0})
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ image.geometry.affine
    indices = np.array(list(np.ndindex(mask.labels.shape)))
    points = lps @ np.concatenate([indices, np.ones((len(indices), 1))], axis=1).T
    there = np.linalg.solve(peer.affine, points)[:3]
    assert_allclose(there, np.rint(there), atol=1e-6)
    values = peer.array[tuple(np.rint(there).astype(int))]
    assert_array_equal(np.array([0, *present])[values], mask.labels.ravel())
    assert_allclose(np.abs(np.linalg.det(peer.affine)), np.abs(np.linalg.det(lps)), rtol=1e-6)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("kind", ["blobs", "single voxel"])
@pytest.mark.parametrize("name", TURNS)
def test_dcmqi_sees_the_same_mask_at_the_same_place(
    tmp_path: Path, name: str, kind: str, format_: Format
) -> None:
    pytest.importorskip("dcmqi")
    sitk = pytest.importorskip("SimpleITK")
    image = shuffled_series(tmp_path / "series", TURNS[name])
    mask = mask_on(image, kind)
    write_mask(mask, image.source, tmp_path / "mask.dcm", format_())
    out = tmp_path / "out"
    out.mkdir()
    command = "import sys, dcmqi; sys.exit(dcmqi.segimage2itkimage())"
    arguments = ["--inputDICOM", str(tmp_path / "mask.dcm"), "--outputDirectory", str(out)]
    subprocess.run(
        [sys.executable, "-c", command, *arguments], check=True, capture_output=True, timeout=120
    )
    found = np.zeros_like(mask.labels)
    assert image.geometry.affine is not None
    to_index = np.linalg.inv(np.diag([-1.0, -1.0, 1.0, 1.0]) @ image.geometry.affine)
    present = sorted(set(mask.labels.ravel().tolist()) - {0})
    for path in out.glob("*.nrrd"):
        peer = sitk.ReadImage(str(path))
        values = sitk.GetArrayFromImage(peer)
        for z, y, x in np.argwhere(values > 0):
            point = peer.TransformIndexToPhysicalPoint((int(x), int(y), int(z)))
            there = (to_index @ np.array([*point, 1.0]))[:3]
            assert_allclose(there, np.rint(there), atol=1e-3)
            found[tuple(np.rint(there).astype(int))] = present[int(values[z, y, x]) - 1]
    assert_array_equal(found, mask.labels)


def test_the_same_mask_gives_the_same_bytes(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "series"))
    for name in ("one.dcm", "two.dcm"):
        write_mask(mask_on(image), image.source, tmp_path / name, MasksDicomSeg())
    assert (tmp_path / "one.dcm").read_bytes() == (tmp_path / "two.dcm").read_bytes()


def test_segments_say_what_they_are_in_codes(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "series"))
    names = ["background", "csf", "Grey Matter", "WM", "thing"]
    labels = (np.arange(960) % 5).astype(np.uint8).reshape(image.geometry.shape)
    mask = LabelMap(labels, image.geometry, LabelSet.named(names))
    write_mask(mask, image.source, tmp_path / "mask.dcm", MasksDicomSeg())
    seg = pydicom.dcmread(tmp_path / "mask.dcm")
    types = [item.SegmentedPropertyTypeCodeSequence[0] for item in seg.SegmentSequence]
    assert [one.CodeValue for one in types] == ["65216001", "389081007", "389080008", "85756007"]
    assert {one.CodingSchemeDesignator for one in types} == {"SCT"}
    assert [item.SegmentLabel for item in seg.SegmentSequence] == names[1:]
    assert [item.SegmentNumber for item in seg.SegmentSequence] == [1, 2, 3, 4]
    assert {item.SegmentAlgorithmType for item in seg.SegmentSequence} == {"SEMIAUTOMATIC"}
    assert (seg.SegmentationType, seg.SegmentsOverlap) == ("BINARY", "NO")
    assert seg.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert seg.NumberOfFrames == 4 * SLICES  # empty frames are written too


def test_segments_say_whether_people_programs_or_both_made_them(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "series"))
    labels = (np.arange(960) % 4).astype(np.uint8).reshape(image.geometry.shape)
    mask = LabelMap(labels, image.geometry, TISSUES)

    def types(sources: np.ndarray | None) -> list[tuple[str, str]]:
        write_mask(mask, image.source, tmp_path / "mask.dcm", MasksDicomSeg(), sources)
        segments = pydicom.dcmread(tmp_path / "mask.dcm").SegmentSequence
        return [(one.SegmentAlgorithmType, one.get("SegmentAlgorithmName", "")) for one in segments]

    by_hand, by_both = ("MANUAL", ""), ("SEMIAUTOMATIC", "Sulcus")
    assert types(None) == [by_both] * 3
    by_model = np.where(labels == 1, PixelSource.CRF, PixelSource.MODEL).astype(np.uint8)
    assert types(by_model) == [("AUTOMATIC", "Sulcus")] * 3
    painted = by_model.copy()
    painted[labels == 2] = PixelSource.PAINTED
    assert types(painted) == [by_both, by_hand, by_both]
    erased = by_model.copy()
    erased[0, 0, 0] = PixelSource.PAINTED  # background now: which class it was, nobody knows
    assert types(erased) == [by_both] * 3
    assert types(np.full_like(labels, PixelSource.CONFIRMED)) == [by_both] * 3
    assert types(np.full_like(labels, PixelSource.IMPORTED)) == [by_both] * 3


def test_only_classes_that_are_there_become_segments_and_names_lead_back(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "series"))
    mask = mask_on(image)  # CSF is 1, WM is 3, there is no GM
    write_mask(mask, image.source, tmp_path / "mask.dcm", MasksDicomSeg())
    found = read_labels(tmp_path / "mask.dcm")
    assert found.label_set is not None
    assert found.label_set.names == ("background", "CSF", "WM")
    assert set(found.labels.ravel().tolist()) == {0, 1, 2}
    assert [one.colour for one in found.label_set][1:] == [TISSUES[1].colour, TISSUES[3].colour]
    other = LabelSet.named(["background", "wm", "gm", "csf"])
    moved = open_mask(tmp_path / "mask.dcm", image.geometry, other)
    assert_array_equal(moved.labels, np.array([0, 3, 2, 1], np.uint8)[mask.labels])
    with pytest.raises(ReadError, match=r"has 'CSF', which is no class of this project"):
        open_mask(tmp_path / "mask.dcm", image.geometry, LabelSet.named(["background", "WM"]))


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_of_the_patient_is_in_a_mask(tmp_path: Path, format_: Format) -> None:
    image = open_image(write(tmp_path / "series"))
    write_mask(mask_on(image), image.source, tmp_path / "mask.dcm", format_())
    data = (tmp_path / "mask.dcm").read_bytes()
    source = pydicom.dcmread(tmp_path / "series" / "IM0001")
    hidden = [*SECRETS, source.StudyInstanceUID, source.SeriesInstanceUID, source.SOPInstanceUID,
              source.FrameOfReferenceUID]  # fmt: skip
    for secret in hidden:
        assert secret.encode() not in data
    seg = pydicom.dcmread(tmp_path / "mask.dcm")
    assert seg.PatientIdentityRemoved == "YES"
    assert seg.LongitudinalTemporalInformationModified == "REMOVED"


def test_the_patient_stays_where_that_was_asked_for(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "series"))
    write_mask(mask_on(image), image.source, tmp_path / "mask.dcm", MasksDicomSegIdentified())
    seg = pydicom.dcmread(tmp_path / "mask.dcm")
    source = pydicom.dcmread(tmp_path / "series" / "IM0001")
    assert seg.PatientName == NAME
    assert seg.StudyInstanceUID == source.StudyInstanceUID
    assert seg.FrameOfReferenceUID == source.FrameOfReferenceUID
    assert seg.ReferencedSeriesSequence[0].SeriesInstanceUID == source.SeriesInstanceUID
    assert "PatientIdentityRemoved" not in seg


def test_masks_of_images_without_a_patient_point_at_those_images(tmp_path: Path) -> None:
    def clean(k: int, dataset: Dataset) -> None:
        dataset.PatientIdentityRemoved = "YES"

    image = open_image(write(tmp_path / "series", clean))
    write_mask(mask_on(image), image.source, tmp_path / "mask.dcm", MasksDicomSeg())
    seg = pydicom.dcmread(tmp_path / "mask.dcm")
    source = pydicom.dcmread(tmp_path / "series" / "IM0001")
    assert seg.StudyInstanceUID == source.StudyInstanceUID
    assert seg.ReferencedSeriesSequence[0].SeriesInstanceUID == source.SeriesInstanceUID


def test_a_mask_of_one_slice_and_of_many_frames(tmp_path: Path) -> None:
    write(tmp_path / "series", turn=OBLIQUE)
    write_enhanced(tmp_path / "enhanced.dcm", [3, 1, 0, 2, *range(4, SLICES)], turn=SAGITTAL)
    for source in (tmp_path / "series" / "IM0004", tmp_path / "enhanced.dcm"):
        image = open_image(source)
        labels = np.zeros(image.geometry.shape, np.uint8)
        labels[..., 2, 3:6] = 2
        mask = LabelMap(labels, image.geometry, TISSUES)
        write_mask(mask, image.source, tmp_path / "mask.dcm", MasksDicomSeg())
        found = open_mask(tmp_path / "mask.dcm", image.geometry, TISSUES)
        assert_array_equal(found.labels, labels)


def test_a_mask_without_its_empty_frames_is_put_where_it_lies(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "series", turn=OBLIQUE))
    mask = mask_on(image)
    path = highdicom_mask(tmp_path / "series", mask, tmp_path / "small.dcm", {1: "CSF", 3: "WM"})
    found = read_labels(path)
    assert found.geometry.shape[0] < SLICES
    assert_array_equal(open_mask(path, image.geometry, TISSUES).labels, mask.labels)
    flipped = open_image(write(tmp_path / "other", turn=AXIAL))
    with pytest.raises(Exception, match="pixels and the mask"):
        open_mask(path, flipped.geometry, TISSUES)


def highdicom_mask(series: Path, mask: LabelMap, path: Path, names: dict[int, str]) -> Path:
    """A mask as another program writes it: plain arrays by plane, empty frames left out."""
    images = sorted(
        (pydicom.dcmread(one) for one in series.iterdir()), key=lambda d: d.InstanceNumber
    )
    code = highdicom.sr.CodedConcept("85756007", "SCT", "Tissue")
    describe = [
        highdicom.seg.SegmentDescription(number, name, code, code, "MANUAL")
        for number, name in enumerate(names.values(), start=1)
    ]
    layers = np.stack([mask.labels == index for index in names], axis=-1)
    seg = highdicom.seg.Segmentation(
        images, layers, "BINARY", describe, highdicom.UID(), 9, highdicom.UID(), 1, "Other",
        "Other", "1", "1",
    )  # fmt: skip
    seg.save_as(path)
    return path


def test_overlapping_segments_are_refused_by_name(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "series"))
    mask = mask_on(image, "full")
    path = highdicom_mask(tmp_path / "series", mask, tmp_path / "mask.dcm", {1: "CSF", 2: "GM"})
    seg = pydicom.dcmread(path)
    seg.PixelData = b"\xff" * len(seg.PixelData)
    seg.save_as(path)
    with pytest.raises(ReadError, match="segments 'CSF' and 'GM' overlap"):
        read_labels(path)


def test_fractions_are_refused(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "series"))
    write_mask(mask_on(image), image.source, tmp_path / "mask.dcm", MasksDicomSeg())
    seg = pydicom.dcmread(tmp_path / "mask.dcm")
    seg.SegmentationType = "FRACTIONAL"
    seg.save_as(tmp_path / "mask.dcm")
    with pytest.raises(ReadError, match="FRACTIONAL"):
        read_labels(tmp_path / "mask.dcm")


def test_a_mask_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "series"))
    write_mask(mask_on(image), image.source, tmp_path / "mask.dcm", MasksDicomSeg())
    data = (tmp_path / "mask.dcm").read_bytes()
    (tmp_path / "mask.dcm").write_bytes(data[:-40])
    with pytest.raises(ReadError, match="damaged or incomplete"):
        read_labels(tmp_path / "mask.dcm")


def test_a_mask_is_no_image(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "series"))
    write_mask(mask_on(image), image.source, tmp_path / "series" / "mask.dcm", MasksDicomSeg())
    with pytest.raises(ReadError, match="is a segmentation, not an image"):
        open_image(tmp_path / "series" / "mask.dcm")
    again = open_image(tmp_path / "series")  # a mask beside its series is no part of it
    assert_array_equal(again.pixels[0], voxels())
    assert again.notices == ()


def test_what_dicom_cannot_hold_is_refused(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "series"))
    ignoring = mask_on(image)
    ignoring.labels[0, 0, 0] = IGNORE
    with pytest.raises(WriteError, match="pixels to ignore"):
        write_mask(ignoring, image.source, tmp_path / "mask.dcm", MasksDicomSeg())
    long = LabelSet.named(["background", "x" * 65])
    labels = (mask_on(image).labels > 0).astype(np.uint8)
    with pytest.raises(WriteError, match="name that DICOM cannot hold"):
        write_mask(
            LabelMap(labels, image.geometry, long),
            image.source,
            tmp_path / "m.dcm",
            MasksDicomSeg(),
        )
    assert [one.name for one in tmp_path.iterdir()] == ["series"]


def test_a_series_that_changed_since_it_was_opened_is_refused(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "series"))
    (tmp_path / "series" / "IM0012").unlink()
    with pytest.raises(WriteError, match="has 11 x 8 x 10 pixels"):
        write_mask(mask_on(image), image.source, tmp_path / "mask.dcm", MasksDicomSeg())


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_colours_come_back(colour: tuple[int, int, int]) -> None:
    lightness, a, b = lab_of_srgb(colour)
    value = (lightness * 655.35, (a + 128.0) * 257.0, (b + 128.0) * 257.0)
    assert all(0 <= part <= 65535 for part in value)
    assert srgb_of(tuple(round(part) for part in value)) == pytest.approx(colour, abs=1)
    classes = (LabelClass(0, "background", (0, 0, 0)), LabelClass(1, "a", colour))
    assert LabelSet(classes)[1].colour == colour
