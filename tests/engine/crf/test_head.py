from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.core.label_set import LabelSet
from engine.crf.convcrf import ConvCRF
from engine.crf.gaussians import GaussianKernel
from engine.crf.head import NetworkWithCrf, network_with_crf
from engine.crf.parameters import CrfParameters
from engine.errors import WeightsError
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
