"""Tests of the training loop."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.random import Generator
from torch import Tensor, nn

from engine.core.label_set import IGNORE, LabelSet
from engine.errors import Cancelled
from engine.learning.losses import segmentation_loss
from engine.learning.train import (
    TrainReport,
    TrainSettings,
    checkpoint_writer,
    learning_rate,
    log_step,
    predict,
    settle_statistics,
    train,
)
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.models.unet import UNet
from engine.models.unet2015 import UNet2015
from engine.models.weights import load_network, read_card
from engine.progress import Progress, Step

SHORT = TrainSettings(steps=12, warm_up=3, settle=4, keep_every=5)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Small tensors gain nothing from more."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def bright_squares(rng: Generator) -> tuple[Tensor, Tensor]:
    """Bright squares on noise; the last row is to be ignored."""
    images = rng.normal(0.3, 0.1, (4, 1, 16, 16)).astype(np.float32)
    labels = np.zeros((4, 16, 16), np.int64)
    for image, label in zip(images, labels, strict=True):
        row, column = rng.integers(0, 8, 2)
        image[0, row : row + 7, column : column + 7] += 0.4
        label[row : row + 7, column : column + 7] = 1
    labels[:, -1] = IGNORE
    return torch.from_numpy(images), torch.from_numpy(labels)


def make_network() -> UNet:
    torch.manual_seed(0)
    return UNet(base=4, depth=2)


def run(settings: TrainSettings = SHORT) -> tuple[UNet, TrainReport]:
    network = make_network()
    return network, train(network, bright_squares, settings, Progress())


def test_the_loss_falls_and_the_squares_are_found() -> None:
    network, report = run(TrainSettings(steps=60, warm_up=5, learning_rate=1e-2, settle=20))
    assert np.mean(report.losses[-5:]) < 0.4 * np.mean(report.losses[:5])
    images, labels = bright_squares(np.random.default_rng(99))
    found = predict(network, images[0].numpy(), stride=4).argmax(axis=0)
    assert (found[:-1] == labels[0, :-1].numpy()).mean() > 0.95


@pytest.mark.parametrize("bfloat16", [False, True])
def test_the_same_seed_gives_the_same_weights(bfloat16: bool) -> None:
    settings = TrainSettings(steps=4, settle=2, bfloat16=bfloat16)
    (first, one), (second, two) = (run(settings) for _ in range(2))
    assert one.losses == two.losses
    for mine, theirs in zip(first.state_dict().values(), second.state_dict().values(), strict=True):
        assert torch.equal(mine, theirs)


def test_another_seed_gives_other_weights() -> None:
    assert run()[1].losses != run(TrainSettings(steps=12, warm_up=3, settle=4, seed=1))[1].losses


def test_the_network_ends_with_averaged_weights_in_evaluation_mode() -> None:
    kept: list[tuple[int, nn.Module]] = []
    network = make_network()
    train(network, bright_squares, SHORT, Progress(), keep=lambda n, s: kept.append((s, n)))
    assert [steps for steps, _ in kept] == [5, 10, 12]
    assert not network.training
    averaged = kept[-1][1].state_dict()
    assert all(torch.equal(averaged[name], value) for name, value in network.state_dict().items())


def test_the_statistics_are_those_of_new_batches_and_the_weights_stay() -> None:
    network = make_network()
    before = [weight.clone() for weight in network.parameters()]
    settle_statistics(network, bright_squares, TrainSettings(steps=1, settle=3, seed=4))
    rng = np.random.default_rng((4, 1))
    seen = torch.stack([network.down[0][0](bright_squares(rng)[0]) for _ in range(3)])
    means = seen.mean(dim=(1, 3, 4)).mean(dim=0)
    assert torch.allclose(network.down[0][1].running_mean, means, atol=1e-5)
    assert network.down[0][1].momentum == 0.1
    assert not network.training
    for weight, old in zip(network.parameters(), before, strict=True):
        assert torch.equal(weight, old)


def test_progress_hears_every_step_and_can_stop_it() -> None:
    steps: list[Step] = []

    def report(step: Step) -> None:
        steps.append(step)
        if step.done == 3:
            progress.cancel()

    progress = Progress(report)
    with pytest.raises(Cancelled):
        train(make_network(), bright_squares, SHORT, progress)
    assert [(step.done, step.total) for step in steps] == [(1, 12), (2, 12), (3, 12)]


def test_the_checkpoint_holds_the_trained_network_and_its_steps(tmp_path: Path) -> None:
    path = tmp_path / "squares.safetensors"
    card = ModelCard(
        name="squares",
        title="Squares",
        network="unet",
        arguments={"base": 4, "depth": 2},
        label_set=LabelSet.named(["background", "square"]),
        input=InputCard(("grey",)),
        training=TrainingCard("test", "squares", "none", seed=0, steps=0),
    )
    seen: list[int] = []

    def report(step: Step) -> None:
        if step.done == SHORT.keep_every + 1:
            seen.append(read_card(path).training.steps)

    network = make_network()
    keep = checkpoint_writer(card, path)
    train(network, bright_squares, SHORT, Progress(report), keep=keep)
    saved, card = load_network(path)
    assert seen == [SHORT.keep_every]
    assert card.training.steps == SHORT.steps
    for mine, theirs in zip(network.parameters(), saved.parameters(), strict=True):
        assert torch.allclose(mine, theirs, atol=1e-3)


def test_a_script_logs_every_fiftieth_step(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for done in range(1, 101):
        log_step(Step(done, 100, "loss 1"))
    assert caplog.messages == ["50 of 100: loss 1", "100 of 100: loss 1"]


def test_the_seed_of_others_is_left_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    network = make_network()
    torch.manual_seed(5)
    train(network, bright_squares, TrainSettings(steps=1, settle=1), Progress())
    assert torch.equal(torch.rand(3), expected)


def test_the_learning_rate_rises_and_decays() -> None:
    settings = TrainSettings(steps=20_000, learning_rate=1e-3, warm_up=10)
    assert learning_rate(settings, 0) == pytest.approx(1e-4)
    assert learning_rate(settings, 1000) == pytest.approx(9.54885e-4, rel=1e-5)
    assert learning_rate(settings, 10_000) == pytest.approx(5.35887e-4, rel=1e-5)


def test_prediction_has_the_size_of_the_image_and_sums_to_one() -> None:
    network = make_network().eval()
    image = np.random.default_rng(0).random((1, 13, 18), np.float32)
    probabilities = predict(network, image, stride=4)
    assert probabilities.shape == (2, 13, 18)
    assert np.allclose(probabilities.sum(axis=0), 1, atol=1e-6)


class TwoHeads(nn.Module):
    """The second head is the main one; both say the same of every pixel."""

    def __init__(self, weights: tuple[float, float] | None) -> None:
        super().__init__()
        self.scores = nn.Parameter(torch.tensor([[0.0, 4.0], [0.0, 0.0]]))
        if weights is not None:
            self.head_weights = weights

    def forward(self, x: Tensor) -> list[Tensor]:
        shape = (len(x), 2, *x.shape[2:])
        return [one.view(1, 2, 1, 1).expand(shape) for one in self.scores]


@pytest.mark.parametrize(
    ("weights", "share"), [(None, (0.5, 0.5)), ((1.0, 0.0), (1, 0)), ((0.4, 1.0), (0.4, 1))]
)
def test_the_heads_of_a_network_count_as_it_says(
    weights: tuple[float, float] | None, share: tuple[float, float]
) -> None:
    settings = TrainSettings(steps=1, warm_up=1, settle=0)
    images, labels = bright_squares(np.random.default_rng(0))
    network = TwoHeads(weights)
    expected = sum(
        part * float(segmentation_loss(one, labels).detach())
        for part, one in zip(share, network(images), strict=True)
    )
    report = train(network, lambda _: (images, labels), settings, Progress())
    assert report.losses[0] == pytest.approx(expected, rel=1e-5)


def test_a_network_with_valid_convolutions_learns_what_its_margin_leaves() -> None:
    torch.manual_seed(0)
    network = UNet2015(base=8, depth=1, dropout=0)
    side, margin = 32, network.margin
    images = torch.rand(2, 1, side, side, generator=torch.Generator().manual_seed(1))
    labels = (images[:, 0] > 0.5).long()
    settings = TrainSettings(steps=120, warm_up=3, learning_rate=1e-2, average=0.9)
    train(network, lambda _: (images, labels), settings, Progress())
    found = network(images).argmax(dim=1)
    inside = labels[:, margin:-margin, margin:-margin]
    assert (found == inside).float().mean() > 0.85
