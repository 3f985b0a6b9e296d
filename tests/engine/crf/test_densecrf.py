from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.label_set import IGNORE
from engine.crf.densecrf import DenseCrf, warm_up
from engine.crf.lattice import Lattice
from engine.crf.parameters import CrfParameters
from engine.errors import Cancelled, ParameterError
from engine.progress import Progress

GOLDEN = Path(__file__).parents[4] / "shared" / "golden"
STRONG = CrfParameters(
    appearance_weight=8, appearance_position=20, appearance_colour=15, smoothness_weight=3
)


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    warm_up()


def scene(classes: int, sides: tuple[int, ...], channels: int = 1, seed: int = 0):
    """Log-probabilities (K, *S) and colours (F, *S), both smooth with a little noise."""
    rng = np.random.default_rng(seed)
    wave = sum(np.sin(x / 4 + rng.uniform(0, 6)) for x in np.indices(sides))
    colours = 127 + 50 * wave + rng.normal(size=(channels, *sides)) * 6
    scores = rng.normal(size=(classes, *sides))
    scores[0] += wave
    return (
        (scores - np.log(np.exp(scores).sum(0))).astype(np.float32),
        colours.clip(0, 255).astype(np.float32),
    )


def softmax(z):
    e = np.exp(z - z.max(0))
    return e / e.sum(0)


def exact_kernel(features: np.ndarray) -> np.ndarray:
    apart = features[:, :, None].astype(np.float64) - features[:, None]
    return np.exp(-(apart**2).sum(0) / 2)


def brute_force(log_p, colours, p: CrfParameters, spacing) -> np.ndarray:
    """The mean field as the sum over all pairs of pixels, in float64."""
    classes, sides = len(log_p), log_p.shape[1:]
    place = np.indices(sides).reshape(len(sides), -1) * np.array(spacing)[:, None]
    colour = colours.reshape(len(colours), -1) / p.appearance_colour
    kernel = 0.0
    for weight, features in (
        (p.smoothness_weight, place / p.smoothness_position),
        (p.appearance_weight, np.concatenate([place / p.appearance_position, colour])),
    ):
        k = exact_kernel(features)
        n = 1 / np.sqrt(k.sum(1))
        kernel = kernel + weight * n[:, None] * k * n
    base = p.unary_weight / p.temperature * log_p.reshape(classes, -1).astype(np.float64)
    belief = softmax(base)
    mixed = -np.array(p.compatibility or -np.eye(classes))
    for _ in range(p.iterations):
        belief = softmax(base + mixed @ (belief @ kernel))
    return belief.reshape(log_p.shape)


def golden_cases():
    if not GOLDEN.exists():
        return []
    cases = json.loads((GOLDEN / "index.json").read_text())
    return [case for case in cases if case["kind"] == "densecrf"]


@pytest.mark.parametrize("case", golden_cases(), ids=lambda case: case["file"])
def test_it_answers_like_the_public_implementation(case):
    with np.load(GOLDEN / case["file"]) as file:
        image, probabilities, output = file["image"], file["probabilities"], file["output"]
    parameters = CrfParameters(
        iterations=case["iterations"],
        smoothness_weight=case["gaussian"]["compat"],
        smoothness_position=case["gaussian"]["sxy"],
        appearance_weight=case["bilateral"]["compat"],
        appearance_position=case["bilateral"]["sxy"],
        appearance_colour=case["bilateral"]["srgb"],
    )
    crf = DenseCrf(np.moveaxis(image, -1, 0).astype(np.float32), (1.0, 1.0))
    found = crf.solve(np.log(probabilities + 1e-20), parameters)
    assert (found.argmax(0) == output.argmax(0)).all()
    assert abs(found - output).max() < 1e-4


@pytest.mark.parametrize(
    ("sides", "channels", "mean", "agree"),
    [
        ((24, 30), 1, 0.03, 0.95),
        ((24, 30), 3, 0.03, 0.95),
        ((7, 10, 11), 1, 0.03, 0.95),
    ],
)
def test_it_is_near_the_exact_sum(sides, channels, mean, agree):
    spacing = (1.0, 1.0) if len(sides) == 2 else (3.0, 1.0, 1.5)
    log_p, colours = scene(3, sides, channels)
    found = DenseCrf(colours, spacing).solve(log_p, STRONG)
    exact = brute_force(log_p, colours, STRONG, spacing)
    assert abs(found - exact).mean() < mean
    assert (found.argmax(0) == exact.argmax(0)).mean() > agree


COSTS = ((0.0, 1.0, 0.1), (0.7, -0.2, 1.0), (0.3, 1.5, 0.2))


@pytest.mark.parametrize(("sides", "channels"), [((24, 30), 3), ((7, 10, 11), 1)])
def test_with_costs_between_classes_it_is_near_the_exact_sum(sides, channels):
    log_p, colours = scene(3, sides, channels)
    p = replace(STRONG, compatibility=COSTS)
    found = DenseCrf(colours, (1.0,) * len(sides)).solve(log_p, p)
    exact = brute_force(log_p, colours, p, (1.0,) * len(sides))
    assert abs(found - exact).mean() < 0.03
    assert (found.argmax(0) == exact.argmax(0)).mean() > 0.95
    potts = brute_force(log_p, colours, STRONG, (1.0,) * len(sides))
    assert (potts.argmax(0) != exact.argmax(0)).mean() > 0.1


@pytest.mark.parametrize("classes", [1, 2, 4, 5, 21])
def test_costs_between_any_number_of_classes(classes):
    log_p, colours = scene(classes, (12, 13), 3)
    rng = np.random.default_rng(1)
    costs = tuple(map(tuple, rng.uniform(-0.5, 1, (classes, classes)).tolist()))
    p = replace(STRONG, compatibility=costs)
    pinned = np.full((12, 13), IGNORE, np.uint8)
    pinned[3:5, 4] = classes - 1
    crf = DenseCrf(colours, (1.0, 1.0))
    assert crf.solve(log_p, p) == pytest.approx(plain(log_p, colours, p), abs=1e-4)
    held = crf.solve(log_p, p, pinned)
    assert (held[classes - 1, 3:5, 4] == 1).all()


def test_costs_of_one_for_any_two_classes_are_the_potts_model():
    log_p, colours = scene(3, (12, 13), 3)
    crf = DenseCrf(colours, (1.0, 1.0))
    potts = replace(STRONG, compatibility=((0, 1, 1), (1, 0, 1), (1, 1, 0)))
    assert crf.solve(log_p, potts) == pytest.approx(crf.solve(log_p, STRONG), abs=1e-4)


def test_costs_for_another_number_of_classes_are_refused():
    log_p, colours = scene(4, (6, 7))
    with pytest.raises(ParameterError, match="3 classes, but there are 4"):
        DenseCrf(colours, (1.0, 1.0)).solve(log_p, replace(STRONG, compatibility=COSTS))


def test_each_iteration_tells_what_so_many_lead_to():
    log_p, colours = scene(3, (9, 11), 3)
    pinned = np.full((9, 11), IGNORE, np.uint8)
    pinned[2:4, 3] = 1
    told: list[tuple[int, np.ndarray]] = []
    crf = DenseCrf(colours, (1.0, 1.0))
    p = replace(STRONG, iterations=4, compatibility=COSTS)
    last = crf.solve(log_p, p, pinned, on_step=lambda *step: told.append(step))
    assert np.array_equal(last, crf.solve(log_p, p, pinned))
    assert [done for done, _ in told] == [0, 1, 2, 3, 4]
    free = pinned == IGNORE
    assert told[0][1][:, free] == pytest.approx(softmax(p.unary_weight * log_p)[:, free], abs=1e-5)
    for done, beliefs in told[1:]:
        fresh = crf.solve(log_p, replace(p, iterations=done), pinned)
        assert np.array_equal(beliefs, fresh)


@pytest.mark.parametrize("d", [1, 2, 3, 5, 7])
def test_the_lattice_is_near_a_gaussian(d):
    rng = np.random.default_rng(d)
    features = rng.uniform(0, 2, (d, 400)).astype(np.float32)
    values = rng.uniform(size=(400, 2)).astype(np.float32)
    kernel = exact_kernel(features)
    exact = kernel @ values / kernel.sum(1)[:, None]
    ones = np.ones_like(values)
    lattice = Lattice(features, normalised=False)
    found = lattice.filter(values) / lattice.filter(ones)
    assert abs(found - exact).max() < 0.06
    assert lattice.weights.min() > -1e-5
    assert lattice.weights.sum(1) == pytest.approx(1, abs=1e-5)


def test_vertices_whose_coordinates_fill_no_64_bits_keep_apart():
    rng = np.random.default_rng(0)
    features = rng.uniform(0, 2000, (7, 500)).astype(np.float32)
    lattice = Lattice(features, normalised=False)
    assert lattice.size == 1 + 500 * 8
    values = rng.uniform(size=(500, 1)).astype(np.float32)
    alone = (lattice.weights**2).sum(1, keepdims=True) * lattice.scale
    assert (lattice.filter(values) >= 0.99 * alone * values).all()


def test_many_vertices_make_the_table_grow():
    rng = np.random.default_rng(0)
    features = rng.uniform(0, 60, (2, 40_000)).astype(np.float32)
    lattice = Lattice(features, normalised=False)
    rows = np.unique(lattice.vertices)
    assert rows[0] == 1
    assert len(rows) == lattice.size - 1
    known = lattice.neighbours[:, :, 1:]
    assert (known > 0).mean() > 0.9
    for ahead, behind in known.transpose(1, 0, 2)[:, :, :].transpose(1, 0, 2):
        there = ahead > 0
        assert (behind[ahead[there] - 1] == np.flatnonzero(there) + 1).all()


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("sides", [(1, 1), (1, 9), (9, 1), (6, 7), (1, 1, 1), (3, 4, 5)])
def test_beliefs_sum_to_one(sides, channels):
    log_p, colours = scene(3, sides, channels)
    found = DenseCrf(colours, (1.0, 0.5, 2.0)[: len(sides)]).solve(log_p, CrfParameters())
    assert found.shape == log_p.shape
    assert found.dtype == np.float32
    assert found.sum(0) == pytest.approx(1, abs=1e-5)
    assert found.min() >= 0


@pytest.mark.parametrize("classes", [1, 2, 4, 5, 8, 21, 33])
def test_any_number_of_classes(classes):
    log_p, colours = scene(classes, (12, 13), 3)
    found = DenseCrf(colours, (1.0, 1.0)).solve(log_p, STRONG)
    assert found == pytest.approx(plain(log_p, colours, STRONG), abs=2e-5)


def plain(log_p, colours, p: CrfParameters) -> np.ndarray:
    """The mean field step by step, over the same lattices."""
    sides = log_p.shape[1:]
    place = np.indices(sides, np.float32).reshape(len(sides), -1)[::-1]
    colour = colours.reshape(len(colours), -1) / p.appearance_colour
    near = place / p.appearance_position
    symmetric = p.normalisation == "symmetric"
    smooth = Lattice(place / p.smoothness_position, normalised=symmetric)
    alike = Lattice(np.concatenate([near, colour]).astype(np.float32), normalised=symmetric)
    base = p.unary_weight / p.temperature * log_p.reshape(len(log_p), -1)
    belief = softmax(base)
    for _ in range(p.iterations):
        rows = np.ascontiguousarray(belief.T, np.float32)
        message = p.smoothness_weight * smooth.filter(rows)
        message += p.appearance_weight * alike.filter(rows)
        if p.compatibility:
            message = -message @ np.array(p.compatibility).T
        belief = softmax(base + message.T)
    return belief.reshape(log_p.shape)


@given(
    st.fixed_dictionaries(
        {
            "appearance_weight": st.sampled_from([0.0, 3.0, 10.0]),
            "smoothness_weight": st.sampled_from([0.0, 0.5, 5.0]),
            "unary_weight": st.sampled_from([0.05, 1.0, 5.0]),
            "temperature": st.sampled_from([0.1, 1.0, 10.0]),
            "iterations": st.integers(1, 5),
            "normalisation": st.sampled_from(["symmetric", "none"]),
        }
    )
)
@settings(max_examples=20, deadline=None)
def test_each_parameter_does_what_the_equation_says(values):
    log_p, colours = scene(5, (10, 11), 3)
    if values["normalisation"] == "none":  # sums over many pixels, whose rounding softmax enlarges
        values["appearance_weight"] /= 20
        values["smoothness_weight"] /= 20
    parameters = replace(CrfParameters(), **values)
    found = DenseCrf(colours, (1.0, 1.0)).solve(log_p, parameters)
    assert found == pytest.approx(plain(log_p, colours, parameters), abs=2e-3)


@given(st.permutations(range(5)))
@settings(max_examples=10, deadline=None)
def test_classes_may_change_places(order):
    log_p, colours = scene(5, (10, 11), 3)
    crf = DenseCrf(colours, (1.0, 1.0))
    assert crf.solve(log_p[list(order)], STRONG) == pytest.approx(
        crf.solve(log_p, STRONG)[list(order)], abs=1e-4
    )


@given(st.floats(0.05, 5), st.floats(0.1, 10), st.integers(1, 3))
@settings(max_examples=10, deadline=None)
def test_without_weights_it_is_the_softmax_of_the_unary(trust, temperature, iterations):
    log_p, colours = scene(3, (6, 7))
    parameters = CrfParameters(
        appearance_weight=0,
        smoothness_weight=0,
        unary_weight=trust,
        temperature=temperature,
        iterations=iterations,
    )
    found = DenseCrf(colours, (1.0, 1.0)).solve(log_p, parameters)
    assert found == pytest.approx(softmax(trust / temperature * log_p), abs=1e-5)


@given(st.integers(0, 100), st.sampled_from([0.0, 30.0]))
@settings(max_examples=10, deadline=None)
def test_pinned_pixels_never_change(seed, weight):
    log_p, colours = scene(3, (8, 9), seed=seed)
    rng = np.random.default_rng(seed)
    pinned = np.where(rng.uniform(size=(8, 9)) < 0.3, rng.integers(0, 3, (8, 9)), IGNORE)
    pinned = pinned.astype(np.uint8)
    crf = DenseCrf(colours, (1.0, 1.0))
    found = crf.solve(log_p, replace(STRONG, appearance_weight=weight), pinned)
    assert np.array_equal(found.argmax(0)[pinned != IGNORE], pinned[pinned != IGNORE])
    assert (found.max(0)[pinned != IGNORE] == 1).all()


def test_a_pin_speaks_to_its_neighbours():
    log_p = np.log(np.full((2, 9, 9), 0.5, np.float32))
    crf = DenseCrf(np.zeros((1, 9, 9), np.float32), (1.0, 1.0))
    pinned = np.full((9, 9), IGNORE, np.uint8)
    pinned[4, 4] = 1
    found = crf.solve(log_p, STRONG, pinned)
    assert found[1, 4, 5] > 0.5
    assert crf.solve(log_p, STRONG)[1, 4, 5] == 0.5


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "appearance_weight": st.sampled_from([0.0, 3.0, 10.0]),
        "appearance_colour": st.sampled_from([5.0, 20.0]),
        "appearance_position": st.sampled_from([5.0, 80.0, math.inf]),
        "smoothness_weight": st.sampled_from([0.0, 0.5, 3.0]),
        "smoothness_position": st.sampled_from([1.0, 3.0]),
        "iterations": st.integers(1, 4),
        "unary_weight": st.sampled_from([0.5, 1.0]),
        "normalisation": st.sampled_from(["symmetric", "none"]),
    },
)


@given(st.lists(st.tuples(CHANGES, st.integers(0, 2), st.booleans(), st.booleans()), max_size=6))
@settings(max_examples=20, deadline=None)
def test_a_solve_after_any_changes_equals_a_fresh_one(steps):
    log_p, colours = scene(5, (8, 9), 2)
    unaries = [log_p, log_p[::-1].copy(), log_p[:3].copy()]
    unaries[1].flags.writeable = False
    pins = np.full((8, 9), IGNORE, np.uint8)
    pins[2:4, 3] = 1
    held, parameters = DenseCrf(colours, (1.0, 2.0)), CrfParameters()
    for changes, which, has_pins, cancels in steps:
        parameters = replace(parameters, **changes)
        pinned = pins if has_pins else None
        if cancels:
            cancelled(held, unaries[which], parameters)
        found = held.solve(unaries[which], parameters, pinned)
        fresh = DenseCrf(colours, (1.0, 2.0)).solve(unaries[which], parameters, pinned)
        assert np.array_equal(found, fresh)


def cancelled(crf, log_p, parameters):
    progress = Progress(lambda step: progress.cancel() if step.done == 0 else None)
    with pytest.raises(Cancelled):
        crf.solve(log_p, parameters, progress=progress)


def test_only_a_changed_width_rebuilds_its_lattice(monkeypatch):
    built = []
    original = Lattice.__init__

    def counting(self, features, **rest):
        built.append(len(features))
        original(self, features, **rest)

    monkeypatch.setattr(Lattice, "__init__", counting)
    log_p, colours = scene(3, (6, 7), 3)
    crf = DenseCrf(colours, (1.0, 1.0))

    def solved(unary=log_p, **changes):
        built.clear()
        crf.solve(unary, replace(STRONG, **changes))
        return built.copy()

    assert solved() == [2, 5]
    assert solved(appearance_weight=5, smoothness_weight=1, iterations=2, unary_weight=2) == []
    assert solved(log_p[::-1]) == []
    assert solved(smoothness_position=4) == [2]
    assert solved(smoothness_position=4, appearance_colour=9) == [5]
    assert solved(smoothness_position=4, appearance_colour=9, appearance_position=math.inf) == [3]


def test_spacing_is_the_unit_of_reach():
    log_p, colours = scene(3, (5, 6, 7))
    fine = DenseCrf(colours, (1.5, 0.5, 1.0)).solve(log_p, STRONG)
    wide = replace(STRONG, appearance_position=40, smoothness_position=6)
    coarse = DenseCrf(colours, (3.0, 1.0, 2.0)).solve(log_p, wide)
    assert fine == pytest.approx(coarse, abs=1e-5)


def test_bands_on_several_threads_add_up(monkeypatch):
    log_p, colours = scene(5, (300, 200))
    monkeypatch.setattr("engine.crf.densecrf.thread_count", lambda: 1)
    alone = DenseCrf(colours, (1.0, 1.0)).solve(log_p, STRONG)
    monkeypatch.setattr("engine.crf.densecrf.thread_count", lambda: 3)
    found = DenseCrf(colours, (1.0, 1.0)).solve(log_p, STRONG)
    assert found == pytest.approx(alone, abs=1e-4)


def test_it_tells_of_each_iteration():
    log_p, colours = scene(3, (4, 5))
    told = []
    parameters = CrfParameters(iterations=3)
    DenseCrf(colours, (1.0, 1.0)).solve(log_p, parameters, progress=Progress(told.append))
    assert [step.done for step in told] == [0, 1, 2, 3]
    assert all(one.done < two.done for one, two in pairwise(told))


def test_a_probability_of_zero_stays_possible():
    log_p, colours = scene(3, (6, 7))
    log_p[1, 2, 3] = -math.inf
    found = DenseCrf(colours, (1.0, 1.0)).solve(log_p, CrfParameters())
    assert np.isfinite(found).all()
    assert found[1, 2, 3] == 0


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_refused(value):
    log_p, colours = scene(3, (6, 7))
    crf = DenseCrf(colours, (1.0, 1.0))
    broken = log_p.copy()
    broken[1, 2, 3] = value
    with pytest.raises(ParameterError):
        crf.solve(broken, CrfParameters())
    assert np.isfinite(crf.solve(log_p, CrfParameters())).all()
    colours[0, 1, 2] = value
    with pytest.raises(ParameterError):
        DenseCrf(colours, (1.0, 1.0))


def test_shapes_that_do_not_fit_are_bugs():
    log_p, colours = scene(3, (6, 7))
    for wrong, spacing in (
        (colours[0], (1.0, 1.0)),
        (colours[:0], (1.0, 1.0)),
        (colours, (1.0,)),
    ):
        with pytest.raises(ValueError, match=r"not|spacings"):
            DenseCrf(wrong, spacing)
    crf = DenseCrf(colours, (1.0, 1.0))
    with pytest.raises(ValueError, match="do not fit"):
        crf.solve(log_p[:, 1:], CrfParameters())
    with pytest.raises(ValueError, match="do not fit"):
        crf.solve(log_p, CrfParameters(), np.zeros((2, 2), np.uint8))
    with pytest.raises(ValueError, match="beyond"):
        crf.solve(log_p, CrfParameters(), np.full((6, 7), 3, np.uint8))
