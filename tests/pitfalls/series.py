"""Pitfalls 23 to 30: which DICOM files make a volume, and which do not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from dicom_series import COLUMNS, ROWS, SERIES, SLICES, STEP, affine, voxels
from numpy.testing import assert_allclose, assert_array_equal
from pitfalls.asked import itk_series, itk_values
from pitfalls.row import Answer, Peer, Row, refusal

from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.errors import ReadError
from engine.export.formats.masks_dicom_seg import MasksDicomSeg
from engine.export.write import write_mask
from engine.io.opening import list_parts, open_image

TISSUES = LabelSet.named(["background", "CSF", "GM"])
SEG_SCRIPT = "import sys, dcmqi; sys.exit(dcmqi.segimage2itkimage())"


def made(folder: Path, name: str) -> Path:
    """One of the odd series."""
    SERIES[name](folder / "series")
    return folder / "series"


def refused(path: Path, *sentences: str) -> str:
    with pytest.raises(ReadError) as caught:
        open_image(path)
    for sentence in sentences:
        assert sentence in str(caught.value)
    return "refused: " + sentences[0].split(". ")[0].rstrip(".")


def refuses(name: str, *sentences: str) -> Callable[[Path], str]:
    return lambda folder: refused(made(folder, name), *sentences)


def by_highdicom(folder: Path) -> np.ndarray:
    """(slices, rows, columns) as highdicom puts the files of a folder together."""
    import highdicom
    import pydicom

    datasets = [pydicom.dcmread(path) for path in sorted(folder.iterdir())]
    return highdicom.get_volume_from_series(datasets).array


def highdicom_raises(name: str) -> Callable[[Path], Answer]:
    def ask(folder: Path) -> Answer:
        error = refusal(lambda: by_highdicom(made(folder, name)))
        return Answer(f"raises {error}" if error else "makes a volume", bool(error))

    return ask


def itk_makes(name: str) -> Callable[[Path], Answer]:
    """What SimpleITK makes of a series of which there is no volume to be made."""

    def ask(folder: Path) -> Answer:
        series = made(folder, name)
        if refusal(lambda: itk_series(series)):
            return Answer("refuses", True)
        image = itk_series(series)
        size = " x ".join(map(str, reversed(image.GetSize())))
        return Answer(f"a volume {size}, {image.GetSpacing()[2]:.4g} mm apart", False)

    return ask


def _by_place(folder: Path) -> str:
    for name in ("numbered backwards", "numbered all one"):
        image = open_image(made(folder / name, name))
        assert_array_equal(image.pixels[0], voxels())
        assert image.geometry.affine is not None
        assert_allclose(image.geometry.affine, affine(), atol=1e-9)
    return "slices by their positions, whatever their numbers"


def _by_place_itk(folder: Path) -> Answer:
    same = all(
        np.array_equal(itk_values(itk_series(made(folder / name, name))), voxels())
        for name in ("numbered backwards", "numbered all one")
    )
    return Answer("slices by their positions" if same else "another order", same)


def _by_place_dcmqi(folder: Path) -> Answer:
    """Whether dcmqi finds a mask made on a shuffled series in its place."""
    from pitfalls.asked import by_itk

    image = open_image(made(folder, "numbered backwards"))
    labels = np.zeros(image.geometry.shape, np.uint8)
    labels[2:5, 1:4, 2:6], labels[11, 7, 9] = 1, 2
    path = folder / "mask.dcm"
    write_mask(LabelMap(labels, image.geometry, TISSUES), image.source, path, MasksDicomSeg())
    (folder / "out").mkdir()
    subprocess.run(
        [sys.executable, "-c", SEG_SCRIPT, "--inputDICOM", str(path),
         "--outputDirectory", str(folder / "out")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    found = np.zeros_like(labels)
    assert image.geometry.affine is not None
    to_index = np.linalg.inv(np.diag([-1.0, -1.0, 1.0, 1.0]) @ image.geometry.affine)
    for one in (folder / "out").glob("*.nrrd"):
        peer = by_itk(one)
        values = itk_values(peer)
        for z, y, x in np.argwhere(values):
            point = peer.TransformIndexToPhysicalPoint((int(x), int(y), int(z)))
            place = np.rint(to_index @ np.array([*point, 1.0]))[:3].astype(int)
            found[tuple(place)] = values[z, y, x]
    same = bool(np.array_equal(found, labels))
    return Answer("finds the mask on these slices voxel for voxel" if same else "elsewhere", same)


def _echoes(folder: Path) -> str:
    said = refuses("all twice", "12 slice position(s) occur twice. The series probably holds "
                   "several echoes or time points.")(folder / "twice")  # fmt: skip
    parts = list_parts(made(folder / "echoes", "two echoes"))
    assert [part.title.rpartition(", ")[2] for part in parts] == ["echo 11.5", "echo 80"]
    return f"{said}; two echoes are two volumes"


def _echoes_itk(folder: Path) -> Answer:
    image = itk_series(made(folder, "two echoes"))
    size = " x ".join(map(str, reversed(image.GetSize())))
    return Answer(f"one volume {size} of both echoes", False)


def _scout(folder: Path) -> str:
    series = made(folder, "scout")
    parts = list_parts(series)
    planes = [part.title.split(", ")[1] for part in parts]
    assert planes == ["axial", "sagittal", "coronal"]
    titles = "; ".join(part.title for part in parts)
    notice = open_image(series).notices[0]
    assert notice.text == f"These files form 3 separate volumes ({titles}): pick one."
    return f"3 separate volumes to pick from: {', '.join(planes)}"


def _two_patients_highdicom(folder: Path) -> Answer:
    error = refusal(lambda: by_highdicom(made(folder, "two patients")))
    return Answer(f"raises {error}" if error else "one volume of both", bool(error))


def _no_place(folder: Path) -> str:
    parts = list_parts(made(folder / "rows", "other rows"))
    assert [part.shape for part in parts] == [(11, ROWS, COLUMNS), (4, COLUMNS)]
    series = made(folder / "place", "no position")
    assert len(list_parts(series)) == SLICES
    image = open_image(series)
    assert image.geometry.affine is None
    text = "This series has no slice positions (12 images). It can be viewed as single images, "
    assert text + "not as a volume." in [one.text for one in image.notices]
    image = open_image(made(folder / "spacing", "no spacing"))
    assert image.geometry.affine is None
    assert image.notices[0].text == "This series has no PixelSpacing, so millimetres are unknown."
    return "a part of other size is no part of the volume; single images; no millimetres"


def _no_place_itk(folder: Path) -> Answer:
    error = refusal(lambda: itk_series(made(folder / "rows", "other rows")))
    places = itk_series(made(folder / "place", "no position"))
    sizes = itk_series(made(folder / "spacing", "no spacing"))
    said = (
        f"other rows: {error or 'a volume'}; no positions: a volume at {places.GetOrigin()}; no "
        f"spacing: {sizes.GetSpacing()[0]:g} mm"
    )
    return Answer(said, False)


def _cut(folder: Path) -> str:
    return refused(made(folder, "truncated"), "Slice 4 (IM0004) is incomplete.")


def _cut_itk(folder: Path) -> Answer:
    error = refusal(lambda: itk_series(made(folder, "truncated")))
    return Answer(f"raises {error}" if error else "a volume, what is missing made up", bool(error))


def _cut_pydicom(folder: Path) -> Answer:
    import pydicom

    path = made(folder, "truncated") / "IM0004"
    error = refusal(lambda: pydicom.dcmread(path).pixel_array)
    return Answer(f"raises {error}" if error else "made up", bool(error))


_DICOM = "engine/io/formats/test_dicom.py::test_"
_GAP = "Slice spacing is not constant: 3.000 mm after slice 5, 1.500 mm elsewhere (1 gap(s))."
_TILT = "Slices are sheared by 4.40 mm over the stack (gantry tilt)."

ROWS_OF_SERIES = (
    Row(23, "order of slices", _by_place,
        (_DICOM + "slices_are_sorted_by_position_and_not_by_number",
         "engine/export/formats/test_masks_dicom_seg.py::"
         "test_dcmqi_sees_the_same_mask_at_the_same_place"),
        (Peer("SimpleITK", _by_place_itk), Peer("dcmqi", _by_place_dcmqi))),
    Row(24, "a missing slice",
        refuses("missing slice", _GAP, "A slice may be missing."),
        (_DICOM + "a_missing_slice_is_told_with_its_place",), (
            Peer("highdicom", highdicom_raises("missing slice")),
            Peer("SimpleITK", itk_makes("missing slice"),
                 f"stretches the volume: slices lie {STEP} mm apart"),
        )),
    Row(25, "positions twice, two echoes", _echoes,
        (_DICOM + "one_slice_or_all_of_them_twice_is_refused",
         _DICOM + "two_echoes_are_two_volumes"), (
            Peer("highdicom", highdicom_raises("all twice")),
            Peer("SimpleITK", _echoes_itk, "mixes the echoes in one stack"),
        )),
    Row(26, "gantry tilt",
        refuses("tilt", _TILT, "Resample before segmenting."),
        (_DICOM + "tilted_slices_are_refused_by_how_much_they_slide",), (
            Peer("highdicom", highdicom_raises("tilt")),
            Peer("SimpleITK", itk_makes("tilt"), "gives sheared slices perpendicular axes"),
        )),
    Row(27, "a scout of three planes in one series", _scout,
        (_DICOM + "a_scout_of_three_planes_is_three_volumes",), (
            Peer("highdicom", highdicom_raises("scout")),
            Peer("SimpleITK", itk_makes("scout"), "one volume of mixed planes"),
        )),
    Row(28, "two patients in one series",
        refuses("two patients", "These files belong to 2 different patients.",
                "Load one patient at a time."),
        (_DICOM + "two_patients_in_one_series_are_refused",), (
            Peer("highdicom", _two_patients_highdicom, "does not look whose images they are"),
            Peer("SimpleITK", itk_makes("two patients"), "does not look whose images they are"),
        )),
    Row(29, "other rows, no positions, no spacing", _no_place,
        (_DICOM + "a_slice_of_another_size_is_no_part_of_the_volume",
         _DICOM + "slices_without_positions_are_single_images",
         _DICOM + "slices_without_pixel_spacing_have_no_millimetres"),
        (Peer("SimpleITK", _no_place_itk, "makes up what is not given"),)),
    Row(30, "pixels cut short in one file", _cut,
        (_DICOM + "a_slice_that_is_cut_short_is_named",), (
            Peer("pydicom", _cut_pydicom),
            Peer("SimpleITK", _cut_itk, "fills in memory of before, which may look right"),
        )),
)  # fmt: skip
