from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import ParameterError
from engine.learning.train import TrainSettings, train
from engine.models.unetpp import ACCURATE, FAST, UNetPlusPlus, unetpp_deep
from engine.progress import Progress

WIDTHS = (4, 6, 8, 10)


def made():
    torch.manual_seed(0)
    return unetpp_deep(classes=3, widths=WIDTHS).eval()


def images():
    return torch.rand(2, 1, 16, 24, generator=torch.Generator().manual_seed(1))


def test_in_training_every_depth_gives_its_logits_and_in_prediction_one_answer():
    network = made().train()
    assert [tuple(one.shape) for one in network(images())] == [(2, 3, 16, 24)] * 3
    assert network.eval()(images()).shape == (2, 3, 16, 24)


def test_the_accurate_mode_believes_the_mean_of_what_the_heads_believe():
    network = made()
    heads = [one.softmax(dim=1) for one in network.train()(images())]
    found = network.eval()(images()).softmax(dim=1)
    torch.testing.assert_close(found, torch.stack(heads).mean(dim=0))


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_fast_mode_gives_one_head(depth):
    network = made()
    heads = network.train()(images())
    network.eval().cut(depth, FAST)
    torch.testing.assert_close(network(images()), heads[depth - 1])


@pytest.mark.parametrize("mode", [ACCURATE, FAST])
@pytest.mark.parametrize("depth", [1, 2])
def test_pruning_drops_parameters_and_changes_nothing(depth, mode):
    network = made()
    network.cut(depth, mode)
    before, count = network(images()), sum(p.numel() for p in network.parameters())
    network.prune()
    assert torch.equal(network(images()), before)
    assert sum(p.numel() for p in network.parameters()) < count
    assert network.stride == 2**depth
    assert all(p.grad is None for p in network.parameters())
    network(images()).sum().backward()
    if mode == FAST:
        assert all(p.grad is not None for p in network.parameters())


def test_what_is_pruned_is_a_smaller_network_of_the_same_row():
    network = made()
    network.cut(2)
    network.prune()
    smaller = unetpp_deep(classes=3, widths=WIDTHS[:3]).eval()
    smaller.load_state_dict(network.state_dict())
    assert torch.equal(smaller(images()), network(images()))


def test_a_head_that_is_not_there_is_refused():
    with pytest.raises(ParameterError, match="no head at depth 2"):
        UNetPlusPlus(widths=WIDTHS).cut(2)
    with pytest.raises(ParameterError, match="no mode 'slow'"):
        made().cut(2, "slow")


def test_training_teaches_every_head():
    labels = torch.zeros(1, 16, 16, dtype=torch.int64)
    labels[:, 4:12, 4:12] = 1
    batch = (labels[:, None].float(), labels)
    torch.manual_seed(0)
    network = unetpp_deep(classes=2, widths=(4, 4, 4))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    settings = TrainSettings(20, warm_up=1, learning_rate=1e-2, average=0.5)
    report = train(network, lambda _: batch, settings, Progress())
    assert report.losses[-1] < 0.7 * report.losses[0]
    for depth in (1, 2):
        name = f"heads.{depth}.weight"
        assert not torch.equal(before[name], network.state_dict()[name])
    assert np.isfinite(report.losses).all()
