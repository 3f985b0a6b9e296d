from __future__ import annotations

import numpy as np
import pytest
import tifffile
import torch

from engine.core.label_set import LabelSet
from engine.errors import Cancelled
from engine.inference.segmenter import Segmenter
from engine.io import windows
from engine.io.opening import open_image, read_labels
from engine.io.windows import large_shape
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.models.unet import UNet
from engine.progress import Progress
from engine.workflow.predict_large import predict_large


def segmenter(core):
    torch.manual_seed(0)
    card = ModelCard(
        "tiny", "Tiny", "unet", {}, LabelSet.named(["background", "one", "two"]),
        InputCard(("grey",), 0, 100), TrainingCard("none", "none", "none", 0, 0),
    )  # fmt: skip
    network = UNet(in_channels=1, classes=3, base=2, depth=2).eval()
    found = Segmenter(network, card, torch.device("cpu"), precision="float32")
    found._largest = core
    return found


@pytest.fixture
def large(tmp_path):
    """A tiled picture whose extremes lie where every sample of the intensities sees them."""
    pixels = np.random.default_rng(0).integers(5, 250, (300, 421, 3)).astype(np.uint8)
    pixels[:9, :9], pixels[9:18, :9] = 0, 255
    path = tmp_path / "large.tif"
    tifffile.imwrite(path, pixels, tile=(64, 64), photometric="rgb", compression="deflate")
    return path


def test_a_large_picture_is_predicted_as_if_it_were_read_whole(large, tmp_path):
    whole = segmenter(2048).predict(open_image(large)).argmax()
    target = tmp_path / "mask.tif"
    found = predict_large(large, segmenter(64), target)
    labels = read_labels(target).labels
    assert (labels != whole).mean() < 1e-3  # ties, where float16 tells the two apart
    assert found.sides == labels.shape
    assert found.counts == tuple(np.bincount(labels.ravel(), minlength=3))
    assert len(set(np.unique(labels))) > 1


def test_a_large_picture_that_is_stopped_leaves_nothing(large, tmp_path):
    progress = Progress(lambda step: progress.cancel() if step.done == 3 else None)
    with pytest.raises(Cancelled):
        predict_large(large, segmenter(64), tmp_path / "mask.tif", progress)
    assert list(tmp_path.iterdir()) == [large]


def test_a_picture_is_large_from_a_number_of_pixels_on(large, tmp_path, monkeypatch):
    assert large_shape(large) is None
    monkeypatch.setattr(windows, "LARGE", 300 * 421)
    assert large_shape(large) == (300, 421)
    (tmp_path / "notes.tif").write_text("no picture")
    assert large_shape(tmp_path / "notes.tif") is None
    assert large_shape(tmp_path) is None
