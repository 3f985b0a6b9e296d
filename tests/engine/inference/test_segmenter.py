from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_set import LabelSet
from engine.errors import Cancelled, DeviceError
from engine.inference import segmenter as module
from engine.inference.device import choose_device
from engine.inference.normalise import normalise
from engine.inference.segmenter import Segmenter
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.models.unet import UNet
from engine.progress import Progress


def card(channels=("grey",), spacing_mm=None, classes=3) -> ModelCard:
    names = ["background", *(f"class {i}" for i in range(1, classes))]
    training = TrainingCard("none", "nothing", "none", 0, 0)
    input_card = InputCard(channels, 0, 100, spacing_mm)
    return ModelCard("tiny", "Tiny", "unet", {}, LabelSet.named(names), input_card, training)


def make(spacing_mm=None, channels=1, seed=0) -> Segmenter:
    torch.manual_seed(seed)
    network = UNet(in_channels=channels, classes=3, base=2, depth=2).eval()
    names = ("grey",) if channels == 1 else ("red", "green", "blue")
    return Segmenter(network, card(names, spacing_mm), torch.device("cpu"))


def photo(sides, channels=1, dtype=np.uint8) -> Image:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 200, (channels, *sides)).astype(dtype)
    names = {1: ("grey",), 3: ("red", "green", "blue"), 4: ("red", "green", "blue", "alpha")}
    return Image(pixels, Geometry(sides), names[channels], Source(Path("a.png"), ""))


@pytest.mark.parametrize("sides", [(64, 64), (130, 75), (1, 1), (3, 150)])
def test_tiles_put_together_equal_the_whole_picture(sides, monkeypatch):
    image, model = photo(sides), make()
    whole = model.predict(image)
    monkeypatch.setattr(module, "CORE", 32)
    tiled = model.predict(image)
    assert np.abs(whole.values.astype(float) - tiled.values).max() <= 1e-3
    assert np.array_equal(whole.argmax(), tiled.argmax())


def test_each_part_is_told_once_and_together_they_are_the_result(monkeypatch):
    monkeypatch.setattr(module, "CORE", 32)
    image = photo((70, 50))
    grown = np.zeros((3, 70, 50), np.float16)
    steps = []

    def grow(box, values):
        grown[(slice(None), *box)] += values

    found = make().predict(image, Progress(steps.append), grow)
    assert np.array_equal(grown, found.values)
    assert steps[-1].done == steps[-1].total
    assert [step.done for step in steps] == sorted(step.done for step in steps)


def test_a_volume_is_predicted_the_same_in_any_file_order():
    rng = np.random.default_rng(2)
    values = rng.integers(0, 255, (9, 21, 18)).astype(np.uint8)
    plain = Image(
        values[None], Geometry(values.shape, np.eye(4)), ("grey",), Source(Path("a.nii"), "")
    )
    turned = np.ascontiguousarray(values[::-1].transpose(2, 0, 1))
    affine = np.array([[0, -1, 0, 8], [0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]], float)
    other = Image(
        turned[None], Geometry(turned.shape, affine), ("grey",), Source(Path("b.nii"), "")
    )
    a, b = make().predict(plain).values, make().predict(other).values
    back = b.transpose(0, 2, 3, 1)[:, ::-1]
    assert np.array_equal(a, back)


def test_a_volume_with_other_spacing_is_brought_to_the_models_and_back():
    values = np.zeros((20, 30, 4), np.uint8)
    values[5:15, 8:22] = 200
    image = Image(
        values[None],
        Geometry(values.shape, np.diag([2.0, 2.0, 5.0, 1.0])),
        ("grey",),
        Source(Path("a.nii"), ""),
    )
    found = make(spacing_mm=1.0).predict(image)
    assert found.values.shape == (3, 20, 30, 4)
    assert found.values.astype(float).sum(0) == pytest.approx(1, abs=1e-2)
    assert np.abs(found.values[..., 0].astype(float) - found.values[..., 3]).max() == 0


@pytest.mark.parametrize(("given", "wanted"), [(1, 3), (3, 1), (4, 3)])
def test_channels_are_brought_to_what_the_model_expects(given, wanted):
    image = photo((8, 9), given)
    names = ("grey",) if wanted == 1 else ("red", "green", "blue")
    found = normalise(image, InputCard(names, 0, 100))
    assert found.shape == (wanted, 8, 9)
    assert found.min() >= 0
    assert found.max() <= 1
    assert make(channels=wanted).predict(image).values.shape == (3, 8, 9)


def test_nan_in_an_image_does_not_spread():
    pixels = np.random.default_rng(0).random((1, 20, 20)).astype(np.float32)
    pixels[0, 5, 5] = np.nan
    image = Image(pixels, Geometry((20, 20)), ("grey",), Source(Path("a.tif"), ""))
    assert np.isfinite(make().predict(image).values).all()


def test_it_stops_between_tiles_when_asked(monkeypatch):
    monkeypatch.setattr(module, "CORE", 16)
    progress = Progress(lambda step: progress.cancel() if step.done == 2 else None)
    told = []
    with pytest.raises(Cancelled):
        make().predict(photo((64, 64)), progress, lambda box, _: told.append(box))
    assert len(told) == 3


def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(DeviceError, match="no device 'tpu'"):
        choose_device("tpu")
    if not torch.cuda.is_available():
        with pytest.raises(DeviceError, match="has no cuda"):
            choose_device("cuda")
    assert choose_device("cpu").type == "cpu"
