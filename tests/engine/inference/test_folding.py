from __future__ import annotations

import torch
from nets import small_unet
from torch import nn

from engine.inference.folding import folded


def settled(network, x):
    """The network with BatchNorms that have seen something."""
    network.train()
    for _ in range(3):
        network(x + torch.rand_like(x))
    return network.eval()


def norms(network):
    return sum(isinstance(module, nn.BatchNorm2d) for module in network.modules())


def test_every_batch_norm_of_a_unet_is_folded_and_nothing_changes():
    x = torch.rand(2, 1, 32, 32)
    network = settled(small_unet(), x)
    found = folded(network, x)
    assert norms(network) == 10
    assert norms(found) == 0
    assert torch.allclose(found(x), network(x), atol=1e-5)


class Shared(nn.Module):
    """The convolution's output goes to the norm and elsewhere too."""

    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(1, 2, 3, padding=1), nn.BatchNorm2d(2)

    def forward(self, x):
        found = self.conv(x)
        return self.norm(found) + found


class Twice(Shared):
    """The convolution is used twice, once with the norm."""

    def forward(self, x):
        return self.norm(self.conv(x)) + self.conv(x)


class OneNorm(nn.Module):
    """Two convolutions go through the same norm."""

    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(1, 2, 3, padding=1)
        self.norm = nn.BatchNorm2d(2)

    def forward(self, x):
        return self.norm(self.one(x)) + self.norm(self.two(x))


class Again(Shared):
    """Both are used twice, always together."""

    def forward(self, x):
        return self.norm(self.conv(x)) + self.norm(self.conv(x.flip(3)))


def test_a_pair_that_is_used_twice_is_folded_once():
    torch.manual_seed(0)
    x = torch.rand(2, 1, 8, 8)
    network = settled(Again(), x)
    found = folded(network, x)
    assert torch.allclose(found(x), network(x), atol=1e-5)
    assert norms(found) == 0


def test_what_would_change_the_answer_is_not_folded():
    for kind in (Shared, Twice, OneNorm):
        torch.manual_seed(0)
        x = torch.rand(2, 1, 8, 8)
        network = settled(kind(), x)
        found = folded(network, x)
        assert torch.allclose(found(x), network(x), atol=1e-5)
        assert norms(found) == 1
