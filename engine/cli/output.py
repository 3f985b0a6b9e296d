"""What a subcommand says: lines and tables for people, one JSON object for programs."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from engine.errors import SulcusError
from engine.progress import Progress, Step

_BAR = 30  # characters
_SURE_AFTER = 2.0  # seconds; before that nothing is said about the time that is left


class Output:
    """Where a subcommand speaks: results to stdout, progress and errors to stderr."""

    def __init__(
        self, *, as_json: bool, stdout: TextIO | None = None, stderr: TextIO | None = None
    ) -> None:
        self._as_json = as_json
        self._stdout = stdout or sys.stdout
        self._stderr = stderr or sys.stderr
        self._facts: dict[str, Any] = {}
        self._last = ""
        self._since = time.monotonic()
        self.progress = Progress(self._report)

    def say(self, text: str = "") -> None:
        """One line for people."""
        if not self._as_json:
            self._stdout.write(text + "\n")

    def warn(self, text: str) -> None:
        """One line to stderr: something went wrong, the rest goes on."""
        self._clear_bar()
        if not self._as_json:
            self._stderr.write(text + "\n")

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns for people, as wide as they must be."""
        widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
        for row in (head, *rows):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.say("  " + "  ".join(cells).rstrip())

    def fact(self, name: str, value: object) -> None:
        """One entry of the JSON object."""
        self._facts[name] = value

    def refuse(self, error: SulcusError) -> None:
        """Say in one sentence what was refused."""
        self._clear_bar()
        self._facts["error"] = {"what": error.what, "remedy": error.remedy}
        if not self._as_json:
            self._stderr.write(f"sulcus: {error}\n")

    def close(self) -> None:
        """Print the JSON object if that was asked for."""
        self._clear_bar()
        if self._as_json:
            text = json.dumps(_plain(self._facts), indent=2, allow_nan=False)
            self._stdout.write(text + "\n")
        self._stdout.flush()

    def _report(self, step: Step) -> None:
        """A bar on a terminal, else one line for each kind of step."""
        if self._stderr.isatty():
            share = step.done / max(1, step.total)
            bar = "#" * round(_BAR * share)
            said = f"{step.what}{self._left(share)}"
            self._stderr.write(f"\r[{bar:<{_BAR}}] {share:4.0%} {said:<40}")
            self._stderr.flush()
        elif step.what != self._last:
            self._stderr.write(f"{step.what} ...\n")
        self._last = step.what

    def _left(self, share: float) -> str:
        """How long it will go on, by how long it took so far."""
        if not share:
            self._since = time.monotonic()
        spent = time.monotonic() - self._since
        if spent < _SURE_AFTER or not 0 < share < 1:
            return ""
        seconds = round(spent * (1 - share) / share)
        return f", {seconds} s left" if seconds < 120 else f", {round(seconds / 60)} min left"

    def _clear_bar(self) -> None:
        if self._last and self._stderr.isatty():
            self._stderr.write("\r" + " " * (_BAR + 50) + "\r")
        self._last = ""


def _plain(value: object) -> object:
    """Values as JSON has them: paths as text, numbers that are none as null."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
