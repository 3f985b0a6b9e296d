from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.canvas.shades import Shades, Window


def grey(shades: Shades, picture: np.ndarray) -> np.ndarray:
    packed = shades.of(picture[None])
    assert (packed >> 24 == 255).all()
    assert ((packed & 255) == (packed >> 8 & 255)).all()
    assert ((packed & 255) == (packed >> 16 & 255)).all()
    return (packed & 255).astype(int)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["uint8", "uint16", "int16", "int32", "float32", "float64"]),
    st.floats(-500, 500), st.floats(1, 900), st.booleans(),
)  # fmt: skip
def test_raw_values_are_shown_linearly_between_black_and_white(kind, low, width, inverted):
    rng = np.random.default_rng(0)
    limits = (0, 255) if kind == "uint8" else (0 if kind == "uint16" else -900, 2000)
    values = rng.integers(*limits, (9, 7)).astype(kind)
    shades = Shades(Window(low, low + width, inverted), values.dtype)
    expected = np.clip((values.astype(float) - low) / width, 0, 1) * 255
    expected = 255 - expected if inverted else expected
    assert np.abs(grey(shades, values) - expected).max() <= 1 + 1e-9


def test_what_is_no_number_is_black():
    values = np.array([[np.nan, np.inf, -np.inf, 5]], np.float32)
    assert grey(Shades(Window(0, 10), values.dtype), values).tolist() == [[0, 255, 0, 127]]


def test_the_most_negative_value_of_16_bits_is_black():
    values = np.array([[-32768, 0, 32767]], np.int16)
    shades = Shades(Window(-32768, 32767), values.dtype)
    assert grey(shades, values).tolist() == [[0, 127, 255]]


@pytest.mark.parametrize("kind", ["uint8", "uint16", "float32"])
def test_colours_are_windowed_each_alike(kind):
    picture = np.array([50, 100, 200], kind).reshape(3, 1, 1)
    packed = Shades(Window(50, 250), picture.dtype).of(picture)
    assert int(packed[0, 0]) == 0xFF000000 | 0 << 16 | 63 << 8 | 191


def test_slices_that_do_not_lie_in_a_row_are_read_right():
    values = np.arange(24, dtype=np.int16).reshape(4, 6)
    turned = values.T[::-1]
    shades = Shades(Window(0, 23), values.dtype)
    assert np.array_equal(grey(shades, turned), grey(shades, values).T[::-1])
