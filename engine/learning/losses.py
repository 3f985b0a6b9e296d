"""Losses between logits and label maps; pixels of the label IGNORE count nowhere."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.core.label_set import IGNORE


def segmentation_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy plus mean soft Dice loss.

    Args:
        logits: (N, K, H, W) float.
        labels: (N, H, W) int64, classes 0 to K - 1 or IGNORE.

    Returns:
        A scalar; 0 if every pixel is ignored.
    """
    return cross_entropy(logits, labels) + soft_dice_loss(logits, labels).mean()


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """The mean cross-entropy in nats over the pixels that count; shapes as above."""
    total = nn.functional.cross_entropy(
        logits.float(), labels, ignore_index=IGNORE, reduction="sum"
    )
    return total / (labels != IGNORE).sum().clamp(min=1)


def soft_dice_loss(logits: Tensor, labels: Tensor, *, smooth: float = 1.0) -> Tensor:
    """One minus the soft Dice of each class over the whole batch, (K,).

    1 - (2 sum y p + s) / (sum y^2 + sum p^2 + s), with sums over all pixels that count.
    """
    counts = labels != IGNORE
    p = logits.float().softmax(dim=1) * counts.unsqueeze(1)
    y = torch.zeros_like(p).scatter_(1, torch.where(counts, labels, 0).unsqueeze(1), 1.0)
    y = y * counts.unsqueeze(1)
    both, either = ((q.sum(dim=(0, 2, 3))) for q in (y * p, y * y + p * p))
    return 1.0 - (2.0 * both + smooth) / (either + smooth)
