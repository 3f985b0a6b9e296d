"""The ConvCRF's kernels for graphics processors beside the torch module on the same GPU.

    python benchmarks/bench_crf_cuda.py

Milliseconds between CUDA events, warm, medians of 50, the Gaussians included. The two are compared
first. 'replayed' is the same work captured as a CUDA graph, which leaves out what the processor
takes to launch it. What was asked for, on an H200: 0.40 ms for 500 x 375 x 21 at filter 11 without
blur, 0.15 ms with blur 4, and at most three times as much for the way back.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.crf.backend import module_for
from engine.crf.convcrf import ConvCRF
from engine.crf.parameters import RELEASED, CrfParameters

TIMES = 50
FINE = replace(RELEASED, blur=1)


@dataclass(frozen=True)
class Case:
    name: str
    sides: tuple[int, int]
    classes: int
    channels: int
    parameters: CrfParameters


CASES = (
    Case("500 x 375 x 21, filter 11, blur 1", (375, 500), 21, 3, FINE),
    Case("500 x 375 x 21, filter 11, blur 4", (375, 500), 21, 3, RELEASED),
    Case("500 x 375 x 21, filter 11, paper", (375, 500), 21, 3, CrfParameters(filter_size=11)),
    Case("256 x 256 x 4, filter 11, blur 1", (256, 256), 4, 1, FINE),
    Case("256 x 256 x 4, filter 7, paper", (256, 256), 4, 1, CrfParameters()),
)


def scene(case: Case) -> tuple[Tensor, Tensor]:
    """Scores (1, K, *S) and colours (1, C, *S) of stripes under noise."""
    made = torch.Generator().manual_seed(0)
    across = torch.arange(case.sides[0])[:, None] + torch.arange(case.sides[1])
    label = across // 17 % case.classes
    tints = 20 + 215 * torch.rand(case.channels, case.classes, generator=made)
    colours = tints[:, label] + 8 * torch.randn(case.channels, *case.sides, generator=made)
    scores = torch.randn(case.classes, *case.sides, generator=made)
    scores += 2 * torch.nn.functional.one_hot(label, case.classes).movedim(-1, 0)
    return scores[None].cuda(), colours.clamp(0, 255)[None].cuda()


def median(work: Callable[[], object]) -> float:
    """Milliseconds."""
    for _ in range(5):
        work()
    spent: list[float] = []
    for _ in range(TIMES):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        work()
        end.record()
        end.synchronize()
        spent.append(start.elapsed_time(end))
    return statistics.median(spent)


def replayed(work: Callable[[], object]) -> float:
    """Milliseconds of the same work as a CUDA graph; work that cannot be captured takes 'nan'."""
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(3):
            work()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return median(graph.replay)


def apart(found: Tensor, wanted: Tensor) -> float:
    """The largest difference, relative to the largest number."""
    return float((found - wanted).abs().max() / wanted.abs().max())


class Runs:
    """A module on a scene: forth, and forth and back."""

    def __init__(self, crf: ConvCRF, scores: Tensor, colours: Tensor) -> None:
        self._crf = crf.cuda()
        self._given = scores.clone().requires_grad_(), colours
        self._trend = torch.rand(scores.shape, generator=torch.Generator().manual_seed(1)).cuda()

    @torch.inference_mode()
    def forth(self) -> Tensor:
        return self._crf(*self._given)

    def learn(self) -> Tensor:
        """The slope of the scores."""
        self._crf.zero_grad()
        self._given[0].grad = None
        (self._crf(*self._given) * self._trend).sum().backward()
        assert self._given[0].grad is not None
        return self._given[0].grad


def report(case: Case, kind: type[ConvCRF]) -> None:
    scores, colours = scene(case)
    ours, torchs = (Runs(one(case.parameters), scores, colours) for one in (kind, ConvCRF))
    wanted = torchs.forth()
    errors = apart(ours.forth(), wanted), apart(ours.learn(), torchs.learn())
    differ = float((ours.forth().argmax(1) != wanted.argmax(1)).float().mean())
    if max(errors[0], differ) > 1e-4 or not errors[1] < 1e-3:
        sys.exit(f"{case.name}: the two differ by {errors}, in {differ:.2%} of the labels.")
    forth, both = median(ours.forth), median(ours.learn)
    times = [forth, replayed(ours.forth), median(torchs.forth)]
    # the way back alone: what learning takes beyond a solve; events around both, as in training
    times += [both, (both - forth) / forth, median(torchs.learn)]
    cells = [case.name, *(f"{one:.3f}" for one in times), f"{errors[0]:.0e} / {errors[1]:.0e}"]
    print("| " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    if not torch.cuda.is_available():
        sys.exit("There is no GPU here, so there is nothing to measure.")
    kind = module_for(torch.device("cuda"))
    if kind is ConvCRF:
        sys.exit("Triton cannot compile for this GPU, so there is nothing to compare.")
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}; milliseconds\n")
    print("| work | forth | replayed | torch | forth and back | back / forth | torch | apart |")
    print("|---|---|---|---|---|---|---|---|")
    for case in CASES:
        report(case, kind)


if __name__ == "__main__":
    main()
