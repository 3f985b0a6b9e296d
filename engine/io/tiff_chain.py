"""The chain of pages of a TIFF, followed before a library that trusts it does.

Source: TIFF 6.0, section 2: each page is a directory of entries that ends with the offset of the
next one, 0 for the last. BigTIFF has longer numbers at the same places.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from engine.io.image_format import damaged

_BIG = 43


def check_chain(path: Path) -> None:
    """Refuse a chain that turns back on itself, or leads out of the file.

    Raises:
        ReadError: if it does.
        OSError: if the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(16)
        size = file.seek(0, 2)
        order = {b"II": "<", b"MM": ">"}.get(start[:2])
        if order is None or len(start) < 16:
            return  # not for us to say: the library has a sentence for it
        is_big = struct.unpack(order + "H", start[2:4])[0] == _BIG
        (offset,) = struct.unpack(order + "Q", start[8:]) if is_big else struct.unpack(
            order + "I", start[4:8]
        )  # fmt: skip
        seen: set[int] = set()
        while offset:
            if offset in seen:
                raise damaged(path, "its pages lead back to each other")
            if not 8 <= offset < size:
                raise damaged(path, f"its page {len(seen) + 1} would lie outside of it")
            seen.add(offset)
            offset = _following(file, offset, order, is_big=is_big)


def _following(file: BinaryIO, offset: int, order: str, *, is_big: bool) -> int:
    """Where the page after the one at `offset` begins; 0 if the file ends before it says so."""
    wide, entry, next_ = ("Q", 20, "Q") if is_big else ("H", 12, "I")
    file.seek(offset)
    raw = file.read(struct.calcsize(wide))
    if len(raw) < struct.calcsize(wide):
        return 0
    (count,) = struct.unpack(order + wide, raw)
    file.seek(min(offset + len(raw) + entry * count, 2**62))
    raw = file.read(struct.calcsize(next_))
    return struct.unpack(order + next_, raw)[0] if len(raw) == struct.calcsize(next_) else 0
