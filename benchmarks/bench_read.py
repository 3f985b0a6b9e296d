"""Time opening a 256^3 int16 .nii.gz, checksum compared and voxels hashed, beside nibabel.

    python benchmarks/bench_read.py [--rounds 9]

nibabel reads without comparing the checksum. Times are process CPU seconds, the least of rounds
that take turns.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import nibabel as nib
import numpy as np

from engine.io.opening import open_image

SIDE = 256


def smooth_volume() -> np.ndarray:
    """(256, 256, 256) int16, smooth, from a seed: a sum of slow waves and a little noise."""
    rng = np.random.default_rng(0)
    i, j, k = np.meshgrid(*[np.linspace(0, 1, SIDE, dtype=np.float32)] * 3, indexing="ij")
    values = np.zeros((SIDE,) * 3, np.float32)
    for _ in range(6):
        a, b, c, phase = rng.uniform(0, 9, 4)
        values += np.sin(a * i + b * j + c * k + phase)
    values *= 250 * (values > 0)
    return values.astype(np.int16)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "smooth.nii.gz"
        nib.Nifti1Image(smooth_volume(), np.eye(4)).to_filename(path)
        packed = path.read_bytes()
        ways: dict[str, Callable[[], object]] = {
            "nibabel, np.asarray(dataobj)": lambda: np.asarray(nib.load(path).dataobj),
            "Sulcus, open_image": lambda: open_image(path),
            "  of it: inflate in one go": lambda: zlib.decompressobj(31).decompress(packed),
            "gzip.decompress": lambda: gzip.decompress(packed),
        }
        for module in ("isal.igzip", "zlib_ng.gzip_ng"):
            try:
                found = importlib.import_module(module)
            except ImportError:
                continue
            ways[f"{module}.decompress"] = lambda found=found: found.decompress(packed)
        best = dict.fromkeys(ways, 1e9)
        for _ in range(rounds):
            for name, way in ways.items():
                start = time.process_time()
                way()
                best[name] = min(best[name], time.process_time() - start)
        peer = best["nibabel, np.asarray(dataobj)"]
        print(f"{len(packed) / 1e6:.1f} MB packed, {2 * SIDE**3 / 1e6:.0f} MB unpacked")
        for name, seconds in best.items():
            print(f"{name:32} {seconds:.3f} s  {seconds / peer:.2f} of nibabel")


if __name__ == "__main__":
    main()
