"""Which slices of a case a reader was shown, so that reading goes on where it was left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import numpy as np

from engine.core.arrays import Mask
from engine.core.planes import Plane
from engine.errors import ReadError
from engine.files import make_folder, write_text

_FOLDER = "seen"

_Stored = dict[str, dict[str, str]]  # reader: plane: one character per slice, 1 where it was seen


def load_seen(folder: Path, case_id: str, reader: str) -> dict[Plane, Mask]:
    """The slices that a reader was shown: (slices,) bool by plane; planes never shown are left out.

    Raises:
        ReadError: if the file is damaged.
    """
    kept = _load(folder, case_id).get(reader, {})
    return {
        plane: np.array([one == "1" for one in kept[plane.value]], bool)
        for plane in Plane
        if plane.value in kept
    }


def save_seen(folder: Path, case_id: str, reader: str, seen: dict[Plane, Mask]) -> None:
    """Keep the slices that a reader was shown.

    Raises:
        ReadError: if the file is damaged; it is left alone.
        WriteError: if it cannot be written.
    """
    stored = _load(folder, case_id)
    stored[reader] = {
        plane.value: "".join("1" if one else "0" for one in slices.tolist())
        for plane, slices in seen.items()
    }
    make_folder(folder / _FOLDER)
    write_text(_path(folder, case_id), json.dumps(stored, indent=2, ensure_ascii=False) + "\n")


def _path(folder: Path, case_id: str) -> Path:
    return folder / _FOLDER / f"{case_id}.json"


def _load(folder: Path, case_id: str) -> _Stored:
    path = _path(folder, case_id)
    if not path.exists():
        return {}
    try:
        stored = cast("_Stored", json.loads(path.read_text(encoding="utf-8")))
        return {
            reader: {plane: str(kept) for plane, kept in planes.items()}
            for reader, planes in stored.items()
        }
    except (ValueError, TypeError, AttributeError, OSError) as error:
        raise ReadError(
            f"'{path}' is damaged ({error}).",
            remedy="Delete it; the slices are then taken as not seen.",
        ) from error
