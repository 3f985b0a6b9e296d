"""List a folder of many images, each with a mask, beside the floor of listing it at all.

Prints processor time and wall time, the least of some runs, of `find_cases` and of a bare
`os.scandir` that looks at each name, and how the first grows with the number of files.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from engine.io.discovery import find_cases


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    print("| files | what | processor s | wall s |")
    print("|---|---|---|---|")
    for count in (arguments.files // 10, arguments.files):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "images"
            folder.mkdir()
            for number in range(count // 2):
                (folder / f"case {number} slice.png").touch()
                (folder / f"case {number} slice_mask.png").touch()
            tasks: dict[str, Callable[[], int]] = {
                "os.scandir": lambda folder=folder: _floor(folder),
                "find_cases": lambda folder=folder: len(find_cases([folder]).cases),
            }
            least = {what: (float("inf"), float("inf")) for what in tasks}
            for _ in range(arguments.runs):
                for what, task in tasks.items():
                    wall, processor = time.perf_counter(), time.process_time()
                    found = task()
                    took = time.process_time() - processor, time.perf_counter() - wall
                    least[what] = min(least[what], took)
                    assert found == count // (1 if what == "os.scandir" else 2)
            for what, (processor, wall) in least.items():
                print(f"| {count:,} | {what} | {processor:.3f} | {wall:.3f} |")


def _floor(folder: Path) -> int:
    with os.scandir(folder) as entries:
        return sum(entry.is_file() and bool(entry.name) for entry in entries)


if __name__ == "__main__":
    main()
