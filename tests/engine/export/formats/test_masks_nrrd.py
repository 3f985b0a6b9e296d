from __future__ import annotations

import gzip
from pathlib import Path

import nrrd
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelClass, LabelSet
from engine.export.formats.masks_nrrd import MasksNrrd
from engine.export.write import write_mask
from engine.io.opening import open_image, read_labels

CLASSES = LabelSet(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(1, "Grey matter", (200, 200, 235)),
        LabelClass(2, "odd: \\ name=ü", (1, 2, 3)),
        LabelClass(3, "nowhere", (9, 9, 9)),
    )
)
LABELS = np.zeros((5, 6, 7), np.uint8)
LABELS[1:3, 2:5, 6], LABELS[4, 0, 0] = 1, 2
DIRECTIONS = "(0.1,0.7,0) (-1.3,0.30000000000000004,0) (0,0.1,2.1)"
SECRET = "Doe^Jane"


def source_file(folder: Path, space: str) -> Path:
    """A NRRD full of what must not leave."""
    head = (
        f"NRRD0005\n# {SECRET}\ncontent: {SECRET}\ntype: short\ndimension: 3\nsizes: 5 6 7\n"
        f"{space}space directions: {DIRECTIONS}\nspace origin: (1e-3,2000.3,-7)\n"
        f'labels: "{SECRET}" "" ""\nencoding: raw\nendian: little\nPatientName:={SECRET}\n\n'
    )
    (folder / "image.nrrd").write_bytes(head.encode() + bytes(2 * LABELS.size))
    return folder / "image.nrrd"


def exported(source: Path, name: str = "mask.seg.nrrd") -> Path:
    image = open_image(source)
    mask = LabelMap(LABELS, image.geometry, CLASSES)
    write_mask(mask, image.source, source.parent / name, MasksNrrd())
    return source.parent / name


@pytest.mark.parametrize("space", ["space: RAS\n", "space: left-posterior-superior\n",
                                   "space: LAS\n", "space dimension: 3\n"])  # fmt: skip
def test_the_mask_keeps_space_and_numbers_of_its_image(tmp_path: Path, space: str) -> None:
    source = source_file(tmp_path, space)
    one, two = nrrd.read_header(str(source)), nrrd.read_header(str(exported(source)))
    long = {"RAS": "right-anterior-superior", "LAS": "left-anterior-superior"}
    assert two.get("space") == long.get(one.get("space"), one.get("space"))
    assert_array_equal(two["space directions"], one["space directions"])
    assert_array_equal(two["space origin"], one["space origin"])


def test_an_image_with_spacings_alone_has_a_mask_with_spacings_alone(tmp_path: Path) -> None:
    head = (
        "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 5 6 7\nspacings: 1.1 0.7 2\nencoding: raw\n\n"
    )
    (tmp_path / "image.nrrd").write_bytes(head.encode() + LABELS.tobytes())
    header = nrrd.read_header(str(exported(tmp_path / "image.nrrd")))
    assert header["spacings"].tolist() == [1.1, 0.7, 2]
    assert "space directions" not in header
    assert "space" not in header


def test_no_text_of_the_source_is_in_the_mask(tmp_path: Path) -> None:
    source = source_file(tmp_path, "space: RAS\n")
    assert SECRET.encode() in source.read_bytes()
    data = exported(source).read_bytes()
    head, _, voxels = data.partition(b"\n\n")
    assert b"Doe" not in head
    assert b"Doe" not in gzip.decompress(voxels)


def test_names_colours_extents_and_codes_travel(tmp_path: Path) -> None:
    path = exported(source_file(tmp_path, "space: RAS\n"))
    values, header = nrrd.read(str(path))
    assert_array_equal(values, LABELS)
    assert header["Segment0_Name"] == "Grey matter"
    assert header["Segment0_LabelValue"] == "1"
    assert header["Segment0_Extent"] == "1 2 2 4 6 6"
    assert header["Segment2_Extent"] == "0 -1 0 -1 0 -1"
    assert [float(part) for part in header["Segment0_Color"].split()] == pytest.approx(
        [200 / 255, 200 / 255, 235 / 255], abs=1e-5
    )
    assert "~SCT^389081007^Gray Matter~" in header["Segment0_Tags"]
    assert header.get("Segment2_Tags", "") == ""
    found = read_labels(path)
    assert found.label_set == CLASSES
    assert_array_equal(found.labels, LABELS)


def test_pixels_that_count_nowhere_stay_a_segment(tmp_path: Path) -> None:
    labels = LABELS.copy()
    labels[0, 0, 0] = IGNORE
    mask = LabelMap(labels, Geometry(labels.shape, np.eye(4)), CLASSES)
    write_mask(mask, Source(tmp_path, ""), tmp_path / "m.seg.nrrd", MasksNrrd())
    header = nrrd.read_header(str(tmp_path / "m.seg.nrrd"))
    assert header["Segment3_LabelValue"] == "255"
    found = read_labels(tmp_path / "m.seg.nrrd")
    assert_array_equal(found.labels, labels)
    assert found.label_set == CLASSES


def test_a_plain_nrrd_has_no_segments(tmp_path: Path) -> None:
    path = exported(source_file(tmp_path, "space: RAS\n"), "mask.nrrd")
    assert b"Segment" not in path.read_bytes().partition(b"\n\n")[0]
    assert read_labels(path).label_set is None
