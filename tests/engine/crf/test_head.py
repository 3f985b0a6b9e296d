from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from engine.core.label_set import LabelSet
from engine.crf.convcrf import ConvCRF
from engine.crf.gaussians import GaussianKernel
from engine.crf.head import NetworkWithCrf, network_with_crf
from engine.crf.parameters import CrfParameters
from engine.errors import ParameterError, WeightsError
from engine.inference.picture import ArrayPicture
from engine.inference.segmenter import Segmenter
from engine.learning.losses import segmentation_loss
from engine.models.model_card import InputCard, JsonValue, ModelCard, TrainingCard
from engine.models.unet import UNet
from engine.models.weights import load_network, save_checkpoint

SMALL: dict[str, JsonValue] = {
    "network": "unet",
    "base": 2,
    "depth": 1,
    "filter_size": 5,
    "iterations": 2,
    "appearance_position": None,
    "compatibility": True,
}


def images(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def card(arguments: dict[str, JsonValue]) -> ModelCard:
    return ModelCard(
        name="squares",
        title="Squares",
        network="network-with-crf",
        arguments=arguments,
        label_set=LabelSet.named(["background", "square"]),
        input=InputCard(("grey",)),
        training=TrainingCard("test", "squares", "none", seed=0, steps=0),
    )


def test_the_scores_are_those_of_the_crf_on_what_the_network_says():
    torch.manual_seed(0)
    head = network_with_crf(**SMALL).eval()
    given = images(2, 1, 8, 10)
    scores = head(given)
    assert scores.shape == (2, 2, 8, 10)
    wanted = head.crf(head.network(given), 255 * given)
    assert torch.allclose(scores.softmax(1), wanted)
    assert not torch.allclose(wanted, head.network(given).softmax(1), atol=1e-3)


def test_the_loss_reaches_network_crf_and_learned_features():
    torch.manual_seed(0)
    kernel = GaussianKernel("texture", 1.0, {"texture": 1.0})
    network = UNet(base=2, depth=1)
    crf = ConvCRF(CrfParameters(filter_size=5, iterations=2), [kernel])
    head = NetworkWithCrf(network, crf, {"texture": nn.Conv2d(1, 3, 3, padding=1)})
    labels = (images(2, 8, 8, seed=1) > 0.5).long()
    segmentation_loss(head(images(2, 1, 8, 8)), labels).backward()
    unused = {"crf.message_weight"}  # of the released convention
    for name, parameter in head.named_parameters():
        assert name in unused or parameter.grad is not None, name
        assert name in unused or parameter.grad.isfinite().all(), name
    for name in ("network.head.weight", "crf.smoothness_weight", "features.texture.weight"):
        assert head.get_parameter(name).grad.abs().max() > 0, name


def test_under_half_precision_the_crf_still_computes_in_full():
    torch.manual_seed(0)
    head = network_with_crf(**SMALL).eval()
    given = images(1, 1, 8, 8)
    with torch.autocast("cpu", torch.bfloat16):
        scores = head(given)
        wanted = head.network(given).float()
    assert scores.dtype == torch.float32
    assert torch.allclose(scores, head.crf(wanted, 255 * given, as_scores=True), atol=1e-5)


class Pointwise(nn.Module):
    """A network whose output pixel sees that pixel alone."""

    in_channels, classes, stride, offset, margin, receptive_radius = 1, 2, 1, 0, 0, 0

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(1, 2, 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.convolution(images)


@pytest.mark.parametrize("blur", [1, 2, 4])
@pytest.mark.parametrize("normalisation", ["none", "symmetric"])
@pytest.mark.parametrize("network", [Pointwise, lambda: UNet(base=2, depth=1)])
def test_no_pixel_sees_further_than_the_receptive_radius(network, blur, normalisation):
    torch.manual_seed(0)
    settings = CrfParameters(
        filter_size=3, iterations=1, blur=blur, normalisation=normalisation, appearance_colour=60.0
    )
    head = NetworkWithCrf(network(), ConvCRF(settings)).double().eval()
    radius = head.receptive_radius
    assert head.stride % blur == 0
    side = 4 * -(-(2 * radius + 8) // 4)
    given = images(1, 1, side, side).double()
    seen = 0
    for row in range(side // 2, side // 2 + 4):
        changed = given.clone()
        changed[0, 0, row, side // 2] += 0.2
        rows, columns = (head(given) != head(changed))[0].any(0).nonzero().T
        seen = max(seen, int((rows - row).abs().max()), int((columns - side // 2).abs().max()))
    assert 0 < seen <= radius
    if network is Pointwise and blur == 1:
        assert seen == radius


def test_a_held_network_keeps_its_weights_and_statistics_in_training():
    head = network_with_crf(**SMALL)
    head.hold_network(held=True)
    head.train()
    assert not head.network.training
    assert head.crf.training
    before = {name: value.clone() for name, value in head.network.state_dict().items()}
    head(images(2, 1, 8, 8)).square().sum().backward()
    assert all(parameter.grad is None for parameter in head.network.parameters())
    for name, value in head.network.state_dict().items():
        assert torch.equal(value, before[name])
    head.hold_network(held=False)
    assert head.network.training
    assert all(parameter.requires_grad for parameter in head.network.parameters())


def test_a_checkpoint_brings_back_network_crf_and_matrix(tmp_path):
    path = tmp_path / "squares.safetensors"
    head = network_with_crf(**SMALL)
    with torch.no_grad():
        head.crf.appearance_weight.fill_(1.5)
        head.crf.compatibility.copy_(torch.tensor([[-0.5, 2.0], [0.25, 0.0]]))
    save_checkpoint(head, card(SMALL), path)
    loaded, _ = load_network(path)
    assert isinstance(loaded, NetworkWithCrf)
    assert loaded.crf.settings.appearance_position == float("inf")
    given = images(1, 1, 8, 8)
    assert torch.allclose(loaded(given), head.eval()(given), atol=0.05)
    assert loaded.crf.appearance_weight == 1.5
    assert torch.equal(loaded.crf.compatibility, head.crf.compatibility)


WITH_KERNELS = SMALL | {
    "kernels": [
        {"name": "texture", "weight": 1.5, "widths": {"texture": 0.5, "position": 4.0}},
        {"name": "near", "weight": 0.25, "widths": {"colour": 20.0, "position": None}},
    ],
    "features": {"texture": [4, 3]},
}


def test_a_checkpoint_brings_back_kernels_of_learned_features(tmp_path):
    torch.manual_seed(0)
    path = tmp_path / "squares.safetensors"
    head = network_with_crf(**WITH_KERNELS)
    with torch.no_grad():
        head.crf.texture_texture.fill_(0.75)
    save_checkpoint(head, card(WITH_KERNELS), path, half=False)
    loaded, read = load_network(path)
    assert read.arguments == WITH_KERNELS
    assert [one.name for one in loaded.crf.kernels] == [
        "appearance", "smoothness", "texture", "near",
    ]  # fmt: skip
    assert loaded.crf.kernels[3].features() == ["colour"]
    assert loaded.crf.texture_texture == 0.75
    given = images(1, 1, 8, 8)
    found = loaded(given)
    assert torch.allclose(found, head.eval()(given), atol=1e-5)
    with torch.no_grad():
        loaded.features["texture"][0].weight.mul_(3)
    assert not torch.allclose(loaded(given), found, atol=1e-4)
    again = tmp_path / "again.safetensors"
    save_checkpoint(head, replace(read, tensors_sha256=""), again, half=False)
    assert again.read_bytes() == path.read_bytes()


def test_a_head_with_more_kernels_predicts_tile_by_tile_as_in_one_piece(tmp_path):
    torch.manual_seed(0)
    path = tmp_path / "squares.safetensors"
    save_checkpoint(network_with_crf(**WITH_KERNELS), card(WITH_KERNELS), path)
    values = np.random.default_rng(0).random((1, 90, 41)).astype(np.float32)
    found = []
    for largest in (4096, 32):
        model = Segmenter.load(path, "cpu")
        model._tiled.largest = largest
        belief = np.full((2, 90, 41), np.nan, np.float32)
        for (rows, columns), part in model.stream(ArrayPicture(values)):
            belief[:, rows, columns] = part
        found.append(belief)
    assert np.abs(found[0] - found[1]).max() <= 1e-4


def test_the_receptive_radius_counts_a_feature_that_sees_further_than_the_network():
    settings = CrfParameters(filter_size=3, iterations=1)
    kernel = GaussianKernel("texture", 1.0, {"texture": 0.2})
    texture = nn.Sequential(nn.Conv2d(1, 2, 5, padding=2), nn.Conv2d(2, 2, 3, padding=1))
    head = NetworkWithCrf(Pointwise(), ConvCRF(settings, [kernel]), {"texture": texture})
    plain = NetworkWithCrf(Pointwise(), ConvCRF(settings))
    assert head.receptive_radius == plain.receptive_radius + 3
    head = head.double().eval()
    given = images(1, 1, 24, 24).double()
    changed = given.clone()
    changed[0, 0, 12, 12] += 0.2
    rows, columns = (head(given) != head(changed))[0].any(0).nonzero().T
    seen = max(int((rows - 12).abs().max()), int((columns - 12).abs().max()))
    assert plain.receptive_radius < seen <= head.receptive_radius


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kernels": [{"name": "texture", "widths": {"colour": 1.0}}]}, "weight"),
        ({"kernels": [{"name": "a", "weight": 1.0, "widths": {"shape": 1.0}}]}, "'shape'"),
        ({"kernels": [{"name": "a", "weight": 1.0, "widths": 2.0}]}, "describes no kernel"),
        ({"kernels": [{"name": "a", "weight": 1.0, "widths": {"colour": "wide"}}]}, "wide"),
        ({"kernels": ["texture"]}, "describes no kernel"),
        ({"features": {"texture": []}}, "no feature 'texture'"),
        ({"features": {"colour": [3]}}, "no feature 'colour'"),
        ({"features": {"keys": [3]}}, "no feature 'keys'"),
        ({"features": {"a.b": [3]}}, "no feature 'a.b'"),
        ({"kernels": [{"name": "unary", "weight": 1.0, "widths": {"colour": 1.0}}]}, "unary"),
    ],
)
def test_a_kernel_or_feature_that_is_none_is_refused(wrong, said):
    with pytest.raises(ParameterError, match=said):
        network_with_crf(**SMALL | wrong)


@pytest.mark.parametrize("wrong", [{"iterations": 0}, {"network": "nothing"}, {"depht": 1}])
def test_a_checkpoint_whose_card_makes_no_such_network_is_refused(tmp_path, wrong):
    path = tmp_path / "squares.safetensors"
    save_checkpoint(network_with_crf(**SMALL), card(SMALL | wrong), path)
    with pytest.raises(WeightsError):
        load_network(path)


def test_a_network_of_several_heads_is_trained_through_its_main_one():
    torch.manual_seed(0)
    head = network_with_crf(network="unetpp-deep", classes=3, widths=(4, 4, 4), iterations=2)
    head.train()
    scores = head(images(1, 1, 16, 16))
    assert scores.shape == (1, 3, 16, 16)
    segmentation_loss(scores, torch.ones(1, 16, 16, dtype=torch.int64)).backward()
    learned = {n for n, p in head.named_parameters() if p.grad is not None and p.grad.any()}
    assert "network.heads.2.weight" in learned
    assert "network.heads.1.weight" not in learned
