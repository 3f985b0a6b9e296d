"""sulcus fit-crf: learn the kernel parameters from corrections or references."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

from engine.cli.output import Output
from engine.crf.parameters import CrfParameters, Value, parse_parameters

_METHODS = ("gradient", "grid", "both")


class FitCrf:
    """Fit on one half of what is known, report on the other, keep what is better."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("project", type=Path, metavar="PROJECT")
        parser.add_argument("--references", type=Path, metavar="DIR", help="masks named as cases")
        parser.add_argument("--method", choices=_METHODS, default="gradient")
        parser.add_argument("--steps", type=int, default=60, help="of the gradient")
        parser.add_argument(
            "--compatibility",
            action="store_true",
            help="learn by gradient what it costs two classes to lie side by side",
        )
        parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE")

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.workflow.fit_crf import PRESET, fit_project

        start = CrfParameters().changed(parse_parameters(arguments.param))
        both = arguments.method == "both"
        report = fit_project(
            arguments.project,
            start,
            references=arguments.references,
            methods=_METHODS[:2] if both else (arguments.method,),
            steps=arguments.steps,
            compatibility=arguments.compatibility,
            progress=output.progress,
        )
        learnt, held_out = report.samples
        output.say(f"Learnt from {learnt} and measured on {held_out} other pictures or slices.")
        rows = [["unary alone", f"{report.unary:.4f}"], ["before", f"{report.before:.4f}"]]
        rows += [[f"by {name}", f"{score:.4f}"] for name, score in report.scores.items()]
        output.table(["Mean Dice, held out", ""], rows)
        if report.chosen:
            output.say(f"Kept as the preset '{PRESET}' of the project (by {report.chosen}):")
            for one in fields(CrfParameters):
                value = getattr(report.parameters, one.name)
                if value != getattr(start, one.name):
                    for line in _lines(one.name, value):
                        output.say(f"  {line}")
        else:
            output.say("Nothing was better than what it began with; no preset was written.")
        output.fact("fit", report.as_json())
        return 0


def _lines(name: str, value: Value) -> list[str]:
    """A parameter as people read it; a matrix as a row for each class, as --param reads it."""
    if isinstance(value, tuple):
        rows = (" ".join(f"{cost:9.4g}" for cost in row) for row in value)
        return [f"{name}, a row for each class:", *rows]
    return [f"{name}={value if isinstance(value, str) else format(value, '.4g')}"]
