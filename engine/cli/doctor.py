"""sulcus doctor: what this installation has, and the remedy for what it lacks."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from engine.cli.output import Output


class Doctor:
    """Look, tell, change nothing."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--open", type=Path, metavar="PATH", help="also try to open an image")
        parser.add_argument("--parts", action="store_true", help="also import every part")

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.workflow.doctor import diagnose

        findings = diagnose(parts=arguments.parts, open_path=arguments.open)
        width = max(len(finding.what) for finding in findings)
        for finding in findings:
            mark = "  " if finding.is_good else "! "
            output.say(f"{mark}{finding.what:<{width}}  {finding.value}")
            if finding.remedy:
                output.say(f"  {'':<{width}}  {finding.remedy}")
        output.fact("findings", [asdict(finding) for finding in findings])
        return 0 if all(finding.is_good for finding in findings) else 1
