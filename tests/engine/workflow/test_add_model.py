"""A model of one's own: looked at, tried on an image, and kept; and why not, in plain words."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image as Pillow
from torch import nn

from engine.errors import Cancelled, ParameterError, SulcusError, UnknownName, WeightsError
from engine.files import sha256_of
from engine.models.model_card import WHOLE_TYPE
from engine.models.table import MODELS
from engine.models.weights import FOLDER_VARIABLE, iterate_cards, load_network, read_card
from engine.progress import Progress
from engine.workflow.add_model import OwnModel, add_model, remove_model
from engine.workflow.own_models import CHECKPOINT, GRAPH, STATE_DICT, VOC, inspect_model
from engine.workflow.predict import list_models, load_segmenter


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A person's folder of models, empty at first."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    values = np.random.default_rng(0).integers(0, 255, (40, 50, 3)).astype(np.uint8)
    Pillow.fromarray(values).save(path)
    return path


@pytest.fixture
def weights(tmp_path):
    """A U-Net's weights as a training program writes them."""
    torch.manual_seed(0)
    network = MODELS.load("unet")(in_channels=3, classes=3, base=4, depth=4)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.2, 0.2)
    path = tmp_path / "mine.pth"
    state = {f"module.{name}": tensor for name, tensor in network.state_dict().items()}
    torch.save({"state_dict": state, "epoch": 3}, path)
    return network.eval(), path


def own(path, photo, **changes):
    said = {
        "architecture": "unet", "classes": ("ground", "cell", "edge"), "arguments": {"base": 4},
        "normalisation": "imagenet", "image": photo,
    }  # fmt: skip
    return OwnModel(path, **{**said, **changes})


def test_a_file_says_its_channels_its_classes_and_the_network_it_is_for(weights):
    facts = inspect_model(weights[1])
    assert (facts.kind, facts.in_channels, facts.classes) == (STATE_DICT, 3, 3)
    (found,) = facts.suggestions
    assert (found.architecture, found.arguments, found.share) == ("unet", {"base": 4}, 1.0)


def test_weights_of_torchvision_are_recognised_with_their_classes(tmp_path):
    from engine.models.vision import torchvision

    library = torchvision().segmentation
    network = library.fcn_resnet50(
        weights=None, weights_backbone=None, num_classes=21, aux_loss=True
    )
    path = tmp_path / "fcn.pth"
    torch.save(network.state_dict(), path)
    facts = inspect_model(path)
    assert facts.suggestions[0].architecture == "torchvision-fcn-resnet50"
    assert facts.names == VOC


def test_a_model_that_fits_is_tried_kept_and_listed(weights, photo, folder):
    network, path = weights
    report = add_model(own(path, photo))
    assert report.path == folder / "mine.safetensors"
    count = len([name for name in network.state_dict() if not name.endswith("tracked")])
    assert f"of {count + 18} tensors were filled" in report.lines[0]
    assert sum(report.trial.shares.values()) == pytest.approx(1)
    assert report.trial.picture.shape == (40, 50, 3)
    loaded, card = load_network(report.path)
    for name, tensor in network.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor), name
    assert card.label_set.names == ("ground", "cell", "edge")
    assert (card.input.scale, card.input.mean) == (WHOLE_TYPE, (0.485, 0.456, 0.406))
    assert card.training.parent.endswith(sha256_of(path))
    assert "mine" in [one.name for one in list_models()]
    assert load_segmenter("mine", "cpu").card == card


def test_what_a_model_gives_is_what_its_maker_computed(weights, photo):
    """ImageNet's mean and deviation, then the network: as in its training program."""
    from engine.io.opening import open_image

    network, path = weights
    add_model(own(path, photo))
    found = load_segmenter("mine", "cpu", precision="float32").predict(open_image(photo))
    values = np.asarray(Pillow.open(photo), np.float32).transpose(2, 0, 1) / 255
    mean, deviation = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    values = (values - np.reshape(mean, (3, 1, 1))) / np.reshape(deviation, (3, 1, 1))
    padded = np.zeros((3, 48, 64), np.float32)
    padded[:, :40, :50] = values
    with torch.inference_mode():
        wanted = network(torch.from_numpy(padded)[None]).softmax(1)[0, :, :40, :50].numpy()
    inner = np.s_[:, :16, :16]
    assert np.abs(found.values[inner].astype(np.float32) - wanted[inner]).mean() < 5e-3


def test_too_few_classes_are_told_by_their_number(weights, photo, folder):
    with pytest.raises(WeightsError, match="gives 3 classes, but 2 are named: ground, cell"):
        add_model(own(weights[1], photo, classes=("ground", "cell")))
    assert not folder.exists()


def test_no_classes_are_told_with_their_number(weights, photo):
    with pytest.raises(ParameterError, match="Its last layer gives 3 of them"):
        add_model(own(weights[1], photo, classes=()))


def test_another_network_is_refused_with_the_one_it_looks_like(weights, photo):
    with pytest.raises(WeightsError, match="It looks like 'unet'"):
        add_model(own(weights[1], photo, architecture="fcn-32s-vgg16", arguments={}))
    with pytest.raises(WeightsError, match=r"holds weights without a network\. It looks like"):
        add_model(own(weights[1], photo, architecture=""))


def test_a_network_that_is_wider_is_refused_with_names_and_shapes(weights, photo):
    with pytest.raises(WeightsError, match="4 x 3 x 3 x 3 in the file, but 8 x 3 x 3 x 3 here"):
        add_model(own(weights[1], photo, arguments={"base": 8}))


def test_an_argument_that_the_network_has_not_is_told(weights, photo):
    with pytest.raises(ParameterError, match=r"cannot be made so: .*unexpected keyword"):
        add_model(own(weights[1], photo, arguments={"breadth": 8}))


def test_unknown_names_are_answered_with_the_one_that_was_meant(weights, photo):
    with pytest.raises(UnknownName, match="Did you mean 'unet'"):
        add_model(own(weights[1], photo, architecture="unett"))
    with pytest.raises(UnknownName, match="Did you mean 'imagenet'"):
        add_model(own(weights[1], photo, normalisation="imagnet"))


def test_a_name_that_is_taken_is_refused(weights, photo):
    add_model(own(weights[1], photo))
    with pytest.raises(ParameterError, match="There is a model 'mine' already"):
        add_model(own(weights[1], photo))
    with pytest.raises(ParameterError, match="There is a model 'unet-brain' already"):
        add_model(own(weights[1], photo, name="unet-brain"))


def test_a_trial_keeps_nothing(weights, photo, folder):
    report = add_model(own(weights[1], photo), keep=False)
    assert report.path is None
    assert not folder.exists()


def test_weights_that_are_no_numbers_are_refused(weights, photo, folder):
    network, path = weights
    state = network.state_dict()
    state["head.bias"] = torch.full_like(state["head.bias"], torch.nan)
    torch.save(state, path)
    with pytest.raises(WeightsError, match="gives numbers that are none"):
        add_model(own(path, photo))
    assert not folder.exists()


def test_one_class_everywhere_is_remarked(weights, photo):
    network, path = weights
    state = network.state_dict()
    state["head.bias"] = torch.tensor([0.0, 1e4, 0.0])
    torch.save(state, path)
    report = add_model(own(path, photo))
    assert report.trial.notes == (
        "All of 'photo.png' became 'cell': check the normalisation and the order of classes.",
    )


def test_a_checkpoint_of_sulcus_keeps_its_card(tiny_photo_weights, photo):
    facts = inspect_model(tiny_photo_weights)
    assert (facts.kind, facts.names) == (CHECKPOINT, ("background", "object"))
    report = add_model(OwnModel(tiny_photo_weights, name="again", image=photo))
    assert read_card(report.path).training.recipe == read_card(tiny_photo_weights).training.recipe
    assert read_card(report.path).name == "again"
    with pytest.raises(WeightsError, match="gives 2 classes, but 3 are named"):
        add_model(OwnModel(tiny_photo_weights, name="third", classes=("a", "b", "c"), image=photo))


def test_a_model_for_volumes_is_tried_on_a_slice_of_the_sample(tiny_weights):
    from dataclasses import replace

    from engine.models.weights import save_checkpoint

    network, card = load_network(tiny_weights)
    path = tiny_weights.parent / "spaced.safetensors"
    spaced = replace(card, input=replace(card.input, spacing_mm=2.0), tensors_sha256="")
    save_checkpoint(network, spaced, path)
    report = add_model(OwnModel(path), keep=False)
    assert report.trial.name == "mni152_t1.nii.gz"


def test_a_model_is_removed_and_a_shipped_one_is_not(weights, photo, folder):
    add_model(own(weights[1], photo))
    assert remove_model("mine") == folder / "mine.safetensors"
    assert not list(folder.iterdir())
    with pytest.raises(ParameterError, match="comes with Sulcus"):
        remove_model("unet-brain")
    with pytest.raises(UnknownName):
        remove_model("mine")


def test_a_damaged_model_is_left_out_of_the_list(folder):
    folder.mkdir()
    (folder / "broken.safetensors").write_bytes(b"nothing")
    names = [card.name for card in iterate_cards()]
    assert names == ["unet-brain", "unet-objects"]


def test_stopping_keeps_nothing(weights, photo, folder):
    progress = Progress(lambda step: progress.cancel() if "image" in step.what else None)
    with pytest.raises(Cancelled):
        add_model(own(weights[1], photo), progress)
    assert not folder.exists()


def test_a_pickle_that_would_run_code_is_refused(tmp_path, photo):
    import os
    import pickle

    class Evil:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "ran"),))

    path = tmp_path / "evil.pth"
    path.write_bytes(pickle.dumps(Evil(), protocol=2))
    with pytest.raises(SulcusError):
        add_model(own(path, photo))
    assert not (tmp_path / "ran").exists()


def test_a_graph_of_another_program_becomes_a_model(weights, photo, tmp_path, folder):
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    import warnings

    network, _ = weights
    path = tmp_path / "graph.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network, (torch.rand(1, 3, 64, 64),), path, dynamo=False, input_names=["x"],
            output_names=["y"], dynamic_axes={"x": {2: "h", 3: "w"}, "y": {2: "h", 3: "w"}},
        )  # fmt: skip
    facts = inspect_model(path)
    assert (facts.kind, facts.in_channels, facts.classes) == (GRAPH, 3, 3)
    report = add_model(own(path, photo, architecture="", arguments={}))
    assert report.path == folder / "graph.onnx"
    card = read_card(report.path)
    assert (card.label_set.names, card.network) == (("ground", "cell", "edge"), "onnx")
    assert json.loads(json.dumps(card.arguments)) == {}
    again = add_model(OwnModel(report.path, name="copy", image=photo))
    assert read_card(again.path).label_set == card.label_set
