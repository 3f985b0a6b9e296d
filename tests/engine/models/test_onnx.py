"""Networks as .onnx files: the same scores, one card, and no file that is trusted."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_set import LabelSet
from engine.errors import DeviceError, ParameterError, WeightsError
from engine.inference.segmenter import Segmenter
from engine.models.card_json import card_text
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.models.onnx_graph import read_onnx, write_card
from engine.models.pspnet import GridMeans
from engine.models.table import MODELS
from engine.models.weights import load_network, read_card, save_checkpoint

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from engine.models.onnx_file import add_card, export_onnx  # noqa: E402 - after the skip
from engine.models.onnx_network import PROBABILITIES, SCORES, OnnxNetwork  # noqa: E402

CLASSES = 3
ROWS = ["unet", "unet2015", "unetpp-deep", "segnet", "fcn-8s-vgg16", "pspnet"]


def network_of(name):
    torch.manual_seed(0)
    network = MODELS.load(name)(**{"classes": CLASSES, **MODELS[name].small})
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_var, 0.8, 1.2)
    return network.eval()


def card_of(network, name="unet", classes=CLASSES, **input_):
    channels = ("grey",) if network.in_channels == 1 else ("red", "green", "blue")
    return ModelCard(
        name, name, name, {"classes": classes, **MODELS[name].small},
        LabelSet.named([f"class {i}" for i in range(classes)]), InputCard(channels, **input_),
        TrainingCard("none", "nothing", "none", 0, 0),
    )  # fmt: skip


@pytest.fixture
def exported(tmp_path):
    network = network_of("unet")
    path = tmp_path / "a.onnx"
    return network, export_onnx(network, card_of(network), path), path


def foreign(module, path, side=64, dynamic=True, channels=1):
    """What another program writes: no card."""
    import warnings

    axes = {"x": {0: "n", 2: "h", 3: "w"}} if dynamic else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(), (torch.rand(1, channels, side, side),), path, dynamo=False,
            input_names=["x"], output_names=["y"], dynamic_axes=axes, opset_version=18,
        )  # fmt: skip
    return path


def picture(channels=1, sides=(70, 45)):
    rng = np.random.default_rng(0)
    names = ("grey",) if channels == 1 else ("red", "green", "blue")
    pixels = rng.integers(0, 255, (channels, *sides)).astype(np.uint8)
    return Image(pixels, Geometry(sides), names, Source("a.png", ""))


@pytest.mark.parametrize("name", ROWS)
def test_a_file_gives_the_networks_scores_for_any_number_of_images_of_any_sides(name, tmp_path):
    network = network_of(name)
    path = tmp_path / "a.onnx"
    export_onnx(network, card_of(network, name), path)
    loaded, _ = load_network(path)
    for said in ("in_channels", "classes", "stride", "offset", "margin", "receptive_radius"):
        assert getattr(loaded, said) == getattr(network, said)
    generator = torch.Generator().manual_seed(3)
    side = 2 * network.margin + 6 * network.stride
    side += (network.offset - side) % network.stride
    for count, more in ((1, 3), (3, 0)):
        images = torch.rand(
            count, network.in_channels, side, side + more * network.stride, generator=generator
        )
        with torch.inference_mode():
            wanted = network(images)
        assert (loaded(images) - wanted).abs().max() <= 1e-4 * wanted.abs().max()


def test_a_card_travels_in_the_file_and_is_read_from_its_end_alone(exported):
    _, card, path = exported
    assert read_card(path) == card
    assert card.tensors_sha256 == read_onnx(path).sha256
    model = onnx.load(str(path))
    assert (
        json.loads({one.key: one.value for one in model.metadata_props}["sulcus"])["name"] == "unet"
    )
    onnx.checker.check_model(model)


def test_an_image_is_predicted_alike_with_both_files(exported, tmp_path):
    network, card, path = exported
    plain = tmp_path / "a.safetensors"
    save_checkpoint(network, replace(card, tensors_sha256=""), plain, half=False)
    found, wanted = (
        Segmenter.load(one, "cpu", precision="float32", memory=1e6).predict(picture())
        for one in (path, plain)
    )
    assert np.abs(found.values - wanted.values).max() < 2e-3  # half precision between
    assert found.values.std() > 0.01


def test_a_network_that_onnx_would_change_is_refused(tmp_path):
    network = network_of("network-with-crf")
    with pytest.raises(ParameterError, match="gives other scores in ONNX"):
        export_onnx(network, card_of(network), tmp_path / "a.onnx")
    assert not list(tmp_path.iterdir())


def test_a_changed_graph_is_refused(exported):
    _, _, path = exported
    model = onnx.load(str(path))
    weights = onnx.numpy_helper.to_array(model.graph.initializer[0])
    model.graph.initializer[0].CopyFrom(
        onnx.numpy_helper.from_array(weights + 1, model.graph.initializer[0].name)
    )
    onnx.save(model, str(path))
    with pytest.raises(WeightsError, match="was changed after it was saved"):
        load_network(path)


@pytest.mark.parametrize("kept", [0, 1, 100, -1, -2000])
def test_a_file_cut_short_is_refused_in_a_sentence(exported, kept):
    _, _, path = exported
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(WeightsError, match=r"a\.onnx' "):
        load_network(path)


@pytest.mark.parametrize(
    "content", [b"\x80\x02}q\x00.", b"PK\x03\x04" * 20, b"\xff" * 64, b"\x08\x07"]
)
def test_other_files_are_refused(content, tmp_path):
    path = tmp_path / "a.onnx"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"is no \.onnx file"):
        read_card(path)


def test_weights_in_another_file_are_refused_unread(exported, tmp_path):
    _, _, path = exported
    model = onnx.load(str(path))
    onnx.save(model, str(path), save_as_external_data=True, location="secret.bin", size_threshold=0)
    with pytest.raises(WeightsError, match="keeps its weights in another file"):
        load_network(path)


def test_tensors_in_other_files_are_found_within_branches_too(tmp_path):
    tensor = onnx.helper.make_tensor("t", onnx.TensorProto.FLOAT, [1], [1.0])
    tensor.data_location = onnx.TensorProto.EXTERNAL
    inner = onnx.helper.make_graph(
        [onnx.helper.make_node("Constant", [], ["c"], value=tensor)], "branch", [],
        [onnx.helper.make_tensor_value_info("c", onnx.TensorProto.FLOAT, [1])],
    )  # fmt: skip
    node = onnx.helper.make_node("If", ["b"], ["y"], then_branch=inner, else_branch=inner)
    graph = onnx.helper.make_graph(
        [node], "g", [onnx.helper.make_tensor_value_info("b", onnx.TensorProto.BOOL, [1])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1])],
    )  # fmt: skip
    path = tmp_path / "a.onnx"
    path.write_bytes(onnx.helper.make_model(graph).SerializeToString())
    with pytest.raises(WeightsError, match="keeps its weights in another file"):
        read_onnx(path)


def test_messages_nested_without_end_are_refused(tmp_path):
    inner = b""
    for number in (6, 5, 1) * 40:  # a graph in an attribute of a node of a graph ...
        head = bytes([number << 3 | 2])
        length = len(inner)
        inner = head + bytes([length & 0x7F | 0x80, length >> 7]) + inner
    path = tmp_path / "a.onnx"
    length = len(inner)
    path.write_bytes(b"\x08\x0a\x3a" + bytes([length & 0x7F | 0x80, length >> 7]) + inner)
    with pytest.raises(WeightsError, match=r"is no \.onnx file, or is damaged"):
        read_onnx(path)


def test_a_file_of_another_program_gets_a_card_beside_it_or_within(exported, tmp_path):
    network, card, _ = exported
    path = foreign(network, tmp_path / "other.onnx")
    with pytest.raises(WeightsError, match="has no model card"):
        load_network(path)
    beside = tmp_path / "other.json"
    beside.write_text(card_text(replace(card, tensors_sha256="")))
    loaded, found = load_network(path)
    assert found.label_set == card.label_set
    assert (loaded.in_channels, loaded.classes, loaded.stride) == (1, CLASSES, 4)
    assert loaded.receptive_radius is None
    kept = tmp_path / "kept.onnx"
    add_card(path, replace(card, title="Mine"), kept)
    assert load_network(kept)[1].title == "Mine"
    add_card(kept, replace(card, title="Mine again"), kept)  # the old card makes room
    assert load_network(kept)[1].title == "Mine again"


def test_a_card_of_other_classes_or_channels_is_refused(exported, tmp_path):
    network, card, _ = exported
    path = foreign(network, tmp_path / "other.onnx")
    four = replace(card, label_set=LabelSet.named("abcd"))
    with pytest.raises(WeightsError, match="gives 3 classes, but 4 are named: a, b, c, d"):
        add_card(path, four, tmp_path / "b.onnx")
    colours = replace(card, input=InputCard(("red", "green", "blue")))
    with pytest.raises(WeightsError, match="takes 1 channels, not 3"):
        add_card(path, colours, tmp_path / "b.onnx")
    assert not (tmp_path / "b.onnx").exists()


class Head(nn.Module):
    """A convolution and what comes after it."""

    def __init__(self, classes, after=None, stride=1):
        super().__init__()
        torch.manual_seed(2)
        self.conv = nn.Conv2d(1, classes, 3, stride=stride, padding=1)
        self.after = after or nn.Identity()

    def forward(self, x):
        return self.after(self.conv(x))


def test_probabilities_single_scores_and_coarse_maps_are_told_apart(tmp_path):
    images = torch.rand(1, 1, 64, 64)
    plain = OnnxNetwork(foreign(Head(3), tmp_path / "a.onnx"))
    assert (plain.facts.gives, plain.facts.factor) == (SCORES, 1)
    soft = OnnxNetwork(foreign(Head(3, nn.Softmax(dim=1)), tmp_path / "b.onnx"))
    assert soft.facts.gives == PROBABILITIES
    assert torch.allclose(soft(images).softmax(1), plain(images).softmax(1), atol=1e-5)
    alone, soft = (
        OnnxNetwork(foreign(Head(1, after), tmp_path / f"{name}.onnx"))
        for name, after in (("c", None), ("d", nn.Sigmoid()))
    )
    assert (alone.classes, alone.facts.gives, soft.facts.gives) == (2, SCORES, PROBABILITIES)
    assert torch.allclose(
        alone(images).softmax(1)[:, 1], Head(1).eval()(images)[:, 0].sigmoid(), atol=1e-5
    )
    assert torch.allclose(soft(images).softmax(1), alone(images).softmax(1), atol=1e-5)
    coarse = OnnxNetwork(foreign(Head(3, stride=4), tmp_path / "e.onnx"))
    assert coarse.facts.factor == 4
    assert coarse(images).shape == (1, 3, 64, 64)


def test_a_graph_of_one_size_alone_predicts_images_of_others(tmp_path):
    network = Head(2)
    path = foreign(network, tmp_path / "a.onnx", side=48, dynamic=False)
    card = card_of(OnnxNetwork(path), classes=2)
    add_card(path, card, path)
    found = Segmenter.load(path, "cpu").predict(picture())
    image = torch.from_numpy(picture().pixels.astype(np.float32) / 255)[None]
    low, high = picture().intensity_range()
    image = ((image * 255).clamp(low, high) - low) / (high - low)
    with torch.inference_mode():
        wanted = network(image).softmax(1)[0].numpy()
    inner = np.s_[:, 2:40, 2:40]
    assert np.abs(found.values[inner] - wanted[inner]).mean() < 2e-3  # borders of windows fade out


def test_what_is_no_network_from_images_to_classes_is_refused(tmp_path):
    path = foreign(nn.Sequential(nn.Flatten(), nn.Linear(64, 2)), tmp_path / "a.onnx", 8, False)
    with pytest.raises(WeightsError, match="gives no map of scores"):
        OnnxNetwork(path)


def test_an_onnx_file_runs_on_the_processor_in_its_own_precision(exported):
    _, _, path = exported
    assert Segmenter.load(path).device == "cpu"
    with pytest.raises(DeviceError, match="not on 'cuda'"):
        Segmenter.load(path, "cuda")
    with pytest.raises(DeviceError, match="in the precision of its file"):
        Segmenter.load(path, precision="bfloat16")


def test_an_onnx_file_says_what_a_pixel_costs(exported):
    network, card, path = exported
    loaded, _ = load_network(path)
    plain = Segmenter(network, card, torch.device("cpu"))
    ours = Segmenter(loaded, card, torch.device("cpu"))
    assert ours._tiled.runner.bytes_per_pixel() == pytest.approx(
        plain._tiled.runner.bytes_per_pixel()
    )


@pytest.mark.parametrize("grid", [1, 2, 3, 6])
def test_means_over_a_grid_as_products_are_those_of_adaptive_pooling(grid):
    x = torch.rand(2, 3, 11, 8)
    means = GridMeans(grid)
    product = means.shares(x, 2) @ x @ means.shares(x, 3).T
    assert torch.allclose(product, nn.functional.adaptive_avg_pool2d(x, grid), atol=1e-6)


def test_a_card_is_written_without_touching_the_graph(exported, tmp_path):
    _, _, path = exported
    before = read_onnx(path)
    other = tmp_path / "b.onnx"
    write_card(path, other, "{}")
    assert read_onnx(other).card == "{}"
    assert read_onnx(other).sha256 == before.sha256
