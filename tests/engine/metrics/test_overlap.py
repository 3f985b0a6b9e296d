from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.core.label_set import IGNORE
from engine.metrics.overlap import confusion, dice

maps = hnp.arrays(np.uint8, (5, 6), elements=st.integers(0, 3))


def test_dice_of_a_known_overlap():
    a = np.array([[1, 1, 0, 0]], np.uint8)
    b = np.array([[1, 0, 0, 0]], np.uint8)
    background, one, two = dice(a, b, 3)
    assert background == pytest.approx(4 / 5)
    assert one == pytest.approx(2 / 3)
    assert math.isnan(two)


@given(maps, maps)
def test_dice_does_not_care_which_map_is_the_reference(a, b):
    assert dice(a, b, 4) == pytest.approx(dice(b, a, 4), nan_ok=True)


@given(maps, maps)
def test_the_confusion_table_counts_every_pixel_once(a, b):
    assert confusion(a, b, 4).sum() == a.size


def test_ignored_pixels_count_nowhere():
    a = np.array([[1, IGNORE, 0]], np.uint8)
    b = np.array([[1, 1, IGNORE]], np.uint8)
    assert confusion(a, b, 2).tolist() == [[0, 0], [0, 1]]


def test_maps_of_different_shape_are_a_bug():
    with pytest.raises(ValueError, match="cannot be compared"):
        dice(np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8), 2)
