from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.errors import ParameterError, WeightsError
from engine.models.encoder import make_encoder
from engine.models.encoders.library import TimmEncoder
from engine.models.encoders.staged import StagedEncoder
from engine.models.pretrained import load_pretrained
from engine.models.state_dicts import for_channels, load_matching, read_state_dict
from engine.models.vision import timm, torchvision

TORCHVISION = [
    ("alexnet", "alexnet", {"variant": "tv"}),
    ("vgg16", "vgg16", {}),
    ("vgg16_bn", "vgg16_bn", {}),
    ("resnet18", "resnet18", {}),
    ("resnet50", "resnet50", {}),
    ("resnet101", "resnet101", {}),
    ("resnext50_32x4d", "resnext50_32x4d", {}),
    ("wide_resnet50_2", "wide_resnet50_2", {}),
    ("densenet121", "densenet121", {}),
    ("mobilenet_v2", "mobilenet_v2", {}),
    ("shufflenet_v2", "shufflenet_v2_x1_0", {}),
    ("mnasnet", "mnasnet1_0", {}),
    ("googlenet", "googlenet", {"variant": "tv"}),
]


def peer(name: str) -> nn.Module:
    """torchvision's network with random weights and random statistics."""
    torch.manual_seed(3)
    options = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
    network = getattr(torchvision(), name)(**options).eval()
    return stirred(network)


def stirred(network: nn.Module) -> nn.Module:
    """With normalisations that change something."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            nn.init.uniform_(module.weight, 0.5, 1.0)
    return network


def assert_near(found: Tensor, expected: Tensor) -> None:
    assert (found - expected).abs().max() <= 1e-5 * expected.abs().max()


@pytest.mark.parametrize(("ours", "theirs", "options"), TORCHVISION)
def test_weights_that_torchvision_saved_load_name_by_name_and_agree(
    ours, theirs, options, tmp_path
):
    network = peer(theirs)
    torch.save(network.state_dict(), tmp_path / "weights.pth")
    encoder = make_encoder(ours, with_head=True, **options)
    encoder.eval()
    report = load_pretrained(encoder, tmp_path / "weights.pth")
    assert report.is_complete
    assert not report.unexpected
    assert set(report.loaded) == set(network.state_dict())
    assert isinstance(encoder, StagedEncoder)
    image = torch.rand(1, 3, 224, 224)
    with torch.inference_mode():
        assert_near(encoder.classify(image), network(image))


def test_gates_and_preactivation_compute_what_timm_computes():
    image = torch.rand(1, 3, 96, 96)
    for name, theirs in (("se_resnet50", "seresnet50"), ("preact_resnet50", "resnetv2_50")):
        torch.manual_seed(0)
        network = stirred(timm().create_model(theirs)).eval()
        encoder = make_encoder(name, with_head=True)
        encoder.eval()
        assert isinstance(encoder, StagedEncoder)
        state = network.state_dict()
        if name == "preact_resnet50":
            state = {renamed(key): value for key, value in state.items()}
            state["fc.weight"] = state["fc.weight"].flatten(1)
        report = load_matching(encoder, state)
        assert report.is_complete
        assert not report.unexpected
        with torch.inference_mode():
            assert_near(encoder.classify(image), network(image))


def renamed(name: str) -> str:
    """torchvision's kind of name for one of timm's pre-activated network."""
    if name.startswith("stages."):
        _, stage, _, block, rest = name.split(".", 4)
        rest = rest.replace("norm", "bn").replace("downsample.conv", "downsample.0")
        return f"layer{int(stage) + 1}.{block}.{rest}"
    return name.replace("stem.conv", "conv1").replace("head.fc", "fc")


def test_a_classifier_that_was_not_asked_for_stays_behind_and_is_named():
    network = peer("vgg16")
    report = load_matching(make_encoder("vgg16"), network.state_dict())
    assert report.is_complete
    assert set(report.unexpected) == {
        f"classifier.{i}.{p}" for i in (0, 3, 6) for p in ("weight", "bias")
    }
    assert report.lines() == (
        "26 of 26 tensors were filled from the file.",
        "Not used of the file: classifier.0.weight, classifier.0.bias, classifier.3.weight, "
        "classifier.3.bias, classifier.6.weight, classifier.6.bias.",
    )


def test_what_is_missing_and_what_has_another_shape_is_said_and_left_as_it_was():
    encoder = make_encoder("resnet18")
    state = dict(peer("resnet18").state_dict())
    del state["bn1.weight"]
    state["layer1.0.conv1.weight"] = torch.zeros(64, 64, 5, 5)
    before = {name: tensor.clone() for name, tensor in encoder.state_dict().items()}
    report = load_matching(encoder, state)
    assert not report.is_complete
    assert report.missing == ("bn1.weight",)
    assert report.misshaped == (("layer1.0.conv1.weight", (64, 64, 3, 3), (64, 64, 5, 5)),)
    after = encoder.state_dict()
    for name in ("bn1.weight", "layer1.0.conv1.weight"):
        assert torch.equal(after[name], before[name])
    assert torch.equal(after["conv1.weight"], state["conv1.weight"])
    assert (
        "layer1.0.conv1.weight is 64 x 64 x 5 x 5 in the file, but 64 x 64 x 3 x 3 here."
        in report.lines()
    )


def test_a_grey_image_gives_what_its_copy_in_colour_gave():
    network = peer("resnet18")
    colour, grey = make_encoder("resnet18"), make_encoder("resnet18", in_channels=1)
    for encoder in (colour, grey):
        encoder.eval()
        report = load_matching(encoder, network.state_dict())
    assert report.adapted == ("conv1.weight",)
    image = torch.rand(1, 1, 64, 64)
    with torch.inference_mode():
        pairs = zip(grey(image), colour(image.expand(-1, 3, -1, -1)), strict=True)
        for found, expected in pairs:
            assert_near(found, expected)


def test_five_channels_take_the_colours_by_turns_and_no_more_in_sum():
    weight = torch.rand(2, 3, 3, 3)
    five = for_channels(weight, 5)
    for channel, colour in enumerate((0, 1, 2, 0, 1)):
        torch.testing.assert_close(five[:, channel], weight[:, colour] * 3 / 5)
    torch.testing.assert_close(for_channels(weight, 3), weight)
    six = for_channels(weight, 6)
    torch.testing.assert_close(six.sum(1), weight.sum(1))


def test_what_wrappers_put_around_weights_is_taken_off(tmp_path):
    network = peer("resnet18")
    wrapped = {f"module._orig_mod.{name}": value for name, value in network.state_dict().items()}
    torch.save({"epoch": 3, "state_dict": wrapped}, tmp_path / "a.pth")
    assert load_pretrained(make_encoder("resnet18"), tmp_path / "a.pth").is_complete


def test_old_names_of_densenet_are_known():
    state = peer("densenet121").state_dict()
    old = {
        name.replace("norm1.", "norm.1.").replace("conv2.", "conv.2."): value
        for name, value in state.items()
    }
    assert old.keys() != state.keys()
    report = load_matching(make_encoder("densenet121"), old)
    assert report.is_complete
    assert set(report.unexpected) == {"classifier.weight", "classifier.bias"}


@pytest.mark.parametrize("name", ["resnet18", "vgg11", "mobilenetv3_small_050", "convnext_atto"])
def test_weights_of_timm_fit_the_encoder_that_timm_makes(name):
    torch.manual_seed(0)
    whole = timm().create_model(name)
    encoder = make_encoder(f"timm:{name}")
    assert isinstance(encoder, TimmEncoder)
    assert load_matching(encoder.network, whole.state_dict()).is_complete


def test_a_file_of_another_network_is_refused(tmp_path):
    torch.save({"weight": torch.zeros(3)}, tmp_path / "a.pth")
    with pytest.raises(WeightsError, match=r"a\.pth"):
        load_pretrained(make_encoder("lenet"), tmp_path / "a.pth")
    with pytest.raises(ParameterError):
        load_matching(make_encoder("lenet"), {})


def test_a_safetensors_file_is_read_too(tmp_path):
    from safetensors.torch import save_file

    encoder = make_encoder("lenet")
    save_file(encoder.state_dict(), tmp_path / "a.safetensors")
    assert load_pretrained(make_encoder("lenet"), tmp_path / "a.safetensors").is_complete


class Dangerous:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path("touched").touch, ())


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("content", ["code", "pickled", "noise", "empty", "list", "absent"])
def test_what_is_no_state_dict_is_refused_and_not_run(content, suffix, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"a{suffix}"
    if content == "code":
        torch.save({"weight": Dangerous()}, path)
    elif content == "pickled":
        path.write_bytes(pickle.dumps(Dangerous(), 2))
    elif content == "list":
        torch.save([torch.zeros(3)], path)
    elif content != "absent":
        path.write_bytes(b"" if content == "empty" else b"noise" * 100)
    with pytest.raises(WeightsError) as caught:
        read_state_dict(path)
    assert str(path) in caught.value.what
    assert not (tmp_path / "touched").exists()
