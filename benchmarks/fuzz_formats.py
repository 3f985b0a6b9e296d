"""Break small valid files of every format at random, and see that each is an image or a sentence.

    python benchmarks/fuzz_formats.py --rounds 2000 --seed 1

A format joins in by a row of VALID_FILES in tests/engine/io/valid_files.py. What is no ReadError,
takes longer than a second of processor time, or costs more than 64 MB is kept and named; the
status is then 1.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "engine" / "io"))

from valid_files import VALID_FILES

from engine.errors import ReadError
from engine.io.opening import list_parts, open_image, read_labels
from engine.io.table import IMAGE_FORMATS

SLOW_S = 1.0
LARGE_KB = 64 * 1024


def broken(whole: bytes, rng: np.random.Generator) -> bytes:
    """The bytes with one to eight faults in them, half of them within the first 400 bytes."""
    data = bytearray(whole)
    for _ in range(int(rng.integers(1, 9))):
        near = min(400, len(data)) if rng.random() < 0.5 else len(data)
        if not near:
            break
        at, length = int(rng.integers(near)), int(rng.integers(1, 12))
        digits = [i for i in range(near) if 48 <= data[i] < 58] or [at]
        place, old, new = (
            (at, 1, rng.bytes(1)),
            (at, 1, bytes([data[at] ^ 1 << int(rng.integers(8))])),
            (at, length, b""),
            (at, 0, rng.bytes(length)),
            (at, length, bytes(length)),
            (at, length, b"\xff" * length),
            (at, 0, bytes(data[: 10 * length])),
            (digits[int(rng.integers(len(digits)))], 1, b"%d" % rng.integers(10)),
        )[int(rng.integers(8))]
        data[place : place + old] = new
    return bytes(data[: int(rng.integers(len(data) + 1))] if rng.random() < 0.1 else data)


def outcome(path: Path) -> str:
    """'opened' or 'refused'."""
    try:
        image = open_image(path)
        list_parts(path)
    except ReadError as error:
        if not error.what.endswith((".", "?")) or not error.remedy:
            raise ValueError(f"no sentence: {error}") from error
        return "refused"
    assert image.pixels.shape[1:] == image.geometry.shape
    try:
        read_labels(path)
    except ReadError:
        return "opened as an image"
    return "opened"


def fuzz(name: str, rounds: int, seed: int, kept: Path) -> tuple[Counter[str], list[str]]:
    """What became of `rounds` broken files of one format, and what was wrong."""
    rng = np.random.default_rng(seed)
    counts: Counter[str] = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        paths = VALID_FILES[name](Path(folder))
        valid = {one: one.read_bytes() for one in Path(folder).iterdir()}
        for number in range(rounds):
            path = paths[number % len(paths)]
            beside = [one for one in valid if one.stem == path.stem]
            victim = beside[int(rng.integers(len(beside)))] if rng.random() < 0.3 else path
            data = broken(valid[victim], rng)
            victim.write_bytes(data)
            start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            try:
                counts[outcome(path)] += 1
            except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
                faults.append(traceback.format_exc(limit=-3))
            seconds = time.process_time() - start
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            if number and (seconds > SLOW_S or grown > LARGE_KB):
                faults.append(f"{seconds:.1f} s and {grown / 1024:.0f} MB")
            if len(faults) > len(list(kept.glob(f"{name}-*"))):
                (kept / f"{name}-{number}-{victim.name}").write_bytes(data)
            victim.write_bytes(valid[victim])
    return counts, faults


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=2000, help="broken files of each format")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", nargs="*", default=[row.name for row in IMAGE_FORMATS])
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "sulcus-fuzz")
    arguments = parser.parse_args()
    arguments.keep.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("error")
    bad = 0
    for name in arguments.formats:
        if name not in VALID_FILES:
            print(f"{name}: no valid files to begin with; add a row to valid_files.py")
            continue
        start = time.process_time()
        counts, faults = fuzz(name, arguments.rounds, arguments.seed, arguments.keep)
        seconds = time.process_time() - start
        print(f"{name}: {dict(counts)}, {len(faults)} faults, {seconds:.1f} s")
        for text in dict.fromkeys(faults):
            print(text)
        bad += len(faults)
    if bad:
        print(f"The files are in {arguments.keep}.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
