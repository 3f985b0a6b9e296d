"""Sulcus starts here: a subcommand runs on the command line, anything else opens the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

SAMPLE = "--sample"
WORKER = "--worker"


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; returns the exit status."""
    from engine.cli.table import COMMANDS

    arguments = list(sys.argv[1:] if argv is None else argv)
    first = arguments[0] if arguments else ""
    if first == WORKER:
        from engine.worker import serve

        return serve(Path(arguments[1]))
    known = {row.name for row in COMMANDS}
    if first in known or (first.startswith("-") and first != SAMPLE):
        from engine.cli.run import run

        return run(arguments)
    return _window([Path(path) for path in arguments if path != SAMPLE], sample=first == SAMPLE)


def _window(paths: list[Path], *, sample: bool) -> int:
    """Open the window; the sample, where there is no display, is shown by the demonstration."""
    from app.preflight import has_display, require_display
    from engine.errors import MissingSystem

    if sample and not has_display():
        from engine.cli.run import run

        sys.stdout.write("No display here: running the demonstration instead of the window.\n")
        return run(["demo"])
    try:
        require_display()
    except MissingSystem as error:
        sys.stderr.write(f"sulcus: {error}\n")
        return 1
    from app.start import run as open_window

    return open_window(paths, sample=sample)


if __name__ == "__main__":
    sys.exit(main())
