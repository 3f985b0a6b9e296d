"""Tests of training a network together with the ConvCRF on top of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from numpy.random import Generator
from torch import Tensor

from engine.crf.head import NetworkWithCrf, network_with_crf
from engine.errors import Cancelled
from engine.learning.losses import segmentation_loss
from engine.learning.train import Part, TrainSettings, parameter_groups, train
from engine.learning.train_crf import train_with_crf
from engine.progress import Progress


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Small tensors gain nothing from more."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def noisy_squares(rng: Generator) -> tuple[Tensor, Tensor]:
    """Squares a little brighter than the noise around them."""
    labels = np.zeros((4, 24, 24), np.int64)
    for label in labels:
        row, column = rng.integers(2, 10, 2)
        label[row : row + 11, column : column + 11] = 1
    images = 0.3 + 0.25 * labels[:, None] + rng.normal(0, 0.15, (4, 1, 24, 24))
    return torch.from_numpy(images.clip(0, 1).astype(np.float32)), torch.from_numpy(labels)


def trained_head() -> NetworkWithCrf:
    """A tiny U-Net after a few steps, with a CRF that begins too weak."""
    torch.manual_seed(0)
    head = network_with_crf(
        base=2, depth=1, filter_size=5, iterations=3, appearance_weight=0.1,
        appearance_colour=60.0, smoothness_weight=0.1, compatibility=True,
    )  # fmt: skip
    settings = TrainSettings(steps=30, warm_up=3, settle=4, learning_rate=5e-3)
    train(head.network, noisy_squares, settings, Progress())
    return head


def loss_of(head: NetworkWithCrf) -> float:
    images, labels = noisy_squares(np.random.default_rng(1000))
    with torch.no_grad():
        return float(segmentation_loss(head(images), labels))


ALONE = TrainSettings(steps=25, warm_up=2, settle=2, learning_rate=0.1, clip=10, average=0.5)
JOINT = TrainSettings(steps=25, warm_up=2, settle=4, learning_rate=2e-3, average=0.5)


def test_the_crf_alone_lowers_the_loss_and_both_together_lower_it_further() -> None:
    head = trained_head()
    start = loss_of(head)
    network = {name: value.clone() for name, value in head.network.state_dict().items()}
    train_with_crf(head, noisy_squares, ALONE, TrainSettings(steps=1, learning_rate=0), Progress())
    alone = loss_of(head)
    for name, value in head.network.named_parameters():
        assert torch.equal(value, network[name]), "the network was held"
    train_with_crf(
        head, noisy_squares, TrainSettings(steps=1, learning_rate=0), JOINT, Progress(), crf_rate=5
    )
    assert alone < start - 0.02
    assert loss_of(head) < alone - 0.02
    assert not torch.equal(head.network.head.weight, network["head.weight"])
    assert not head.training
    assert all(parameter.requires_grad for parameter in head.parameters())


def test_a_held_network_is_the_same_afterwards_and_the_crf_is_not() -> None:
    head = trained_head()
    before = {name: value.clone() for name, value in head.state_dict().items()}
    head.hold_network(held=True)
    train(head, noisy_squares, TrainSettings(steps=2, settle=2, average=0.0), Progress())
    for name, value in head.network.state_dict().items():
        assert torch.equal(value, before[f"network.{name}"]), name
    assert head.crf.smoothness_weight != before["crf.smoothness_weight"]


def test_a_part_whose_rate_is_zero_stays() -> None:
    head = trained_head()
    before = {name: value.detach().clone() for name, value in head.named_parameters()}
    settings = TrainSettings(steps=2, settle=1, average=0.0, parts=(Part("crf.", 0.0),))
    train(head, noisy_squares, settings, Progress())
    for name, value in head.named_parameters():
        assert torch.equal(value, before[name]) == name.startswith("crf."), name


def test_the_crf_has_a_rate_of_its_own_beside_the_network() -> None:
    head = trained_head()
    before = {name: value.detach().clone() for name, value in head.named_parameters()}
    nothing = TrainSettings(steps=1, settle=1, learning_rate=0)
    train_with_crf(head, noisy_squares, nothing, JOINT, Progress(), crf_rate=0.0)
    for name, value in head.named_parameters():
        assert torch.equal(value, before[name]) == name.startswith("crf."), name


def test_weights_and_widths_are_not_drawn_to_zero() -> None:
    head = network_with_crf(base=2, depth=1, iterations=1, filter_size=3)
    still = TrainSettings(steps=2, warm_up=1, settle=1, learning_rate=0.1, weight_decay=0.9)
    before = head.crf.message_weight.item()  # has no gradient in the paper's convention
    width = head.crf.appearance_position.item()
    train_with_crf(head, noisy_squares, still, still, Progress(), crf_rate=0.0)
    assert head.crf.message_weight.item() == before
    assert head.crf.appearance_position.item() == pytest.approx(width, abs=0.25)


def test_every_parameter_is_in_one_group_with_its_rate_and_decay() -> None:
    head = network_with_crf(base=2, depth=1)
    parts = (Part("crf.", 5.0), Part("network.head", 0.1, 0.2))
    settings = TrainSettings(steps=1, learning_rate=0.01, weight_decay=0.3, parts=parts)
    crf, last, rest = parameter_groups(head, settings)
    assert [g["lr"] for g in (crf, last, rest)] == pytest.approx([0.05, 0.001, 0.01])
    assert [g["weight_decay"] for g in (crf, last, rest)] == [0.0, 0.2, 0.3]
    assert {id(p) for p in crf["params"]} == {id(p) for p in head.crf.parameters()}
    assert {id(p) for p in last["params"]} == {id(p) for p in head.network.head.parameters()}
    together = [id(p) for group in (crf, last, rest) for p in group["params"]]
    assert sorted(together) == sorted(id(p) for p in head.parameters())


def test_a_stopped_training_leaves_the_network_free() -> None:
    head = trained_head()
    progress = Progress(lambda step: progress.cancel() if step.done == 2 else None)
    with pytest.raises(Cancelled):
        train_with_crf(head, noisy_squares, ALONE, JOINT, progress)
    assert all(parameter.requires_grad for parameter in head.parameters())
