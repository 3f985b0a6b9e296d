from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine.io.tiff_axes import cut, slots_of


@pytest.mark.parametrize(
    ("shape", "axes", "keys", "size"),
    [
        ((8, 9), "YX", ["0"], (8, 9)),
        ((8, 9, 3), "YXS", ["0"], (8, 9)),
        ((3, 8, 9), "CYX", ["0"], (8, 9)),
        ((5, 8, 9), "ZYX", ["0"], (5, 8, 9)),
        ((1, 5, 1, 8, 9), "TZCYX", ["0"], (5, 8, 9)),
        ((2, 5, 8, 9), "TZYX", ["0-T0", "0-T1"], (5, 8, 9)),
        ((5, 2, 8, 9), "ZTYX", ["0-T0", "0-T1"], (5, 8, 9)),
        ((2, 8, 9, 3), "CYXS", ["0"], (2, 8, 9)),
        ((2, 2, 5, 8, 9), "QTZYX", ["0-Q0-T0", "0-Q0-T1", "0-Q1-T0", "0-Q1-T1"], (5, 8, 9)),
    ],
)
def test_what_an_image_is_follows_from_the_letters(
    shape: tuple[int, ...], axes: str, keys: list[str], size: tuple[int, ...]
) -> None:
    slots = slots_of([(shape, axes)])
    assert [slot.key for slot in slots] == keys
    assert {slot.part.shape for slot in slots} == {size}


def test_a_series_without_rows_and_columns_is_passed_over() -> None:
    assert [slot.key for slot in slots_of([((4,), "Q"), ((4, 5), "YX")])] == ["1"]


@given(st.permutations("TZCYX"), st.lists(st.integers(1, 3), min_size=5, max_size=5))
def test_every_value_is_in_exactly_one_image_whatever_the_order(
    letters: list[str], sides: list[int]
) -> None:
    axes = "".join(letters)
    values = np.arange(int(np.prod(sides))).reshape(sides)
    images = [cut(values, axes, slot) for slot in slots_of([(tuple(sides), axes)])]
    assert_array_equal(np.sort(np.concatenate([one.ravel() for one in images])), values.ravel())
    by_letter = dict(zip(axes, sides, strict=True))
    for one in images:
        assert one.shape[0] == by_letter["C"]
        assert one.shape[-2:] == (by_letter["Y"], by_letter["X"])
