from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine.core.geometry import Geometry
from engine.core.placement import place

TURN = np.linalg.qr(np.random.default_rng(4).normal(size=(3, 3)))[0] @ np.diag([1.5, 0.9, 2.0])


def oblique(shape: tuple[int, ...]) -> Geometry:
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = TURN, (-31.0, 12.5, 40.25)
    return Geometry(shape, affine)


@given(
    order=st.sampled_from(list(permutations(range(3)))),
    flips=st.tuples(*[st.booleans()] * 3),
    cut=st.tuples(*[st.integers(0, 2)] * 3),
)
def test_labels_that_were_turned_flipped_and_cut_find_back(
    order: tuple[int, ...], flips: tuple[bool, ...], cut: tuple[int, ...]
) -> None:
    whole = np.zeros((5, 6, 7), np.uint8)
    whole[2:4, 2:5, 2:6] = 1 + np.arange(24).reshape(2, 3, 4)
    grid = oblique(whole.shape)
    part = whole[tuple(slice(start, None) for start in cut)]
    index = np.eye(4)
    index[:3, 3] = cut
    for axis, is_flipped in enumerate(flips):
        if is_flipped:
            part = np.flip(part, axis)
            index = index @ flip(axis, part.shape[axis])
    swap = np.eye(4)
    swap[:3, :3] = np.eye(3)[:, list(order)]
    assert grid.affine is not None
    other = Geometry(part.transpose(order).shape, grid.affine @ index @ swap)
    placed = place(np.ascontiguousarray(part.transpose(order)), other, grid)
    assert placed is not None
    assert_array_equal(placed, whole)


def flip(axis: int, side: int) -> np.ndarray:
    matrix = np.eye(4)
    matrix[axis, axis], matrix[axis, 3] = -1, side - 1
    return matrix


def test_labels_between_the_voxels_or_outside_are_not_placed() -> None:
    grid = oblique((5, 6, 7))
    labels = np.ones((5, 6, 7), np.uint8)
    assert grid.affine is not None
    for shift in (0.001, 0.5, 1.0):
        moved = grid.affine.copy()
        moved[:3, 3] += shift * TURN[:, 0]
        assert place(labels, Geometry((5, 6, 7), moved), grid) is None
    larger = grid.affine @ np.diag([1.01, 1, 1, 1])
    assert place(labels, Geometry((5, 6, 7), larger), grid) is None
    assert place(labels, Geometry((5, 6, 7)), grid) is None


def test_a_slice_is_placed_into_its_volume_and_back() -> None:
    volume = oblique((5, 6, 7))
    assert volume.affine is not None
    affine = volume.affine[:, [1, 2, 0, 3]].copy()
    affine[:3, 3] += 3 * volume.affine[:3, 0]
    labels = np.arange(42, dtype=np.uint8).reshape(6, 7)
    placed = place(labels, Geometry((6, 7), affine), volume)
    assert placed is not None
    assert_array_equal(placed[3], labels)
    assert not np.delete(placed, 3, axis=0).any()
    back = place(placed, volume, Geometry((6, 7), affine))
    assert back is not None
    assert_array_equal(back, labels)
