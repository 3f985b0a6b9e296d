from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.testing import assert_array_equal
from PIL import Image as Pillow

from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.export.formats.masks_png import MasksPng

CLASSES = LabelSet.named(["background", "nucleus", "membrane"])
LABELS = np.array([[0, 1, 2], [IGNORE, 2, 1]], np.uint8)


def write(path: Path) -> Pillow.Image:
    mask = LabelMap(LABELS, Geometry((2, 3)), CLASSES)
    MasksPng().write(mask, Source(Path("patient.png"), "", b"secret"), path)
    with Pillow.open(path) as picture:
        picture.load()
        return picture.copy()


def test_the_value_of_a_pixel_is_its_class(tmp_path: Path) -> None:
    picture = write(tmp_path / "mask.png")
    assert picture.mode == "P"
    assert_array_equal(np.asarray(picture), LABELS)


def test_the_colour_of_a_pixel_is_that_of_its_class(tmp_path: Path) -> None:
    shown = np.asarray(write(tmp_path / "mask.png").convert("RGB"))
    assert tuple(shown[0, 0]) == (0, 0, 0)
    assert tuple(shown[0, 1]) == CLASSES[1].colour
    assert tuple(shown[0, 2]) == CLASSES[2].colour
    assert tuple(shown[1, 0]) == (224, 224, 192)


def test_nothing_of_the_source_is_written(tmp_path: Path) -> None:
    write(tmp_path / "mask.png")
    data = (tmp_path / "mask.png").read_bytes()
    assert b"patient" not in data
    assert b"secret" not in data


def test_it_suits_pictures_without_a_place_only() -> None:
    assert MasksPng().suits(Geometry((2, 3)), Source(Path("a.png"), ""))
    assert not MasksPng().suits(Geometry((2, 3), np.eye(4)), Source(Path("a.png"), ""))
    assert not MasksPng().suits(Geometry((2, 3, 4)), Source(Path("a.png"), ""))
    assert MasksPng().file_name("a.b") == "a.b.png"
