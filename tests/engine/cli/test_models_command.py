"""Models of one's own and .onnx files, on the command line."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image as Pillow

import main
from engine.models.table import MODELS
from engine.models.weights import FOLDER_VARIABLE


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "models"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def cli(capfd):
    def run(*arguments, status=0):
        capfd.readouterr()
        found = main.main([str(one) for one in arguments])
        out, err = capfd.readouterr()
        assert found == status, err
        return out if status == 0 else err

    return run


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    values = np.random.default_rng(0).integers(0, 255, (40, 50, 3)).astype(np.uint8)
    Pillow.fromarray(values).save(path)
    return path


@pytest.fixture
def weights(tmp_path):
    torch.manual_seed(0)
    path = tmp_path / "mine.pth"
    network = MODELS.load("unet")(in_channels=3, classes=2, base=4, depth=4)
    torch.save(network.state_dict(), path)
    return path


def test_a_model_is_inspected_added_used_and_removed(cli, weights, photo, tmp_path):
    assert "may be for: unet --set base=4 (100% fits)" in cli("models", "--inspect", weights)
    said = ("--architecture", "unet", "--set", "base=4", "--classes", "ground,cell")
    add = ("models", "--add", weights, *said, "--normalisation", "unit", "--image", photo)
    assert "It was not kept." in cli(*add, "--dry-run")
    assert not (tmp_path / "models").exists()
    assert "predict with --model mine" in cli(*add)
    assert "mine" in json.loads(cli("models", "--json"))["installed"]
    cli("predict", photo, "--model", "mine", "--device", "cpu", "--out", tmp_path / "masks")
    assert (tmp_path / "masks" / "photo_mask.png").is_file()
    assert "is removed" in cli("models", "--remove", "mine")
    assert "mine" not in json.loads(cli("models", "--json"))["installed"]


def test_what_does_not_fit_is_refused_in_plain_words(cli, weights, photo):
    add = ("models", "--add", weights, "--architecture", "unet", "--set", "base=4")
    error = cli(*add, "--classes", "a,b,c", status=1)
    assert "Its last layer gives 2 classes, but 3 are named: a, b, c." in error
    assert "sets nothing" in cli(*add, "--set", "depth", status=1)


def test_a_model_written_as_onnx_predicts_what_it_did(cli, tiny_photo_weights, photo, tmp_path):
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    graph = tmp_path / "tiny.onnx"
    cli("models", "--export-onnx", tiny_photo_weights, "--out", graph)
    for name, weights in (("a", tiny_photo_weights), ("b", graph)):
        cli("predict", photo, "--weights", weights, "--device", "cpu", "--precision", "auto",
            "--probabilities", "--out", tmp_path / name)  # fmt: skip
    ours, theirs = (np.load(tmp_path / name / "photo_probabilities.npy") for name in "ab")
    assert np.abs(ours.astype(np.float32) - theirs.astype(np.float32)).max() < 2e-3
    assert "is an .onnx file already" in cli("models", "--export-onnx", graph, status=1)
    assert "no name for an .onnx file" in cli(
        "models", "--export-onnx", tiny_photo_weights, "--out", tmp_path / "a.txt", status=1
    )
