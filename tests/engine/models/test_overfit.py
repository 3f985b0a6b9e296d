"""Two networks learn four pictures by heart; `benchmarks/bench_overfit.py` tries every row."""

from __future__ import annotations

import pytest
import torch

from engine.learning.losses import segmentation_loss
from engine.models.table import MODELS


def discs():
    """Four pictures (4, 3, 64, 64) of a disc on noise, and where it lies."""
    generator = torch.Generator().manual_seed(1)
    places = torch.arange(64)
    labels = torch.zeros(4, 64, 64, dtype=torch.int64)
    for picture in labels:
        row, column = (20 + 24 * torch.rand(2, generator=generator)).tolist()
        picture[(places[:, None] - row) ** 2 + (places[None, :] - column) ** 2 < 14**2] = 1
    return labels[:, None] / 2 + 0.2 * torch.rand(4, 3, 64, 64, generator=generator), labels


@pytest.mark.parametrize("name", ["fcn-basic", "usegnet-2"])
def test_a_network_learns_four_pictures_by_heart(name):
    torch.manual_seed(0)
    network = MODELS.load(name)(classes=2, base=8)
    images, labels = discs()
    optimiser = torch.optim.AdamW(network.parameters(), lr=5e-3)
    for _ in range(60):
        loss = segmentation_loss(network.train()(images), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.inference_mode():
        found = network.eval()(images).argmax(dim=1)
    both = 2 * (found * labels).sum() / (found.sum() + labels.sum())
    assert both >= 0.95
