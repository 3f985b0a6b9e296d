"""sulcus demo: the whole way on the shipped samples."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.output import Output


class Demo:
    """Open, predict, refine, correct and export, headless, and say what was measured."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, default=Path("sulcus-demo"), metavar="DIR")
        parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.workflow.demo import run_demo

        report = run_demo(arguments.out, arguments.device, output.progress)
        output.say(f"Sulcus demonstration on {report.device}")
        for case in report.cases:
            output.say()
            output.say(f"{case.name}")
            steps = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in case.seconds.items())
            output.say(f"  {steps}")
            share = 100 * case.changed / case.pixels
            output.say(f"  the ConvCRF changed {case.changed} of {case.pixels} ({share:.2f} %)")
            if case.dice:
                names = list(next(iter(case.dice.values())))
                rows = [
                    [step, *(f"{scores[name]:.4f}" for name in names)]
                    for step, scores in case.dice.items()
                ]
                output.table(["Dice", *names], rows)
            if case.volumes_ml:
                volumes = (f"{name} {ml:.1f} ml" for name, ml in case.volumes_ml.items())
                output.say("  volumes: " + ", ".join(volumes))
        output.say()
        equal = "equals the image's bit for bit" if report.geometry_equal else "DIFFERS"
        output.say(f"Masks, read back; their geometry {equal}:")
        for mask in report.masks:
            output.say(f"  {mask}")
        output.say(f"Report: {report.html}")
        output.say("Projects, for the window ('sulcus PATH'):")
        for project in report.projects:
            output.say(f"  {project}")
        output.fact("device", report.device)
        output.fact("cases", [case.as_json() for case in report.cases])
        output.fact("masks", report.masks)
        output.fact("geometry_equal", report.geometry_equal)
        output.fact("report", report.html)
        output.fact("projects", report.projects)
        return 0 if report.geometry_equal else 1
