"""sulcus export: the masks of a project as files."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.output import Output

_STATES = {"approved": ("approved",), "any": ()}


class Export:
    """Plan, write, read back, report."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("project", type=Path, metavar="PROJECT")
        parser.add_argument(
            "--format",
            default="natural",
            help="nifti, png, nrrd, metaimage, analyze, or natural (default)",
        )
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")
        parser.add_argument("--states", choices=sorted(_STATES), default="any")

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.core.case import CaseState
        from engine.workflow.export import plan_export, write_export

        states = tuple(CaseState(name) for name in _STATES[arguments.states])
        plan = plan_export(arguments.project, arguments.format, states)
        report = write_export(plan, arguments.out, output.progress)
        for path in report.written:
            output.say(str(path))
        for name, why in report.failed:
            output.warn(f"{name}: {why}")
        if plan.left_out:
            output.say(f"Without a mask: {', '.join(plan.left_out)}")
        output.fact("written", report.written)
        output.fact("failed", dict(report.failed))
        output.fact("left_out", plan.left_out)
        return 1 if report.failed else 0
