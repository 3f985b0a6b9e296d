"""What `sulcus models` does with models: adds a person's own, looks at files, writes ONNX."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.output import Output
from engine.errors import ParameterError

if TYPE_CHECKING:
    from engine.workflow.add_model import OwnReport

_CHANNELS = {"grey": ("grey",), "rgb": ("red", "green", "blue")}


def add_own_arguments(parser: argparse.ArgumentParser, what: Any) -> None:
    """The arguments; `what` is the group of those of which one is given."""
    what.add_argument("--inspect", type=Path, metavar="FILE", help="say what a weight file is")
    what.add_argument("--add", type=Path, metavar="FILE", help="add a model of your own")
    what.add_argument("--remove", metavar="MODEL", help="remove a model that you added")
    what.add_argument("--export-onnx", metavar="MODEL", help="write a model as an .onnx file")
    parser.add_argument("--out", type=Path, metavar="FILE", help="with --export-onnx: the file")
    own = parser.add_argument_group("with --add")
    own.add_argument("--architecture", default="", metavar="NETWORK", help="that it is for")
    own.add_argument("--classes", default="", help="a file, or names with commas, background first")
    own.add_argument("--channels", choices=_CHANNELS, help="seen from the file if left out")
    own.add_argument(
        "--normalisation", default="percentiles", help="percentiles, unit, imagenet or symmetric"
    )
    own.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="of networks")
    own.add_argument("--spacing", type=float, metavar="MM", help="that volumes are resampled to")
    own.add_argument("--name", default="", help="that it is kept under; the file's if left out")
    own.add_argument("--title", default="", help="as lists show it")
    own.add_argument("--licence", default="not stated", help="of its weights")
    own.add_argument("--image", type=Path, help="that it is tried on; a sample if left out")
    own.add_argument("--dry-run", action="store_true", help="try it, but do not keep it")


def run_own(arguments: argparse.Namespace, output: Output) -> bool:
    """Do what was asked for; whether it was one of these.

    Raises:
        SulcusError: if it is refused.
    """
    if arguments.inspect:
        _inspect(arguments.inspect, output)
    elif arguments.add:
        _add(arguments, output)
    elif arguments.remove:
        from engine.workflow.add_model import remove_model

        output.say(f"'{remove_model(arguments.remove)}' is removed.")
    elif arguments.export_onnx:
        from engine.workflow.export_model import export_model

        path = export_model(arguments.export_onnx, arguments.out)
        output.say(f"'{arguments.export_onnx}' is in '{path}'.")
        output.fact("path", path)
    else:
        return False
    return True


def say_installed(output: Output) -> None:
    """The models that can predict now."""
    from engine.workflow.predict import list_models

    found = list_models()
    rows = [[one.name, one.title, ", ".join(one.label_set.names)] for one in found]
    output.table(["Model", "Title", "Classes"], rows)
    output.fact("installed", [one.name for one in found])


def _inspect(path: Path, output: Output) -> None:
    from engine.workflow.own_models import inspect_model

    facts = inspect_model(path, output.progress)
    output.say(f"'{path}': {facts.kind}")
    output.say(f"channels: {facts.in_channels or 'not to be seen'}")
    output.say(f"classes: {facts.classes or 'not to be seen'} {', '.join(facts.names)}".rstrip())
    for one in facts.suggestions:
        more = "".join(f" --set {name}={value}" for name, value in one.arguments.items())
        output.say(f"may be for: {one.architecture}{more} ({one.share:.0%} fits)")
    output.fact("file", asdict(facts))


def _add(arguments: argparse.Namespace, output: Output) -> None:
    from engine.workflow.add import parse_classes
    from engine.workflow.add_model import OwnModel, add_model

    own = OwnModel(
        arguments.add,
        arguments.architecture,
        parse_classes(arguments.classes).names if arguments.classes else (),
        _CHANNELS.get(arguments.channels, ()),
        arguments.normalisation,
        dict(_value(text) for text in arguments.set),
        arguments.spacing,
        arguments.name,
        arguments.title,
        arguments.licence,
        arguments.image,
    )
    report = add_model(own, output.progress, keep=not arguments.dry_run)
    _say(report, output)


def _say(report: OwnReport, output: Output) -> None:
    trial = report.trial
    for line in report.lines:
        output.say(line)
    shares = ", ".join(f"{name} {share:.1%}" for name, share in trial.shares.items())
    output.say(f"Tried on '{trial.name}' in {trial.seconds:.1f} s: {shares}.")
    for note in trial.notes:
        output.warn(note)
    if report.path is None:
        output.say("It was not kept.")
    else:
        output.say(f"It is kept in '{report.path}'; predict with --model {report.name}.")
    output.fact("name", report.name)
    output.fact("path", report.path)
    output.fact("report", report.lines)
    output.fact("trial", {"image": trial.name, "shares": trial.shares, "notes": trial.notes})


def _value(text: str) -> tuple[str, str | int | float | bool]:
    """'name=value' with the value as a number where it is one.

    Raises:
        ParameterError: if there is no '='.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise ParameterError(f"'{text}' sets nothing.", remedy="Write it as NAME=VALUE.")
    if value in ("true", "false"):
        return name, value == "true"
    for kind in (int, float):
        try:
            return name, kind(value)
        except ValueError:
            continue
    return name, value
