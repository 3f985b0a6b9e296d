from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.blending import WEIGHTINGS, Blend, Votes, importance
from engine.inference.tiles import Lattice, plan_overlapping


def put_together(blend, tiles, values, sides):
    """What a blend gives away, checked to give each pixel once."""
    found = np.full((len(values), *sides), np.nan, np.float32)
    for tile in tiles:
        for part, mean in blend.add(tile, values[(slice(None), *tile.core)]):
            assert np.isnan(found[(slice(None), *part)]).all()
            found[(slice(None), *part)] = mean
    assert not blend.held
    assert not np.isnan(found).any()
    return found


@given(
    st.tuples(st.integers(1, 300), st.integers(1, 40)), st.integers(1, 150), st.integers(5, 150),
    st.sampled_from(WEIGHTINGS), st.sampled_from([1, 4]), st.randoms(use_true_random=False),
)  # fmt: skip
def test_windows_that_agree_are_left_as_they_are_in_any_order(
    sides, window, step, kind, stride, random
):
    values = np.random.default_rng(0).random((2, *sides)).astype(np.float32)
    step = min(step, window)
    tiles = list(plan_overlapping(sides, window=window, step=step, lattice=Lattice(stride)))
    random.shuffle(tiles)
    found = put_together(Blend(2, tiles, step, kind), tiles, values, sides)
    assert np.allclose(found, values, atol=1e-5)


@pytest.mark.parametrize("kind", WEIGHTINGS)
def test_windows_that_differ_are_weighted(kind):
    tiles = plan_overlapping((6, 9), window=4, step=2, lattice=Lattice())
    rng = np.random.default_rng(1)
    blend = Blend(1, tiles, 2, kind)
    sums, weights = np.zeros((6, 9)), np.zeros((6, 9))
    found = []
    for tile in tiles:
        values = rng.random((1, 4, 4)).astype(np.float32)
        sums[tile.core] += values[0] * importance(kind, (4, 4))
        weights[tile.core] += importance(kind, (4, 4))
        found += [part for _, part in blend.add(tile, values)]
    (mean,) = found  # the picture is one page
    assert np.allclose(mean[0], sums / weights, atol=1e-6)


@pytest.mark.parametrize("kind", WEIGHTINGS)
def test_importance_is_highest_in_the_middle_and_never_zero(kind):
    weights = importance(kind, (9, 16))
    assert weights.min() > 0
    assert weights[4, 7] == weights.max() <= 1
    assert np.allclose(weights, weights[::-1, ::-1])
    with pytest.raises(ValueError, match="no blending"):
        importance("magic", (3, 3))


def test_pages_are_forgotten_once_no_window_reaches_them():
    tiles = plan_overlapping((2000, 600), window=200, step=100, lattice=Lattice())
    blend = Blend(1, tiles, 100, "average")
    most = 0
    for tile in tiles:
        list(blend.add(tile, np.ones((1, 200, 200), np.float32)))
        most = max(most, blend.held)
    assert most <= 2 * 3 + 2  # two rows of three pages of 200 pixels, and what begins
    assert not blend.held


def test_patches_vote_and_ties_go_to_the_higher_sum_then_the_lower_class():
    """Length 60, windows of 40 at 0, 10, 20 that vote for class 1, 2, 2."""
    tiles = plan_overlapping((1, 60), window=40, step=10, lattice=Lattice())
    votes = Votes(3, tiles, 10, 9)
    parts = []
    for tile, winner in zip(tiles, (1, 2, 2), strict=True):
        values = np.full((3, 1, 40), 0.25, np.float32)
        values[winner] = 0.5
        parts += [part for _, part in votes.add(tile, values)]
    labels = np.concatenate(parts, axis=1).argmax(axis=0)[0]
    assert [labels[at] for at in (5, 15, 25, 45, 55)] == [1, 1, 2, 2, 2]
    votes = Votes(3, tiles, 10, 9)
    parts = []
    for tile, winner in zip(tiles, (1, 2, 2), strict=True):
        values = np.full((3, 1, 40), 0.05, np.float32)
        values[winner] = 0.5 + 0.1 * winner
        parts += [part for _, part in votes.add(tile, values)]
    assert np.concatenate(parts, axis=1).argmax(axis=0)[0, 15] == 2
