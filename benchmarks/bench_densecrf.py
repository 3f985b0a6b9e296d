"""Time the fully connected CRF beside pydensecrf, the public C++ implementation.

    python benchmarks/bench_densecrf.py --peer /path/to/python/with/pydensecrf

Times are process CPU time on one thread, the least of interleaved rounds: wall time on a shared
machine says more about its other users. A case is 'all' when the image is new, else one thing has
changed since the solve before.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
from PIL import Image

from engine.crf.densecrf import DenseCrf
from engine.crf.parameters import CrfParameters

PHOTO = Path(__file__).parents[1] / "resources" / "samples" / "photos" / "coffee.png"
PARAMETERS = CrfParameters(
    appearance_weight=10,
    appearance_position=80,
    appearance_colour=13,
    smoothness_weight=3,
    smoothness_position=3,
)
SIZES = {"500 x 375 x 21": (375, 500, 21), "256 x 256 x 4": (256, 256, 4)}
LARGE = {"1024 x 1024 x 4": (1024, 1024, 4)}
PEER = """
import sys, time
import numpy as np
import pydensecrf.densecrf as peer
case = np.load(sys.argv[1])
image, unary, p = case["image"], case["unary"], case["parameters"]
best = 1e9
for _ in range(2):
    start = time.process_time()
    crf = peer.DenseCRF2D(image.shape[1], image.shape[0], len(unary))
    crf.setUnaryEnergy(unary)
    crf.addPairwiseGaussian(sxy=p[3], compat=p[2])
    crf.addPairwiseBilateral(sxy=p[1], srgb=p[4], rgbim=image, compat=p[0])
    belief = np.array(crf.inference(int(p[5])), np.float32)
    best = min(best, time.process_time() - start)
np.save(sys.argv[1] + ".npy", belief)
print(1000 * best)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--peer", default=sys.executable, help="a Python that has pydensecrf")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--large", action="store_true", help="1024 x 1024 too")
    parser.add_argument("--image", type=Path, default=PHOTO)
    options = parser.parse_args()
    import_module("numba").set_num_threads(1)
    print("| case | changed | ms CPU | peer | times faster | floor |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, sizes in (SIZES | (LARGE if options.large else {})).items():
            image, log_p = scene(options.image, *sizes)
            peer = Peer(options.peer, Path(folder) / "case.npz", image, log_p)
            found, theirs = timed(image, log_p, peer, options.rounds)
            least = floor_ms(image, log_p)
            for what, ms in found.items():
                beside = f"{theirs:.0f} | {theirs / ms:.1f}" if theirs else "- | -"
                print(f"| {name} | {what} | {ms:.1f} | {beside} | {least:.1f} |")
            print(f"| {name} | {peer.agreement(image, log_p)} | | | | |")


def scene(photo: Path, height: int, width: int, classes: int):
    """A photograph, and what a poor network would say: soft, coarse, wrong in a fifth."""
    rng = np.random.default_rng(0)
    with Image.open(photo) as file:
        small = file.convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
    image = np.asarray(small).copy()
    centres = image.reshape(-1, 3)[rng.choice(height * width, classes)].astype(np.float32)
    coarse = np.asarray(small.resize((width // 8, height // 8)), np.float32)
    nearest = ((coarse[..., None, :] - centres) ** 2).sum(-1).argmin(-1)
    wrong = rng.uniform(size=nearest.shape) < 0.2
    nearest[wrong] = rng.integers(0, classes, wrong.sum())
    planes = [
        np.asarray(Image.fromarray((nearest == k).astype(np.float32)).resize((width, height)))
        for k in range(classes)
    ]
    p = np.clip(np.stack(planes), 0, 1) + 0.05
    return image, np.log(p / p.sum(0)).astype(np.float32)


def timed(image, log_p, peer: Peer, rounds: int) -> tuple[dict[str, float], float | None]:
    """Milliseconds of each change, and of the peer."""
    colours = np.moveaxis(image, -1, 0).astype(np.float32)
    crf = DenseCrf(colours, (1.0, 1.0))
    other = log_p[::-1].copy()
    log_p.flags.writeable = False
    p = PARAMETERS
    cases: dict[str, Callable[[], object]] = {
        "all": lambda: DenseCrf(colours, (1.0, 1.0)).solve(log_p, p),
        "a weight": lambda: crf.solve(log_p, replace(p, appearance_weight=9)),
        "the unary": lambda: crf.solve(other, p),
        "the smoothness reach": lambda: crf.solve(log_p, replace(p, smoothness_position=4)),
        "the colour width": lambda: crf.solve(log_p, replace(p, appearance_colour=14)),
    }
    best: dict[str, float] = {}
    theirs: float | None = None
    for turn in range(rounds + 1):
        for name, solve in cases.items():
            crf.solve(log_p, p)  # so that nothing but one thing is new
            start = time.process_time()
            solve()
            taken = 1000 * (time.process_time() - start)
            if turn:
                best[name] = min(taken, best.get(name, taken))
        ms = peer.run()
        if ms is not None:
            theirs = ms if theirs is None else min(ms, theirs)
    return best, theirs


def floor_ms(image, log_p) -> float:
    """What the passes must at least move, at the speed this machine copies.

    Each of the iterations + 1 passes reads the unary, and nine vertices and weights for each pixel;
    beliefs are written once.
    """
    pixels, classes = image.shape[0] * image.shape[1], len(log_p)
    passes = PARAMETERS.iterations + 1
    moved = 4 * pixels * (passes * (classes + 2 * (3 + 6)) + classes)
    a = np.ones(1 << 24, np.float32)
    b = np.empty_like(a)
    best = 1e9
    for _ in range(5):
        start = time.process_time()
        np.copyto(b, a)
        best = min(best, time.process_time() - start)
    return 1000 * moved / (2 * a.nbytes / best)


class Peer:
    """pydensecrf in a process of its own, if there is a Python that has it."""

    def __init__(self, python: str, path: Path, image, log_p) -> None:
        self._python, self._path = python, path
        p = PARAMETERS
        np.savez(
            path,
            image=image,
            unary=np.ascontiguousarray(-log_p.reshape(len(log_p), -1)),
            parameters=[
                p.appearance_weight,
                p.appearance_position,
                p.smoothness_weight,
                p.smoothness_position,
                p.appearance_colour,
                p.iterations,
            ],
        )

    def run(self) -> float | None:
        command = [self._python, "-c", PEER, str(self._path)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError:
            return None
        return float(done.stdout) if done.returncode == 0 else None

    def agreement(self, image, log_p) -> str:
        """How far our beliefs are from theirs."""
        path = Path(f"{self._path}.npy")
        if not path.exists():
            return "no peer"
        theirs = np.load(path).reshape(log_p.shape)
        path.unlink()
        crf = DenseCrf(np.moveaxis(image, -1, 0).astype(np.float32), (1.0, 1.0))
        ours = crf.solve(log_p, PARAMETERS)
        same = (ours.argmax(0) == theirs.argmax(0)).mean()
        return f"beliefs differ by {abs(ours - theirs).max():.1e}, labels agree in {same:.3%}"


if __name__ == "__main__":
    main()
