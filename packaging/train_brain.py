"""Train the shipped model 'unet-brain' on the MNI152 template that nilearn bundles.

Run from the root as
``PYTHONPATH=. OPENBLAS_NUM_THREADS=1 python packaging/train_brain.py``. Each
picture is a warped slice of the template as the screen would show it, half of them with the
template's own intensities and half painted anew from its tissue maps; in half of them a head is
drawn around the brain.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from make_samples import MNI_NOTICE, TISSUES, read_template, reduce_template, template_files
from nibabel import nifti1
from numpy.random import Generator
from scipy import ndimage
from torch import Tensor, nn

from engine.core.arrays import Floats, Labels, Mask, Pixels
from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_set import IGNORE, LabelClass, LabelSet
from engine.core.planes import Plane, slice_count, slice_view
from engine.files import sha256_of
from engine.learning import augment
from engine.learning.train import TrainSettings, checkpoint_writer, log_step, predict, train
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.models.unet import UNet
from engine.models.weights import load_network, save_checkpoint
from engine.progress import Progress

log = logging.getLogger(__name__)

HELD_OUT_MM = (10.0, 30.0)
PLANES = ((Plane.AXIAL, 0.6), (Plane.CORONAL, 0.2), (Plane.SAGITTAL, 0.2))
COLOURS = ((0, 0, 0), (86, 180, 233), (230, 159, 0), (240, 228, 66))
CROPS = 8
INPUT = InputCard(channels=("grey",), low=0.5, high=99.5, spacing_mm=1.0)
_T1_MEANS = np.array([0.0, 67.0, 166.0, 222.0], np.float32)  # of the template's pure voxels
_LIMITS = (
    "Learned from one averaged brain of healthy adults, whose cortex is blurred: a first guess to "
    "correct, not a measurement. T1 contrast only. Not for children's or diseased brains, tumours, "
    "other contrasts or clinical use. Heads were simulated only, so a real face or neck is taken "
    "for tissue and parts of a scalp for CSF; much of the thalamus, as in the template, is called "
    "white matter. The Dice on the template is measured on the training anatomy; that on the "
    "children's scans against an automatic method, on the slices it labels throughout."
)


@dataclass(frozen=True, slots=True, eq=False)
class Brain:
    """What pictures are drawn from.

    Attributes:
        t1: (X, Y, Z) float32 in [0, 1], normalised as for inference.
        tissues: (4, X, Y, Z) float32 in [0, 1]; they sum to 1.
        held_out: (X, Y, Z), the voxels that are never learned.
        geometry: Of the volume.
        slices: For each plane the slices that show brain and may be learned.
    """

    t1: Floats
    tissues: Floats
    held_out: Mask
    geometry: Geometry
    slices: dict[Plane, tuple[int, ...]]


def normalise(pixels: Pixels, geometry: Geometry) -> Floats:
    """A volume between the percentiles of the input card, clipped to [0, 1]."""
    low, high = Image(pixels[None], geometry, ("grey",), Source(Path("-"), "")).intensity_range(
        INPUT.low, INPUT.high
    )
    return np.clip((pixels.astype(np.float32) - low) / (high - low), 0, 1)


def read_brain() -> Brain:
    """The template at 1 mm, ready to be drawn from."""
    template = read_template()
    geometry = Geometry(template.t1.shape, template.affine)
    z = template.affine[2, 3] + template.affine[2, 2] * np.arange(template.t1.shape[2])
    held_out = np.broadcast_to((z >= HELD_OUT_MM[0]) & (z <= HELD_OUT_MM[1]), template.t1.shape)
    slices: dict[Plane, tuple[int, ...]] = {}
    for plane, _ in PLANES:
        views = [slice_view(geometry, plane, i) for i in range(slice_count(geometry, plane))]
        slices[plane] = tuple(
            i
            for i, view in enumerate(views)
            if ((view.read(template.tissues[0]) < 0.5) & ~view.read(held_out)).sum() > 400
        )
    t1 = normalise(template.t1, geometry)
    return Brain(t1, template.tissues, held_out, geometry, slices)


def draw_batch(brain: Brain, rng: Generator) -> tuple[Tensor, Tensor]:
    """Crops of 128 or 160 pixels: images (8, 1, S, S) and labels (8, S, S)."""
    side = 160 if rng.random() < 0.25 else 128
    drawn = [draw_crop(brain, rng, side) for _ in range(CROPS)]
    images = torch.from_numpy(np.stack([image for image, _ in drawn])[:, None])
    return images, torch.from_numpy(np.stack([labels for _, labels in drawn]).astype(np.int64))


def draw_crop(brain: Brain, rng: Generator, side: int) -> tuple[Floats, Labels]:
    """One picture of a slice: float32 in [0, 1] and labels with IGNORE, both (side, side)."""
    plane = PLANES[rng.choice(len(PLANES), p=[share for _, share in PLANES])][0]
    view = slice_view(brain.geometry, plane, int(rng.choice(brain.slices[plane])))
    air = view.read(brain.tissues[0])
    inside = np.argwhere(air < 0.5)
    centre = inside[rng.integers(len(inside))]
    places = augment.draw_places(rng, side, (float(centre[0]), float(centre[1])))
    tissues = augment.take(view.read(brain.tissues), places)
    tissues[0] = 1 - tissues[1:].sum(axis=0)
    t1 = augment.take(view.read(brain.t1), places)
    held_out = augment.take(view.read(brain.held_out).astype(np.uint8), places, order=0) > 0
    shifted = _shift(rng, tissues) if rng.random() < 0.85 else tissues
    if rng.random() < 0.5:
        moved = np.tensordot(_T1_MEANS / 228, shifted - tissues, axes=1)
        image = augment.change_gamma(rng, _sharpen(rng, np.clip(t1 + moved, 0, 1)))
    else:
        image = _paint(rng, shifted, t1)
    labels = shifted.argmax(axis=0).astype(np.uint8)
    image /= max(float(np.percentile(image, 99.5)), 0.2)
    if rng.random() < 0.5:
        image, labels = _add_head(rng, image, labels)
        image *= np.float32(rng.uniform(0.55, 1.1))
    else:
        image *= np.float32(np.exp(rng.normal(0, 0.1)))
    labels[held_out] = IGNORE
    return np.clip(_degrade(rng, image), 0, 1), labels


def _sharpen(rng: Generator, t1: Floats) -> Floats:
    """Less of the blur that averaging many brains left."""
    smooth = np.asarray(ndimage.gaussian_filter(t1, 1.5), np.float32)
    edges = (t1 - smooth) * (t1 > 0)
    return np.clip(t1 + np.float32(rng.uniform(0, 1.5)) * edges, 0, 1).astype(np.float32)


def _shift(rng: Generator, tissues: Floats) -> Floats:
    """Tissue maps whose borders are moved and given the folds that averaging has blurred."""
    side = tissues.shape[-1]
    shifted = np.maximum(tissues, 1e-6)
    for tissue, more in ((1, 0.8), (2, 0.0), (3, 0.2)):
        field = rng.normal(more, 0.7) + rng.uniform(0, 1.2) * augment.smooth_field(
            rng, (side, side), int(rng.integers(4, side // 2))
        )
        shifted[tissue] *= np.exp(field)
    shifted = shifted ** np.float32(rng.uniform(1, 4))
    return shifted / shifted.sum(axis=0)


def _paint(rng: Generator, tissues: Floats, t1: Floats) -> Floats:
    """A T1-like picture from tissue maps: means and textures drawn anew."""
    side = tissues.shape[-1]
    means = np.array([0, *(rng.normal(mean, 15) for mean in (60, 120, 180))], np.float32)
    image = np.tensordot(means, tissues, axes=1)
    for tissue in (1, 2, 3):
        spread = rng.uniform(5, 25) * rng.uniform(0.2, 1)
        grain = augment.smooth_field(rng, (side, side), int(rng.integers(8, side)))
        image += tissues[tissue] * np.float32(spread) * grain
    residual = t1 * 228 - np.tensordot(_T1_MEANS, tissues, axes=1)
    image += np.float32(rng.uniform(0, 0.7)) * np.clip(residual, -40, 40) * (1 - tissues[0])
    return np.clip(image, 0, 255).astype(np.float32) / 255


def _add_head(rng: Generator, image: Floats, labels: Labels) -> tuple[Floats, Labels]:
    """Rings of fluid, bone with marrow, and scalp or other soft tissue around the brain."""
    shape = (image.shape[0], image.shape[1])
    outside = labels == 0
    if outside.all():
        return image, labels
    away = np.asarray(ndimage.distance_transform_edt(outside), np.float32)
    away += augment.smooth_field(rng, shape, 6) * np.float32(rng.uniform(0, 2))
    fluid = rng.uniform(0, 3)
    bone = fluid + rng.uniform(2, 8)
    skin = bone + (rng.uniform(10, 60) if rng.random() < 0.35 else rng.uniform(3, 12))
    fluid_level = image[labels == 1].mean() if (labels == 1).any() else 0.25
    zones = [away <= fluid, away <= bone, away <= skin]
    levels = [
        _textured(rng, shape, fluid_level, 0.15),
        _bone(rng, (away - fluid) / (bone - fluid)),
        _soft_tissue(rng, shape),
    ]
    air = np.abs(rng.standard_normal(shape, np.float32)) * np.float32(rng.uniform(0, 0.04))
    head = np.select(zones, levels, air).astype(np.float32)
    labels = labels.copy()
    labels[outside & zones[0]] = 1
    return np.where(outside, head, image), labels


def _bone(rng: Generator, depth: Floats) -> Floats:
    """Dark bone, often with brighter marrow in the middle of its thickness."""
    dark = np.full_like(depth, rng.uniform(0, 0.15))
    if rng.random() < 0.5:
        return dark
    marrow = rng.uniform(0.2, 0.8) * np.exp(-(((depth - 0.5) / 0.2) ** 2))
    return dark + marrow.astype(np.float32)


def _soft_tissue(rng: Generator, shape: tuple[int, int]) -> Floats:
    """Bright fat with patches of muscle and dark holes."""
    fat = _textured(rng, shape, rng.uniform(0.5, 1.5), 0.3)
    muscle = _textured(rng, shape, rng.uniform(0.25, 0.7), 0.2)
    field = augment.smooth_field(rng, shape, int(rng.integers(6, 24)))
    tissue = np.where(field > rng.normal(0.2, 0.7), muscle, fat)
    holes = augment.smooth_field(rng, shape, int(rng.integers(6, 20))) > rng.uniform(0.8, 2.5)
    return np.where(holes, tissue * np.float32(rng.uniform(0, 0.4)), tissue)


def _textured(rng: Generator, shape: tuple[int, int], level: float, spread: float) -> Floats:
    grain = augment.smooth_field(rng, shape, int(rng.integers(8, 64)))
    return np.float32(level) * np.clip(1 + np.float32(rng.uniform(0, spread)) * grain, 0, 2)


def _degrade(rng: Generator, image: Floats) -> Floats:
    """What a scanner and coarser voxels do to a picture."""
    if rng.random() < 0.5:
        image = augment.blur(rng, image)
    if rng.random() < 0.4:
        image = augment.coarsen(rng, image)
    if rng.random() < 0.6:
        image = augment.add_bias_field(rng, image, 0.35)
    if rng.random() < 0.7:
        image = augment.add_noise(rng, image, 0.05) * (image > 0.01 if rng.random() < 0.5 else 1)
    return image.astype(np.float32)


def dice(predicted: Labels, truth: Labels) -> dict[str, float]:
    """The Dice of CSF, GM and WM."""
    scores: dict[str, float] = {}
    for tissue in (1, 2, 3):
        mine, theirs = predicted == tissue, truth == tissue
        scores[TISSUES[tissue]] = float(2 * (mine & theirs).sum() / (mine.sum() + theirs.sum()))
    return scores


def predict_axial(network: nn.Module, image: Floats, geometry: Geometry) -> Labels:
    """The tissues of a normalised volume, slice by slice at 1 mm; same shape as `image`."""
    labels = np.zeros(image.shape, np.uint8)
    for index in range(slice_count(geometry, Plane.AXIAL)):
        view = slice_view(geometry, Plane.AXIAL, index)
        picture = torch.from_numpy(np.ascontiguousarray(view.read(image)))[None, None]
        size = [round(n * mm) for n, mm in zip(view.sides, view.spacing, strict=True)]
        fine = nn.functional.interpolate(picture, size, mode="bilinear")[0].numpy()
        probabilities = torch.from_numpy(predict(network, fine))[None]
        coarse = nn.functional.interpolate(probabilities, list(view.sides), mode="area")[0]
        view.read(labels)[...] = coarse.argmax(dim=0).numpy()
    return labels


def evaluate(network: nn.Module, brain: Brain, ptbp: Path | None) -> dict[str, float]:
    """Every Dice of the card, by what it was measured on."""
    slab = np.flatnonzero(brain.held_out[0, 0])
    part = (slice(None), slice(None), slice(slab[0], slab[-1] + 1))
    geometry = Geometry(brain.t1[part].shape, brain.geometry.affine)
    truth = brain.tissues[(slice(None), *part)].argmax(axis=0).astype(np.uint8)
    found = {"held-out slab": dice(predict_axial(network, brain.t1[part], geometry), truth)}
    coarse = reduce_template(read_template())
    geometry = Geometry(coarse.t1.shape, coarse.affine)
    image = normalise(np.rint(coarse.t1), geometry)
    found["2 mm sample (training anatomy)"] = dice(
        predict_axial(network, image, geometry), coarse.labels()
    )
    if ptbp is not None and ptbp.is_dir():
        found.update(evaluate_children(network, ptbp))
    return {
        f"Dice {tissue}, {what}": round(value, 4)
        for what, scores in found.items()
        for tissue, value in scores.items()
    }


def evaluate_children(network: nn.Module, ptbp: Path) -> dict[str, dict[str, float]]:
    """The mean Dice over the test scans of the PTBP set, which are never learned from.

    Only the slices that the reference labels throughout count.
    """
    rows = [row.split(",") for row in (ptbp / "index.csv").read_text().splitlines()[1:]]
    scores: list[dict[str, float]] = []
    for name, target in [(r[0], r[5]) for r in rows if r[3] == "test" and r[4] == "label"]:
        scan, label = (nifti1.load(ptbp / path) for path in (target, name))
        geometry = Geometry(scan.shape, scan.affine)
        truth = np.array([0, 1, 2, 3, 2], np.uint8)[label.get_fdata().astype(np.uint8)]
        image = normalise(scan.get_fdata(dtype=np.float32), geometry)
        found = predict_axial(network, image, geometry)
        up = geometry.anatomical_axes[2]
        labelled = np.moveaxis(truth > 0, up, 0).sum(axis=(1, 2))
        whole = np.flatnonzero(labelled > 0.5 * labelled.max())  # the slab's ends are cut off
        scores.append(dice(found.take(whole, up), truth.take(whole, up)))
    mean = {name: float(np.mean([score[name] for score in scores])) for name in TISSUES[1:]}
    return {f"{len(scores)} children's scans with skull (PTBP)": mean}


def make_card(settings: TrainSettings) -> ModelCard:
    """The card of the model still without metrics."""
    classes = (LabelClass(i, name, COLOURS[i]) for i, name in enumerate(TISSUES))
    return ModelCard(
        name="unet-brain",
        title="Brain tissue (T1): background, CSF, GM, WM",
        network="unet",
        arguments={"in_channels": 1, "classes": 4, "base": 16, "depth": 4},
        label_set=LabelSet(tuple(classes)),
        input=INPUT,
        training=TrainingCard(
            recipe=f"packaging/train_brain.py --steps {settings.steps} --seed {settings.seed}",
            data="Slices of the MNI152 T1 template and its tissue maps (ICBM 2009a symmetric, "
            "1 mm, as bundled with nilearn), warped, repainted and with simulated heads; the "
            "axial slab from z = 10 to 30 mm was held out",
            licence=MNI_NOTICE,
            seed=settings.seed,
            steps=settings.steps,
            limits=_LIMITS,
            data_sha256={path.name: sha256_of(path) for path in template_files()},
        ),
    )


def main() -> None:
    """Read the command line, train, measure and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("resources/weights"))
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ptbp", type=Path, help="folder of the PTBP test scans, to measure on")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    settings = TrainSettings(steps=arguments.steps, seed=arguments.seed, bfloat16=True)
    path = arguments.out / "unet-brain.safetensors"
    brain, network = read_brain(), UNet(in_channels=1, classes=4, base=16, depth=4)
    keep = checkpoint_writer(make_card(settings), path)
    report = train(
        network, lambda rng: draw_batch(brain, rng), settings, Progress(log_step), keep=keep
    )
    saved, card = load_network(path)
    metrics = evaluate(saved, brain, arguments.ptbp)
    card = replace(card, training=replace(card.training, metrics=metrics))
    save_checkpoint(saved, card, path)
    log.info("%.0f s; %s", report.seconds, metrics)


if __name__ == "__main__":
    main()
