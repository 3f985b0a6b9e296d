"""Logging set-up: what is written down names no path and no patient.

Everything passes `scrub` as its last step, tracebacks included: a path becomes a short hash that
is the same each time, a text that was told to be `private` is taken out wherever it stands.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import sys
import sysconfig
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_state_path

_LARGEST = 1_000_000  # bytes of a log file, of which the last three are kept
_KEPT = 2
_SHORTEST = 3  # letters of a private text; shorter ones stand in too many words
_OWN = ("app", "engine")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

# Quoted texts with a slash in them, then words with one: '/a b/c', "C:\\a", /a/b, a/b.png.
_QUOTED = re.compile(r"""(['"])((?:(?!\1).)*?[/\\](?:(?!\1).)*?)\1""", re.DOTALL)
_WORD = re.compile(r"""[^\s'"()\[\]{}<>,;=]*(?:[/\\][^\s'"()\[\]{}<>,;=]*)+""")
_SLASH = "\x1f"  # stands for a slash that shall stay, until all others are gone
_CODE_LINE = re.compile(r'(?<=  File ")([^"\n]+)(?=", line \d+)')

_lock = threading.Lock()
_private: set[str] = set()
_pattern: re.Pattern[str] | None = None


def set_up(level: int, *, file: str = "") -> None:
    """Send what is logged to stderr, and to a bounded file of the user's state folder.

    Libraries are heard from warnings on only: what they have to say besides may be what a file
    says of a patient.

    Args:
        level: The least that is written of the program itself, as in `logging`.
        file: The name of the file without ending; none is written if left out.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    path = log_file(file) if file else None
    if path is not None:
        handlers.append(
            RotatingFileHandler(
                path, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8", delay=True
            )
        )
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one.formatter, PrivateFormatter)]:
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.setFormatter(PrivateFormatter(_FORMAT))
        root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))
    for name in _OWN:
        logging.getLogger(name).setLevel(level)


def log_file(name: str) -> Path | None:
    """Where a log is written; None if the user's state folder cannot be."""
    folder = user_state_path("sulcus", appauthor=False)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return folder / f"{name}.log" if os.access(folder, os.W_OK) else None


class PrivateFormatter(logging.Formatter):
    """Formats a record, traceback and all, and scrubs the outcome."""

    def format(self, record: logging.LogRecord) -> str:
        """The line or lines to write; paths among the arguments are replaced whole."""
        copy = logging.makeLogRecord(record.__dict__)
        copy.exc_text = None  # another formatter may have kept it as it is
        if isinstance(copy.args, tuple):
            copy.args = tuple(
                pseudonym(str(one)) if isinstance(one, os.PathLike) else one for one in copy.args
            )
        return scrub(super().format(copy))


def private(text: str, *, whole: bool = False) -> None:
    """Take this text out of everything that is logged from now on.

    Args:
        text: A patient's name, 'Doe^Jane', or the name of a file that may hold one.
        whole: Whether its words may stay where they stand alone, as those of a path.
    """
    global _pattern  # noqa: PLW0603 - one list for the process, as logging itself
    words = {text} if whole else {text, *re.split(r"[\s^_,=.-]+", text)}
    with _lock:
        new = {word for word in words if len(word) >= _SHORTEST and not word.isdigit()} - _private
        if new:
            _private.update(new)
            longest_first = sorted(_private, key=len, reverse=True)
            every = "|".join(map(re.escape, longest_first))
            _pattern = re.compile(rf"(?<![^\W\d_])(?:{every})(?![^\W\d_])", re.IGNORECASE)


def scrub(text: str) -> str:
    """`text` without paths and private texts; the program's own files keep their names."""
    text = _CODE_LINE.sub(lambda found: _code(found[1]) or pseudonym(found[1]), text)
    if _pattern is not None:
        text = _pattern.sub("<private>", text)
    text = _QUOTED.sub(lambda found: found[1] + _replaced(found[2]) + found[1], text)
    return _WORD.sub(lambda found: _replaced(found[0]), text).replace(_SLASH, "/")


def pseudonym(path: str) -> str:
    """What stands for a path: the same each time, and nothing can be read from it."""
    return f"<path {hashlib.sha256(path.encode(errors='surrogatepass')).hexdigest()[:8]}>"


def _replaced(text: str) -> str:
    is_path = re.search(r"[^\W\d]", text) is not None  # '3/4' and '/' are none
    return pseudonym(text) if is_path else text


def _code(path: str) -> str | None:
    """The name of a file of the program or of a library, from where they lie; None of another."""
    for root in _ROOTS:
        if path.startswith(root):
            return path[len(root) :].replace(os.sep, _SLASH)
    return path if path.startswith("<") else None  # '<string>', '<frozen importlib>'


_ROOTS = tuple(
    str(Path(root)) + os.sep
    for root in (
        sysconfig.get_path("purelib"),
        sysconfig.get_path("stdlib"),
        Path(__file__).parents[1],
        sys.prefix,
    )
)
