"""Label maps and probabilities as files beside the database."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from engine.core.arrays import Mask
from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.probabilities import Probabilities
from engine.errors import ReadError
from engine.files import replacing

_LABELS = "labels"
_PROBABILITIES = "probabilities"


def save_labels(folder: Path, case_id: str, label_map: LabelMap, touched: Mask) -> None:
    """Keep the mask of a case, and which of its pixels a person changed.

    Raises:
        WriteError: if it cannot be written.
    """
    with replacing(_path(folder, _LABELS, case_id)) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, values=label_map.labels, touched=np.packbits(touched))


def load_labels(
    folder: Path, case_id: str, geometry: Geometry, label_set: LabelSet
) -> tuple[LabelMap, Mask]:
    """The mask of a case and what a person changed of it; all background if none was kept.

    Raises:
        ReadError: if it is damaged or does not fit the image, rather than showing an empty one.
    """
    path = _path(folder, _LABELS, case_id)
    values = _load(path, "values", np.uint8, geometry.shape)
    if values is None:
        return LabelMap.empty(geometry, label_set), np.zeros(geometry.shape, bool)
    count = int(np.prod(geometry.shape))
    bits = _load(path, "touched", np.uint8, (-(-count // 8),))
    touched = np.unpackbits(bits, count=count).reshape(geometry.shape).astype(bool)
    return LabelMap(values, geometry, label_set), touched


def save_probabilities(folder: Path, case_id: str, probabilities: Probabilities) -> None:
    """Keep what a network believes about a case; not compressed, since speed matters more.

    Raises:
        WriteError: if it cannot be written.
    """
    path = _path(folder, _PROBABILITIES, case_id)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, values=probabilities.values)


def load_probabilities(
    folder: Path, case_id: str, geometry: Geometry, label_set: LabelSet
) -> Probabilities | None:
    """What a network believes about a case; None if nothing was kept.

    Raises:
        ReadError: if it is damaged or does not fit the image.
    """
    path = _path(folder, _PROBABILITIES, case_id)
    values = _load(path, "values", np.float16, (len(label_set), *geometry.shape))
    return None if values is None else Probabilities(values, geometry, label_set)


def has_probabilities(folder: Path, case_id: str) -> bool:
    """Whether a prediction of the case was kept."""
    return _path(folder, _PROBABILITIES, case_id).exists()


_DAMAGED = (OSError, ValueError, KeyError, EOFError, TypeError, SyntaxError, NotImplementedError,
            MemoryError, struct.error, zlib.error, zipfile.BadZipFile)  # fmt: skip


def _path(folder: Path, kind: str, case_id: str) -> Path:
    return folder / kind / f"{case_id}.npz"


def _load(path: Path, name: str, dtype: type[np.generic], shape: tuple[int, ...]) -> Any:
    if not path.exists():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            values = archive[name]
    except _DAMAGED as error:
        raise ReadError(
            f"'{path}' is damaged ({error}).",
            remedy="Restore it from a backup, or delete it to begin this case anew.",
        ) from error
    if values.dtype != dtype or values.shape != shape:
        raise ReadError(
            f"'{path}' does not fit its image: {values.dtype} {values.shape}.",
            remedy="Put the image back that it was made on.",
        )
    return values
