"""sulcus deidentify: DICOM series without the patient."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.output import Output


class Deidentify:
    """Copy, scrub, and say what a program cannot scrub."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.workflow.deidentify import deidentify_folder

        report = deidentify_folder(arguments.folder, arguments.out, output.progress)
        output.say(f"{len(report.written)} files without the patient in {arguments.out}")
        for name, why in report.left_out:
            output.warn(f"{name}: left out; {why}")
        for text in report.concerns:
            output.say(f"Mind: {text}")
        output.fact("written", report.written)
        output.fact("left_out", report.left_out)
        output.fact("concerns", report.concerns)
        return 0 if report.written else 1
