"""Learning the kernel parameters: by gradient through the mean field, or by grid search.

Source: Teichmann and Cipolla 2018, section 5.2 (the CRF trained on fixed unaries); Chen et al. 2017
(DeepLab), section 4.1, for the grid: a coarse search, then half steps around its best.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from torch import Tensor

from engine.core.arrays import Floats, Labels
from engine.core.label_set import IGNORE
from engine.crf.convcrf import ConvCRF
from engine.crf.parameters import CrfParameters, Value, potts, range_of
from engine.errors import ParameterError
from engine.progress import Progress

LEARNT = (
    "appearance_weight",
    "appearance_colour",
    "appearance_position",
    "smoothness_weight",
    "smoothness_position",
    "unary_weight",
)
"""What the gradient moves, beside a compatibility matrix; window and conventions stay."""

COARSE: dict[str, tuple[float, ...]] = {
    "appearance_weight": (3.0, 4.0, 5.0, 6.0),
    "appearance_position": (30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0),
    "appearance_colour": (3.0, 4.0, 5.0, 6.0),
}
"""DeepLab's published search, with its smoothness kernel held at weight 3 and width 3."""

FINE: dict[str, tuple[float, ...]] = {
    "appearance_weight": (-0.5, 0.0, 0.5),
    "appearance_position": (-5.0, 0.0, 5.0),
    "appearance_colour": (-0.5, 0.0, 0.5),
}
"""Steps around the best of the coarse search."""

Score = Callable[[Labels, Labels, int], float]
"""How good a mask is: (predicted, reference, classes) to a number, more is better."""


@dataclass(frozen=True, slots=True, eq=False)
class FitSample:
    """A picture or a volume with what is known about it.

    Attributes:
        colours: (F, *S) float32 on 0 to 255.
        log_probabilities: (K, *S) float32, the negative unary.
        reference: (*S) uint8, the right class, IGNORE where nobody knows.
        spacing: Size of a pixel along each axis.
    """

    colours: Floats
    log_probabilities: Floats
    reference: Labels
    spacing: tuple[float, ...]

    @property
    def classes(self) -> int:
        return len(self.log_probabilities)


def solve(sample: FitSample, parameters: CrfParameters) -> Labels:
    """The refined mask of a sample, (*S) uint8."""
    with torch.inference_mode():
        found = ConvCRF(parameters)(*_tensors(sample), sample.spacing)[0]
    return found.argmax(dim=0).numpy().astype(np.uint8)


def evaluate(samples: Sequence[FitSample], parameters: CrfParameters | None, score: Score) -> float:
    """The mean score over samples; of the unary alone if no parameters are given."""
    scores: list[float] = []
    for sample in samples:
        mask = (
            sample.log_probabilities.argmax(axis=0).astype(np.uint8)
            if parameters is None
            else solve(sample, parameters)
        )
        scores.append(score(mask, sample.reference, sample.classes))
    known = [value for value in scores if math.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")


def fit_by_gradient(
    samples: Sequence[FitSample],
    start: CrfParameters,
    *,
    steps: int = 60,
    rate: float = 0.05,
    compatibility: bool = False,
    progress: Progress | None = None,
) -> CrfParameters:
    """Parameters of a lower cross-entropy on the known pixels, by gradient descent.

    Weights and widths are moved on a logarithmic scale, so that they stay positive, and the costs
    of a compatibility matrix as they are ('+C' in section 5.2 of the paper); all are brought back
    into the ranges of `CrfParameters` after each step.

    Args:
        samples: What is known; one is taken each step, in turn.
        start: Where to begin; a weight of zero begins at a small one. If it has a compatibility
            matrix, that is learnt too.
        steps: Steps of Adam.
        rate: Learning rate on the logarithms and on the costs.
        compatibility: Whether to learn a compatibility matrix where `start` has none, beginning
            with the Potts model.
        progress: Told of each step.

    Raises:
        ParameterError: if no pixel of the samples is known.
        Cancelled: if `progress` was asked to stop.
    """
    known = [sample for sample in samples if (sample.reference != IGNORE).any()]
    if not known:
        raise ParameterError(
            "There is nothing to learn from: no pixel has a known class.",
            remedy="Correct some pixels, or give reference masks.",
        )
    progress = progress or Progress()
    if compatibility and not start.compatibility:
        start = start.changed({"compatibility": potts(known[0].classes)})
    crf = ConvCRF(start)
    names = [name for name in LEARNT if math.isfinite(getattr(start, name))]
    logs = {
        name: torch.tensor(math.log(max(0.05, getattr(start, name))), requires_grad=True)
        for name in names
    }
    costs = [] if crf.compatibility is None else [crf.compatibility]
    adam = torch.optim.Adam([*logs.values(), *costs], lr=rate)
    for step in range(steps):
        progress.step(step, steps, "Fitting by gradient")
        sample = known[step % len(known)]
        adam.zero_grad()
        values = {name: log.exp() for name, log in logs.items()}
        given = (*_tensors(sample), sample.spacing)
        scores = torch.func.functional_call(crf, values, given, {"as_scores": True})
        _cross_entropy(scores, sample.reference).backward()
        adam.step()
        _bring_inside(logs, costs)
    progress.step(steps, steps, "Fitted by gradient")
    for matrix in costs:
        start = start.changed({"compatibility": tuple(map(tuple, matrix.tolist()))})
    return _within_ranges(start, {name: log.detach().exp().item() for name, log in logs.items()})


def fit_by_grid(
    samples: Sequence[FitSample],
    start: CrfParameters,
    score: Score,
    *,
    coarse: dict[str, tuple[float, ...]] = COARSE,
    fine: dict[str, tuple[float, ...]] = FINE,
    progress: Progress | None = None,
) -> CrfParameters:
    """The best of a coarse grid, then of half steps around it; the earlier one on a tie.

    Args:
        samples: What is known.
        start: The parameters that the grid does not name.
        score: What to raise, over the known pixels.
        coarse: Values of each parameter, all combined.
        fine: Steps around the best of them.
        progress: Told of each combination.

    Raises:
        Cancelled: if `progress` was asked to stop.
    """
    progress = progress or Progress()
    total = math.prod(map(len, coarse.values())) + math.prod(map(len, fine.values()))
    done = 0
    best, highest = start, -math.inf
    for axes in (coarse, fine):
        middle = best
        for combination in product(*axes.values()):
            progress.step(done, total, "Fitting by grid")
            done += 1
            changed: dict[str, float] = dict(zip(axes, combination, strict=True))
            if axes is fine:
                changed = {name: getattr(middle, name) + by for name, by in changed.items()}
            parameters = _within_ranges(middle, changed)
            value = evaluate(samples, parameters, score)
            if value > highest:
                best, highest = parameters, value
    progress.step(total, total, "Fitted by grid")
    return best


def _cross_entropy(scores: Tensor, reference: Labels) -> Tensor:
    """Mean over the known pixels of -log belief, (1, K, *S) against (*S)."""
    target = torch.from_numpy(reference.astype(np.int64))[None]
    return torch.nn.functional.cross_entropy(scores, target, ignore_index=IGNORE)


@torch.no_grad()
def _bring_inside(logs: Mapping[str, Tensor], costs: Sequence[Tensor]) -> None:
    for name, log in logs.items():
        limits = range_of(name)
        log.clamp_(math.log(limits.low) if limits.low > 0 else None, math.log(limits.high))
    limits = range_of("compatibility")
    for matrix in costs:
        matrix.clamp_(limits.low, limits.high)


def _within_ranges(start: CrfParameters, values: dict[str, float]) -> CrfParameters:
    inside: dict[str, Value] = {}
    for name, value in values.items():
        limits = range_of(name)
        inside[name] = float(min(max(value, limits.low), limits.high))
    return start.changed(inside)


def _tensors(sample: FitSample) -> tuple[Tensor, Tensor]:
    return (
        torch.from_numpy(np.ascontiguousarray(sample.log_probabilities))[None],
        torch.from_numpy(np.ascontiguousarray(sample.colours))[None],
    )
