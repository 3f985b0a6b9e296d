"""Tests of the losses."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.core.label_set import IGNORE
from engine.learning.losses import cross_entropy, segmentation_loss, soft_dice_loss


@pytest.fixture
def logits() -> Tensor:
    return torch.randn((2, 3, 8, 8), generator=torch.Generator().manual_seed(0))


@pytest.fixture
def labels() -> Tensor:
    return torch.randint(0, 3, (2, 8, 8), generator=torch.Generator().manual_seed(1))


def test_losses_have_the_values_of_the_worked_example() -> None:
    logits = torch.tensor([[[[2.0, 0.0]], [[0.0, 1.0]]]])
    labels = torch.tensor([[[0, 1]]])
    assert float(cross_entropy(logits, labels)) == pytest.approx(0.220095, abs=1e-6)
    dice = soft_dice_loss(logits, labels, smooth=0)
    assert dice.tolist() == pytest.approx([0.0468, 0.0559], abs=1e-4)
    assert float(dice.mean()) == pytest.approx(0.051352, abs=1e-6)


def test_a_certain_and_right_answer_costs_nothing(labels: Tensor) -> None:
    logits = torch.nn.functional.one_hot(labels, 3).permute(0, 3, 1, 2) * 50.0
    assert float(segmentation_loss(logits, labels)) == pytest.approx(0, abs=1e-6)


def test_ignored_pixels_change_nothing(logits: Tensor, labels: Tensor) -> None:
    labels[:, 4:] = IGNORE
    changed = logits.clone()
    changed[:, :, 4:] += 7 * torch.randn_like(changed[:, :, 4:])
    expected = segmentation_loss(logits, labels)
    assert torch.equal(segmentation_loss(changed, labels), expected)
    alone = segmentation_loss(logits[:, :, :4], labels[:, :4])
    assert float(alone) == pytest.approx(float(expected), rel=1e-6)


def test_ignored_pixels_have_no_gradient(logits: Tensor, labels: Tensor) -> None:
    labels[:, 4:] = IGNORE
    logits.requires_grad_()
    segmentation_loss(logits, labels).backward()
    assert logits.grad is not None
    assert not logits.grad[:, :, 4:].any()
    assert logits.grad[:, :, :4].abs().sum() > 0


def test_a_batch_of_nothing_but_ignored_pixels_costs_nothing(logits: Tensor) -> None:
    labels = torch.full((2, 8, 8), IGNORE)
    assert float(segmentation_loss(logits, labels)) == 0


def test_an_absent_class_costs_no_dice_if_it_is_not_predicted() -> None:
    logits = torch.tensor([50.0, 0.0, -50.0]).reshape(1, 3, 1, 1).expand(1, 3, 4, 4)
    labels = torch.zeros((1, 4, 4), dtype=torch.int64)
    assert soft_dice_loss(logits, labels).tolist() == pytest.approx([0, 0, 0], abs=1e-6)


def test_half_precision_logits_are_summed_in_full(logits: Tensor, labels: Tensor) -> None:
    loss = segmentation_loss(logits.bfloat16(), labels)
    assert loss.dtype == torch.float32
    assert float(loss) == pytest.approx(float(segmentation_loss(logits, labels)), rel=0.02)
