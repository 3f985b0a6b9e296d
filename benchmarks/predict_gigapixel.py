"""A picture of a gigapixel through `sulcus predict`: time, memory, and whether the mask is right.

A synthetic picture is written as a tiled BigTIFF, window by window, and a tiny network with random
weights predicts it by the command line in a process of its own, whose peak memory is told; so is
that of the same command on a picture of one tile, which is what the program, torch and the model
take anyway. Then the mask is compared with what the network gives on crops with a margin, read from
the same file but never tiled. Everything lies in a temporary folder that is removed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tifffile
import torch

from engine.core.label_set import LabelSet
from engine.io.windows import WindowedImage
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.models.unet import UNet
from engine.models.weights import load_network, save_checkpoint
from engine.workflow.predict_large import large_picture

MAIN = Path(__file__).parents[1] / "main.py"
TILE = 512
CROP = 1024
ARGUMENTS = {"in_channels": 1, "classes": 3, "base": 2, "depth": 2}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of the command took."""

    seconds: float
    processor: float
    peak_mb: float
    mask: Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=32768)
    parser.add_argument("--crops", type=int, default=40)
    parser.add_argument("--memory", type=float, default=0.25, help="GB that a tile may take")
    parser.add_argument("--folder", type=Path, help="where the temporary folder is made")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        weights = _weights(folder)
        small = _predicted(_written(folder / "small.tif", 9000), weights, arguments.memory)
        tiny = _predicted(_written(folder / "tiny.tif", TILE), weights, arguments.memory)
        path = _written(folder / "large.tif", arguments.side)
        large = _predicted(path, weights, arguments.memory)
        wrong, seen, off = _compared(path, large.mask, weights, arguments.crops)
        sizes = [path.stat().st_size / 1e6, large.mask.stat().st_size / 1e6]
    print(
        "| picture | seconds | processor | peak MB | above one tile's, MB |\n|---|---|---|---|---|"
    )
    for side, run in ((TILE, tiny), (9000, small), (arguments.side, large)):
        print(
            f"| {side:,} x {side:,} | {run.seconds:.0f} | {run.processor:.0f} "
            f"| {run.peak_mb:,.0f} | {run.peak_mb - tiny.peak_mb:,.0f} |"
        )
    print(f"\npicture {sizes[0]:,.0f} MB, mask {sizes[1]:,.0f} MB")
    print(f"{seen:,} pixels of {arguments.crops} crops: {wrong} differ by more than a tie ({off})")
    return 1 if wrong else 0


def _weights(folder: Path) -> Path:
    """A tiny network with random weights, as a checkpoint."""
    torch.manual_seed(3)
    network = UNet(**ARGUMENTS).eval()
    card = ModelCard(
        "tiny", "Tiny", "unet", dict(ARGUMENTS), LabelSet.named(["background", "one", "two"]),
        InputCard(("grey",)), TrainingCard("none: random weights", "none", "none", 3, 0),
    )  # fmt: skip
    with torch.no_grad():  # so that each class is the most probable one somewhere
        scores = network(torch.from_numpy(_drawn(0, 0))[None, None].float() / 255)
        network.head.bias -= scores.mean(dim=(0, 2, 3))
    path = folder / "tiny.safetensors"
    save_checkpoint(network, card, path)
    return path


def _drawn(top: int, left: int) -> np.ndarray:
    """One tile of the picture: waves of several lengths, and grains of its own."""
    y, x = np.mgrid[top : top + TILE, left : left + TILE].astype(np.float32)
    waves = 128 + 50 * np.sin(y / 37 + x / 301) + 40 * np.sin(x / 11 + y / 91)
    grains = np.random.default_rng((top, left)).integers(-25, 26, (TILE, TILE))
    return np.clip(waves + grains, 0, 255).astype(np.uint8)


def _written(path: Path, side: int) -> Path:
    def tiles() -> Iterator[np.ndarray]:
        for top in range(0, side, TILE):
            for left in range(0, side, TILE):
                yield _drawn(top, left)

    tifffile.imwrite(
        path, data=tiles(), shape=(side, side), dtype=np.uint8, tile=(TILE, TILE),
        photometric="minisblack", bigtiff=True, metadata=None,
    )  # fmt: skip
    return path


def _predicted(path: Path, weights: Path, memory: float) -> Run:
    """`sulcus predict` in a process of its own."""
    out = path.parent / f"masks-{path.stem}"
    command = [
        *(sys.executable, str(MAIN), "predict", str(path), "--weights", str(weights)),
        *("--device", "cpu", "--precision", "float32", "--memory", str(memory)),
        *("--out", str(out), "--json"),
    ]
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.read())
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, told
    return Run(
        time.monotonic() - start,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1024,
        Path(told["files"][0]["mask"]),
    )


def _compared(path: Path, mask: Path, weights: Path, crops: int) -> tuple[int, int, str]:
    """Pixels of crops that differ though no tie explains it, pixels seen, and in words."""
    network, card = load_network(weights)
    radius, stride = int(network.receptive_radius), int(network.stride)  # type: ignore[arg-type]
    rng = np.random.default_rng(0)
    wrong = seen = ties = 0
    with large_picture(path, card.input) as picture, WindowedImage(mask) as labels:
        rows, columns = picture.sides
        places = [(0, 0), (rows - CROP, columns - CROP)]
        places += [tuple(rng.integers(0, (rows - CROP, columns - CROP))) for _ in range(crops - 2)]
        for place in places:
            top, left = (int(at) // stride * stride for at in place)
            values = picture.read((slice(top, top + CROP), slice(left, left + CROP)))
            with torch.inference_mode():
                scores = network(torch.from_numpy(values)[None])[0].numpy()
            inner = tuple(
                slice(0 if at == 0 else radius, CROP if at + CROP >= side else CROP - radius)
                for at, side in ((top, rows), (left, columns))
            )
            box = tuple(
                slice(at + of.start, at + of.stop)
                for at, of in zip((top, left), inner, strict=True)
            )
            found = _indices(labels.read(box), card)
            best, second = np.sort(scores[(slice(None), *inner)], axis=0)[:-3:-1]
            differs = found != scores[(slice(None), *inner)].argmax(axis=0)
            ties += int((differs & (best - second <= 1e-4)).sum())
            wrong += int((differs & (best - second > 1e-4)).sum())
            seen += differs.size
    return wrong, seen, f"{ties} at ties"


def _indices(colours: np.ndarray, card: ModelCard) -> np.ndarray:
    """Classes of a mask that is read in the colours of its palette."""
    found = np.full(colours.shape[1:], 255, np.uint8)
    for one in card.label_set.classes:
        wanted = np.array(one.colour, np.uint8)[:, None, None]
        found[(colours == wanted).all(axis=0)] = one.index
    return found


if __name__ == "__main__":
    sys.exit(main())
