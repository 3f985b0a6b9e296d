from __future__ import annotations

import numpy as np
import pytest
import tifffile
import torch

from engine.core.label_set import LabelSet
from engine.errors import Cancelled
from engine.inference.method import ONCE, Method
from engine.inference.normalise import scaled
from engine.inference.picture import ArrayPicture
from engine.inference.runner import OutOfMemory
from engine.inference.segmenter import Segmenter
from engine.io import windows
from engine.io.opening import open_image, read_labels
from engine.io.windows import large_shape
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.models.unet import UNet
from engine.progress import Progress
from engine.project.snapshots import load_probabilities
from engine.workflow.checkpoint import hold_project
from engine.workflow.predict import large_case, predict_case
from engine.workflow.predict_large import predict_large
from engine.workflow.project import create_project


def segmenter(core, method=ONCE):
    torch.manual_seed(0)
    card = ModelCard(
        "tiny", "Tiny", "unet", {}, LabelSet.named(["background", "one", "two"]),
        InputCard(("grey",), 0, 100), TrainingCard("none", "none", "none", 0, 0),
    )  # fmt: skip
    network = UNet(in_channels=1, classes=3, base=2, depth=2).eval()
    found = Segmenter(network, card, torch.device("cpu"), precision="float32", method=method)
    found._tiled.largest = core
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


def test_probabilities_of_a_large_picture_go_to_disk_beside_its_mask(large, tmp_path):
    whole = segmenter(2048).predict(open_image(large)).values
    array = tmp_path / "beliefs.npy"
    predict_large(large, segmenter(64), tmp_path / "mask.tif", probabilities=array)
    found = np.load(array)
    assert found.dtype == np.float16
    assert found.shape == whole.shape
    assert np.abs(found.astype(float) - whole).max() <= 1e-3


def test_a_mask_stays_in_order_where_tiles_are_cut_up_for_want_of_memory(
    large, tmp_path, monkeypatch
):
    predict_large(large, segmenter(128), tmp_path / "whole.tif")
    model = segmenter(128)
    runner, asked = model._tiled.runner, []
    scores = runner.scores

    def shrinking(window, *check):
        asked.append(window.shape[2] * window.shape[3])
        if len(asked) > 3 and asked[-1] > 130 * 130:
            raise OutOfMemory
        return scores(window, *check)

    monkeypatch.setattr(runner, "scores", shrinking)
    predict_large(large, model, tmp_path / "cut.tif")
    assert max(asked[:3]) > 130 * 130
    whole, cut = (read_labels(tmp_path / f"{name}.tif").labels for name in ("whole", "cut"))
    assert (cut != whole).mean() < 1e-3


@pytest.mark.parametrize("blending", ["gaussian", "votes"])
def test_windows_that_overlap_are_written_as_they_become_final(large, tmp_path, blending):
    method = Method(blending=blending, window=64, step=48)
    image = open_image(large)
    pixels = scaled(image.pixels, image.intensity_range(0, 100), 1)
    whole = np.zeros(pixels.shape[1:], np.uint8)
    for part, belief in segmenter(64, method).stream(ArrayPicture(pixels)):
        whole[part] = belief.argmax(axis=0)
    predict_large(large, segmenter(64, method), tmp_path / "mask.tif")
    assert np.array_equal(read_labels(tmp_path / "mask.tif").labels, whole)


def test_a_large_picture_that_is_stopped_leaves_nothing(large, tmp_path):
    progress = Progress(lambda step: progress.cancel() if step.done == 3 else None)
    paths = {"target": tmp_path / "mask.tif", "probabilities": tmp_path / "beliefs.npy"}
    with pytest.raises(Cancelled):
        predict_large(large, segmenter(64), progress=progress, **paths)
    assert list(tmp_path.iterdir()) == [large]


def test_a_large_case_is_predicted_from_disk_and_kept(large, tmp_path, monkeypatch):
    model = segmenter(64)
    project = create_project(tmp_path / "a.sulcus", model.card.label_set, [large])
    case = project.cases[0].id
    assert large_case(project.folder, case) is None
    monkeypatch.setattr(windows, "LARGE", 300 * 421)
    path = large_case(project.folder, case)
    assert path == large
    told = []
    with hold_project(project.folder) as hold:
        found = predict_case(
            project.folder, case, path, model, None, lambda box, _: told.append(box), (290, 5),
            right=hold,
        )  # fmt: skip
    whole = segmenter(2048).predict(open_image(large)).values
    assert np.abs(found.values.astype(float) - whole).max() <= 1e-3
    assert told[0][0].start <= 290 < told[0][0].stop
    assert told[0][1].start <= 5 < told[0][1].stop
    kept = load_probabilities(project.folder, case, found.geometry, found.label_set)
    assert np.array_equal(kept.values, found.values)


def test_a_picture_is_large_from_a_number_of_pixels_on(large, tmp_path, monkeypatch):
    assert large_shape(large) is None
    monkeypatch.setattr(windows, "LARGE", 300 * 421)
    assert large_shape(large) == (300, 421)
    (tmp_path / "notes.tif").write_text("no picture")
    assert large_shape(tmp_path / "notes.tif") is None
    assert large_shape(tmp_path) is None
