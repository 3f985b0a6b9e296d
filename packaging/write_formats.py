"""Write docs/reference/formats.md from the tables of formats, so that it says what there is."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from engine.cli.table import COMMANDS
from engine.export.table import EXPORT_FORMATS
from engine.files import write_text
from engine.io.table import IMAGE_FORMATS

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "formats.md"

_HEAD = """# Formats

Written by `packaging/write_formats.py` from the program's own tables; change those, not this page.

## Images and masks that are read

A file is told by what it begins with, not by its name; in folders, files count by their endings.
`sulcus doctor --open PATH` says what a file is, and which images it holds.
"""

_MASKS = """## Masks that are written

`sulcus export PROJECT --format NAME`; `natural` takes for each image the first that suits it.
Every file is read back before it takes its place.
"""

_NAMES = """## What the numbers of a mask mean

Masks are understood by the names of their classes, never by number, since 1 is cerebrospinal fluid
for IBSR and FSL and grey matter for BIDS. The names are those in the file, else those of
`labels.json` or `labels.txt` beside it (JSON as Sulcus exports it, JSON of names and numbers, an
ITK-SNAP label description, or a name on each line), else those of nnU-Net's `dataset.json`.
A mask of brain tissues without names is taken only when its order is told
(`sulcus add --label-order ibsr`, or the question in the window).

## Folders

- Images in a folder come in natural order. A mask beside its image is called `NAME_mask`,
  `NAME_seg`, `NAME-labels` and the like, or lies in a folder `masks`, `labels` or `annotations`
  under the image's own name.
- BIDS: `sub-*/[ses-*/]anat/*_T1w.nii.gz`; derivatives are left out.
- nnU-Net: `imagesTr` and `imagesTs`, one case for all channels of an image, its mask in `labelsTr`.
- A folder whose files are the slices of series is opened, and each series in it is a case.
- Any other folder is searched inwards.

`sulcus add PROJECT PATH --dry-run` says what would be added and paired.
"""


def page() -> str:
    """The whole page."""
    images = [(row.title, _code(row.suffixes), row.keeps) for row in IMAGE_FORMATS]
    masks = [(f"`{row.name}`", f"{row.title}: {row.note}", row.keeps) for row in EXPORT_FORMATS]
    assert {"add", "doctor", "export"} <= {row.name for row in COMMANDS}, "the page names them"
    return "\n".join(
        [
            _HEAD,
            *_table(("format", "endings", "what is kept and what is not"), images),
            _MASKS,
            *_table(("name", "for", "what is kept and what is not"), masks),
            _NAMES,
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGE)
    write_text(parser.parse_args().out, page())


def _code(words: Sequence[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [*("| " + " | ".join(cells) + " |" for cells in lines), ""]


if __name__ == "__main__":
    main()
