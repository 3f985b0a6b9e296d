"""Running one subcommand: arguments in, exit status out.

0 = done, 1 = something in the input was refused, 2 = wrong usage, 130 = stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import logging
import signal
from collections.abc import Sequence

from engine.cli.output import Output
from engine.cli.table import COMMANDS
from engine.errors import Cancelled, SulcusError
from engine.logs import set_up
from engine.versions import installed_version

STOPPED = 130


def run(argv: Sequence[str]) -> int:
    """Run the subcommand that `argv` begins with; returns the exit status."""
    parser = _parser(argv[0] if argv else "")
    arguments = parser.parse_args(argv)
    if not hasattr(arguments, "run"):
        parser.print_help()
        return 2
    set_up(logging.DEBUG if arguments.verbose else logging.WARNING)
    output = Output(as_json=arguments.json)
    before = signal.signal(signal.SIGINT, lambda *_: output.progress.cancel())
    try:
        status = arguments.run(arguments, output)
    except SulcusError as error:
        output.refuse(error)
        status = 1
    except Cancelled:
        output.say("Stopped; nothing half-written was left.")
        status = STOPPED
    finally:
        signal.signal(signal.SIGINT, before)
    output.close()
    return int(status)


def _parser(chosen: str) -> argparse.ArgumentParser:
    """All subcommands by name and note; only the chosen one's arguments are loaded."""
    parser = argparse.ArgumentParser(
        prog="sulcus",
        description="Images and MRI volumes to trustworthy segmentation masks.",
        epilog="Without a subcommand the window opens; 'sulcus PATH...' opens those paths in it.",
    )
    parser.add_argument(
        "--version", action="version", version=f"sulcus {installed_version('sulcus')}"
    )
    commands = parser.add_subparsers(metavar="COMMAND")
    for row in COMMANDS:
        command = commands.add_parser(row.name, help=row.note, description=row.note)
        command.add_argument("--json", action="store_true", help="print one JSON object")
        command.add_argument("--verbose", action="store_true", help="log what is done")
        if row.name == chosen:
            part = COMMANDS.load(row.name)()
            part.add_arguments(command)
            command.set_defaults(run=part.run)
    return parser
