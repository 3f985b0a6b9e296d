from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.io.tiff_colours import Colours


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_white_that_is_0_is_turned_round_within_its_bits(bits: int) -> None:
    values = np.arange(2**bits, dtype=np.uint8)
    found = Colours(0, bits, None).upright(values)
    assert_array_equal(found, values[::-1])
    assert_array_equal(Colours(1, bits, None).upright(values), values)


def test_one_bit_is_0_and_1_and_is_shown_black_and_white() -> None:
    colours = Colours(1, 1, None)
    values = colours.upright(np.array([[True, False]]))
    assert_array_equal(values, [[1, 0]])
    assert_array_equal(colours.shown(values[None])[0], [[255, 0]])


def test_a_palette_gives_colours() -> None:
    palette = np.array([[1, 2], [3, 4], [5, 6]], np.uint8)
    shown = Colours(3, 8, palette).shown(np.array([[[1, 0]]], np.uint8))
    assert_array_equal(shown[:, 0], [[2, 1], [4, 3], [6, 5]])


def test_inks_of_floats_are_shares() -> None:
    inks = np.array([0.25, 0.0, 1.0, 0.5]).reshape(4, 1, 1)
    assert_allclose(Colours(5, 32, None).shown(inks).ravel(), [0.375, 0.5, 0.0])
