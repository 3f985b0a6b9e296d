from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PIL import Image as Pillow

from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.export.formats.masks_tiff import MasksTiff
from engine.export.write import write_mask
from engine.io.opening import list_parts, open_image, read_labels

CLASSES = LabelSet.named(["background", "nucleus", "membrane"])
SOURCE = Source(Path("a.tif"), "0" * 64)


def mask_of(shape: tuple[int, ...]) -> LabelMap:
    labels = (np.arange(np.prod(shape)).reshape(shape) % 3).astype(np.uint8)
    labels[..., 0] = IGNORE
    return LabelMap(labels, Geometry(shape), CLASSES)


@pytest.mark.parametrize("shape", [(7, 9), (4, 7, 9), (1, 7, 9), (7, 1), (300, 5)])
def test_a_mask_reads_back_as_it_was_and_has_the_colours_of_its_classes(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    mask = mask_of(shape)
    path = tmp_path / "m.tif"
    MasksTiff().write(mask, SOURCE, path)
    assert_array_equal(read_labels(path).labels.reshape(shape), mask.labels)
    assert list_parts(path) == ()
    colours = open_image(path).pixels.reshape(3, *shape)
    for one in CLASSES:
        found = colours[:, mask.labels == one.index].T
        assert_array_equal(found, np.broadcast_to(one.colour, found.shape))


@pytest.mark.parametrize("shape", [(7, 9), (4, 7, 9)])
def test_a_mask_is_written_through_the_gate(tmp_path: Path, shape: tuple[int, ...]) -> None:
    mask = mask_of(shape)
    write_mask(mask, SOURCE, tmp_path / "m.tif", MasksTiff())
    assert_array_equal(read_labels(tmp_path / "m.tif").labels, mask.labels)


def test_pillow_sees_the_same_indices(tmp_path: Path) -> None:
    mask = mask_of((7, 9))
    MasksTiff().write(mask, SOURCE, tmp_path / "m.tif")
    with Pillow.open(tmp_path / "m.tif") as picture:
        assert picture.mode == "P"
        assert_array_equal(np.asarray(picture), mask.labels)


def test_the_same_mask_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.tif", "b.tif"):
        MasksTiff().write(mask_of((4, 7, 9)), SOURCE, tmp_path / name)
        time.sleep(1.1)  # a date would have another second
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()


def test_what_has_a_place_in_space_does_not_suit() -> None:
    format_ = MasksTiff()
    assert format_.suits(Geometry((4, 5)), SOURCE)
    assert format_.suits(Geometry((3, 4, 5)), SOURCE)
    assert not format_.suits(Geometry((3, 4, 5), np.eye(4)), SOURCE)
    assert not format_.suits(Geometry((1, 4, 5)), SOURCE), "it would read back as a picture"
    assert format_.file_name("a b") == "a b.tif"
