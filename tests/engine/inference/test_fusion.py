from __future__ import annotations

import pytest
import torch
from nets import Dot, ValidUNet, small_unet

from engine.inference.fusion import FlipFusion, ScaleFusion


class Scores(Dot):
    """Class 0 is 1 everywhere; at half the size class 1 is 3 at the upper right."""

    classes = 2

    def forward(self, x):
        found = torch.zeros(1, 2, *x.shape[2:])
        found[:, 0] = 1
        if x.shape[2] < 4:
            found[:, 1, 0, -1] = 3
        return found


def test_the_largest_score_of_any_scale_counts():
    found = ScaleFusion(Scores(), (0.5, 1.0))(torch.zeros(1, 1, 4, 4))
    assert found.argmax(dim=1)[0].tolist() == [[0, 0, 1, 1], [0, 0, 1, 1], [0] * 4, [0] * 4]
    assert found[0, 1, 0].tolist() == pytest.approx([0, 0.75, 2.25, 3])


def test_one_scale_alone_is_the_network():
    network, x = small_unet(), torch.rand(1, 1, 32, 40)
    fused = ScaleFusion(network, (1.0,))
    assert torch.equal(fused(x), network(x))
    assert fused.stride == network.stride


def test_each_scale_reads_a_multiple_of_the_stride():
    assert ScaleFusion(small_unet(depth=3)).stride == 32
    assert ScaleFusion(Dot()).stride == 4


def test_flips_make_the_answer_symmetric():
    network, x = small_unet(), torch.rand(1, 1, 32, 40)
    fused = FlipFusion(network)
    assert torch.allclose(fused(x.flip(3)), fused(x).flip(3), atol=1e-6)
    assert not torch.allclose(network(x.flip(3)), network(x).flip(3), atol=1e-3)


def test_scales_of_a_network_that_loses_a_margin_are_a_bug():
    with pytest.raises(ValueError, match="keep the size"):
        ScaleFusion(ValidUNet())
