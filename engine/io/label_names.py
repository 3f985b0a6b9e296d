"""The names of classes: as files have them, and as masks are brought from one order to another.

Numbers mean nothing by themselves: 1 is cerebrospinal fluid for IBSR and FSL, and grey matter for
BIDS. Source: BIDS 1.10, 'Imaging derivatives', common image-derived labels.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np

from engine.core.arrays import Labels
from engine.core.label_set import IGNORE, Colour, LabelClass, LabelSet
from engine.core.synonyms import BACKGROUND, IGNORED, meaning
from engine.errors import ParameterError, ReadError, SulcusError

Names = Mapping[int, str]

ORDERS: dict[str, Names] = {
    "ibsr": {0: "background", 1: "CSF", 2: "GM", 3: "WM"},
    "bids": {0: "background", 1: "GM", 2: "WM", 3: "CSF"},
}
"""What the numbers of masks without names may mean; FSL counts as IBSR does."""

_BESIDE = ("labels.json", "labels.txt")
_LARGEST = 1 << 20  # bytes of a file of names
_SNAP = re.compile(r'\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+[\d.]+\s+\d+\s+\d+\s+"(.*)"\s*')
_NUMBERED = re.compile(r"(\d+)[\s:,;=]+(.+)")


def parse_order(text: str) -> Names:
    """The names that the values 0, 1, 2 ... have: 'ibsr', 'bids', or the names with commas.

    Raises:
        ParameterError: if there is only one name.
    """
    if text.strip().casefold() in ORDERS:
        return ORDERS[text.strip().casefold()]
    names = [name.strip() for name in text.split(",")]
    if len(names) < 2 or not all(names):
        raise ParameterError(
            f"'{text}' is no order of labels.",
            remedy=f"Give {', '.join(ORDERS)}, or the names of 0, 1, 2 ... with commas.",
        )
    return dict(enumerate(names))


def names_beside(mask: Path) -> dict[int, str] | None:
    """The names given by a file in the folder of a mask; None if there is no such file.

    'labels.json' and 'labels.txt' beside it count, and nnU-Net's 'dataset.json' above 'labelsTr'.

    Raises:
        ReadError: if there is one and it cannot be understood.
    """
    found = _file_beside(mask)
    return None if found is None else {i: name for i, (name, _) in _read(found).items()}


def label_set_beside(mask: Path) -> LabelSet | None:
    """The classes of the file that `names_beside` finds, numbered anew; None if there is none.

    Raises:
        ReadError: if there is one and it cannot be understood.
        ParameterError: if there are too few classes in it, or two of one name.
    """
    found = _file_beside(mask)
    return None if found is None else read_label_set(found)


def read_label_set(path: Path) -> LabelSet:
    """The classes of a file, numbered anew from 0 without gaps; background comes first.

    JSON as Sulcus exports it, JSON of names and numbers, an ITK-SNAP label file, or a text with a
    name on each line, the first of which is the background.

    Raises:
        ReadError: if it cannot be read or understood.
        ParameterError: if there are too few classes, or two of one name.
    """
    found = _read(path)
    rows = [found[index] for index in sorted(found) if meaning(found[index][0]) != IGNORED]
    if 0 not in found:
        rows.insert(0, ("background", (0, 0, 0)))
    plain = LabelSet.named([name for name, _ in rows])
    return LabelSet(
        tuple(
            one if colour is None else LabelClass(one.index, one.name, colour)
            for one, (_, colour) in zip(plain, rows, strict=True)
        )
    )


def remap(labels: Labels, names: Names, label_set: LabelSet, path: Path) -> Labels:
    """A mask in the numbers of `label_set`, its classes told by name.

    Args:
        labels: (*shape) uint8 as in the file.
        names: What its values mean.
        label_set: The classes to give, known by name or synonym whatever the capitals.
        path: The file, for the message.

    Returns:
        (*shape) uint8; what is named 'ignore' or 'void' becomes IGNORE.

    Raises:
        ReadError: if a value has no name, or its name is no class.
    """
    wanted = {BACKGROUND: 0, IGNORED: IGNORE}
    wanted |= {meaning(one.name): one.index for one in label_set}
    exactly = {one.name: one.index for one in label_set}
    table = np.zeros(256, np.uint8)
    strange: list[str] = []
    for value in np.flatnonzero(np.bincount(labels.reshape(-1), minlength=256)).tolist():
        name = names.get(value, {0: BACKGROUND, IGNORE: IGNORED}.get(value))
        if name in exactly:
            table[value] = exactly[name]
        elif name is not None and meaning(name) in wanted:
            table[value] = wanted[meaning(name)]
        else:
            strange.append(f"'{name}'" if name else f"{value} without a name")
    if strange:
        raise ReadError(
            f"The mask '{path}' has {', '.join(strange)}, which is no class of this project "
            f"({', '.join(label_set.names)}).",
            remedy="Add the class to the project, or rename it where the mask was made.",
        )
    return table[labels]


def _file_beside(mask: Path) -> Path | None:
    places = [mask.parent / name for name in _BESIDE]
    if mask.parent.name.startswith("labels"):
        places.append(mask.parent.parent / "dataset.json")
    return next((place for place in places if place.is_file()), None)


def _read(path: Path) -> dict[int, tuple[str, Colour | None]]:
    """Names and colours by number."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ReadError(f"'{path}' is no file of names.", remedy="Choose another file.")
        text = path.read_text(encoding="utf-8-sig")
        found = _from_json(json.loads(text)) if path.suffix == ".json" else _from_text(text)
    except SulcusError:
        raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReadError(f"'{path}' cannot be read: {reason}.", remedy="Check the path.") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ReadError(
            f"'{path}' cannot be understood as names of classes ({error}).",
            remedy="Write a name on each line, the background first.",
        ) from error
    if not found:
        raise ReadError(f"'{path}' names no classes.", remedy="Write a name on each line.")
    return found


def _from_json(stored: Any) -> dict[int, tuple[str, Colour | None]]:
    """The forms there are: {classes: [{index, name, colour}]} of Sulcus, {labels: ...} of nnU-Net
    and MSD, a list of names, and an object of names and numbers either way round.
    """  # noqa: D205
    if isinstance(stored, dict) and "classes" in stored:
        rows = cast("list[dict[str, Any]]", stored["classes"])
        return {int(row["index"]): (str(row["name"]), _colour(row.get("colour"))) for row in rows}
    if isinstance(stored, dict):
        pairs = cast("dict[str, Any]", stored.get("labels", stored))
        return dict(_pair(key, value) for key, value in pairs.items() if not _is_region(value))
    return {index: (str(name), None) for index, name in enumerate(cast("list[Any]", stored))}


def _is_region(value: object) -> bool:
    """nnU-Net lets one name stand for several values; such a mask is not told apart by name."""
    return isinstance(value, list)


def _pair(key: str, value: Any) -> tuple[int, tuple[str, None]]:
    return (int(key), (str(value), None)) if key.isdigit() else (int(value), (key, None))


def _from_text(text: str) -> dict[int, tuple[str, Colour | None]]:
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    snap = [match for match in map(_SNAP.fullmatch, lines) if match]
    if snap:
        return {
            int(one[1]): (one[5], _colour([int(one[2]), int(one[3]), int(one[4])])) for one in snap
        }
    numbered = [match for match in map(_NUMBERED.fullmatch, lines) if match]
    if lines and len(numbered) == len(lines):
        return {int(one[1]): (one[2].strip(), None) for one in numbered}
    return {index: (name, None) for index, name in enumerate(lines)}


def _colour(parts: list[Any] | None) -> Colour | None:
    if parts is None:
        return None
    red, green, blue = (int(part) for part in parts)
    if not all(0 <= part <= 255 for part in (red, green, blue)):
        raise ValueError(f"{parts} is no colour")
    return red, green, blue
