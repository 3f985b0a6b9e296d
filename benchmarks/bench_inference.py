"""Tiled prediction beside the network alone, and beside MONAI's sliding window.

Each method runs in a process of its own, which tells its processor time and how much its memory
grew; methods take turns, and the least of several rounds counts. MONAI is a development extra; its
rows are left out where it is not installed.

--streams measures the memory of predicting ever larger pictures that are never whole in memory:
as the program runs, and once more with an allocator that keeps nothing back (glibc's, by
MALLOC_MMAP_THRESHOLD_), which tells what the prediction itself holds.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.label_set import LabelSet
from engine.inference.method import Method
from engine.inference.picture import ArrayPicture
from engine.inference.segmenter import Segmenter
from engine.inference.tiles import Span
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.models.unet import UNet

BASE, DEPTH, CLASSES = 16, 4, 2
CORE = 1024
"""Side of the tiles when streams are compared, in pixels; it divides all sides."""
WINDOW, STEP = Method().window, Method().window // 2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=4096)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--streams", type=int, nargs="*", default=[], metavar="SIDE")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.only:
        print(json.dumps(METHODS[arguments.only](arguments.side)))
        return 0
    if arguments.streams:
        _streams(arguments)
    else:
        _methods(arguments)
    return 0


def _methods(arguments: argparse.Namespace) -> None:
    names = [name for name in METHODS if name != "stream"]
    if importlib.util.find_spec("monai") is None:
        names = [name for name in names if "MONAI" not in name]
    best: dict[str, dict[str, float]] = {}
    for _ in range(arguments.rounds):
        for name in names:
            found = _in_child(name, arguments.side, arguments.threads)
            if name not in best or found["seconds"] < best[name]["seconds"]:
                best[name] = found
    side, threads = arguments.side, arguments.threads
    print(f"\n{side} x {side}, U-Net of base {BASE}, depth {DEPTH}, {threads} thread(s)\n")
    print("| method | Mpx/s of processor time | windows' Mpx/s | memory above model, MB |")
    print("|---|---|---|---|")
    for name, found in best.items():
        useful = side * side / 1e6 / found["seconds"]
        windows = found["pixels"] / 1e6 / found["seconds"]
        print(f"| {name} | {useful:.3f} | {windows:.3f} | {found['memory']:.0f} |")
    alone = best["network alone"]
    raw = alone["pixels"] / alone["seconds"]
    ours = best["exact tiles"]
    print(f"\nwindows over the network alone: {ours['pixels'] / ours['seconds'] / raw:.2f}")
    print(f"all in, over the network alone: {side * side / ours['seconds'] / raw:.2f}")
    for blended, peer in (("blended", "MONAI, equal windows"),):
        if peer in best:
            ratio = best[peer]["seconds"] / best[blended]["seconds"]
            print(f"{blended} against {peer}: {ratio:.2f} times as fast")


def _streams(arguments: argparse.Namespace) -> None:
    print("\n| side | seconds of processor time | memory above model, MB | nothing kept back, MB |")
    print("|---|---|---|---|")
    for side in arguments.streams:
        found = _in_child("stream", side, arguments.threads)
        held = _in_child("stream", side, arguments.threads, MALLOC_MMAP_THRESHOLD_="1048576")
        print(
            f"| {side:,} | {found['seconds']:.0f} | {found['memory']:.0f} | {held['memory']:.0f} |",
            flush=True,
        )


def _in_child(name: str, side: int, threads: int, **environment: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--only", name, "--side", str(side)]
    told = subprocess.run(
        [*command, "--threads", str(threads)],
        check=True, capture_output=True, text=True, env={**os.environ, **environment},
    )  # fmt: skip
    return json.loads(told.stdout.splitlines()[-1])


def _network(base: int = BASE, depth: int = DEPTH) -> UNet:
    torch.manual_seed(0)
    return UNet(in_channels=1, classes=CLASSES, base=base, depth=depth).eval()


def _segmenter(network: UNet, memory: float | None = None) -> Segmenter:
    card = ModelCard(
        "bench", "Bench", "unet", {}, LabelSet.named(["background", "object"]),
        InputCard(("grey",)), TrainingCard("none", "none", "none", 0, 0),
    )  # fmt: skip
    return Segmenter(network, card, torch.device("cpu"), memory=memory, precision="float32")


class _Drawn:
    """A picture that is drawn where it is read: waves of several lengths."""

    def __init__(self, side: int) -> None:
        self.sides = (side, side)

    def read(self, part: Span) -> np.ndarray:
        y, x = (np.arange(of.start, of.stop, dtype=np.float32) for of in part)
        return (0.5 + 0.25 * np.sin(y / 37)[:, None] + 0.25 * np.sin(x / 11 + y[:1] / 91))[None]


@dataclass
class _Meter:
    """Processor time and memory since it was made."""

    def __post_init__(self) -> None:
        self._memory = _peak()
        self._start = time.process_time()

    def told(self, pixels: float) -> dict[str, float]:
        seconds = time.process_time() - self._start
        return {"seconds": seconds, "memory": _peak() - self._memory, "pixels": pixels}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _alone(side: int) -> dict[str, float]:
    """The network over windows as large as the exact plan's, one after the other."""
    model = _segmenter(_network())
    tile = model._tiled.plan((side, side))[0]
    shape = [part.stop - part.start for part in tile.window]
    window = torch.rand(1, 1, *shape)
    model._tiled.runner.scores(window[..., :64, :64])
    meter = _Meter()
    model._tiled.runner.scores(window)
    return meter.told(shape[0] * shape[1])


def _exact(side: int) -> dict[str, float]:
    model = _segmenter(_network())
    picture = ArrayPicture(_Drawn(side).read((slice(0, side), slice(0, side))))
    model._tiled.runner.scores(torch.rand(1, 1, 64, 64))
    labels = np.zeros((side, side), np.uint8)
    meter = _Meter()
    for part, belief in model.stream(picture):
        labels[part] = belief.argmax(axis=0)
    pixels = sum(
        (tile.window[0].stop - tile.window[0].start) * (tile.window[1].stop - tile.window[1].start)
        for tile in model._tiled.plan((side, side))
    )
    return meter.told(pixels)


def _blended(side: int) -> dict[str, float]:
    network = _network()
    network.receptive_radius = None
    model = _segmenter(network)
    picture = ArrayPicture(_Drawn(side).read((slice(0, side), slice(0, side))))
    model._tiled.runner.scores(torch.rand(1, 1, 64, 64))
    labels = np.zeros((side, side), np.uint8)
    meter = _Meter()
    for part, belief in model.stream(picture):
        labels[part] = belief.argmax(axis=0)
    return meter.told(_windows(side) * WINDOW**2)


def _monai(side: int) -> dict[str, float]:
    from monai.inferers import sliding_window_inference

    network = _network()
    picture = torch.from_numpy(_Drawn(side).read((slice(0, side), slice(0, side))))[None]
    with torch.inference_mode():
        network(torch.rand(1, 1, 64, 64))
        meter = _Meter()
        found = sliding_window_inference(
            picture, (WINDOW, WINDOW), 1, network, overlap=1 - STEP / WINDOW, mode="gaussian"
        )
        labels = found.argmax(dim=1)
        assert labels.shape[1:] == (side, side)
    return meter.told(_windows(side) * WINDOW**2)


def _stream(side: int) -> dict[str, float]:
    """A tiny network, to be feasible on pictures of a gigapixel."""
    model = _segmenter(_network(base=2, depth=1))
    model._tiled.largest = CORE  # the same for every side
    model._tiled.runner.scores(torch.rand(1, 1, 64, 64))
    meter = _Meter()
    seen = 0
    for part, belief in model.stream(_Drawn(side)):
        seen += belief[0].size
        del part
    assert seen == side * side
    return meter.told(seen)


def _windows(side: int) -> int:
    return (1 + -(-(side - WINDOW) // STEP)) ** 2


METHODS = {
    "network alone": _alone,
    "exact tiles": _exact,
    "blended": _blended,
    "MONAI, equal windows": _monai,
    "stream": _stream,
}


if __name__ == "__main__":
    sys.exit(main())
