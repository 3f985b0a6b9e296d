from __future__ import annotations

import json
import math
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.crf.convcrf import ConvCRF
from engine.crf.gaussians import GaussianKernel
from engine.crf.parameters import RELEASED, CrfParameters
from engine.errors import ParameterError

GOLDEN = Path(__file__).parents[4] / "shared" / "golden"


def scene(classes: int, sides: tuple[int, ...], channels: int = 1, seed: int = 0):
    """Scores (1, K, *S) and colours (1, C, *S) in float64."""
    rng = np.random.default_rng(seed)
    scores = torch.from_numpy(rng.normal(size=(1, classes, *sides)) * 2)
    colours = torch.from_numpy(rng.uniform(0, 255, (1, channels, *sides)))
    return scores, colours


def brute_force(scores, colours, p: CrfParameters, spacing) -> np.ndarray:
    """The mean field as two loops over all pairs of pixels; no blur."""
    classes, sides = scores.shape[1], scores.shape[2:]
    z = scores[0].numpy().reshape(classes, -1) / p.temperature
    log_p = z - np.log(np.exp(z - z.max(0)).sum(0)) - z.max(0)
    colour = colours[0].numpy().reshape(colours.shape[1], -1)
    index = np.array(list(product(*map(range, sides))))
    place = index * np.array(spacing)
    pixels, released = len(index), p.convention == "released"
    kernels = []
    for weight, wide in ((p.smoothness_weight, None), (p.appearance_weight, p)):
        k = np.zeros((pixels, pixels))
        for i in range(pixels):
            for j in range(pixels):
                apart = abs(index[i] - index[j])
                reach = apart.sum() if p.window == "manhattan" else apart.max()
                if reach > p.filter_size // 2 or (i == j and not released):
                    continue
                d = ((place[i] - place[j]) ** 2).sum()
                if wide is None:
                    k[i, j] = math.exp(-d / 2 / p.smoothness_position**2)
                else:
                    c = ((colour[:, i] - colour[:, j]) ** 2).sum() / p.appearance_colour**2
                    k[i, j] = math.exp(-(c + d / p.appearance_position**2) / 2)
        if p.normalisation == "symmetric":
            n = 1 / np.sqrt(k.sum(1) + 1e-20)
            k = n[:, None] * k * n[None]
        kernels.append(weight * k)
    kernel = sum(kernels)
    base = (p.unary_weight - (p.message_weight if released else 0)) * log_p
    belief = log_p if released else softmax(p.unary_weight * log_p)
    for _ in range(p.iterations):
        message = belief @ kernel.T
        if p.compatibility:
            message = -np.array(p.compatibility) @ message
        z = base + (p.message_weight if released else 1.0) * message
        belief = softmax(z)
    return (z if released else belief).reshape(classes, *sides)


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(0))
    return e / e.sum(0)


@pytest.mark.parametrize("window", ["manhattan", "square"])
@pytest.mark.parametrize("normalisation", ["none", "symmetric"])
@pytest.mark.parametrize("convention", ["paper", "released"])
@pytest.mark.parametrize("reach", [12.0, math.inf])
@pytest.mark.parametrize(
    ("sides", "spacing"), [((5, 7), (1.0, 1.0)), ((4, 3, 5), (0.9, 1.5, 1.0)), ((1, 1), (1.0, 1.0))]
)
def test_it_equals_a_double_loop_over_all_pairs(
    window, normalisation, convention, reach, sides, spacing
):
    p = CrfParameters(
        filter_size=5,
        iterations=3,
        appearance_weight=2.0,
        appearance_colour=60.0,
        appearance_position=reach,
        smoothness_weight=1.5,
        smoothness_position=1.2,
        unary_weight=0.8,
        temperature=1.3,
        window=window,
        normalisation=normalisation,
        convention=convention,
    )
    scores, colours = scene(3, sides, channels=2)
    found = ConvCRF(p).double()(scores, colours, spacing)[0].detach().numpy()
    assert found == pytest.approx(brute_force(scores, colours, p, spacing), abs=2e-6)


@pytest.mark.skipif(not GOLDEN.exists(), reason="the golden arrays lie outside the project")
@pytest.mark.parametrize("number", range(7))
def test_released_convention_equals_the_authors_code(number):
    entry = next(
        e
        for e in json.loads((GOLDEN / "index.json").read_text())
        if e["file"] == f"convcrf_{number:02d}.npz"
    )
    config, arrays = entry["config"], np.load(GOLDEN / entry["file"])
    near, alike = config["pos_feats"], config["col_feats"]
    p = RELEASED.changed(
        {
            "filter_size": config["filter_size"],
            "iterations": entry["iterations"],
            "blur": config["blur"],
            "normalisation": "symmetric" if config["norm"] == "sym" else "none",
            "unary_weight": config["unary_weight"],
            "message_weight": config["weight_init"],
            "smoothness_weight": near["compat"],
            "smoothness_position": near["sdims"],
            "appearance_weight": alike["compat"],
            "appearance_colour": alike["schan"],
            "appearance_position": alike["sdims"] if alike["use_bias"] else math.inf,
        }
    )
    scores = torch.from_numpy(np.log(arrays["probabilities"] + 1e-9))[None]
    colours = torch.from_numpy(arrays["image"].astype(np.float32)).permute(2, 0, 1)[None]
    found = ConvCRF(p)(scores, colours)[0].detach()
    found = (found.softmax(0) if config["final_softmax"] else found).numpy()
    wanted = arrays["output"]
    assert abs(found - wanted).max() <= 1e-4 * abs(wanted).max()
    assert np.array_equal(found.argmax(0), wanted.argmax(0))


sides = st.integers(1, 9)
shapes = st.one_of(st.tuples(sides, sides), st.tuples(st.integers(1, 5), sides, sides))


@settings(max_examples=25, deadline=None)
@given(shapes, st.integers(2, 5), st.integers(0, 99), st.sampled_from([1, 2, 4]))
def test_beliefs_are_probabilities_whatever_the_size(sides, classes, seed, blur):
    scores, colours = scene(classes, sides, seed=seed)
    found = ConvCRF(CrfParameters(filter_size=9, blur=blur)).double()(scores, colours).detach()
    assert found.shape == scores.shape
    assert torch.allclose(found.sum(1), torch.ones_like(found[:, 0]))
    assert (found >= 0).all()


seeds = st.integers(0, 99)
conventions = st.sampled_from(
    [CrfParameters(filter_size=5), RELEASED.changed({"filter_size": 5, "blur": 2})]
)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(4)), seeds, st.booleans(), conventions)
def test_renaming_the_classes_renames_the_result(order, seed, with_matrix, p):
    scores, colours = scene(4, (6, 7), seed=seed)
    costs = np.random.default_rng(seed).uniform(-1, 2, (4, 4))
    renamed = p
    if with_matrix:
        p = p.changed({"compatibility": rows_of(costs)})
        renamed = p.changed({"compatibility": rows_of(costs[order][:, order])})
    found = ConvCRF(renamed).double()(scores[:, order], colours)
    assert torch.allclose(found, ConvCRF(p).double()(scores, colours)[:, order], atol=1e-6)


def rows_of(matrix: np.ndarray) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, row)) for row in matrix)


@settings(max_examples=10, deadline=None)
@given(seeds, st.integers(-4, 4), st.integers(-4, 4), st.sampled_from(["none", "symmetric"]))
def test_far_from_the_border_the_result_moves_with_the_image(seed, down, right, normalisation):
    p = CrfParameters(filter_size=3, iterations=2, normalisation=normalisation)
    scores, colours = scene(3, (18, 19), seed=seed)
    crf = ConvCRF(p).double()
    whole = crf(scores, colours).roll((down, right), (2, 3))
    moved = crf(scores.roll((down, right), (2, 3)), colours.roll((down, right), (2, 3)))
    # the seam lies up to 4 pixels in; normalisation and two iterations reach three beyond it
    assert torch.allclose(whole[..., 7:-7, 7:-7], moved[..., 7:-7, 7:-7])


@settings(max_examples=10, deadline=None)
@given(shapes, st.integers(2, 5), seeds, st.floats(0.1, 5.0))
def test_without_weights_the_softmax_of_the_unary_comes_back(sides, classes, seed, trust):
    scores, colours = scene(classes, sides, seed=seed)
    p = CrfParameters(appearance_weight=0.0, smoothness_weight=0.0, unary_weight=trust)
    wanted = (np.float32(trust) * scores).softmax(1)
    assert torch.allclose(ConvCRF(p).double()(scores, colours), wanted)


@settings(max_examples=15, deadline=None)
@given(
    st.tuples(st.integers(1, 6), st.integers(1, 6)), seeds, st.sampled_from(["none", "symmetric"])
)
def test_a_window_as_large_as_the_image_gives_the_fully_connected_sum(sides, seed, normalisation):
    costs = rows_of(np.random.default_rng(seed).uniform(-0.5, 1.5, (3, 3)))
    p = CrfParameters(
        filter_size=21,
        window="square",
        normalisation=normalisation,
        appearance_colour=60.0,
        compatibility=costs,
    )
    scores, colours = scene(3, sides, seed=seed)
    everywhere = brute_force(scores, colours, p, (1.0, 1.0))
    apart = np.array(list(product(*map(range, sides))))
    assert abs(apart[:, None] - apart[None]).max() <= p.filter_size // 2, "the window sees all"
    found = ConvCRF(p).double()(scores, colours)[0].detach().numpy()
    assert found == pytest.approx(everywhere, abs=2e-6)


@settings(max_examples=15, deadline=None)
@given(shapes, seeds, st.sampled_from([1, 2]))
def test_pinned_pixels_never_change(sides, seed, blur):
    scores, colours = scene(3, sides, seed=seed)
    pinned = torch.from_numpy(np.random.default_rng(seed).integers(-2, 3, (1, *sides)))
    crf = ConvCRF(CrfParameters(filter_size=5, blur=blur)).double()
    for belief in crf.beliefs(scores, colours, pinned=pinned):
        held = belief.movedim(1, -1)[pinned >= 0]
        assert torch.equal(held.argmax(-1), pinned[pinned >= 0])
        assert torch.equal(held.amax(-1), torch.ones(len(held), dtype=held.dtype))


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 3), seeds, conventions)
def test_a_batch_is_its_pictures_one_by_one(batch, seed, p):
    parts = [scene(3, (6, 5), seed=seed + number) for number in range(batch)]
    scores, colours = (torch.cat(list(tensors)) for tensors in zip(*parts, strict=True))
    crf = ConvCRF(p).double()
    together = crf(scores, colours)
    for found, (one, colour) in zip(together, parts, strict=True):
        assert torch.allclose(found, crf(one, colour)[0])


@pytest.mark.parametrize("convention", ["paper", "released"])
def test_the_beliefs_of_every_iteration_can_be_asked_for(convention):
    p = CrfParameters(filter_size=5, iterations=3, convention=convention)
    scores, colours = scene(3, (6, 7))
    crf = ConvCRF(p).double()
    beliefs = list(crf.beliefs(scores, colours))
    assert len(beliefs) == 4
    for belief in beliefs:
        assert torch.allclose(belief.sum(1), torch.ones_like(belief[:, 0]))
    assert torch.allclose(crf(scores, colours, as_scores=True).softmax(1), beliefs[-1])
    if convention == "paper":
        assert torch.allclose(beliefs[0], scores.softmax(1))
        assert torch.equal(crf(scores, colours), beliefs[-1])
    for done in (1, 2):
        short = ConvCRF(p.changed({"iterations": done})).double()
        assert torch.allclose(list(short.beliefs(scores, colours))[-1], beliefs[done])


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("where", ["log-probabilities", "'colour'", "'t2'"])
def test_numbers_that_are_none_are_refused(bad, where):
    tensors = {name: torch.zeros(1, 2, 4, 5) for name in ("log-probabilities", "'colour'", "'t2'")}
    tensors[where][0, 1, 2, 3] = bad
    crf = ConvCRF(CrfParameters(), [GaussianKernel("second", 1.0, {"t2": 5.0})])
    if (where, bad) == ("log-probabilities", -math.inf):  # a probability of 0
        found = crf(*list(tensors.values())[:2], features={"t2": tensors["'t2'"]})
        assert found[0, :, 2, 3].tolist() == [1, 0]
        return
    with pytest.raises(ParameterError, match=where):
        crf(*list(tensors.values())[:2], features={"t2": tensors["'t2'"]})


def test_large_numbers_are_numbers():
    large = torch.full((1, 2, 4, 5), 3e38)
    assert torch.allclose(
        ConvCRF(CrfParameters())(large, torch.zeros_like(large)), torch.tensor(0.5)
    )


def test_pinned_pixels_keep_their_class_and_pull_their_neighbours():
    scores = torch.zeros(1, 2, 7, 7)
    colours = torch.zeros(1, 1, 7, 7)
    pinned = torch.full((1, 7, 7), -1)
    pinned[0, 3, 3] = 1
    found = ConvCRF(CrfParameters())(scores, colours, pinned=pinned)[0, 1].detach()
    assert found[3, 3] == 1
    assert (found > 0.5).all()


def test_the_potts_matrix_gives_the_same_as_no_matrix():
    scores, colours = scene(3, (6, 6))
    plain = ConvCRF(CrfParameters()).double()(scores, colours)
    potts = CrfParameters(compatibility=((0, 1, 1), (1, 0, 1), (1, 1, 0)))
    assert torch.allclose(ConvCRF(potts).double()(scores, colours), plain)


@pytest.mark.parametrize("normalisation", ["none", "symmetric"])
def test_every_weight_and_width_has_the_gradient_it_should_have(normalisation):
    p = CrfParameters(
        filter_size=3, iterations=2, normalisation=normalisation, compatibility=((0, 1), (1, 0))
    )
    scores, colours = scene(2, (3, 4))
    crf = ConvCRF(p).double()
    used = [(n, v) for n, v in crf.named_parameters() if n != "message_weight"]
    names = [name for name, _ in used]

    def solve(scores, colours, *values):
        given = dict(zip(names, values, strict=True))
        return torch.func.functional_call(crf, given, (scores, colours))

    inputs = [scores.requires_grad_(), (colours / 8).detach().requires_grad_()]
    inputs += [value.detach().clone().requires_grad_() for _, value in used]
    assert torch.autograd.gradcheck(solve, inputs)


@pytest.mark.parametrize(
    ("scores", "colours", "extra"),
    [
        ((1, 2, 5), (1, 1, 5), {}),
        ((1, 2, 5, 5), (1, 1, 5, 6), {}),
        ((1, 2, 5, 5), (1, 1, 5, 5), {"spacing": (1.0,)}),
        ((1, 2, 5, 5), (1, 1, 5, 5), {"pinned": torch.zeros(1, 4, 5)}),
    ],
)
def test_shapes_that_do_not_fit_are_named(scores, colours, extra):
    with pytest.raises(ValueError, match=r"do not fit|spacings for|2 or 3 axes"):
        ConvCRF(CrfParameters())(torch.zeros(scores), torch.zeros(colours), **extra)
