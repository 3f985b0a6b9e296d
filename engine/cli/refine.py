"""sulcus refine: one ConvCRF refinement of an image's mask or probabilities."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.output import Output
from engine.crf.parameters import CrfParameters, parse_parameters, range_of

if TYPE_CHECKING:
    from engine.workflow.refine_many import RefineOptions, RefineResult


class Refine:
    """Refine an image with given probabilities or mask, or every predicted case of a project."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("project", nargs="?", type=Path, metavar="PROJECT")
        parser.add_argument("--image", type=Path)
        given = parser.add_mutually_exclusive_group()
        given.add_argument("--probabilities", type=Path, metavar="P.npy", help="(classes, *shape)")
        given.add_argument("--mask", type=Path, metavar="M")
        parser.add_argument(
            "--crf", choices=("conv", "dense"), default="conv", help="dense: fully connected"
        )
        parser.add_argument("--preset", metavar="NAME", help="shipped, or saved in the project")
        parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE")
        parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
        parser.add_argument("--out", type=Path, metavar="MASK")
        parser.add_argument("--beliefs", type=Path, metavar="B.npy", help="write (classes, *shape)")
        parser.add_argument(
            "--steps", type=Path, metavar="DIR", help="write the beliefs after each iteration"
        )
        parser.add_argument(
            "--slice", type=int, metavar="N", help="of a volume, for --steps: from 1, axial"
        )
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = "parameters:\n" + "\n".join(
            _described(one.name) for one in fields(CrfParameters)
        )

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.errors import ParameterError
        from engine.workflow.refine import find_preset
        from engine.workflow.refine_many import RefineOptions, refine_project

        parameters = CrfParameters()
        if arguments.preset:
            parameters = find_preset(arguments.project, arguments.preset)
        parameters = parameters.changed(parse_parameters(arguments.param))
        options = RefineOptions(parameters, arguments.device, arguments.crf)
        if (arguments.project is None) == (arguments.image is None):
            raise ParameterError(
                "Nothing was named to refine, or both a project and an image.",
                remedy="Give PROJECT, or --image with --probabilities or --mask.",
            )
        if arguments.project and arguments.steps:
            raise ParameterError(
                "The steps of a whole project cannot be written.", remedy="Give --image."
            )
        if arguments.project:
            results = refine_project(arguments.project, options, output.progress)
        else:
            results = (_refine_image(arguments, options, output),)
        for result in results:
            output.say(
                f"{result.name}: {result.changed} of {result.pixels} pixels changed in "
                f"{result.seconds:.2f} s"
            )
            for path in result.written:
                output.say(f"  {path}")
        output.fact("refined", [result.as_json() for result in results])
        return 0


def _refine_image(
    arguments: argparse.Namespace, options: RefineOptions, output: Output
) -> RefineResult:
    """One image, and its steps first: what they refuse is refused before anything is written."""
    from engine.errors import ParameterError
    from engine.workflow.refine_many import refine_file
    from engine.workflow.refine_steps import write_steps

    if not (arguments.probabilities or arguments.mask):
        raise ParameterError(
            "An image alone cannot be refined.", remedy="Give --probabilities or --mask."
        )
    given = {"probabilities": arguments.probabilities, "mask": arguments.mask}
    if arguments.steps:
        steps = write_steps(
            arguments.image,
            options,
            arguments.steps,
            **given,
            number=arguments.slice,
            progress=output.progress,
        )
        output.fact("steps", steps)
        for path in steps:
            output.say(f"  {path}")
    return refine_file(
        arguments.image,
        options,
        **given,
        out=arguments.out,
        beliefs=arguments.beliefs,
        progress=output.progress,
    )


def _described(name: str) -> str:
    limits = range_of(name)
    if limits.is_matrix:
        values = "potts, or a text file"
    elif limits.choices:
        values = ", ".join(map(str, limits.choices))
    else:
        values = f"{limits.low:g} to {limits.high:g}{', or none' if limits.optional else ''}"
    unit = f" {limits.unit}" if limits.unit else ""
    return f"  {name:<20} {values}{unit}: {limits.note}"
