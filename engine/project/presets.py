"""CRF parameters that were saved by name; they travel with the project."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from engine.crf.parameters import CrfParameters
from engine.errors import ReadError, SulcusError
from engine.files import write_text

_FILE = "presets.json"


def load_presets(folder: Path) -> dict[str, CrfParameters]:
    """The presets of a project by name, in the order they were saved.

    Raises:
        ReadError: if their file is damaged.
    """
    path = folder / _FILE
    if not path.exists():
        return {}
    try:
        stored = cast("dict[str, dict[str, Any]]", json.loads(path.read_text(encoding="utf-8")))
        return {name: CrfParameters(**_from_json(values)) for name, values in stored.items()}
    except (ValueError, TypeError, AttributeError, SulcusError) as error:
        raise ReadError(
            f"'{path}' is damaged ({error}).", remedy="Delete it to begin with the defaults."
        ) from error


def save_preset(folder: Path, name: str, parameters: CrfParameters) -> None:
    """Keep parameters under a name; one of the same name is replaced.

    Raises:
        ReadError: if their file is damaged; it is left alone.
        WriteError: if it cannot be written.
    """
    _save(folder, {**load_presets(folder), name: parameters})


def widen_presets(folder: Path, classes: int) -> None:
    """Have costs that are stated for fewer classes stand for `classes`.

    Raises:
        ReadError: if their file is damaged; it is left alone.
        WriteError: if it cannot be written.
    """
    presets = load_presets(folder)
    wide = {name: parameters.widened(classes) for name, parameters in presets.items()}
    if wide != presets:
        _save(folder, wide)


def _save(folder: Path, presets: dict[str, CrfParameters]) -> None:
    plain = {name: _to_json(asdict(values)) for name, values in presets.items()}
    write_text(folder / _FILE, json.dumps(plain, indent=2, allow_nan=False) + "\n")


def _to_json(values: dict[str, Any]) -> dict[str, Any]:
    return {name: None if value == math.inf else value for name, value in values.items()}


def _from_json(values: dict[str, Any]) -> dict[str, Any]:
    return {name: math.inf if value is None else value for name, value in values.items()}
