from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from engine.models.atrous import AtrousPool
from engine.models.measure import cost, multiply_adds, parameter_count, receptive_field

IMAGE = torch.rand(1, 8, 64, 64)
PLANE = 64 * 64 * 4  # bytes of one channel


class Maps(nn.Module):
    """A network that gives one map, as encoders do."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, images: Tensor) -> list[Tensor]:
        return [self.layers(images)]


@pytest.mark.parametrize(("inplace", "channels"), [(False, 16 + 16), (True, 16 + 4)])
def test_the_peak_is_what_lives_at_one_time(inplace, channels):
    network = nn.Sequential(
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(inplace=inplace), nn.Conv2d(16, 4, 3, padding=1)
    )
    found = cost(network.eval(), IMAGE)
    assert found.peak_bytes == channels * PLANE
    assert found.milliseconds > 0


def test_what_waits_for_later_counts_until_it_is_used():
    class Skips(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            first = x + 1
            second = first * 2
            del x
            return torch.cat([first, second], dim=1)

    assert cost(Skips(), IMAGE).peak_bytes == (8 + 8 + 16) * PLANE


def test_views_take_no_memory():
    class Views(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.transpose(2, 3)[:, ::2].reshape(1, 4, -1).unsqueeze(0)[0]

    assert cost(Views(), IMAGE).peak_bytes == 4 * PLANE  # reshape has to copy once


def test_multiplications_of_every_kind_of_layer_are_counted():
    layer = nn.Conv2d(8, 4, 3, padding=1, groups=2)
    assert multiply_adds(layer, layer, IMAGE) == 64 * 64 * 4 * 4 * 9
    spread = nn.ConvTranspose2d(8, 6, 2, stride=2)
    assert multiply_adds(spread, spread, IMAGE) == 64 * 64 * 8 * 6 * 4
    linear = nn.Linear(64, 10)
    assert multiply_adds(linear, linear, IMAGE) == 8 * 64 * 64 * 10
    assert parameter_count(linear) == 650


def test_the_receptive_field_of_spread_and_strided_filters_is_the_formulas():
    network = Maps(
        nn.Conv2d(1, 2, 7, stride=2, padding=3),  # 7, step 2
        nn.BatchNorm2d(2),
        nn.MaxPool2d(3, stride=2, padding=1),  # + 2 * 2 = 11, step 4
        nn.Conv2d(2, 2, 3, padding=2, dilation=2),  # + 4 * 4 = 27
    )
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert receptive_field(network) == 27
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])
    assert network.training


def test_a_mean_over_everything_sees_everything():
    class Gate(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x * x.mean((2, 3), keepdim=True)

    assert receptive_field(Maps(nn.Conv2d(3, 3, 3, padding=1), Gate())) is None


def test_sums_over_many_residuals_do_not_hide_a_path_behind_an_activation_with_an_upper_end():
    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 3, padding=1)
            self.relu = nn.ReLU6()

        def forward(self, x: Tensor) -> Tensor:
            return x + self.relu(self.conv(x))

    assert receptive_field(Maps(*(Residual() for _ in range(16)))) == 33


def test_spread_pooling_sees_all_its_taps():
    pool = AtrousPool(3, dilation=4, padding=0, average=False)
    assert receptive_field(Maps(nn.Conv2d(1, 1, 1), pool)) == 9
