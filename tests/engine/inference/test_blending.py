from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.blending import WEIGHTINGS, Blend, Votes, importance
from engine.inference.tiles import Lattice, Tile, plan_overlapping


def put_together(blend, tiles, values, sides):
    """What a blend gives away, checked to come from top to bottom, each row once."""
    found = np.full((len(values), *sides), np.nan, np.float32)
    reached = 0
    for number in range(len(tiles) + 1):
        given_away = (
            blend.add(tiles[number], values[(slice(None), *tiles[number].core)])
            if number < len(tiles)
            else blend.end()
        )
        for top, part in given_away:
            assert top == reached
            reached = top + part.shape[1]
            found[:, top:reached] = part
    assert reached == sides[0]
    return found


@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40)), st.integers(1, 20), st.integers(1, 20),
    st.sampled_from(WEIGHTINGS), st.sampled_from([1, 4]),
)  # fmt: skip
def test_windows_that_agree_are_left_as_they_are(sides, window, step, kind, stride):
    values = np.random.default_rng(0).random((2, *sides)).astype(np.float32)
    tiles = plan_overlapping(sides, window=window, step=min(step, window), lattice=Lattice(stride))
    found = put_together(Blend(2, sides[1], kind), tiles, values, sides)
    assert np.allclose(found, values, atol=1e-5)


@pytest.mark.parametrize("kind", WEIGHTINGS)
def test_windows_that_differ_are_weighted(kind):
    tiles = plan_overlapping((6, 9), window=4, step=2, lattice=Lattice())
    rng = np.random.default_rng(1)
    blend = Blend(1, 9, kind)
    sums, weights = np.zeros((6, 9)), np.zeros((6, 9))
    found = []
    for tile in tiles:
        values = rng.random((1, 4, 4)).astype(np.float32)
        sums[tile.core] += values[0] * importance(kind, (4, 4))
        weights[tile.core] += importance(kind, (4, 4))
        found += [part for _, part in blend.add(tile, values)]
    found += [part for _, part in blend.end()]
    assert np.allclose(np.concatenate(found, axis=1)[0], sums / weights, atol=1e-6)


@pytest.mark.parametrize("kind", WEIGHTINGS)
def test_importance_is_highest_in_the_middle_and_never_zero(kind):
    weights = importance(kind, (9, 16))
    assert weights.min() > 0
    assert weights[4, 7] == weights.max() <= 1
    assert np.allclose(weights, weights[::-1, ::-1])
    with pytest.raises(ValueError, match="no blending"):
        importance("magic", (3, 3))


def test_rows_are_forgotten_once_no_window_reaches_them():
    blend = Blend(1, 5, "average")
    for top in range(0, 1000, 10):
        tile = Tile((slice(top, top + 20), slice(0, 5)), (slice(top, top + 20), slice(0, 5)))
        list(blend.add(tile, np.ones((1, 20, 5), np.float32)))
        assert blend._sums.shape[1] <= 30


def test_patches_vote_and_ties_go_to_the_higher_sum_then_the_lower_class():
    """Length 60, windows of 40 at 0, 10, 20 that vote for class 1, 2, 2."""
    tiles = plan_overlapping((1, 60), window=40, step=10, lattice=Lattice())
    votes = Votes(3, 60, 9)
    parts = []
    for tile, winner in zip(tiles, (1, 2, 2), strict=True):
        values = np.full((3, 1, 40), 0.25, np.float32)
        values[winner] = 0.5
        parts += [part for _, part in votes.add(tile, values)]
    parts += [part for _, part in votes.end()]
    labels = np.concatenate(parts, axis=1).argmax(axis=0)[0]
    assert [labels[at] for at in (5, 15, 25, 45, 55)] == [1, 1, 2, 2, 2]
    votes = Votes(3, 60, 9)
    parts = []
    for tile, winner in zip(tiles, (1, 2, 2), strict=True):
        values = np.full((3, 1, 40), 0.05, np.float32)
        values[winner] = 0.5 + 0.1 * winner
        parts += [part for _, part in votes.add(tile, values)]
    parts += [part for _, part in votes.end()]
    assert np.concatenate(parts, axis=1).argmax(axis=0)[0, 15] == 2
