"""sulcus new: make a project, with images if some are named."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.add import add_mask_arguments, tell_added
from engine.cli.output import Output


class New:
    """The classes, then the images; nothing is made if either cannot be read."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("project", type=Path, metavar="PROJECT", help="a folder name.sulcus")
        parser.add_argument(
            "--classes", required=True, metavar="FILE|NAMES",
            help="names with commas, the background first; or a file: JSON, ITK-SNAP's label "
            "descriptions, or a name on each line",
        )  # fmt: skip
        parser.add_argument(
            "--add", nargs="+", type=Path, default=[], metavar="PATH", help="images to begin with"
        )
        add_mask_arguments(parser)

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.workflow.add import add_found, find_in, parse_classes, parse_label_order
        from engine.workflow.project import create_project

        label_set = parse_classes(arguments.classes)
        order = parse_label_order(arguments.label_order)
        found = find_in(arguments.add, arguments.masks, output.progress)
        info = create_project(arguments.project, label_set)
        report = add_found(info.folder, found, output.progress, order)
        output.say(f"{info.folder}: {', '.join(label_set.names)}")
        return tell_added(report, output)
