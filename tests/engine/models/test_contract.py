"""What every row of MODELS keeps, tried on a small network of each."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from engine.core.label_set import LabelSet
from engine.inference.picture import ArrayPicture
from engine.inference.segmenter import Segmenter
from engine.inference.tiles import round_up
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.models.table import MODELS
from engine.models.weights import load_network, save_checkpoint

ROWS = [row.name for row in MODELS]
UNREAD = {"crf.message_weight"}  # read by the released convention alone
CLASSES = 3
HALVES = {torch.bfloat16: 0.05, torch.float16: 0.01}
"""How far probabilities may move on average: 8 and 11 bits of a number are kept."""


def small(name, **changes):
    """A small network of a row in evaluation mode, its BatchNorms no identities."""
    torch.manual_seed(0)
    network = MODELS.load(name)(**{"classes": CLASSES, **MODELS[name].small, **changes})
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.8, 1.2)
            nn.init.uniform_(module.bias, -0.1, 0.1)
            nn.init.uniform_(module.running_var, 0.8, 1.2)
    return network.eval()


def side_of(network, least=1):
    """A small side that the network takes and gives `least` pixels for."""
    wanted = max(least + 2 * network.margin, 2 * network.stride, 64)
    return round_up(wanted - network.offset, network.stride) + network.offset


def pictures(network, count=2, least=1, dtype=torch.float32):
    side = side_of(network, least)
    generator = torch.Generator().manual_seed(1)
    return torch.rand(
        count, network.in_channels, side, side + network.stride, generator=generator, dtype=dtype
    )


def card(network, name):
    return ModelCard(
        name, name, name, {"classes": CLASSES, **MODELS[name].small},
        LabelSet.named([f"class {i}" for i in range(CLASSES)]),
        InputCard(("grey",) if network.in_channels == 1 else ("red", "green", "blue")),
        TrainingCard("none", "nothing", "none", 0, 0),
    )  # fmt: skip


@pytest.fixture(params=ROWS)
def name(request):
    return request.param


def test_a_network_keeps_its_contract(name):
    """Shapes, evaluation that repeats, one picture as in a batch, layouts and half precision."""
    network = small(name)
    images = pictures(network)
    margin = network.margin
    with torch.inference_mode():
        found = network(images)
        height, width = (side - 2 * margin for side in images.shape[2:])
        assert found.shape == (2, CLASSES, height, width)
        assert found.std() > 0
        assert torch.equal(found, network(images))
        alone = network(images[1:])
        assert torch.allclose(alone, found[1:], rtol=1e-4, atol=1e-4 * found.abs().max())
        last = network(images.contiguous(memory_format=torch.channels_last))
        assert torch.allclose(last, found, rtol=1e-4, atol=1e-4 * found.abs().max())
        for precision, most in HALVES.items():
            with torch.autocast("cpu", precision):
                short = network(images).float()
            assert torch.isfinite(short).all(), precision
            moved = (short.softmax(dim=1) - found.softmax(dim=1)).abs().mean()
            assert moved < most, precision


def test_gradients_reach_every_parameter(name):
    network = small(name).train()
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    images = pictures(network)
    found = network(images)
    found = found if isinstance(found, list) else [found]
    weights = torch.rand(found[0].shape, generator=torch.Generator().manual_seed(2))
    sum((one * weights).sum() for one in found).backward()
    for parameter_name, parameter in network.named_parameters():
        if parameter_name in UNREAD:
            continue
        assert parameter.grad is not None, parameter_name
        assert torch.isfinite(parameter.grad).all(), parameter_name
        assert parameter.grad.any(), parameter_name


def test_a_checkpoint_comes_back_with_the_same_bytes(name, tmp_path):
    network = small(name)
    first, second = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    save_checkpoint(network, card(network, name), first)
    loaded, loaded_card = load_network(first)
    save_checkpoint(loaded, replace(loaded_card, tensors_sha256=""), second)
    assert first.read_bytes() == second.read_bytes()
    assert loaded.state_dict().keys() == network.state_dict().keys()


def test_tiles_of_any_sides_put_together_equal_the_whole_picture(name):
    network = small(name)
    radius = network.receptive_radius or 0
    sides = (round_up(radius, network.stride) + 4 * network.stride + 5, 2 * network.stride + 3)
    assert all(side % network.stride for side in sides), "sides that a network must be padded to"
    core = round_up(sides[0] // 2, network.stride)
    values = np.random.default_rng(0).random((network.in_channels, *sides)).astype(np.float32)

    def belief(core):
        model = Segmenter(
            copy.deepcopy(network), card(network, name), torch.device("cpu"), precision="float32"
        )
        model._tiled.largest = core
        found = np.full((CLASSES, *sides), np.nan, np.float32)
        for (rows, columns), part in model.stream(ArrayPicture(values)):
            found[:, rows, columns] = part
        assert np.isfinite(found).all()
        return found

    whole = belief(4096)
    assert np.allclose(whole.sum(axis=0), 1, atol=1e-5)
    if network.receptive_radius is not None:
        assert np.abs(belief(core) - whole).max() <= 1e-4


def test_no_output_pixel_sees_beyond_the_receptive_radius(name):
    network = small(name)
    if network.receptive_radius is None:
        return
    network = network.double()
    for parameter in network.parameters():
        parameter.data.abs_().add_(1e-3)  # no ReLU hides a path, and no softmax is certain
        if parameter.dim() > 1:
            total = parameter.data.flatten(1).sum(1)
            parameter.data /= total.view(-1, 1, 1, 1)
    radius = network.receptive_radius
    side = side_of(network, 2 * radius + 2 * network.stride)
    generator = torch.Generator().manual_seed(1)
    images = torch.rand(
        1, network.in_channels, side, side_of(network), generator=generator, dtype=torch.double
    )
    images.requires_grad_(True)
    scores = network(images)
    middle = network.stride * (scores.shape[2] // 2 // network.stride)
    seen: list[int] = []
    for at in (middle, middle + network.stride - 1):
        line = scores[0, :, at].sum()
        (grad,) = torch.autograd.grad(line, images, retain_graph=True)
        rows = grad[0].sum(dim=(0, 2)).nonzero() - (at + network.margin)
        seen += [-int(rows.min()), int(rows.max())]
    furthest = max(seen)
    assert furthest <= radius
    assert furthest >= 0.5 * radius
