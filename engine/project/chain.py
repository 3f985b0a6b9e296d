"""Hash chains: each row of a log carries the hash of itself and of the link before it.

A row that was changed, taken out or put in between breaks the chain there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

START = b""
"""The link before the first row."""

Field: TypeAlias = "str | int | None"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the journal of a case: its last row and that row's link; 0 before the first."""

    number: int = 0
    link: bytes = START


def link_of(before: bytes, fields: Sequence[Field]) -> bytes:
    """The link of a row: the SHA-256 of the link before it and of the row as JSON."""
    row = json.dumps(list(fields), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(before + row.encode()).digest()


def digest_of(data: bytes) -> bytes:
    """The SHA-256 of what a row carries."""
    return hashlib.sha256(data).digest()
