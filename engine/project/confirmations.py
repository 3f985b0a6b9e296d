"""What a person confirmed about the images of a project, once for each case."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from engine.errors import ReadError
from engine.files import write_text

_FILE = "confirmed.json"

_Stored = dict[str, dict[str, str]]  # case id: code of the notice: when


def load_confirmed(folder: Path, case_id: str) -> frozenset[str]:
    """The codes of the notices that were confirmed for a case.

    Raises:
        ReadError: if their file is damaged.
    """
    return frozenset(_load(folder).get(case_id, {}))


def save_confirmed(folder: Path, case_id: str, codes: Iterable[str]) -> None:
    """Note that these notices were confirmed now; earlier ones keep their time.

    Raises:
        ReadError: if their file is damaged; it is left alone.
        WriteError: if it cannot be written.
    """
    stored = _load(folder)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    stored[case_id] = dict.fromkeys(codes, now) | stored.get(case_id, {})
    write_text(folder / _FILE, json.dumps(stored, indent=2) + "\n")


def _load(folder: Path) -> _Stored:
    path = folder / _FILE
    if not path.exists():
        return {}
    try:
        stored = cast("_Stored", json.loads(path.read_text(encoding="utf-8")))
        return {case_id: dict(codes) for case_id, codes in stored.items()}
    except (ValueError, TypeError, AttributeError, OSError) as error:
        raise ReadError(
            f"'{path}' is damaged ({error}).", remedy="Delete it; what it held is asked again."
        ) from error
