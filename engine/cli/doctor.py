"""sulcus doctor: what this installation or a project has, and the remedy for what it lacks."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.output import Output

if TYPE_CHECKING:
    from engine.workflow.doctor import Finding


class Doctor:
    """Look and tell; of a project, also mend what its journal can mend."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "project", type=Path, nargs="?", metavar="PROJECT", help="check this project instead"
        )
        parser.add_argument("--open", type=Path, metavar="PATH", help="also try to open an image")
        parser.add_argument("--parts", action="store_true", help="also import every part")
        parser.add_argument(
            "--recover", type=Path, metavar="NEW",
            help="copy what can be read of a damaged PROJECT into a new one",
        )  # fmt: skip
        parser.add_argument(
            "--images", type=Path, metavar="DIR", help="search here for images that were moved"
        )
        parser.add_argument(
            "--accept-image", default="", metavar="CASE",
            help="the image of this case was changed: go on with its mask all the same",
        )  # fmt: skip
        parser.add_argument(
            "--compact", action="store_true",
            help="fold all but the last 200 steps of each case of PROJECT, to save room",
        )  # fmt: skip

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.errors import ParameterError
        from engine.workflow.doctor import diagnose

        if arguments.project is not None:
            if arguments.accept_image:
                _accept(arguments.project, arguments.accept_image, output)
            status = _look_at(arguments.project, arguments.recover, arguments.images, output)
            return status or _compact(arguments.project, output, wanted=arguments.compact)
        if arguments.recover or arguments.images or arguments.compact or arguments.accept_image:
            raise ParameterError("No project was named.", remedy="Name it: sulcus doctor PROJECT.")
        return _tell(diagnose(parts=arguments.parts, open_path=arguments.open), output)


def _look_at(project: Path, recover: Path | None, images: Path | None, output: Output) -> int:
    from engine.workflow.doctor import Finding
    from engine.workflow.relocation import relocate_images
    from engine.workflow.repair import examine_project, recover_project

    if recover is not None:
        saved = recover_project(project, recover)
        output.say(
            f"'{saved.folder}' has {saved.cases} cases, {saved.masks} masks, {saved.steps} steps "
            f"and {saved.reviews} reviews of '{project}', which was not changed."
        )
        project = saved.folder
    moved: list[Finding] = []
    if images is not None:
        for case, path in relocate_images(project, images, output.progress):
            what = f"Image of {case.name}"
            moved.append(
                Finding(what, f"found at '{path}'")
                if path
                else Finding(what, f"not found in '{images}'", False, "Search another folder.")
            )
    return _tell((*moved, *examine_project(project, output.progress)), output)


def _accept(project: Path, name: str, output: Output) -> None:
    """Let the mask of a case go on with the image as it is now."""
    from engine.workflow.relocation import accept_image
    from engine.workflow.review import find_case

    case = find_case(project, name)
    accept_image(project, case.id, case.image_path)
    output.say(f"The mask of '{case.name}' goes on with '{case.image_path}' as it is now.")


def _compact(project: Path, output: Output, *, wanted: bool) -> int:
    """Make room in a project that is sound."""
    from engine.workflow.batches import compact_project

    if wanted:
        folded = compact_project(project, output.progress)
        output.say(f"{folded} steps were folded; the last 200 of each case can be undone.")
        output.fact("folded", folded)
    return 0


def _tell(findings: Sequence[Finding], output: Output) -> int:
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        mark = "  " if finding.is_good else "! "
        output.say(f"{mark}{finding.what:<{width}}  {finding.value}")
        if finding.remedy:
            output.say(f"  {'':<{width}}  {finding.remedy}")
    output.fact("findings", [asdict(finding) for finding in findings])
    return 0 if all(finding.is_good for finding in findings) else 1
