"""sulcus models: the networks, the encoders, and the published weights there are."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.output import Output
from engine.cli.own_models import add_own_arguments, run_own, say_installed

if TYPE_CHECKING:
    from engine.workflow.models import Measured, ModelFacts


_HEAD = (
    "Parameters", "with classifier", "Published", "Multiply-adds", "Receptive field", "Stride",
    "Side", "ms", "MB",
)  # fmt: skip


class Models:
    """List them, measure them, fetch published weights, or add and export models."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--table", action="store_true", help="measure each, here and now")
        what.add_argument("--weights", action="store_true", help="list published weights")
        what.add_argument("--fetch", metavar="WEIGHTS", help="download published weights")
        parser.add_argument(
            "--markdown", action="store_true", help="with --table: as docs/reference has it"
        )
        parser.add_argument("--folder", type=Path, metavar="DIR", help="where weights are kept")
        add_own_arguments(parser, what)

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.workflow.models import fetch_weights, list_models, list_weights

        if run_own(arguments, output):
            return 0
        if arguments.fetch:
            path = fetch_weights(arguments.fetch, arguments.folder, progress=output.progress)
            output.say(f"'{arguments.fetch}' is in '{path}'.")
            output.fact("path", path)
            return 0
        if arguments.weights:
            weights = list_weights(arguments.names)
            output.table(
                ["Weights", "Size", "Measured", "Licence"],
                [
                    [one.name, _megabytes(one.megabytes), one.measured, one.licence]
                    for one in weights
                ],
            )
            output.fact("weights", [asdict(one) for one in weights])
            return 0
        facts = list_models(arguments.names, measure=arguments.table, progress=output.progress)
        if not arguments.table and not arguments.names:
            say_installed(output)
        if arguments.table and arguments.markdown:
            output.say(markdown(facts))
        else:
            _say(facts, output, measured=arguments.table)
        output.fact("models", [one.as_json() for one in facts])
        return 0


def _say(facts: tuple[ModelFacts, ...], output: Output, *, measured: bool) -> None:
    for kind in dict.fromkeys(one.kind for one in facts):
        chosen = [one for one in facts if one.kind == kind]
        if not measured:
            rows = [[one.name, one.title, one.paper] for one in chosen]
            output.table([kind.capitalize(), "Title", "Paper"], rows)
            continue
        output.table([kind.capitalize(), *_HEAD], [[one.name, *_cells(one)] for one in chosen])


def markdown(facts: tuple[ModelFacts, ...]) -> str:
    """The same tables for a page of the manual, each row with its paper."""
    lines: list[str] = []
    for kind in dict.fromkeys(one.kind for one in facts):
        head = [kind.capitalize(), "Paper", *_HEAD]
        lines += [_line(head), _line(["---"] * len(head))]
        for one in facts:
            if one.kind == kind:
                lines.append(_line([f"`{one.name}`", f"{one.title}; {one.paper}", *_cells(one)]))
        lines.append("")
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(one: ModelFacts) -> list[str]:
    said = ". ".join(f"{what.capitalize()} {value}" for what, value in one.published.items())
    found = one.measured
    assert found is not None
    return [
        f"{found.parameters:,}",
        "" if found.with_classifier is None else f"{found.with_classifier:,}",
        said,
        f"{found.multiply_adds / 1e9:.3f} G",
        _field(found),
        str(found.output_stride),
        str(found.sides),
        f"{found.milliseconds:.0f}",
        f"{found.peak_bytes / 1e6:.0f}",
    ]


def _field(found: Measured) -> str:
    return "all" if found.receptive_field is None else str(found.receptive_field)


def _megabytes(size: float | None) -> str:
    return "unknown" if size is None else f"{size:.0f} MB"
