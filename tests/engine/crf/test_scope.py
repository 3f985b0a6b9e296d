from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_set import IGNORE, LabelSet
from engine.core.planes import Plane, slice_view
from engine.core.probabilities import Probabilities
from engine.core.scope import Scope
from engine.crf.halo import grown, halo
from engine.crf.parameters import CrfParameters
from engine.crf.refiner import Refiner
from engine.crf.solver import Solver

CLASSES = LabelSet.named(["background", "thing", "other"])
SMALL = CrfParameters(filter_size=3, iterations=2, appearance_weight=6.0, smoothness_weight=2.0)
OPTIONS = [
    SMALL.changed({"blur": blur, "window": window, "normalisation": norm, "convention": convention})
    for blur, window, norm, convention in product(
        (1, 2, 4), ("manhattan", "square"), ("symmetric", "none"), ("paper", "released")
    )
]


def scene(shape, seed=0, channels=1):
    """Noise that no two places share, so that nothing that is heard goes unseen."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 60, (channels, *shape)).astype(np.uint8)
    names = ("grey",) if channels == 1 else ("red", "green", "blue")
    affine = np.diag([-1.0, 1.5, 2.0, 1.0]) if len(shape) == 3 else None
    geometry = Geometry(shape, affine)
    image = Image(pixels, geometry, names, Source(Path("a.nii"), ""))
    values = rng.dirichlet([1.0] * 3, shape)
    values = np.moveaxis(values, -1, 0).astype(np.float16)
    pinned = np.where(rng.random(shape) < 0.05, rng.integers(0, 3, shape), IGNORE).astype(np.uint8)
    return image, Probabilities(values, geometry, CLASSES), pinned


def pixels_solved(monkeypatch):
    """Counts the pixels that solvers are given."""
    solved: list[int] = []
    solve = Solver.solve

    def count(self, picture, *rest):
        solved.append(int(np.prod(picture.colours.shape[1:])))
        return solve(self, picture, *rest)

    monkeypatch.setattr(Solver, "solve", count)
    return solved


@pytest.mark.parametrize("is_fast", [False, True])
@pytest.mark.parametrize("parameters", OPTIONS, ids=lambda p: f"{p.blur}-{p.window}-{p.convention}")
def test_a_box_of_a_slice_is_what_the_whole_slice_has_there(parameters, is_fast, monkeypatch):
    monkeypatch.setattr("engine.crf.solver.is_fast", lambda *_: is_fast)
    image, noisy, pinned = scene((75, 83), channels=3)
    refiner = Refiner(image, CLASSES, noisy)
    view = slice_view(image.geometry, Plane.AXIAL, 0)
    whole = refiner.slice_beliefs(view, parameters, pinned)
    solved = pixels_solved(monkeypatch)
    for box in ((slice(0, 5), slice(40, 47)), (slice(37, 39), slice(0, 9)),
                (slice(70, 75), slice(78, 83)), (slice(33, 34), slice(41, 42))):  # fmt: skip
        part = refiner.slice_beliefs(view, parameters, pinned, box=box)
        assert np.abs(part - whole[(slice(None), *box)]).max() <= 1e-5
    assert max(solved) < 75 * 83, "not all of the slice was solved"


@pytest.mark.parametrize("blur", [1, 2])
def test_a_box_of_a_volume_is_what_the_whole_volume_has_there(blur, monkeypatch):
    monkeypatch.setattr("engine.crf.solver.is_fast", lambda *_: True)
    image, noisy, pinned = scene((35, 31, 37))
    parameters = SMALL.changed({"dimensions": 3, "blur": blur, "iterations": 1})
    refiner = Refiner(image, CLASSES, noisy)
    whole = refiner.beliefs(parameters, pinned)
    solved = pixels_solved(monkeypatch)
    box = (slice(3, 6), slice(20, 24), slice(30, 37))
    part = refiner.beliefs(parameters, pinned, box=box)
    assert np.abs(part - whole[(slice(None), *box)]).max() <= 1e-5
    assert solved[0] < whole[0].size


@pytest.mark.parametrize("plane", list(Plane))
def test_a_range_of_slices_is_solved_in_its_plane_and_no_further(plane, monkeypatch):
    image, noisy, pinned = scene((9, 12, 15))
    refiner = Refiner(image, CLASSES, noisy)
    box = (slice(2, 6), slice(3, 9), slice(1, 14))
    whole = refiner.beliefs(SMALL, pinned, plane=plane)
    for index in (0, 3):
        view = slice_view(image.geometry, plane, index)
        alone = refiner.slice_beliefs(view, SMALL, view.read(pinned))
        assert np.abs(view.read(whole) - alone).max() <= 1e-6
    solved = pixels_solved(monkeypatch)
    part = refiner.beliefs(SMALL, pinned, box=box, plane=plane)
    assert np.abs(part - whole[(slice(None), *box)]).max() <= 1e-5
    across = {Plane.AXIAL: 13, Plane.CORONAL: 6, Plane.SAGITTAL: 4}
    assert len(solved) == across[plane]


def test_the_fully_connected_crf_hears_all_of_the_image(monkeypatch):
    image, noisy, pinned = scene((40, 44))
    refiner = Refiner(image, CLASSES, noisy, crf="dense")
    view = slice_view(image.geometry, Plane.AXIAL, 0)
    whole = refiner.refine_slice(view, SMALL, pinned)
    solved = pixels_solved(monkeypatch)
    box = (slice(3, 9), slice(30, 44))
    part = refiner.refine_slice(view, SMALL, pinned, scope=Scope(box))
    assert np.array_equal(part, whole[box])
    assert solved == [40 * 44]


def test_the_box_of_a_refined_volume_lies_where_it_lay():
    image, noisy, _ = scene((9, 12, 15))
    box = (slice(2, 6), slice(3, 9), slice(1, 14))
    refined = Refiner(image, CLASSES, noisy).refine(SMALL, scope=Scope(box))
    assert refined.labels.shape == (4, 6, 13)
    corner = refined.geometry.affine @ [0, 0, 0, 1]
    assert np.allclose(corner, image.geometry.affine @ [2, 3, 1, 1])


@pytest.mark.parametrize("dimensions", [2, 3])
def test_outside_a_mask_the_labels_stay(dimensions, monkeypatch):
    image, noisy, pinned = scene((9, 12, 15))
    rng = np.random.default_rng(5)
    within = np.zeros(image.geometry.shape, bool)
    within[3:6, 5:9, 4:7] = rng.random((3, 4, 3)) < 0.5
    current = rng.integers(0, 3, within.shape).astype(np.uint8)
    parameters = SMALL.changed({"dimensions": dimensions})
    refiner = Refiner(image, CLASSES, noisy)
    whole = refiner.refine(parameters, pinned).labels
    solved = pixels_solved(monkeypatch)
    found = refiner.refine(parameters, pinned, scope=Scope(None, within, current)).labels
    assert np.array_equal(found, np.where(within, whole, current))
    assert len(solved) < 15, "slices that the mask does not reach are not solved"
    box = (slice(0, 5), slice(6, 12), slice(0, 15))
    part = refiner.refine(parameters, pinned, scope=Scope(box, within, current)).labels
    assert np.array_equal(part, np.where(within, whole, current)[box])


def test_a_mask_that_holds_nothing_changes_nothing():
    image, noisy, _ = scene((30, 20))
    current = np.full((30, 20), 2, np.uint8)
    scope = Scope((slice(4, 9), slice(0, 20)), np.zeros((30, 20), bool), current)
    view = slice_view(image.geometry, Plane.AXIAL, 0)
    refiner = Refiner(image, CLASSES, noisy)
    assert (refiner.refine_slice(view, SMALL, scope=scope) == 2).all()
    assert refiner.refine(SMALL, scope=scope).labels.shape == (5, 20)


def test_a_box_beyond_the_picture_is_refused():
    for box in ((slice(0, 5), slice(0, 21)), (slice(3, 3), slice(0, 5)), (slice(0, 5),)):
        with pytest.raises(ValueError, match="does not lie in"):
            Scope(box).box_of((30, 20))
    with pytest.raises(ValueError, match="within"):
        Scope(None, np.ones((3, 3), bool))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_part_to_solve_holds_the_box_and_the_cells_of_the_picture(data):
    side = data.draw(st.integers(1, 300))
    start = data.draw(st.integers(0, side - 1))
    stop = data.draw(st.integers(start + 1, side))
    blur = data.draw(st.sampled_from((1, 2, 4)))
    parameters = SMALL.changed({"blur": blur})
    (part,) = grown((slice(start, stop),), (side,), parameters)
    assert 0 <= part.start <= start
    assert stop <= part.stop <= side
    assert part.start % blur == 0
    assert (part.stop - part.start - side) % blur == 0
    assert part.start == 0 or start - part.start >= halo(parameters)
    assert part.stop == side or part.stop - stop >= halo(parameters)
