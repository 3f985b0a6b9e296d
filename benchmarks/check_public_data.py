"""Open every file under a folder, and write and read back a mask of every volume.

Prints a line for each kind of outcome and each refusal; ends with 1 if anything crashed, if a mask
did not come back, or if a refusal says neither what nor what to do.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.errors import SulcusError
from engine.export.table import EXPORT_FORMATS, natural_format
from engine.export.write import write_mask
from engine.io.opening import list_parts, open_image, open_mask

CLASSES = LabelSet.named(["background", "one", "two", "three"])
SKIPPED = (".csv", ".md", ".txt", ".json", ".license")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only each n-th file")
    arguments = parser.parse_args()
    files = [path for path in sorted(arguments.folder.rglob("*")) if path.is_file()]
    files = [path for path in files if path.suffix.lower() not in SKIPPED][:: arguments.every]
    folders = sorted({path.parent for path in files if path.suffix == ".dcm"})
    found: Counter[str] = Counter()
    bad: list[str] = []
    for path in [*files, *folders]:
        where = path.relative_to(arguments.folder)
        for key in _parts(path):
            try:
                for outcome in _tried(path, key):
                    found[outcome] += 1
            except SulcusError as error:
                found["refused"] += 1
                print(f"refused: {where} {key}: {error.what.replace(str(path), path.name)}")
                if not (error.what.endswith(".") and error.remedy.endswith(".")):
                    bad.append(f"{where}: a refusal without a sentence")
            except Exception as error:  # noqa: BLE001 - that nothing else is raised is checked
                bad.append(f"{where} {key}: {type(error).__name__}: {error}")
    print(", ".join(f"{count} {what}" for what, count in sorted(found.items())))
    print("\n".join(bad) or "nothing crashed, and every mask came back")
    return 1 if bad else 0


def _parts(path: Path) -> list[str]:
    """The keys of the images in a file or folder; '' for one that cannot be listed."""
    try:
        return [part.key for part in list_parts(path)] or [""]
    except SulcusError:
        return [""]


def _tried(path: Path, key: str) -> list[str]:
    image = open_image(path, key)
    if not image.geometry.is_volume:
        return ["pictures opened"]
    return ["volumes opened", f"masks kept by {_kept(image)}"]


def _kept(image: Image) -> str:
    """The format by which a mask of the image came back equal.

    Raises:
        ValueError: if it did not.
    """
    labels = np.random.default_rng(0).integers(0, 4, image.geometry.shape).astype(np.uint8)
    name = natural_format(image.geometry, image.source)
    format_ = EXPORT_FORMATS.load(name)()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / format_.file_name("mask")
        write_mask(LabelMap(labels, image.geometry, CLASSES), image.source, target, format_)
        back = open_mask(target, image.geometry, CLASSES).labels
    if not np.array_equal(back, labels):
        raise ValueError(f"the mask did not come back by {name}")
    return name


if __name__ == "__main__":
    sys.exit(main())
