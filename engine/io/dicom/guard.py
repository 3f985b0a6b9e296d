"""What every call of pydicom is wrapped in: its errors known, its warnings unheard."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Generator
from contextlib import contextmanager

from pydicom.errors import BytesLengthException, InvalidDicomError

UNREADABLE = (
    ValueError, TypeError, AttributeError, LookupError, NotImplementedError, EOFError, OSError,
    OverflowError, RecursionError, AssertionError, struct.error, zlib.error, InvalidDicomError,
    BytesLengthException,
)  # fmt: skip
"""What pydicom raises on damaged files; its text may hold values of a patient: never shown."""


@contextmanager
def quietly() -> Generator[None]:
    """Keep pydicom's warnings to itself: they quote what a file holds, and lead to no other end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
