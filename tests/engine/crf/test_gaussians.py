from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from engine.crf.convcrf import ConvCRF
from engine.crf.gaussians import GaussianKernel, Kernels
from engine.crf.parameters import RELEASED, CrfParameters
from engine.errors import ParameterError


def scene(
    classes: int, sides: tuple[int, ...], channels: int = 1, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """Scores (1, K, *S) and colours (1, C, *S) in float64."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(1, classes, *sides, dtype=torch.double, generator=generator) * 2
    colours = torch.rand(1, channels, *sides, dtype=torch.double, generator=generator) * 255
    return scores, colours


CONVENTIONS = [CrfParameters(filter_size=5), RELEASED.changed({"filter_size": 5})]


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 99),
    st.sampled_from(CONVENTIONS),
    st.sampled_from(["none", "symmetric"]),
    st.sampled_from([1, 2]),
)
def test_kernels_of_no_weight_and_kernels_in_two_halves_change_nothing(
    seed, p, normalisation, blur
):
    p = p.changed({"normalisation": normalisation, "blur": blur})
    scores, colours = scene(3, (7, 6), seed=seed)
    features = {"texture": scene(3, (7, 6), channels=2, seed=seed + 1)[1]}
    whole = GaussianKernel("texture", 2.0, {"texture": 40.0, "position": 3.0})
    halves = [replace(whole, name=name, weight=1.0) for name in ("first", "second")]
    nothing = replace(whole, name="nothing", weight=0.0)

    def solve(*extra):
        return ConvCRF(p, extra).double()(scores, colours, features=features)

    assert torch.allclose(solve(nothing), solve())
    assert torch.allclose(solve(*halves), solve(whole))
    assert not torch.allclose(solve(whole), solve()), "the kernel says something"


@pytest.mark.parametrize("blur", [1, 2, 4])
@pytest.mark.parametrize("convention", ["paper", "released"])
def test_normalisation_divides_by_the_sum_at_both_ends(blur, convention):
    values, _ = scene(3, (7, 9))
    features = [scene(1, (7, 9), channels=2, seed=seed)[1] / 60 for seed in (1, 2)]
    weights = [torch.tensor(2.0).double(), torch.tensor(0.7).double()]
    p = CrfParameters(filter_size=5, blur=blur, convention=convention)
    wanted = torch.zeros_like(values)
    for weight, feature in zip(weights, features, strict=True):
        plain = Kernels(p.changed({"normalisation": "none"}), [weight / weight], [feature])
        scale = plain.filter(torch.ones_like(values[:, :1])).rsqrt()
        wanted = wanted + weight * scale * plain.filter(scale * values)
    assert torch.allclose(Kernels(p, weights, features).filter(values), wanted)


def test_another_channel_pulls_pixels_apart_that_have_one_colour():
    scores = torch.full((1, 2, 6, 8), 0.0)
    scores[0, 1, :, 4:] = 0.4
    scores[0, 1, 2, 6] = -0.3  # a wrong pixel on the right
    channel = torch.zeros(1, 1, 6, 8)
    channel[..., 4:] = 100.0
    p = CrfParameters(smoothness_weight=0.0, appearance_weight=0.0)
    extra = GaussianKernel("second", 8.0, {"t2": 10.0})
    found = ConvCRF(p, [extra])(scores, torch.zeros(1, 1, 6, 8), features={"t2": channel})[0, 1]
    assert (found[:, 4:] > 0.5).all()
    assert torch.allclose(found[:, :4], torch.tensor(0.5))


def test_gradients_flow_back_into_the_features_and_into_their_width_and_weight():
    p = CrfParameters(filter_size=3, iterations=2)
    extra = GaussianKernel("texture", 1.5, {"texture": 1.2, "colour": 30.0})
    crf = ConvCRF(p, [extra]).double()
    scores, colours = scene(2, (3, 4))
    names = ["texture_weight", "texture_texture", "texture_colour"]
    assert set(names) < dict(crf.named_parameters()).keys()

    def solve(features, *values):
        given = dict(zip(names, values, strict=True))
        return torch.func.functional_call(
            crf, given, (scores, colours), {"features": {"texture": features}}
        )

    features = torch.randn(1, 2, 3, 4, dtype=torch.double).requires_grad_()
    values = [crf.get_parameter(name).detach().clone().requires_grad_() for name in names]
    assert torch.autograd.gradcheck(solve, [features, *values])
    (gradient,) = torch.autograd.grad(solve(features, *values)[:, 0].sum(), features)
    assert gradient.abs().max() > 1e-4


@pytest.mark.parametrize("spacing", [None, (0.7, 1.9)])
def test_free_positions_change_nothing_before_they_are_learnt(spacing):
    scores, colours = scene(3, (5, 7))
    p = CrfParameters(filter_size=5)
    free = ConvCRF(p, free_positions=(5, 7)).double()
    found = free(scores, colours, spacing)
    assert torch.allclose(found, ConvCRF(p).double()(scores, colours, spacing))
    found[:, 0].square().sum().backward()
    assert (free.free_positions.grad != 0).any()


def test_free_positions_have_the_gradient_they_should_have():
    scores, colours = scene(2, (3, 4))
    crf = ConvCRF(CrfParameters(filter_size=5, iterations=2), free_positions=(3, 4)).double()

    def solve(free):
        return torch.func.functional_call(crf, {"free_positions": free}, (scores, colours))

    assert torch.autograd.gradcheck(solve, crf.free_positions.detach().clone().requires_grad_())


def test_only_the_smoothness_kernel_has_free_positions():
    scores, colours = scene(2, (4, 5))
    p = CrfParameters(smoothness_weight=0.0)
    crf = ConvCRF(p, free_positions=(4, 5)).double()
    plain = crf(scores, colours)
    with torch.no_grad():
        crf.free_positions.mul_(3)
    assert torch.equal(crf(scores, colours), plain)


def test_free_positions_of_another_size_are_refused():
    crf = ConvCRF(CrfParameters(), free_positions=(4, 5))
    with pytest.raises(ParameterError, match=r"\(4, 5\), not \(5, 5\)"):
        crf(torch.zeros(1, 2, 5, 5), torch.zeros(1, 1, 5, 5))


def test_a_feature_that_is_missing_or_misshapen_is_named():
    crf = ConvCRF(CrfParameters(), [GaussianKernel("second", 1.0, {"t2": 5.0})])
    scores, colours = torch.zeros(2, 2, 4, 5), torch.zeros(2, 1, 4, 5)
    with pytest.raises(ParameterError, match="'second' looks at the feature 't2'"):
        crf(scores, colours)
    for shape in [(2, 1, 4, 4), (3, 1, 4, 5), (1, 4, 5)]:
        with pytest.raises(ValueError, match=r"'t2'.* do not fit"):
            crf(scores, colours, features={"t2": torch.zeros(shape)})
    with pytest.raises(ValueError, match=r"'colour' is always there"):
        crf(scores, colours, features={"t2": colours, "colour": colours})


@pytest.mark.parametrize(
    "extra",
    [
        [GaussianKernel("appearance", 1.0, {"position": 2.0})],
        [GaussianKernel("unary", 1.0, {"position": 2.0})],
        [GaussianKernel("a", 1.0, {"position": 2.0})] * 2,
        [GaussianKernel("two words", 1.0, {"position": 2.0})],
        [GaussianKernel("blind", 1.0, {"position": math.inf})],
    ],
)
def test_kernels_that_cannot_be_told_apart_or_see_nothing_are_refused(extra):
    with pytest.raises(ParameterError, match=r"cannot have a parameter|looks at no feature"):
        ConvCRF(CrfParameters(), extra)
