from __future__ import annotations

import pytest
import torch

from engine.models.unet import UNet


def test_the_brain_network_has_the_parameters_of_its_specification():
    count = sum(p.numel() for p in UNet(in_channels=1, classes=4, base=16, depth=4).parameters())
    assert count == 1_963_860


@pytest.mark.parametrize(("depth", "sides"), [(1, (6, 4)), (2, (20, 12)), (4, (32, 48))])
def test_the_output_has_the_size_of_the_input(depth, sides):
    network = UNet(in_channels=2, classes=5, base=2, depth=depth).eval()
    assert network(torch.zeros(3, 2, *sides)).shape == (3, 5, *sides)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_no_output_pixel_sees_beyond_the_receptive_radius(depth):
    torch.manual_seed(0)
    network = UNet(in_channels=1, classes=2, base=2, depth=depth).eval().double()
    for weight in network.parameters():
        weight.data.abs_()  # so that no ReLU hides a path
    side = network.stride * (2 * network.receptive_radius // network.stride + 3)
    furthest = 0
    for at in range(side // 2, side // 2 + network.stride):
        picture = torch.rand(1, 1, side, side, dtype=torch.double, requires_grad=True)
        network(picture)[0, :, at, at].sum().backward()
        assert picture.grad is not None
        seen = picture.grad[0, 0].nonzero()
        furthest = max(furthest, int((seen - at).abs().max()))
    assert 0.6 * network.receptive_radius <= furthest <= network.receptive_radius
