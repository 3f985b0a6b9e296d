"""sulcus undo: take back a batch run over a project."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.output import Output


class Undo:
    """All that one 'predict' or 'refine' did to a project; what was changed since stays."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("project", type=Path, metavar="PROJECT")
        parser.add_argument("--batch", default="", metavar="ID", help="the last run if left out")

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.workflow.batches import undo_batch

        found = undo_batch(arguments.project, str(arguments.batch), output.progress)
        for case in found.taken_back:
            output.say(f"{case.name}: as it was before")
        for case in found.left:
            output.warn(f"{case.name}: changed since, so it stays")
        output.fact("batch", found.batch)
        output.fact("taken_back", [case.name for case in found.taken_back])
        output.fact("left", [case.name for case in found.left])
        return 1 if found.left else 0
