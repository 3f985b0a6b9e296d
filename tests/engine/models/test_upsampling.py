from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from engine.models.atrous_conv import DEINTERLACE, FILTER, AtrousConv2d, use_implementation
from engine.models.upsampling import (
    BilinearDeconvolution,
    bilinear_kernel,
    max_pool,
    max_unpool,
    unpool_bed_of_nails,
    unpool_nearest,
)


def picture(rows, dtype=torch.float32):
    return torch.tensor(rows, dtype=dtype)[None, None]


def test_nearest_unpooling_repeats_each_value():
    found = unpool_nearest(picture([[1, 2], [3, 4]]))
    expected = [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    assert found[0, 0].tolist() == expected


def test_a_bed_of_nails_has_each_value_in_its_corner():
    found = unpool_bed_of_nails(picture([[1, 2], [3, 4]]))
    expected = [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]
    assert found[0, 0].tolist() == expected


def test_max_unpooling_puts_values_where_the_maxima_stood():
    pooled, places = max_pool(picture([[1, 2, 6, 3], [3, 5, 2, 1], [1, 2, 2, 1], [7, 3, 4, 8]]))
    assert pooled[0, 0].tolist() == [[5, 6], [7, 8]]
    assert places[0, 0].tolist() == [[5, 2], [12, 15]]
    found = max_unpool(picture([[1, 2], [3, 4]]), places, (4, 4))
    assert found[0, 0].tolist() == [[0, 0, 2, 0], [0, 1, 0, 0], [0, 0, 0, 0], [3, 0, 0, 4]]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9))
def test_max_unpooling_restores_odd_sides(height, width):
    x = torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(0)) + 1
    pooled, places = max_pool(x)
    found = max_unpool(pooled, places, (height, width))
    assert found.shape == x.shape
    assert torch.equal(found[found > 0], x[found > 0])
    assert (found > 0).sum() == pooled.numel()


@pytest.mark.parametrize(
    ("padding", "more", "expected"),
    [(0, 0, [2, 20, 203, 30, 300]), (1, 1, [20, 203, 30, 300])],
)
def test_a_transposed_convolution_spreads_its_kernel(padding, more, expected):
    kernel = torch.tensor([[[1.0, 10, 100]]])
    found = nn.functional.conv_transpose1d(
        torch.tensor([[[2.0, 3]]]), kernel, stride=2, padding=padding, output_padding=more
    )
    assert found[0, 0].tolist() == expected


def test_the_bilinear_kernel_has_its_published_values():
    kernel = bilinear_kernel(4, 2)
    assert kernel[0].tolist() == [0.0625, 0.1875, 0.1875, 0.0625]
    assert kernel[1].tolist() == [0.1875, 0.5625, 0.5625, 0.1875]
    assert torch.equal(kernel, kernel.flip(0, 1))


@pytest.mark.parametrize(("kernel", "stride", "padding"), [(4, 2, 1), (8, 2, 3), (64, 32, 16)])
@pytest.mark.parametrize("learned", [True, False])
def test_a_bilinear_deconvolution_keeps_a_constant_inside(kernel, stride, padding, learned):
    widen = BilinearDeconvolution(2, kernel, stride, padding=padding, learned=learned)
    found = widen(torch.full((1, 2, 5, 5), 3.0))
    assert found.shape == (1, 2, 5 * stride, 5 * stride)
    inside = found[:, :, kernel // 2 : -kernel // 2, kernel // 2 : -kernel // 2]
    assert torch.allclose(inside, torch.tensor(3.0))
    assert len(list(widen.parameters())) == int(learned)
    assert bool(widen.state_dict()) == learned


def test_an_atrous_convolution_skips_pixels():
    conv = AtrousConv2d(1, 1, (1, 3), dilation=2, bias=False)
    conv.weight.data.fill_(1)
    found = conv(picture([[1, 2, 3, 4, 5, 6, 7]]))
    assert found[0, 0, 0].tolist() == [9, 12, 15]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 5), st.integers(1, 4), st.integers(0, 6), st.tuples(*[st.integers(1, 12)] * 2)
)
def test_filters_with_holes_and_maps_taken_apart_give_the_same(rate, kernel, padding, more):
    torch.manual_seed(0)
    least = max(1, (kernel - 1) * rate + 1 - 2 * padding)
    conv = AtrousConv2d(3, 2, kernel, padding=padding, dilation=rate).double()
    x = torch.rand(2, 3, least + more[0], least + more[1], dtype=torch.double, requires_grad=True)
    answers = []
    for implementation in (FILTER, DEINTERLACE):
        use_implementation(conv, implementation)
        found = conv(x)
        answers.append((found, torch.autograd.grad(found.square().sum(), [x, conv.weight])))
    (one, one_grad), (two, two_grad) = answers
    torch.testing.assert_close(one, two)
    torch.testing.assert_close(one_grad, two_grad)


def test_an_unknown_implementation_is_refused():
    with pytest.raises(ValueError, match="there is no implementation 'fft'"):
        use_implementation(nn.Identity(), "fft")
