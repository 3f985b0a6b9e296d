"""Train the shipped model 'unet-objects' on pictures that are made here.

Run from the root as
``PYTHONPATH=. OPENBLAS_NUM_THREADS=1 python packaging/train_objects.py``. The
pictures come from `draw_scenes`, with the textures brick, grass and gravel that scikit-image
bundles.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from draw_scenes import draw_scene
from numpy.random import Generator
from PIL import Image as Picture
from scipy import ndimage
from skimage.filters import sobel
from skimage.segmentation import watershed
from torch import Tensor, nn

from engine.core.arrays import Floats, Mask, Pixels
from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_set import LabelClass, LabelSet
from engine.files import sha256_of
from engine.learning.train import TrainSettings, checkpoint_writer, log_step, predict, train
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.models.unet import UNet
from engine.models.weights import load_network, save_checkpoint
from engine.progress import Progress

log = logging.getLogger(__name__)

BASE = 12
TEXTURES = ("brick.png", "grass.png", "gravel.png")
INPUT = InputCard(channels=("red", "green", "blue"), low=0.5, high=99.5)
_LIMITS = (
    "Learned from drawn pictures only. Meant for compact things of 15 to 200 pixels that lie on a "
    "fairly even ground (coins, nuclei, seeds); in scenes of many kinds of things what counts as "
    "an object is a guess, and large smooth objects may come out hollow. On nuclei about as good "
    "as an Otsu threshold (0.82). Gives one class: touching objects are not told apart."
)


def read_textures() -> list[Floats]:
    """The bundled textures, each (512, 512) with mean 0 and standard deviation 1."""
    grey = [_read_picture(name).mean(axis=0) for name in TEXTURES]
    return [((image - image.mean()) / image.std()).astype(np.float32) for image in grey]


def draw_batch(textures: list[Floats], rng: Generator) -> tuple[Tensor, Tensor]:
    """Scenes of 128, 192 or 256 pixels: images (N, 3, S, S) and labels (N, S, S)."""
    side, count = ((128, 8), (192, 4), (256, 2))[rng.choice(3, p=[0.4, 0.35, 0.25])]
    drawn = [draw_scene(textures, rng, side) for _ in range(count)]
    images = torch.from_numpy(np.stack([normalise(image) for image, _ in drawn]))
    return images, torch.from_numpy(np.stack([labels for _, labels in drawn]).astype(np.int64))


def normalise(pixels: Pixels) -> Floats:
    """A picture (3, H, W) between the percentiles of the input card, clipped to [0, 1]."""
    image = Image(pixels, Geometry(pixels.shape[1:]), INPUT.channels, Source(Path("-"), ""))
    low, high = image.intensity_range(INPUT.low, INPUT.high)
    return np.clip((pixels.astype(np.float32) - low) / (high - low), 0, 1)


def _read_picture(name: str) -> Floats:
    """A picture that scikit-image bundles, (3, H, W) float32 of 0 to 255."""
    return _read_colours(_picture(name))


def _picture(name: str) -> Path:
    spec = importlib.util.find_spec("skimage")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / name


def _read_colours(path: Path) -> Floats:
    return np.asarray(Picture.open(path).convert("RGB"), np.float32).transpose(2, 0, 1)


def evaluate(network: nn.Module, nuclei: Path | None) -> dict[str, float]:
    """The metrics of the card."""
    coins = _read_picture("coins.png")
    found = _find(network, coins)
    metrics = {"IoU, coins.png against a marked watershed": _iou(found, _coins_reference(coins))}
    if nuclei is not None and nuclei.is_dir():
        scores = _evaluate_nuclei(network, nuclei)
        metrics["mean IoU, test pictures of nuclei (DSB 2018)"] = float(np.mean(scores))
        metrics["worst IoU of these pictures"] = min(scores)
    return {name: round(value, 4) for name, value in metrics.items()}


def _find(network: nn.Module, pixels: Floats) -> Mask:
    return predict(network, normalise(pixels))[1] > 0.5


def _iou(found: Mask, truth: Mask) -> float:
    return float((found & truth).sum() / max(1, (found | truth).sum()))


def _coins_reference(coins: Floats) -> Mask:
    """The coins by watershed on the gradient from dark and bright markers, holes filled."""
    grey = coins[0]
    markers = np.where(grey < 30, 1, np.where(grey > 150, 2, 0))
    regions = watershed(sobel(grey), markers)
    return np.asarray(ndimage.binary_fill_holes(regions == 2), np.bool_)


def _evaluate_nuclei(network: nn.Module, nuclei: Path) -> list[float]:
    """The IoU of the objects in each test picture."""
    rows = [row.split(",") for row in (nuclei / "index.csv").read_text().splitlines()[1:]]
    rows = [row for row in rows if row[3] == "test"]
    scores: list[float] = []
    for path in [row[0] for row in rows if row[4] == "image"]:
        found = _find(network, _read_colours(nuclei / path))
        truth = np.zeros(found.shape, np.bool_)
        for mask in [row[0] for row in rows if row[4] == "label" and row[5] == path]:
            truth |= np.asarray(Picture.open(nuclei / mask).convert("L")) > 0
        scores.append(_iou(found, truth))
    return scores


def make_card(settings: TrainSettings) -> ModelCard:
    """The card of the model still without metrics."""
    classes = (LabelClass(0, "background", (0, 0, 0)), LabelClass(1, "object", (230, 159, 0)))
    return ModelCard(
        name="unet-objects",
        title="Objects against a background",
        network="unet",
        arguments={"in_channels": 3, "classes": 2, "base": BASE, "depth": 4},
        label_set=LabelSet(classes),
        input=INPUT,
        training=TrainingCard(
            recipe=f"packaging/train_objects.py --steps {settings.steps} --seed {settings.seed}",
            data="Drawn pictures: random shapes in random colours, with the textures brick, grass "
            "and gravel that scikit-image bundles; no photo of an object",
            licence="CC0 (the three textures)",
            seed=settings.seed,
            steps=settings.steps,
            limits=_LIMITS,
            data_sha256={name: sha256_of(_picture(name)) for name in TEXTURES},
        ),
    )


def main() -> None:
    """Read the command line, train, measure and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("resources/weights"))
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--nuclei", type=Path, help="folder of the DSB 2018 set, to measure on")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    settings = TrainSettings(steps=arguments.steps, seed=arguments.seed, bfloat16=True)
    path = arguments.out / "unet-objects.safetensors"
    textures, network = read_textures(), UNet(in_channels=3, classes=2, base=BASE, depth=4)
    keep = checkpoint_writer(make_card(settings), path)
    report = train(
        network, lambda rng: draw_batch(textures, rng), settings, Progress(log_step), keep=keep
    )
    saved, card = load_network(path)
    metrics = evaluate(saved, arguments.nuclei)
    card = replace(card, training=replace(card.training, metrics=metrics))
    save_checkpoint(saved, card, path)
    log.info("%.0f s; %s", report.seconds, metrics)


if __name__ == "__main__":
    main()
