from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.tiles import Lattice, nearest_first, plan_overlapping, plan_tiles, round_up

SIDES = st.tuples(st.integers(1, 97), st.integers(1, 97))
STRIDES = st.sampled_from([1, 2, 4, 8, 16])


@given(SIDES, st.integers(1, 60), st.integers(0, 40), STRIDES)
def test_each_pixel_lies_in_one_core_and_far_from_its_window_edge(sides, core, halo, stride):
    covered = np.zeros(sides, int)
    for tile in plan_tiles(sides, core=core, halo=halo, lattice=Lattice(stride)):
        covered[tile.core] += 1
        for of, window, side in zip(tile.core, tile.window, sides, strict=True):
            assert of.start % stride == 0
            assert of.stop - of.start <= max(core, stride)
            assert window.start % stride == 0
            assert (window.stop - window.start) % stride == 0
            assert window.start == 0 or of.start - window.start >= halo
            assert window.stop == round_up(side, stride) or window.stop - of.stop >= halo
        inner = np.zeros(tuple(w.stop - w.start for w in tile.window))[tile.core_in_window]
        assert inner.shape == tuple(c.stop - c.start for c in tile.core)
    assert (covered == 1).all()


@given(SIDES, st.integers(1, 60), st.sampled_from([(16, 12, 92), (2, 0, 8), (1, 0, 3)]))
def test_windows_of_valid_networks_are_alike_and_on_the_pooling_grid(sides, core, of):
    lattice = Lattice(*of)
    covered = np.zeros(sides, int)
    shapes = [set(), set()]
    for tile in plan_tiles(sides, core=core, halo=0, lattice=lattice):
        covered[tile.core] += 1
        for axis, (part, window) in enumerate(zip(tile.core, tile.window, strict=True)):
            side = window.stop - window.start
            shapes[axis].add(side)
            assert side % lattice.stride == lattice.offset
            assert part.start % lattice.stride == 0
            assert part.start - window.start == lattice.margin
            assert window.stop - lattice.margin >= part.stop
    assert (covered == 1).all()
    assert all(len(sides) == 1 for sides in shapes)


def test_the_overlap_tiles_of_the_paper_step_by_384_not_388():
    tiles = plan_tiles((512, 512), core=388, halo=0, lattice=Lattice(16, 12, 92))
    assert [(tile.core[1].start, tile.core[1].stop) for tile in tiles[:2]] == [(0, 256), (256, 512)]
    tiles = plan_tiles((768, 768), core=388, halo=0, lattice=Lattice(16, 12, 92))
    assert [tile.core[0].start for tile in tiles[::2]] == [0, 384]
    assert {tile.window[0].stop - tile.window[0].start for tile in tiles} == {572}


@given(SIDES, st.integers(1, 60), st.integers(1, 30), STRIDES)
def test_overlapping_windows_leave_no_pixel_unseen(sides, window, step, stride):
    covered = np.zeros(sides, int)
    for tile in plan_overlapping(
        sides, window=window, step=min(step, window), lattice=Lattice(stride)
    ):
        covered[tile.core] += 1
        for part, whole, side in zip(tile.core, tile.window, sides, strict=True):
            assert part.start == whole.start
            assert (whole.stop - whole.start) % stride == 0
            assert whole.stop <= round_up(side, stride)
    assert (covered >= 1).all()


def test_patches_of_u_segnet_have_a_tail():
    tiles = plan_overlapping((256, 128), window=40, step=10, lattice=Lattice())
    assert len(tiles) == 230
    assert tiles[-1].core == (slice(216, 256), slice(88, 128))
    covered = np.zeros((256, 128), int)
    for tile in tiles:
        covered[tile.core] += 1
    assert covered[0, 0] == 1
    assert covered[60, 60] == 16


@given(SIDES, st.integers(1, 30))
def test_a_part_of_the_plan_covers_that_part_alone(sides, core):
    part = (slice(0, sides[0]), slice(min(8, sides[1] - 1) // 4 * 4, sides[1]))
    covered = np.zeros(sides, int)
    for tile in plan_tiles(sides, core=core, halo=3, lattice=Lattice(4), part=part):
        covered[tile.core] += 1
    assert (covered[part] == 1).all()
    assert covered.sum() == covered[part].size


def test_what_is_looked_at_comes_first():
    tiles = plan_tiles((100, 100), core=20, halo=0, lattice=Lattice())
    ordered = nearest_first(tiles, (90, 10))
    assert ordered[0].core == (slice(80, 100), slice(0, 20))
    assert set(map(repr, ordered)) == set(map(repr, tiles))


@given(st.integers(0, 10**6), st.integers(1, 999))
def test_rounding_up_is_the_least_multiple(value, step):
    up = round_up(value, step)
    assert up % step == 0
    assert up - step < value <= up
