"""What learning through the ConvCRF costs: memory and processor time of forward and backward.

Each case runs in a fresh process, once with the functions of `engine.crf.taps` and once with plain
autograd in their place (the floor of readability: a padded copy, and a product for each neighbour).
Memory is the peak of the process above what it held before, as the system counts it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import torch
from torch import Tensor

from engine.crf import taps as pairs
from engine.crf.convcrf import ConvCRF
from engine.crf.parameters import CrfParameters

CASES = {"256x256x4": (4, 256, 256), "500x375x21": (21, 500, 375)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--plain", action="store_true", help="plain autograd (with --case)")
    parser.add_argument("--filter-size", type=int, default=11)
    arguments = parser.parse_args()
    if arguments.case:
        print(json.dumps(_measure(arguments.case, arguments.filter_size, plain=arguments.plain)))
        return 0
    print("| filter size, case | MB plain | MB | ratio | s plain | s | ratio |")
    print("|---|---|---|---|---|---|---|")
    for case in CASES:
        size = arguments.filter_size
        (before, slow), (after, fast) = _run(case, size, "--plain"), _run(case, size)
        print(
            f"| {size}, {case} | {before:.0f} | {after:.0f} | {before / after:.1f} "
            f"| {slow:.2f} | {fast:.2f} | {slow / fast:.1f} |"
        )
    return 0


def _run(case: str, filter_size: int, *flags: str) -> tuple[float, float]:
    command = [sys.executable, __file__, "--case", case, "--filter-size", str(filter_size), *flags]
    megabytes, seconds = json.loads(subprocess.check_output(command, text=True))
    return megabytes, seconds


def _measure(case: str, filter_size: int, *, plain: bool) -> tuple[float, float]:
    """Megabytes and processor seconds of one forward and backward, on one thread."""
    torch.set_num_threads(1)
    if plain:
        pairs.gaussian_taps, pairs.scaled_taps, pairs.message = _gaussian, _scaled, _message
    classes, *sides = CASES[case]
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(1, classes, *sides, generator=generator).requires_grad_()
    colours = torch.rand(1, 3, *sides, generator=generator) * 255
    crf = ConvCRF(CrfParameters(filter_size=filter_size))
    held, start = _peak(), time.process_time()
    crf(scores, colours, as_scores=True).log_softmax(dim=1)[:, 0].mean().backward()
    return _peak() - held, time.process_time() - start


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _gaussian(features: Tensor, offsets: tuple[pairs.Offset, ...]) -> Tensor:
    inside = torch.ones_like(features[:, :1])
    parts = [
        torch.exp(-0.5 * (there - features).square().sum(dim=1, keepdim=True)) * held
        for there, held in zip(_seen(features, offsets), _seen(inside, offsets), strict=True)
    ]
    return torch.stack(parts)


def _scaled(taps: Tensor, left: Tensor, right: Tensor, offsets: tuple[pairs.Offset, ...]) -> Tensor:
    seen = zip(taps, _seen(right, offsets), strict=True)
    return torch.stack([tap * left * there for tap, there in seen])


def _message(taps: Tensor, values: Tensor, offsets: tuple[pairs.Offset, ...]) -> Tensor:
    total = torch.zeros_like(values)
    for tap, offset, there in zip(taps, offsets, _seen(values, offsets), strict=True):
        (back,) = _seen(tap * values, (tuple(-step for step in offset),))
        total = total + tap * there + back
    return total


def _seen(values: Tensor, offsets: tuple[pairs.Offset, ...]) -> Iterator[Tensor]:
    """Values at the neighbours, zero outside."""
    radius = max(abs(step) for offset in offsets for step in offset)
    sides = values.shape[2:]
    padded = torch.nn.functional.pad(values, [radius] * (2 * len(sides)))
    for offset in offsets:
        moved = zip(offset, sides, strict=True)
        yield padded[(..., *(slice(radius + step, radius + step + side) for step, side in moved))]


if __name__ == "__main__":
    sys.exit(main())
