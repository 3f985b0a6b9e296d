"""sulcus predict: masks of images, of folders, or of a project's cases."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.output import Output

if TYPE_CHECKING:
    from engine.inference.method import Method


class Predict:
    """Overlap-tile prediction; goes on after a bad file, and leaves what is there already."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PROJECT|PATH")
        parser.add_argument(
            "--model", default="", help="a shipped model's name; chosen if left out"
        )
        parser.add_argument("--weights", type=Path, metavar="FILE", help="a checkpoint of your own")
        parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
        parser.add_argument("--precision", default="auto", help="auto, float32 or bfloat16")
        parser.add_argument("--memory", type=float, metavar="GB", help="that a tile may take")
        parser.add_argument(
            "--scales", default="1", metavar="LIST",
            help="sizes at which the network sees each picture, such as 0.5,0.75,1; the largest "
                 "score of each class and pixel counts",
        )  # fmt: skip
        parser.add_argument(
            "--flips", default="none",
            help="none, horizontal or both: average over the picture and its mirror images",
        )  # fmt: skip
        parser.add_argument(
            "--blending", default="auto",
            help="auto: what the network gives on the whole picture where tiles can give it, else "
                 "gaussian; exact; or windows that overlap: average, gaussian, hann, or votes for "
                 "the class that most windows give",
        )  # fmt: skip
        parser.add_argument(
            "--window", type=int, default=512, metavar="PIXELS",
            help="side of the windows that are blended (U-SegNet: 40)",
        )  # fmt: skip
        parser.add_argument(
            "--step", type=int, default=0, metavar="PIXELS",
            help="from one such window to the next (U-SegNet: 10); half a window if left out",
        )  # fmt: skip
        parser.add_argument("--out", type=Path, metavar="DIR", help="where masks of images go")
        parser.add_argument("--probabilities", action="store_true", help="write them as .npy too")
        parser.add_argument("--overwrite", action="store_true", help="also where a mask is there")

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.workflow.predict_many import PredictOptions, predict_files, predict_project
        from engine.workflow.project import is_project

        model = str(arguments.weights or arguments.model)
        options = PredictOptions(
            model,
            arguments.device,
            arguments.probabilities,
            arguments.overwrite,
            arguments.precision,
            arguments.memory * 1e9 if arguments.memory else None,
            _method(arguments),
        )
        paths: list[Path] = arguments.paths
        if len(paths) == 1 and is_project(paths[0]):
            report = predict_project(paths[0], options, output.progress)
        else:
            out: Path = arguments.out or Path("sulcus-masks")
            report = predict_files(paths, out, options, output.progress)
        for line in report.lines:
            tell = output.warn if line.state == "failed" else output.say
            tell(f"{line.name}: {line.outcome}")
        output.say(
            f"done {report.count('done')}, skipped {report.count('skipped')}, "
            f"failed {report.count('failed')}"
        )
        output.fact("device", report.device)
        output.fact("files", [line.as_json() for line in report.lines])
        return 1 if report.count("failed") else 0


def _method(arguments: argparse.Namespace) -> Method:
    """How the network is applied.

    Raises:
        ParameterError: if what was asked for cannot be done.
    """
    from engine.inference.method import Method

    try:
        scales = tuple(float(one) for one in arguments.scales.split(","))
    except ValueError:
        scales = ()
    return Method(scales, arguments.flips, arguments.blending, arguments.window, arguments.step)
