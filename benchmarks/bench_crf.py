"""How fast the ConvCRF is: fused kernels, torch module, im2col as released, and the floor.

All in one run, interleaved, on one thread, in processor time of this process, minima over rounds:
other work on the machine moves wall time, and less so the ratios printed here.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace

os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import numpy as np
import torch
from torch.nn import functional

from engine.core.arrays import Floats
from engine.crf.convcrf import ConvCRF
from engine.crf.cpu import CpuCrf, warm_up
from engine.crf.parameters import RELEASED, CrfParameters


@dataclass(frozen=True)
class Case:
    name: str
    sides: tuple[int, ...]
    classes: int
    parameters: CrfParameters
    torch: bool = True
    im2col: bool = True

    @property
    def cells(self) -> int:
        blur = self.parameters.blur
        factors = (1, blur, blur) if len(self.sides) == 2 else (blur,) * 3
        sides = (1, *self.sides) if len(self.sides) == 2 else self.sides
        return math.prod(-(-side // by) for side, by in zip(sides, factors, strict=True))

    @property
    def taps(self) -> int:
        p, axes = self.parameters, len(self.sides)
        reach = p.filter_size // 2
        steps = np.indices((p.filter_size,) * axes).reshape(axes, -1) - reach
        held = abs(steps).sum(0) <= reach if p.window == "manhattan" else steps[0] == steps[0]
        return int(held.sum()) - (p.convention == "paper")


MRI, PICTURE, LARGE, VOLUME = (256, 256), (500, 375), (1024, 1024), (256, 256, 128)
FINE = replace(RELEASED, blur=1)
CASES = (
    Case("256 x 256 x 4, filter 7, blur 1", MRI, 4, replace(FINE, filter_size=7)),
    Case("256 x 256 x 4, filter 11, blur 1", MRI, 4, FINE),
    Case("256 x 256 x 4, filter 7, paper", MRI, 4, CrfParameters()),
    Case("256 x 256 x 4, filter 11, paper", MRI, 4, CrfParameters(filter_size=11)),
    Case("500 x 375 x 21, filter 11, blur 4", PICTURE, 21, RELEASED),
    Case("500 x 375 x 21, filter 11, blur 1", PICTURE, 21, FINE),
    Case("500 x 375 x 21, filter 11, paper", PICTURE, 21, CrfParameters(filter_size=11)),
    Case("1024 x 1024 x 4, filter 7, blur 4", LARGE, 4, replace(RELEASED, filter_size=7)),
    Case("1024 x 1024 x 4, filter 7, blur 1", LARGE, 4, replace(FINE, filter_size=7)),
)
SOLID = CrfParameters(filter_size=5, dimensions=3)
SLOW = (
    Case("256 x 256 x 128 x 4, filter 5, paper", VOLUME, 4, SOLID, torch=False, im2col=False),
    Case(
        "256 x 256 x 128 x 4, filter 5, square",
        VOLUME,
        4,
        replace(SOLID, window="square"),
        torch=False,
        im2col=False,
    ),
)


def released_formulation(scores: torch.Tensor, colours: torch.Tensor, p: CrfParameters):
    """The mean field as the authors formulate it: every neighbour of every pixel laid out (im2col).

    Takes (K, H, W) and (F, H, W); square window, no normalisation.
    """
    size, reach, blur = p.filter_size, p.filter_size // 2, p.blur
    height, width = scores.shape[1:]
    before = [math.ceil((-side % blur) / 2) for side in (height, width)]

    def pooled(values: torch.Tensor) -> torch.Tensor:
        if blur == 1:
            return values[None]
        return functional.avg_pool2d(
            values[None], blur, blur, tuple(before), count_include_pad=False
        )

    def columns(values: torch.Tensor) -> torch.Tensor:
        laid = functional.unfold(values, size, padding=reach)
        return laid.view(values.shape[1], size * size, *values.shape[2:])

    place = torch.stack(
        torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    ).float()
    inside = columns(torch.ones_like(pooled(scores[:1])))
    kernel = torch.zeros(())
    for weight, feature in (
        (p.smoothness_weight, place / p.smoothness_position),
        (p.appearance_weight, colours / p.appearance_colour),
    ):
        coarse = pooled(feature)
        apart = (columns(coarse) - coarse[0][:, None]).square().sum(0)
        kernel = kernel + weight * torch.exp(-0.5 * apart) * inside[0]
    log_p = scores.log_softmax(0)
    belief = log_p
    found = log_p
    for _ in range(p.iterations):
        message = (columns(pooled(belief)) * kernel).sum(1)[None]
        if blur > 1:
            large = functional.interpolate(
                message, scale_factor=blur, mode="bilinear", align_corners=False
            )
            message = large[..., before[0] :, before[1] :][..., :height, :width]
        found = (p.unary_weight - p.message_weight) * log_p + p.message_weight * message[0]
        belief = found.softmax(0)
    return found


def scene(case: Case) -> tuple[Floats, Floats]:
    """Scores (K, *S) and colours of stripes under noise; a volume has one channel."""
    rng = np.random.default_rng(0)
    place = np.indices(case.sides).sum(axis=0) / 17
    label = (place % case.classes).astype(int)
    tints = rng.uniform(20, 235, (3 if len(case.sides) == 2 else 1, case.classes))
    colours = (tints[:, label] + rng.normal(scale=8, size=(len(tints), *case.sides))).clip(0, 255)
    scores = rng.normal(size=(case.classes, *case.sides)).astype(np.float32)
    for k in range(case.classes):
        scores[k] += 2 * (label == k)
    return scores, colours.astype(np.float32)


class Timer:
    """The least processor time of each thing that was done, in milliseconds."""

    def __init__(self) -> None:
        self.best: dict[str, float] = {}

    def __call__(self, name: str, work: Callable[..., object], *given: object) -> None:
        start = time.process_time()
        work(*given)
        spent = 1e3 * (time.process_time() - start)
        self.best[name] = min(spent, self.best.get(name, math.inf))


def machine(timer: Timer) -> tuple[float, float]:
    """GB/s of a copy (read and written) and GFLOP/s of a matrix product, as of now."""
    source = np.ones(1 << 24, np.float32)
    target = np.empty_like(source)
    square = torch.ones(1024, 1024)
    for _ in range(4):
        timer("copy", lambda: np.copyto(target, source))
        timer("product", lambda: square @ square)
    copied = 2 * source.nbytes / timer.best["copy"] / 1e6
    return copied, 2 * 1024**3 / timer.best["product"] / 1e6


def measured(case: Case, rounds: int, timer: Timer) -> None:
    """Fills the timer with all of it, one changed thing, the torch module and im2col."""
    scores, colours = scene(case)
    spacing = (1.0,) * len(case.sides)
    kept = scores.copy()
    kept.flags.writeable = False
    crf, p = CpuCrf(colours, spacing), case.parameters
    given = torch.from_numpy(scores), torch.from_numpy(colours)
    crf.solve(kept, p)
    for turn in range(rounds):
        timer("all", lambda: CpuCrf(colours, spacing).solve(scores, p))
        crf.solve(kept, p)
        heavier = replace(p, appearance_weight=5 + turn)
        timer("weight", crf.solve, kept, heavier)
        wider = replace(p, appearance_colour=14.5 + turn)
        timer("width", crf.solve, kept, wider)
        timer("unary", crf.solve, scores, wider)
        slow_rounds = turn < (2 if math.prod(case.sides) * case.classes > 1e6 else rounds)
        with torch.inference_mode():
            if case.torch and slow_rounds:
                timer("torch", ConvCRF(p), given[0][None], given[1][None], spacing)
            if case.im2col and p.convention == "released" and turn < 1 + (rounds > 3):
                timer("im2col", released_formulation, *given, p)


def floor(case: Case, copied: float, flops: float) -> tuple[float, float]:
    """Milliseconds that the products and the bytes of a solve take at the machine's rates."""
    p = case.parameters
    products = 2 * case.cells * case.classes * case.taps * p.iterations
    size = 2 if p.convention == "released" and p.normalisation == "none" else 4
    pixels = math.prod(case.sides)
    per_step = case.cells * case.taps * size + 4 * case.classes * (2 * case.cells + pixels)
    return products / flops / 1e6, p.iterations * per_step / copied / 1e6


def speed_table(cases: tuple[Case, ...], rounds: int) -> None:
    print("Milliseconds of processor time, one thread; the floor is of products / of bytes.\n")
    print("| work | weight | width | unary | all | torch | im2col | im2col / all | floor |")
    print("|---|---|---|---|---|---|---|---|---|")
    copied = flops = math.nan
    for case in cases:
        timer = Timer()
        copied, flops = machine(timer)
        measured(case, rounds, timer)
        best = {name: f"{value:,.1f}" for name, value in timer.best.items()}
        ratio = timer.best.get("im2col", math.nan) / timer.best["all"]
        bounds = " / ".join(f"{one:.1f}" for one in floor(case, copied, flops))
        cells = [case.name, *(best.get(n, "-") for n in ("weight", "width", "unary", "all"))]
        cells += [best.get("torch", "-"), best.get("im2col", "-")]
        cells += ["-" if math.isnan(ratio) else f"{ratio:.0f}x", bounds]
        print("| " + " | ".join(cells) + " |", flush=True)
    print(f"\nThis machine: copy {copied:.1f} GB/s, matrix product {flops:.0f} GFLOP/s.")


def memory_table(cases: tuple[Case, ...]) -> None:
    print("\nBuffers beside the input, the result included.\n\n| work | MB |\n|---|---|")
    for case in cases:
        scores, colours = scene(case)
        tracemalloc.start()
        crf = CpuCrf(colours, (1.0,) * len(case.sides))
        crf.solve(scores, case.parameters)
        print(f"| {case.name} | {tracemalloc.get_traced_memory()[1] / 1e6:.0f} |", flush=True)
        tracemalloc.stop()


def start_table() -> None:
    print("\nA fresh process, compiled code on the disk.\n\n| until | s |\n|---|---|")
    code = """if True:
        import time; start = time.perf_counter()
        import numpy as np
        from engine.crf.cpu import CpuCrf
        from engine.crf.parameters import RELEASED
        from dataclasses import replace
        rng = np.random.default_rng(0); early = time.perf_counter()
        crf = CpuCrf(rng.uniform(0, 255, (3, 256, 256)).astype('f4'), (1.0, 1.0))
        crf.solve(rng.normal(size=(4, 256, 256)).astype('f4'), replace(RELEASED, blur=1))
        print(early - start, time.perf_counter() - start)"""
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(4)
    ]
    times = [[float(part) for part in run.stdout.split()] for run in runs]
    for name, value in zip(("imported", "first solve"), np.min(times, axis=0), strict=True):
        print(f"| {name} | {value:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the small cases only, few rounds")
    parser.add_argument("--volumes", action="store_true", help="the 3-D cases too")
    parser.add_argument("--rounds", type=int, default=6)
    given = parser.parse_args()
    torch.set_num_threads(1)
    start = time.process_time()
    warm_up()
    print(f"Warm-up: {time.process_time() - start:.1f} s of processor time.\n")
    cases = CASES[:5] if given.quick else CASES
    speed_table(cases, 3 if given.quick else given.rounds)
    if given.volumes:
        print()
        speed_table(SLOW, 2)
    memory_table(cases)
    start_table()


if __name__ == "__main__":
    main()
