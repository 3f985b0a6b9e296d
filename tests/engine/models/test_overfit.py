"""Every row of MODELS learns four pictures by heart, in the training loop that people use."""

from __future__ import annotations

import math

import pytest
import torch

from engine.inference.tiles import round_up
from engine.learning.train import TrainSettings, train
from engine.models.table import MODELS
from engine.progress import Progress

WIDER = {"base": 8, "hidden": 32, "widths": (8, 16, 24), "width": 32}
"""Channels in place of those of `small`, of which a few carry too little to learn quickly."""
ROUND, ROUNDS = 15, 13
"""Steps between two looks at the Dice, and how many looks there are: 195 steps at most."""
ENOUGH, ASKED = 0.97, 0.95
PERIOD = 6  # pixels from one stripe to the next


@pytest.fixture(autouse=True)
def one_thread():
    """Small maps are computed faster by one, and beside other work far faster."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def striped_pictures(network):
    """Four pictures, lying stripes on one side of a slanting line and standing ones on the other.

    A pixel's own brightness says nothing of its class. A side is five cells of the coarsest map.
    """
    wide = max(64, 5 * network.stride) + 2 * network.margin
    side = round_up(wide - network.offset, network.stride) + network.offset
    generator = torch.Generator().manual_seed(1)
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    labels = torch.zeros(4, side, side, dtype=torch.int64)
    for number, picture in enumerate(labels):
        angle = math.pi * (0.1 + number / 4)
        across = (rows - side / 2) * math.sin(angle) + (columns - side / 2) * math.cos(angle)
        picture[across > 0.06 * side * (number - 1.5)] = 1
    lying, standing = (torch.sin(2 * math.pi / PERIOD * places) for places in (rows, columns))
    stripes = 0.5 + 0.4 * torch.where(labels == 1, lying, standing)
    noise = 0.1 * torch.rand(4, network.in_channels, side, side, generator=generator)
    return stripes[:, None] + noise, labels


def least_dice(network, images, labels):
    """Of the two classes, all pictures together, as the network predicts in evaluation mode."""
    with torch.inference_mode():
        found = network(images).argmax(dim=1)
    inside = slice(network.margin, images.shape[-1] - network.margin)
    wanted = labels[:, inside, inside]
    return min(
        float(2 * ((found == one) & (wanted == one)).sum())
        / float((found == one).sum() + (wanted == one).sum())
        for one in (0, 1)
    )


@pytest.mark.parametrize("name", [row.name for row in MODELS])
def test_a_network_learns_four_pictures_by_heart(name):
    torch.manual_seed(0)
    small = {key: WIDER.get(key, value) for key, value in MODELS[name].small.items()}
    network = MODELS.load(name)(classes=2, **small)
    images, labels = striped_pictures(network)
    reached = []
    for number in range(ROUNDS):
        # BatchNorm's statistics are taken anew after each round: so few steps do not carry them.
        settings = TrainSettings(
            steps=ROUND, seed=number, learning_rate=4e-3, warm_up=5, average=0.8, settle=2
        )
        train(network, lambda _: (images, labels), settings, Progress())
        reached.append(least_dice(network, images, labels))
        if reached[-1] >= ENOUGH:
            break
    assert max(reached) >= ASKED, reached
