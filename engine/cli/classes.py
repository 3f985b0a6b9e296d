"""sulcus classes: list the classes of a project, or add some."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.output import Output


class Classes:
    """New classes come after those there are; no mask changes."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("project", type=Path, metavar="PROJECT")
        parser.add_argument("--add", nargs="+", default=[], metavar="NAME", help="new classes")

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.workflow.classes import add_class
        from engine.workflow.project import describe_project

        found = describe_project(arguments.project).label_set
        for name in arguments.add:  # one that is refused adds none
            found = found.with_class(name)
        for name in arguments.add:
            found = add_class(arguments.project, name)
        rows = [(str(one.index), one.name, "#{:02x}{:02x}{:02x}".format(*one.colour))
                for one in found]  # fmt: skip
        output.table(("label", "name", "colour"), rows)
        output.fact("classes", found.names)
        return 0
