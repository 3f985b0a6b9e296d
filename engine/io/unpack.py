"""The bytes of a file, unpacked, and never more of them than its header promises.

A header is only believed as far as the bytes that are there allow: nothing is made as large as a
header claims, and a small file that unpacks without end is stopped.
"""

from __future__ import annotations

import bz2
import gzip
import io
import os
import zlib
from pathlib import Path
from typing import BinaryIO

from engine.io.image_format import damaged

GZIP = b"\x1f\x8b"

SLACK = 2**20
"""Bytes that may follow the voxels: padding, footers, tables of colours."""

_MOST = 1040
"""Bytes that deflate can make of one, and a little; zlib's technical notes give 1032."""
_CHUNK = 2**16
_PIECE = 2**22
_WHOLE = 31  # a gzip member with its header and checksum
_EITHER = 47  # a zlib or gzip stream, whichever it is


def first_bytes(path: Path, count: int) -> bytes:
    """The first `count` bytes of a file, unpacked if it is gzipped; fewer if it is shorter.

    Raises:
        ReadError: if the file cannot be read, or its packing is broken this early.
    """
    try:
        with path.open("rb") as file:
            data = file.read(max(count, 2))
            if data[:2] != GZIP:
                return data[:count]
            unpacker = zlib.decompressobj(_WHOLE)
            found = unpacker.decompress(data, count)
            while len(found) < count and not unpacker.eof:
                data = unpacker.unconsumed_tail or file.read(_CHUNK)
                if not data:
                    break
                found += unpacker.decompress(data, count - len(found))
            return found
    except (OSError, zlib.error) as error:
        raise damaged(path, error) from error


def require_room(path: Path, need: int) -> None:
    """Refuse a header that promises more bytes than its file can hold.

    Raises:
        ReadError: if `need` bytes cannot be in it, packed or not.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            is_packed = file.read(2) == GZIP
    except OSError as error:
        raise damaged(path, error) from error
    _require(path, size * _MOST if is_packed else size, need)


def read_promised(path: Path, need: int) -> bytes:
    """At least `need` bytes of a file: all of it if it is gzipped, with its checksum compared.

    Raises:
        ReadError: if there are fewer, if there are many more in a gzipped file, or if it is
            damaged.
    """
    require_room(path, need)
    try:
        with path.open("rb") as file:
            if file.read(2) != GZIP:
                file.seek(0)
                return file.read(need)
            file.seek(0)
            most_packed = need + need // 512 + SLACK  # what does not shrink grows by a little
            data = read_up_to(file, most_packed + 1)
    except OSError as error:
        raise damaged(path, error) from error
    if len(data) > most_packed:
        raise _too_much(path)
    return inflate(path, data, need)


def read_up_to(file: BinaryIO, count: int) -> bytes:
    """At most `count` bytes from where `file` stands; `read` alone makes room for all of them."""
    left = os.fstat(file.fileno()).st_size - file.tell()
    return file.read(max(0, min(count, left)))


def inflate(path: Path, data: bytes, need: int) -> bytes:
    """The bytes in a gzip or zlib stream, at least `need` of them and `SLACK` more at most.

    Raises:
        ReadError: if it is damaged, or if it holds too few or too many.
    """
    _require(path, len(data) * _MOST, need)
    most = need + SLACK
    unpacker = zlib.decompressobj(_EITHER)
    try:
        found = unpacker.decompress(data, most + 1)
        if unpacker.eof and unpacker.unused_data.strip(b"\0"):  # several members, one after another
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                pieces: list[bytes] = []
                while sum(map(len, pieces)) <= most and (piece := file.read(_PIECE)):
                    pieces.append(piece)
                found = b"".join(pieces)
        elif not unpacker.eof and len(found) <= most:
            raise damaged(path, "it is cut short")
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(path, error) from error
    if len(found) > most:
        raise _too_much(path)
    _require(path, len(found), need)
    return found


def inflate_bzip2(path: Path, data: bytes, need: int) -> bytes:
    """The bytes in a bzip2 stream, within the same bounds as `inflate`.

    Raises:
        ReadError: if it is damaged, or if it holds too few or too many.
    """
    found = b""
    try:
        while data and len(found) <= need + SLACK:
            unpacker = bz2.BZ2Decompressor()
            found += unpacker.decompress(data, need + SLACK + 1 - len(found))
            if not unpacker.eof and len(found) <= need + SLACK:
                raise damaged(path, "it is cut short")
            data = unpacker.unused_data
    except (OSError, ValueError, EOFError) as error:
        raise damaged(path, error) from error
    if len(found) > need + SLACK:
        raise _too_much(path)
    _require(path, len(found), need)
    return found


def _require(path: Path, there: int, need: int) -> None:
    if there < need:
        raise damaged(path, f"its header promises {need:,} bytes, and {there:,} at most are there")


def _too_much(path: Path) -> Exception:
    return damaged(path, "it holds more than its header says")
