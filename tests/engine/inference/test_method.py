from __future__ import annotations

import numpy as np
import pytest
import torch
from nets import Dot, SeesAll, ValidUNet, small_unet
from test_segmenter import card, photo, together

from engine.errors import ParameterError
from engine.inference.blending import importance
from engine.inference.method import AVERAGE, BOTH, EXACT, GAUSSIAN, HANN, VOTES, Method
from engine.inference.picture import ArrayPicture
from engine.inference.segmenter import Segmenter
from engine.inference.tiles import Lattice, plan_overlapping


def make(network, **chosen):
    method = Method(**chosen)
    names = card(classes=network.classes)
    return Segmenter(network, names, torch.device("cpu"), precision="float32", method=method)


def beliefs(network, window):
    """(K, rows, columns) probabilities of (C, rows, columns), by the network alone."""
    with torch.no_grad():
        return network(torch.from_numpy(window.copy())[None]).softmax(dim=1)[0].numpy()


@pytest.fixture
def picture():
    return np.random.default_rng(3).random((1, 64, 96)).astype(np.float32)


def told(model, picture):
    return together(model.stream(ArrayPicture(picture)), picture.shape[1:])


def test_flips_are_the_mean_score_of_the_picture_and_its_mirror_images(picture):
    network, x = small_unet(), torch.from_numpy(picture)[None]
    with torch.no_grad():
        scores = {axes: network(x.flip(axes)).flip(axes) for axes in ((), (3,), (2,), (2, 3))}
    for flips, axes in (("horizontal", [(), (3,)]), ("both", list(scores))):
        wanted = torch.stack([scores[one] for one in axes]).mean(dim=0).softmax(dim=1)[0]
        assert np.abs(told(make(network, flips=flips), picture) - wanted.numpy()).max() <= 1e-5
    assert np.abs(wanted.numpy() - beliefs(network, picture)).max() > 1e-3


def test_scales_are_the_largest_score_of_each_size(picture):
    network, x = small_unet(depth=1), torch.from_numpy(picture)[None]
    found = []
    with torch.no_grad():
        for sides in ((32, 48), (48, 72), (64, 96)):
            small = torch.nn.functional.interpolate(x, sides, mode="bilinear")
            back = torch.nn.functional.interpolate(network(small), (64, 96), mode="bilinear")
            found.append(back)
    wanted = torch.stack(found).amax(dim=0).softmax(dim=1)[0].numpy()
    model = make(network, scales=(0.5, 0.75, 1.0))
    assert model.is_exact
    assert np.abs(told(model, picture) - wanted).max() <= 1e-5


@pytest.mark.parametrize("kind", [AVERAGE, GAUSSIAN, HANN])
def test_blended_windows_are_the_weighted_mean_of_what_each_believes(picture, kind):
    network = small_unet()
    sums, weights = np.zeros((3, 64, 96)), np.zeros((64, 96))
    for tile in plan_overlapping((64, 96), window=32, step=16, lattice=Lattice(4)):
        weight = importance(kind, (32, 32))
        sums[(slice(None), *tile.core)] += beliefs(network, picture[(slice(None), *tile.core)]) * (
            weight
        )
        weights[tile.core] += weight
    model = make(network, blending=kind, window=32, step=16)
    assert not model.is_exact
    assert np.abs(told(model, picture) - sums / weights).max() <= 1e-5


def test_windows_vote_for_the_class_that_each_believes_most(picture):
    network = small_unet(seed=5)
    votes = np.zeros((3, 64, 96))
    for tile in plan_overlapping((64, 96), window=40, step=8, lattice=Lattice(4)):
        believed = beliefs(network, picture[(slice(None), *tile.core)])
        votes[(slice(None), *tile.core)] += np.eye(3)[believed.argmax(axis=0)].transpose(2, 0, 1)
    found = told(make(network, blending=VOTES, window=40, step=8), picture)
    first, second = np.sort(votes, axis=0)[:-3:-1]
    clear = first > second
    assert 0 < clear.mean() < 1, "some are ties, which the probabilities decide"
    assert np.array_equal(found.argmax(axis=0)[clear], votes.argmax(axis=0)[clear])
    assert np.abs(found.sum(axis=0) - 1).max() <= 1e-5
    shares = votes / votes.sum(axis=0)
    assert np.abs(found - shares).max() < 0.02, "probabilities weigh little beside votes"


def test_a_tie_of_votes_outlives_half_precision():
    """Two windows vote for each class; the second class is believed a little more."""

    class Disagrees(Dot):
        receptive_radius = None
        calls = 0

        def forward(self, x):
            Disagrees.calls += 1
            odd = Disagrees.calls % 2
            scores = torch.zeros(1, 3, *x.shape[2:])
            scores[:, 0], scores[:, 1] = (0.40, 0.0) if odd else (0.0, 0.55)
            return scores

    model = make(Disagrees(), blending=VOTES, window=8, step=8)
    Disagrees.calls = 0
    image = photo((8, 12))
    labels = model.predict(image).argmax()
    assert (labels[:, 4:8] == 1).all()
    assert (labels[:, :4] == 0).all()


def test_everything_at_once_is_exact_under_tiling(picture):
    whole = make(small_unet(depth=1), scales=(0.5, 1.0), flips=BOTH)
    tiled = make(small_unet(depth=1), scales=(0.5, 1.0), flips=BOTH)
    tiled._tiled.largest = 16
    assert np.abs(told(whole, picture) - told(tiled, picture)).max() <= 1e-5


def test_batch_norms_are_folded_below_fused_views():
    model = make(small_unet(), scales=(0.5, 1.0), flips=BOTH)
    kinds = {type(module) for module in model._tiled.runner._module.modules()}
    assert torch.nn.BatchNorm2d not in kinds


def test_views_that_come_one_after_the_other_take_no_more_memory_each():
    once, often = make(small_unet()), make(small_unet(), flips=BOTH)
    assert often._tiled.runner.bytes_per_pixel() == once._tiled.runner.bytes_per_pixel()


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        ({"scales": ()}, "scales"),
        ({"scales": (0.5, 0.0)}, "scales"),
        ({"scales": (float("nan"),)}, "scales"),
        ({"scales": (3.0,)}, "scales"),
        ({"flips": "sideways"}, "no way to flip 'sideways'"),
        ({"blending": "magic"}, "no way to blend 'magic'"),
        ({"window": 0}, "leave gaps"),
        ({"window": 8, "step": 9}, "leave gaps"),
        ({"step": -1}, "leave gaps"),
    ],
)
def test_what_cannot_be_done_is_refused(chosen, why):
    with pytest.raises(ParameterError, match=why):
        Method(**chosen)


def test_what_a_network_does_not_allow_is_refused():
    for network, chosen, why in (
        (SeesAll(), {"blending": EXACT}, "sees its whole input"),
        (ValidUNet(), {"blending": AVERAGE}, "not blended"),
        (ValidUNet(), {"scales": (0.5, 1.0)}, "take any size"),
    ):
        with pytest.raises(ParameterError, match=why):
            make(network, **chosen)
    assert not make(SeesAll()).is_exact
    assert make(ValidUNet(), flips="both").is_exact
