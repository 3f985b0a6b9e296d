from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from engine.models.atrous import AtrousPool, dilate
from engine.models.encoder import make_encoder

PADDED = [
    "resnet18", "preact_resnet50", "resnext50_32x4d", "mobilenet_v1",
    "mobilenet_v2", "shufflenet_v1", "shufflenet_v2", "mnasnet",
]  # fmt: skip
"""Whose layers pad what they need; the others pool without padding.

SE-ResNet is not here: its gates see the mean of a map, which changes with what is added to it.
"""
UNPADDED = ["vgg16_bn", "densenet121", "googlenet"]


def assert_the_fine_holds_the_coarse(name: str, stride: int, side: int) -> None:
    torch.manual_seed(0)
    coarse = make_encoder(name)
    fine = make_encoder(name, output_stride=stride)
    fine.load_state_dict(coarse.state_dict())
    for encoder in (coarse, fine):
        encoder.eval().double()
    image = torch.rand(1, 3, side, side + 32, dtype=torch.double)
    with torch.inference_mode():
        pairs = zip(coarse(image), fine(image), coarse.reduction, fine.reduction, strict=True)
        for expected, found, before, after in pairs:
            step = before // after
            part = found[:, :, ::step, ::step]
            scale = expected.abs().max().item()
            assert part.shape == expected.shape
            assert (part - expected).abs().max().item() <= 1e-6 * scale


@pytest.mark.parametrize("side", [128, 97])
@pytest.mark.parametrize("stride", [8, 16])
def test_every_fourth_value_of_a_resnet_at_stride_8_is_the_published_networks(stride, side):
    assert_the_fine_holds_the_coarse("resnet50", stride, side)


@pytest.mark.parametrize("name", PADDED)
def test_the_same_holds_for_every_network_that_pads(name):
    assert_the_fine_holds_the_coarse(name, 8, 97)


@pytest.mark.parametrize("name", UNPADDED)
def test_pooling_without_padding_keeps_that_for_whole_multiples(name):
    assert_the_fine_holds_the_coarse(name, 8, 128)


@pytest.mark.parametrize("average", [True, False])
def test_pooling_over_spread_taps_takes_those_and_no_others(average):
    picture = torch.rand(1, 2, 7, 9)
    pool = AtrousPool(2, dilation=3, padding=0, average=average)
    found = pool(picture)
    taps = [picture[..., y : 4 + y, x : 6 + x] for y in (0, 3) for x in (0, 3)]
    inside = torch.stack(taps)
    expected = inside.mean(0) if average else inside.amax(0)
    assert found.shape == picture.shape
    torch.testing.assert_close(found[..., :4, :6], expected)
    assert "dilation=3" in repr(pool)


def test_padded_mean_pooling_counts_the_padding_as_torch_does():
    picture = torch.rand(1, 3, 8, 8)
    found = AtrousPool(3, dilation=1, padding=1, average=True)(picture)
    torch.testing.assert_close(found, functional.avg_pool2d(picture, 3, 1, 1))


def test_dilation_reaches_filters_after_the_stride_and_those_beside_it_not_twice():
    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(1, 1, 3, stride=2, padding=1)
            self.conv2 = nn.Conv2d(1, 1, 3, padding=1)
            self.downsample = nn.Conv2d(1, 1, 3, stride=2, padding=1)

    network = nn.Sequential(Block(), nn.Conv2d(1, 1, 5, padding=2), Block())
    dilate(network, 1)
    rates = {name: m.dilation[0] for name, m in network.named_modules() if hasattr(m, "dilation")}
    assert rates == {
        "0.conv1": 1, "0.conv2": 2, "0.downsample": 1, "1": 2,
        "2.conv1": 2, "2.conv2": 4, "2.downsample": 2,
    }  # fmt: skip
