"""The label descriptions of ITK-SNAP: names and colours of classes in a text of their own.

`engine.io.label_names` reads them.
"""

from __future__ import annotations

from engine.core.label_set import LabelSet

_HEAD = """\
################################################
# ITK-SnAP Label Description File
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
