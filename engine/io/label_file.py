"""The label descriptions of ITK-SNAP: names and colours of classes in a text of their own."""

from __future__ import annotations

import re
from pathlib import Path

from engine.core.arrays import Labels
from engine.core.label_set import IGNORE, LabelSet
from engine.errors import ReadError
from engine.io.image_format import damaged
from engine.io.segments import Segment, label_set_of

NAME = "labels.txt"
"""What such a file is called beside masks."""

_TITLE = "ITK-SnAP Label Description File"
_LARGEST = 2**20
_LINE = re.compile(
    r"\s*(\d{1,9})\s+(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s+([\d.eE+-]+)\s+([01])\s+([01])\s+"
    r'"(.*)"\s*'
)
_HEAD = f"""\
################################################
# {_TITLE}
# File format:
# IDX   -R-  -G-  -B-  -A--  VIS MSH  LABEL
# Fields:
#    IDX:   Zero-based index
#    -R-:   Red color component (0..255)
#    -G-:   Green color component (0..255)
#    -B-:   Blue color component (0..255)
#    -A-:   Label transparency (0.00 .. 1.00)
#    VIS:   Label visibility (0 or 1)
#    MSH:   Label mesh visibility (0 or 1)
#  LABEL:   Label description
################################################
"""


def label_file_text(label_set: LabelSet) -> str:
    """The names and colours of `label_set` as ITK-SNAP writes them; background is clear."""
    lines: list[str] = []
    for one in label_set:
        red, green, blue = one.colour
        shown = 1 if one.index else 0
        name = " ".join(one.name.replace('"', "'").split())
        lines.append(
            f"{one.index:5d} {red:5d} {green:4d} {blue:4d} {shown:8d} {shown:2d} {shown:2d}"
            f'    "{name}"\n'
        )
    return _HEAD + "".join(lines)


def read_label_file(path: Path) -> LabelSet:
    """The names and colours in a label file; indices it leaves out get names of their own.

    Raises:
        ReadError: if it is none, or names no class.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST).decode("utf-8", "replace")
    except OSError as error:
        raise damaged(path, error) from error
    segments: list[Segment] = []
    for line in text.splitlines():
        if match := _LINE.fullmatch(line):
            red, green, blue = (min(255, int(match[part])) for part in (2, 3, 4))
            segments.append(Segment(int(match[1]), 0, match[8].strip(), (red, green, blue)))
    label_set = label_set_of(segments) if _TITLE in text else None
    if label_set is None:
        raise ReadError(
            f"'{path}' is no label file of ITK-SNAP.",
            remedy="Save the label descriptions in ITK-SNAP again.",
        )
    return label_set


def names_beside(path: Path, labels: Labels) -> LabelSet | None:
    """The names in 'labels.txt' beside a mask, if they are there and reach its highest index."""
    beside = path.with_name(NAME)
    if not beside.is_file():
        return None
    try:
        label_set = read_label_file(beside)
    except ReadError:
        return None
    highest = int(labels[labels != IGNORE].max(initial=0))
    return label_set if highest < len(label_set) else None
