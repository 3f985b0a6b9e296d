"""How well each CRF mends a mask, in the form of the ConvCRF paper's Table 1.

Two kinds of unary: the paper's synthetic one, a reference made coarse with a fifth of the coarse
cells given a random class (Teichmann and Cipolla 2018, section 5.1), and what the shipped networks
believe. Parameters are fitted on other pictures, or other persons, than those measured; everything
is seeded. The paper's figures stand beside, for its own, far larger data.

Folders: --pictures and --brains and --nuclei, each with an index.csv that says which file is the
label of which image.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import numpy as np
import torch
from quality_samples import (
    SampleSet,
    degraded_brains,
    degraded_pictures,
    predicted_brains,
    predicted_nuclei,
)

from engine.crf.cpu import CpuCrf
from engine.crf.densecrf import DenseCrf
from engine.crf.fit import COARSE, LEARNT, FitSample, fit_by_gradient
from engine.crf.parameters import RELEASED, CrfParameters
from engine.metrics.overlap import confusion

PAPER = {  # accuracy and mIoU of Table 1 of the paper, on PASCAL VOC
    "unary": (86.60, 51.87),
    "fully connected": (94.79, 84.37),
    "released code, k 5": (97.13, 90.90),
    "released code, k 7": (97.13, 92.98),
    "released code, k 11": (98.97, 93.74),
    "released code, k 13": (98.99, 93.89),
    "released code, k 15": (98.95, 93.86),
}
DENSE = CrfParameters(
    appearance_weight=10.0, appearance_colour=13.0, smoothness_weight=3.0, smoothness_position=3.0
)
CROP = 144  # pixels; the gradient needs no more, and is slow on whole pictures
Solve = Callable[[FitSample], np.ndarray]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--brains", type=Path)
    parser.add_argument("--nuclei", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most", type=int, default=24, help="pictures or slices at most")
    parser.add_argument("--steps", type=int, default=60, help="of the fitting")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    for samples in _sets(arguments):
        _report(samples, arguments.steps)
    return 0


def _sets(arguments: argparse.Namespace) -> Iterator[SampleSet]:
    most, seed = arguments.most, arguments.seed
    if arguments.pictures:
        yield from degraded_pictures(arguments.pictures, most, seed)
    if arguments.brains:
        yield degraded_brains(arguments.brains, most, seed)
        yield predicted_brains(arguments.brains, most)
    if arguments.nuclei:
        yield predicted_nuclei(arguments.nuclei, most)


def _report(samples: SampleSet, steps: int) -> None:
    """Fit on one half, measure every method on the other, print the table."""
    test, learn = samples.test, samples.learn
    print(f"\n### {samples.title}: {len(test)} measured, {len(learn)} others fitted on\n")
    print("| method | accuracy % | mIoU % | ms each (CPU) | MB | paper: accuracy | mIoU |")
    print("|---|---|---|---|---|---|---|", flush=True)
    notes: list[str] = []
    for name, solve, note in _methods(samples, steps):
        table, seconds, peak = _measure(test, solve)
        accuracy = 100 * np.trace(table) / table.sum()
        beside = PAPER.get(name) if samples.is_of_paper else None
        paper = f"{beside[0]:.2f} | {beside[1]:.2f}" if beside else "- | -"
        each = 1000 * seconds / len(test)
        print(
            f"| {name} | {accuracy:.2f} | {_mean_iou(table):.2f} | {each:.0f} | {peak:.0f} "
            f"| {paper} |",
            flush=True,
        )
        notes += [f"{name}: {note}"] if note else []
    print("\n" + "\n".join(notes), flush=True)


def _methods(samples: SampleSet, steps: int) -> Iterator[tuple[str, Solve, str]]:
    """Name, solver, and what fitting found."""
    yield "unary", lambda s: s.log_probabilities, ""
    yield "fully connected", _dense(DENSE), ""
    fitted = _fit_dense(samples.learn)
    yield "fully connected, fitted", _dense(fitted), _told(fitted)
    for size in (5, 7, 11, 13, 15):
        released = RELEASED.changed({"filter_size": size})
        # The authors' benchmark hands the probabilities themselves over as logits.
        yield f"released code, k {size}", _conv(released, raw=samples.is_of_paper), ""
    for size in (5, 11):
        released = _fit(samples.learn, RELEASED.changed({"filter_size": size}), steps)
        yield f"released code, k {size}, fitted", _conv(released), _told(released)
    for size in (5, 7, 11, 13, 15):
        yield f"paper's formulas, k {size}", _conv(CrfParameters(filter_size=size)), ""
    for size in (5, 7, 11):
        fitted = _fit(samples.learn, CrfParameters(filter_size=size), steps)
        yield f"paper's formulas, k {size}, fitted", _conv(fitted), _told(fitted)


def _dense(parameters: CrfParameters) -> Solve:
    return lambda s: DenseCrf(s.colours, s.spacing).solve(s.log_probabilities, parameters)


def _conv(parameters: CrfParameters, *, raw: bool = False) -> Solve:
    """A ConvCRF; `raw` takes the probabilities themselves as logits."""

    def solve(sample: FitSample) -> np.ndarray:
        scores = np.exp(sample.log_probabilities) if raw else sample.log_probabilities
        return CpuCrf(sample.colours, sample.spacing).solve(scores, parameters)

    return solve


def _fit(learn: list[FitSample], start: CrfParameters, steps: int) -> CrfParameters:
    return fit_by_gradient([_middle(one) for one in learn], start, steps=steps, rate=0.1)


def _fit_dense(learn: list[FitSample]) -> CrfParameters:
    """DeepLab's coarse grid, half of its places, on whole pictures."""
    learn = learn[:6]
    best, highest = DENSE, _score(learn, DENSE)
    places = COARSE["appearance_position"][::2]
    weights, colours = (*COARSE["appearance_weight"], 10.0), (*COARSE["appearance_colour"], 13.0)
    for weight, place, colour in product(weights, places, colours):
        tried = DENSE.changed(
            {
                "appearance_weight": weight,
                "appearance_position": place,
                "appearance_colour": colour,
            }
        )
        score = _score(learn, tried)
        if score > highest:
            best, highest = tried, score
    return best


def _score(samples: list[FitSample], parameters: CrfParameters) -> float:
    return _mean_iou(_table(samples, _dense(parameters)))


def _measure(samples: list[FitSample], solve: Solve) -> tuple[np.ndarray, float, float]:
    """The confusion table, processor seconds, and the largest memory of a solve in MB."""
    tracemalloc.start()
    solve(samples[0])
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    start = time.process_time()
    table = _table(samples, solve)
    return table, time.process_time() - start, peak


def _table(samples: list[FitSample], solve: Solve) -> np.ndarray:
    found = [
        confusion(solve(one).argmax(axis=0).astype(np.uint8), one.reference, one.classes)
        for one in samples
    ]
    return np.sum(found, axis=0)


def _mean_iou(table: np.ndarray) -> float:
    """Over the classes that the reference has."""
    union = table.sum(0) + table.sum(1) - np.diag(table)
    present = table.sum(1) > 0
    return float(100 * np.mean(np.diag(table)[present] / union[present]))


def _told(found: CrfParameters) -> str:
    return ", ".join(f"{name}={getattr(found, name):.3g}" for name in LEARNT)


def _middle(sample: FitSample) -> FitSample:
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


if __name__ == "__main__":
    sys.exit(main())
