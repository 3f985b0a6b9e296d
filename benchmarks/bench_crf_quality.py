"""The paper's synthetic benchmark: how well each CRF mends a degraded ground truth.

The reference is made coarse by a factor, a fifth of the coarse cells get a random class, and both
are brought back to full size bilinearly: that is the unary. Source: Teichmann and Cipolla 2018,
section 5.1. Pictures come from the folder --pictures (pairs named in its index.csv), MRI slices
from --brains. Parameters are fitted on one half of the pictures and measured on the other; the
defaults are measured on that same half. The paper's figures stand beside, for its own data.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from engine.core.label_set import IGNORE
from engine.crf.cpu import CpuCrf
from engine.crf.densecrf import DenseCrf
from engine.crf.fit import FitSample, fit_by_gradient
from engine.crf.parameters import RELEASED, CrfParameters
from engine.io.opening import open_image
from engine.metrics.overlap import confusion
from engine.progress import Progress

PAPER = {  # accuracy and mIoU of Table 1 of the paper, on PASCAL VOC
    "unary": (86.60, 51.87),
    "fully connected": (94.79, 84.37),
    "released 5": (97.13, 90.90),
    "released 7": (97.13, 92.98),
    "released 11": (98.97, 93.74),
    "released 13": (98.99, 93.89),
    "released 15": (98.95, 93.86),
}
SETS = {
    "Pictures of PASCAL VOC, 21 classes": ("voc_convcrf", "voc_refinenet"),
    "Pictures of DAVIS, 2 classes": ("davis",),
}
NOISY = 0.2
CROP = 144  # pixels, of the pictures that are fitted on
Solve = Callable[[FitSample], np.ndarray]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--brains", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most", type=int, default=24, help="pictures or slices at most")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    if arguments.pictures:
        for title, sets in SETS.items():
            samples = _pictures(arguments.pictures, sets, arguments.most, arguments.seed)
            _report(title, samples, with_paper="VOC" in title)
    if arguments.brains:
        samples = _brains(arguments.brains, arguments.most, arguments.seed)
        _report("MRI slices", samples, with_paper=False)
    return 0


def _report(title: str, samples: list[FitSample], *, with_paper: bool) -> None:
    """Fit on every other sample, measure all methods on the rest, print the table."""
    learn, test = [_middle(sample) for sample in samples[::2]], samples[1::2]
    methods: dict[str, Solve] = {"unary": lambda s: s.log_probabilities}
    methods["fully connected"] = lambda s: DenseCrf(s.colours, s.spacing).solve(
        s.log_probabilities, DENSE
    )
    for size in (5, 7, 11, 13, 15):
        methods[f"released {size}"] = _conv(RELEASED.changed({"filter_size": size}), raw=True)
    for size in (5, 7, 11, 15):
        methods[f"paper {size}, defaults"] = _conv(CrfParameters(filter_size=size))
    for size in (7, 11):
        start = CrfParameters(filter_size=size, iterations=5)
        fitted = fit_by_gradient(learn, start, steps=60, rate=0.1, progress=Progress())
        print(f"fitted, k = {size}: {_changed(fitted, start)}", flush=True)
        methods[f"paper {size}, fitted"] = _conv(fitted)
    print(f"\n### {title}: {len(test)} measured, {len(learn)} fitted on, seed fixed\n")
    print("| method | accuracy % | mIoU % | ms each (CPU) | paper: accuracy | paper: mIoU |")
    print("|---|---|---|---|---|---|")
    for name, solve in methods.items():
        table, seconds = _measure(test, solve)
        accuracy = 100 * np.trace(table) / table.sum()
        beside = PAPER.get(name) if with_paper else None
        paper = f"{beside[0]:.2f} | {beside[1]:.2f}" if beside else "- | -"
        each = 1000 * seconds / len(test)
        print(
            f"| {name} | {accuracy:.2f} | {_mean_iou(table):.2f} | {each:.0f} | {paper} |",
            flush=True,
        )
    print()


DENSE = CrfParameters(
    iterations=5,
    appearance_weight=10.0,
    appearance_position=80.0,
    appearance_colour=13.0,
    smoothness_weight=3.0,
    smoothness_position=3.0,
)


def _conv(parameters: CrfParameters, *, raw: bool = False) -> Solve:
    """A ConvCRF; `raw` takes the probabilities themselves as logits, as the authors' code did."""

    def solve(sample: FitSample) -> np.ndarray:
        scores = np.exp(sample.log_probabilities) if raw else sample.log_probabilities
        return CpuCrf(sample.colours, sample.spacing).solve(scores, parameters)

    return solve


def _measure(samples: list[FitSample], solve: Solve) -> tuple[np.ndarray, float]:
    """The confusion table over all samples, and processor seconds."""
    total: np.ndarray | None = None
    seconds = 0.0
    for sample in samples:
        start = time.process_time()
        labels = solve(sample).argmax(axis=0).astype(np.uint8)
        seconds += time.process_time() - start
        table = confusion(labels, sample.reference, sample.classes)
        total = table if total is None else total + table
    assert total is not None
    return total, seconds


def _mean_iou(table: np.ndarray) -> float:
    """Over the classes that the reference has."""
    union = table.sum(0) + table.sum(1) - np.diag(table)
    present = table.sum(1) > 0
    return float(100 * np.mean(np.diag(table)[present] / union[present]))


def _changed(found: CrfParameters, start: CrfParameters) -> str:
    names = ("appearance_weight", "appearance_colour", "appearance_position", "smoothness_weight",
             "smoothness_position", "unary_weight")  # fmt: skip
    return ", ".join(f"{n}={getattr(found, n):.2f} ({getattr(start, n):g})" for n in names)


def _pictures(folder: Path, sets: tuple[str, ...], most: int, seed: int) -> list[FitSample]:
    """Pictures with their class indices; the first frame of each sequence of DAVIS."""
    samples: list[FitSample] = []
    seen: set[str] = set()
    for row in csv.DictReader((folder / "index.csv").open()):
        path = Path(row["path"])
        if row["kind"] != "label" or path.parts[0] not in sets:
            continue
        labels = np.asarray(Image.open(folder / path))
        classes = 21
        if path.parts[0] == "davis":
            sequence = path.parts[-2]
            if sequence in seen:
                continue
            seen.add(sequence)
            labels, classes = (labels > 127).astype(np.uint8), 2
        picture = np.asarray(Image.open(folder / row["label_of"]).convert("RGB"))
        colours = np.moveaxis(picture, -1, 0).astype(np.float32)
        samples.append(_sample(colours, labels, classes, 8, (1.0, 1.0), seed + len(samples)))
    return samples[:most]


def _brains(folder: Path, most: int, seed: int) -> list[FitSample]:
    """Axial slices of the test scans, tissue classes 0 to 3 (deep grey counted as grey)."""
    samples: list[FitSample] = []
    for row in csv.DictReader((folder / "index.csv").open()):
        if row["split"] != "test" or row["kind"] != "label":
            continue
        image = open_image(folder / row["label_of"])
        labels = open_image(folder / row["path"]).pixels[0].round().astype(np.uint8)
        labels[labels == 4] = 2
        grey = image.on_255()
        for index in range(1, labels.shape[1], 3):
            plane = np.ascontiguousarray(grey[:, :, index])
            reference = np.ascontiguousarray(labels[:, index])
            samples.append(_sample(plane, reference, 4, 4, (1.0, 1.0), seed + len(samples)))
    return samples[:most]


def _sample(
    colours: np.ndarray,
    labels: np.ndarray,
    classes: int,
    factor: int,
    spacing: tuple[float, float],
    seed: int,
) -> FitSample:
    """A degraded unary of `labels`."""
    rng = np.random.default_rng(seed)
    known = np.where(labels == IGNORE, 0, labels).astype(np.int64)
    clean = torch.nn.functional.one_hot(torch.from_numpy(known), classes).movedim(-1, 0).float()
    sides = tuple(max(1, side // factor) for side in labels.shape)
    coarse = _resized(clean, sides)
    random = rng.integers(0, classes, sides)
    noise = torch.nn.functional.one_hot(torch.from_numpy(random), classes).movedim(-1, 0).float()
    keep = torch.from_numpy(np.floor(1 - NOISY + rng.random(sides))).float()[None]
    clean, noise, keep = (_resized(x, labels.shape) for x in (coarse, noise, keep))
    unary = (keep * clean + (1 - keep) * noise).numpy()
    log_p = np.log(np.maximum(unary, 1e-5)).astype(np.float32)
    return FitSample(np.ascontiguousarray(colours), log_p, labels.astype(np.uint8), spacing)


def _middle(sample: FitSample) -> FitSample:
    """The middle of a sample: the gradient needs no more, and is slow on whole pictures."""
    part = tuple(
        slice(max(0, (side - CROP) // 2), max(0, (side - CROP) // 2) + CROP)
        for side in sample.reference.shape
    )
    return FitSample(
        np.ascontiguousarray(sample.colours[(slice(None), *part)]),
        np.ascontiguousarray(sample.log_probabilities[(slice(None), *part)]),
        np.ascontiguousarray(sample.reference[part]),
        sample.spacing,
    )


def _resized(x: torch.Tensor, sides: tuple[int, ...]) -> torch.Tensor:
    return torch.nn.functional.interpolate(x[None], sides, mode="bilinear", align_corners=False)[0]


if __name__ == "__main__":
    sys.exit(main())
