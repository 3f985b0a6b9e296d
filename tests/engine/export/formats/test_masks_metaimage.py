from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
from numpy.testing import assert_array_equal

from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.export.formats.masks_metaimage import MasksMetaImage
from engine.export.write import write_mask
from engine.io.opening import open_image, read_labels

CLASSES = LabelSet.named(["background", "object"])
LABELS = (np.arange(5 * 6 * 7) % 2).astype(np.uint8).reshape(5, 6, 7)
LINES = (
    "TransformMatrix = 0.80000000000000004 0.59999999999999998 0 -0.6 0.8 0 0 0 1\n",
    "Offset = 1e-3 2000.3000000000001 -7\n",
    "ElementSpacing = 1.1000000000000001 0.7 2\n",
)
SECRET = "Doe^Jane"


def exported(folder: Path, *, four: bool = False) -> Path:
    lines = "".join(LINES)
    if four:
        lines = (
            "TransformMatrix = 0.8 0.6 0 0 -0.6 0.8 0 0 0 0 1 0 0 0 0 1\nOffset = 1 2 3 0\n"
            "ElementSpacing = 1.1 0.7 2 1\n"
        )
    head = (
        f"ObjectType = Image\nComment = {SECRET}\nNDims = {4 if four else 3}\n{lines}"
        f"PatientName = {SECRET}\nAnatomicalOrientation = RAI\n"
        f"DimSize = 5 6 7{' 2' if four else ''}\n"
        "ElementType = MET_SHORT\nElementDataFile = LOCAL\n"
    )
    (folder / "image.mha").write_bytes(head.encode() + bytes(4 * LABELS.size))
    image = open_image(folder / "image.mha")
    mask = LabelMap(LABELS, image.geometry, CLASSES)
    write_mask(mask, image.source, folder / "mask.mha", MasksMetaImage())
    return folder / "mask.mha"


def test_the_place_is_copied_digit_for_digit_and_nothing_else(tmp_path: Path) -> None:
    head, _, voxels = exported(tmp_path).read_bytes().partition(b"ElementDataFile = LOCAL\n")
    for line in LINES:
        assert line.encode() in head
    assert b"Doe" not in head
    assert b"AnatomicalOrientation" not in head
    assert zlib.decompress(voxels) == LABELS.tobytes(order="F")


def test_the_mask_of_one_frame_is_a_volume(tmp_path: Path) -> None:
    path = exported(tmp_path, four=True)
    found = read_labels(path)
    assert_array_equal(found.labels, LABELS)
    assert b"NDims = 3\n" in path.read_bytes()
    assert b"Offset = 1 2 3\n" in path.read_bytes()
