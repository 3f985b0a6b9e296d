"""An .onnx file read as what it is on disk: its metadata and its hash, without running any of it.

ONNX files are messages of Protocol Buffers: fields with a number, one after the other, some of
which hold messages again. Metadata may be appended to a file, so a card is written and read without
touching the graph.

Source: Protocol Buffers encoding guide; onnx.proto3 for the numbers of the fields.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import WeightsError
from engine.files import replacing
from engine.models.card_json import KEY

LARGEST = 2 << 30
"""Bytes; what Protocol Buffers can hold."""
_VERSION, _GRAPH, _METADATA = 1, 7, 14
"""Fields of a model: its version of the format, its graph, an entry of its metadata."""
_PLACE, _ELSEWHERE = 13, 14
"""Fields of a tensor: in which file its numbers lie, and whether they lie in another file."""
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_DEEPEST = 40

_PARTS: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "node": {5: "attribute"},
    "attribute": {
        5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse",
    },
}  # fmt: skip
"""Which messages hold which, by the number of the field."""


@dataclass(frozen=True, slots=True)
class OnnxFile:
    """What an .onnx file says of itself.

    Attributes:
        card: The text of its card; '' if it has none.
        sha256: Of all its bytes but the card.
    """

    card: str
    sha256: str


def read_onnx(path: Path, *, whole: bool = True) -> OnnxFile:
    """The card of an .onnx file and, if `whole`, its hash; tensors in other files are refused.

    Args:
        path: The file.
        whole: Whether to look through all of it; else the hash is ''.

    Raises:
        WeightsError: if it is no .onnx file, is damaged or too large, or keeps tensors elsewhere.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise refused(path, f"has {size / 1e9:.1f} GB; an .onnx file holds 2 GB at most")
        if size == 0:
            raise refused(path, "is empty")
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _read(path, memoryview(data), whole=whole)
    except OSError as error:
        raise refused(path, f"cannot be read: {(error.strerror or str(error)).lower()}") from error


def write_card(source: Path, target: Path, card: str) -> None:
    """Write the .onnx file `source` to `target` with `card` in place of the one it has.

    Raises:
        WeightsError: if `source` is no .onnx file.
        WriteError: if `target` cannot be written.
    """
    data = source.read_bytes()
    entry = _message(1, KEY.encode()) + _message(2, card.encode())
    with replacing(target) as temporary:
        temporary.write_bytes(_without_card(source, data) + _message(_METADATA, entry))


def refused(path: Path, why: str) -> WeightsError:
    """The error that says what is wrong with an .onnx file."""
    return WeightsError(
        f"The file '{path}' {why}.",
        remedy="Export the network again, as one file with its weights inside.",
    )


def _read(path: Path, data: memoryview, *, whole: bool) -> OnnxFile:
    card, digest, numbers = "", hashlib.sha256(), set[int]()
    try:
        for number, start, inner, end in _fields(data, 0, len(data)):
            numbers.add(number)
            found = _card_in(data, inner, end) if number == _METADATA else None
            if found is not None:
                card = found
            elif whole:
                digest.update(data[start:end])
        if not {_VERSION, _GRAPH} <= numbers:
            raise refused(path, "is no .onnx file")
        if whole and _keeps_elsewhere(data, 0, len(data), "model"):
            raise refused(path, "keeps its weights in another file")
    except (ValueError, IndexError) as error:
        raise refused(path, "is no .onnx file, or is damaged") from error
    finally:
        data.release()
    return OnnxFile(card, digest.hexdigest() if whole else "")


def _without_card(path: Path, data: bytes) -> bytes:
    view = memoryview(data)
    try:
        kept = [
            data[start:end]
            for number, start, inner, end in _fields(view, 0, len(view))
            if number != _METADATA or _card_in(view, inner, end) is None
        ]
    except (ValueError, IndexError) as error:
        raise refused(path, "is no .onnx file, or is damaged") from error
    return b"".join(kept)


def _card_in(data: memoryview, start: int, end: int) -> str | None:
    """The value of an entry of the metadata, if it is our card."""
    parts = {number: bytes(data[inner:to]) for number, _, inner, to in _fields(data, start, end)}
    return parts.get(2, b"").decode() if parts.get(1) == KEY.encode() else None


def _keeps_elsewhere(data: memoryview, start: int, end: int, kind: str, depth: int = 0) -> bool:
    """Whether a tensor within a message lies in another file.

    Raises:
        ValueError: if the bytes are no such message, or are nested without end.
    """
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    for number, _, inner, to in _fields(data, start, end):
        if kind == "tensor":
            if number == _PLACE or (number == _ELSEWHERE and data[inner] != 0):
                return True
        elif number in _PARTS[kind]:
            part = _PARTS[kind][number]
            if _keeps_elsewhere(data, inner, to, part, depth + 1):
                return True
    return False


def _fields(data: memoryview, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """(number, where the field starts, where its content does, where it ends) of each field.

    Raises:
        ValueError, IndexError: if the bytes are no message.
    """
    at = start
    while at < end:
        tag, inner = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            to = _varint(data, inner)[1]
        elif kind == _BYTES:
            length, inner = _varint(data, inner)
            to = inner + length
        elif kind in (_FIXED64, _FIXED32):
            to = inner + (8 if kind == _FIXED64 else 4)
        else:
            raise ValueError(f"no field is of kind {kind}")
        if to > end or number == 0:
            raise ValueError("a field ends beyond its message")
        yield number, at, inner, to
        at = to


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where the next thing begins."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("a number without an end")


def _message(number: int, content: bytes) -> bytes:
    """A field that holds bytes."""
    return _encoded(number << 3 | _BYTES) + _encoded(len(content)) + content


def _encoded(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
