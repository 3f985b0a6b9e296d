from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.tiles import plan_tiles, round_up


@given(
    st.integers(1, 12), st.integers(1, 12), st.integers(1, 60), st.integers(0, 40),
    st.sampled_from([1, 2, 4, 8]),
)  # fmt: skip
def test_each_pixel_lies_in_one_core_and_far_from_its_window_edge(
    rows, columns, core, halo, stride
):
    sides = (rows * stride, columns * stride)
    covered = np.zeros(sides, int)
    for tile in plan_tiles(sides, core=core, halo=halo, stride=stride):
        covered[tile.core] += 1
        for of, window, side in zip(tile.core, tile.window, sides, strict=True):
            assert window.start % stride == 0
            assert (window.stop - window.start) % stride == 0
            assert window.start == 0 or of.start - window.start >= halo
            assert window.stop == side or window.stop - of.stop >= halo
        inner = np.zeros(tuple(w.stop - w.start for w in tile.window))[tile.core_in_window]
        assert inner.shape == tuple(c.stop - c.start for c in tile.core)
    assert (covered == 1).all()


def test_sides_off_the_stride_are_a_bug():
    with pytest.raises(ValueError, match="multiples of 16"):
        plan_tiles((30, 32), core=16, halo=0, stride=16)


@given(st.integers(0, 10**6), st.integers(1, 999))
def test_rounding_up_is_the_least_multiple(value, step):
    up = round_up(value, step)
    assert up % step == 0
    assert up - step < value <= up
