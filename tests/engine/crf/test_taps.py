from __future__ import annotations

from itertools import product

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from engine.crf import taps as pairs
from engine.crf.convcrf import ConvCRF
from engine.crf.gaussians import half_window
from engine.crf.parameters import CrfParameters

WINDOW = half_window(CrfParameters(filter_size=5), 2)


def draw(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, dtype=torch.double, generator=generator).requires_grad_()


def shifted(values: Tensor, offset: tuple[int, ...]) -> Tensor:
    """Values at i + offset, zero outside."""
    padding = [side for step in reversed(offset) for side in (max(0, -step), max(0, step))]
    padded = torch.nn.functional.pad(values, padding)
    starts = zip(offset, values.shape[2:], strict=True)
    return padded[(..., *(slice(max(0, step), max(0, step) + side) for step, side in starts))]


def backwards(offset: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(-step for step in offset)


def plain_gaussian(features, offsets):
    inside = torch.ones_like(features[:, :1])
    return torch.stack(
        [
            torch.exp(-0.5 * (shifted(features, o) - features).square().sum(1, keepdim=True))
            * shifted(inside, o)
            for o in offsets
        ]
    )


def plain_scaled(taps, left, right, offsets):
    return torch.stack([t * left * shifted(right, o) for t, o in zip(taps, offsets, strict=True)])


def plain_message(taps, values, offsets):
    total = torch.zeros_like(values)
    for tap, o in zip(taps, offsets, strict=True):
        total = total + tap * shifted(values, o) + shifted(tap * values, backwards(o))
    return total


def stack(batch: int) -> Tensor:
    return pairs.gaussian_taps(draw(batch, 2, 3, 4), WINDOW).detach().requires_grad_()


CALLS = {
    "gaussian": lambda f: pairs.gaussian_taps(f, WINDOW),
    "scaled": lambda t, left, right: pairs.scaled_taps(t, left, right, WINDOW),
    "message": lambda t, v: pairs.message(t, v, WINDOW),
}
PLAIN = {
    "gaussian": lambda f: plain_gaussian(f, WINDOW),
    "scaled": lambda t, left, right: plain_scaled(t, left, right, WINDOW),
    "message": lambda t, v: plain_message(t, v, WINDOW),
}


def arguments(name: str, batch: int) -> tuple[Tensor, ...]:
    """What the function is given; `batch` 1 stands for a kernel that all pictures share."""
    return {
        "gaussian": lambda: (draw(batch, 3, 3, 4),),
        "scaled": lambda: (stack(batch), draw(2, 1, 3, 4), draw(2, 1, 3, 4, seed=1)),
        "message": lambda: (stack(batch), draw(2, 3, 3, 4)),
    }[name]()


each_function = pytest.mark.parametrize(("name", "batch"), list(product(CALLS, [1, 2])))


@each_function
def test_values_and_gradients_are_those_of_plain_autograd(name, batch):
    given = arguments(name, batch)
    found, wanted = CALLS[name](*given), PLAIN[name](*given)
    assert torch.allclose(found, wanted)
    up = draw(*found.shape, seed=7).detach()
    mine, theirs = (torch.autograd.grad(out, given, up) for out in (found, wanted))
    for one, other in zip(mine, theirs, strict=True):
        assert torch.allclose(one, other)


@each_function
def test_first_and_second_derivatives_are_those_of_finite_differences(name, batch):
    assert gradcheck(CALLS[name], arguments(name, batch))
    assert gradgradcheck(CALLS[name], arguments(name, batch))


def test_the_message_is_the_sum_over_all_neighbours():
    taps, values = stack(1).detach(), draw(1, 1, 3, 4).detach()
    for i in product(range(3), range(4)):
        total = 0.0
        for number, (down, right) in enumerate(WINDOW):
            for sign in (1, -1):
                j = (i[0] + sign * down, i[1] + sign * right)
                if 0 <= j[0] < 3 and 0 <= j[1] < 4:
                    place = i if sign == 1 else j
                    total += taps[(number, 0, 0, *place)] * values[(0, 0, *j)]
        assert pairs.message(taps, values, WINDOW)[(0, 0, *i)] == pytest.approx(float(total))


@pytest.mark.parametrize("normalisation", ["none", "symmetric"])
@pytest.mark.parametrize("blur", [1, 2])
@pytest.mark.parametrize("convention", ["paper", "released"])
def test_the_mean_field_has_the_gradient_of_plain_autograd(
    monkeypatch, normalisation, blur, convention
):
    p = CrfParameters(
        filter_size=5, iterations=3, normalisation=normalisation, blur=blur, convention=convention
    )
    crf = ConvCRF(p).double()
    scores, colours = draw(2, 3, 6, 7), draw(2, 2, 6, 7, seed=1)
    up = draw(2, 3, 6, 7, seed=2).detach()
    inputs = [scores, colours, *crf.parameters()]

    def solve():
        found = crf(scores, 20 * colours)
        return found, torch.autograd.grad(found, inputs, up, allow_unused=True)

    lean, lean_gradients = solve()
    monkeypatch.setattr(pairs, "gaussian_taps", plain_gaussian)
    monkeypatch.setattr(pairs, "scaled_taps", plain_scaled)
    monkeypatch.setattr(pairs, "message", plain_message)
    plain, plain_gradients = solve()
    assert torch.allclose(lean, plain)
    for mine, theirs in zip(lean_gradients, plain_gradients, strict=True):
        assert (mine is None) == (theirs is None)
        assert mine is None or torch.allclose(mine, theirs)


def test_it_works_under_the_other_ways_of_calling_it():
    crf = ConvCRF(CrfParameters(filter_size=5)).double()
    scores, colours = draw(1, 2, 5, 6), 20 * draw(1, 1, 5, 6, seed=1).detach()
    plain = crf(scores, colours)
    given = {name: value.detach() for name, value in crf.named_parameters()}

    def loss(values):
        return torch.func.functional_call(crf, values, (scores.detach(), colours))[:, 0].sum()

    by_transform = torch.func.grad(loss)(given)
    plain[:, 0].sum().backward()
    for name in ("appearance_weight", "smoothness_position", "unary_weight"):
        assert torch.allclose(by_transform[name], crf.get_parameter(name).grad)
    with torch.inference_mode():
        assert torch.equal(crf(scores, colours), plain)
