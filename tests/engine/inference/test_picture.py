from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.picture import ArrayPicture, read_window


def test_the_border_is_mirrored_without_repeating_it():
    picture = ArrayPicture(np.array([[[1, 2, 3]]], np.float32))
    found = read_window(picture, (slice(0, 1), slice(-4, 7)))
    assert found[0, 0].tolist() == [1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3]


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 20), st.integers(0, 20))
def test_windows_are_what_a_reflected_picture_has(rows, columns, before, after):
    pixels = np.arange(2 * rows * columns, dtype=np.float32).reshape(2, rows, columns)
    padded = np.pad(pixels, ((0, 0), (before, after), (after, before)), mode="reflect")
    window = slice(-before, rows + after), slice(-after, columns + before)
    assert np.array_equal(read_window(ArrayPicture(pixels), window), padded)


def test_only_what_is_needed_is_read():
    class Counting(ArrayPicture):
        read_pixels = 0

        def read(self, part):
            found = super().read(part)
            self.read_pixels += found.size
            return found

    picture = Counting(np.zeros((1, 1000, 1000), np.float32))
    read_window(picture, (slice(-20, 30), slice(100, 140)))
    assert picture.read_pixels == 30 * 40
