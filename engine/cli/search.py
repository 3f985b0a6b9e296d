"""sulcus search: a network for a data set, found by trying many small ones."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from engine.cli.output import Output


class Search:
    """A recurrent controller draws networks and learns from how well each does in seconds."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "data", nargs="?", default="shapes", metavar="DATASET",
            help="a folder of images with masks, 'sample', or 'shapes' (drawn; if left out)",
        )  # fmt: skip
        parser.add_argument("--out", type=Path, default=Path("sulcus-search"), metavar="DIR")
        parser.add_argument("--classes", default="", help="a file, or names, background first")
        parser.add_argument("--children", type=int, default=30, help="networks to try")
        parser.add_argument("--steps", type=int, default=120, help="of training for each, at most")
        parser.add_argument("--seconds", type=float, default=20.0, help="for each, at most")
        parser.add_argument("--final-steps", type=int, default=600, help="for the best")
        parser.add_argument("--side", type=int, default=64, help="of crops, in pixels")
        parser.add_argument("--seed", type=int, default=0)

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.workflow.add import parse_classes
        from engine.workflow.search import SearchOptions, search_network

        given = vars(arguments)
        names = ("data", "out", "children", "steps", "seconds", "final_steps", "side", "seed")
        classes = parse_classes(arguments.classes) if arguments.classes else None
        options = SearchOptions(classes=classes, **{name: given[name] for name in names})
        report = search_network(options, output.progress)
        order = sorted(report.children, key=lambda child: -child.reward)
        shown = list({str(child.choices): child for child in order}.values())[:5]
        output.table(
            ["Dice", "Steps", "Parameters", "Network"],
            [
                [
                    f"{child.reward:.3f}", str(child.facts["steps"]),
                    f"{child.facts['parameters']:,}", ", ".join(child.choices.values()),
                ]
                for child in shown
            ],
        )  # fmt: skip
        output.say(f"The best has mean Dice {report.dice:.3f} now and is in '{report.path}'.")
        output.fact("best", asdict(report.best))
        output.fact("dice", report.dice)
        output.fact("path", report.path)
        output.fact("children", [asdict(child) for child in report.children])
        return 0
