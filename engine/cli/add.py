"""sulcus add: images, series and data sets into a project, with their masks."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.output import Output

if TYPE_CHECKING:
    from engine.core.found import Found
    from engine.workflow.add import AddReport


class Add:
    """Find, pair, add; a mask that does not fit is refused in a sentence, the rest goes on."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("project", type=Path, metavar="PROJECT")
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        add_mask_arguments(parser)
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what would be added and paired, change nothing",
        )
        parser.add_argument(
            "--copy",
            action="store_true",
            help="copy what is added into the project; otherwise images stay where they are",
        )

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.workflow.add import add_found, find_in, parse_label_order
        from engine.workflow.project import describe_project

        describe_project(arguments.project)  # what is no project is refused before a long search
        order = parse_label_order(arguments.label_order)
        found = find_in(arguments.paths, arguments.masks, output.progress)
        if arguments.dry_run:
            return tell_found(found, output)
        report = add_found(arguments.project, found, output.progress, order)
        status = tell_added(report, output)
        if arguments.copy:
            status = max(status, tell_copied(arguments.project, report, output))
        return status


def add_mask_arguments(parser: argparse.ArgumentParser) -> None:
    """How masks are found and understood; the same for every command that adds."""
    parser.add_argument(
        "--masks", type=Path, metavar="DIR", help="masks that bear the names of their images"
    )
    parser.add_argument(
        "--label-order", default="", metavar="ORDER",
        help="what 0, 1, 2 ... mean in masks without names: ibsr, bids, or names with commas",
    )  # fmt: skip


def tell_found(found: Found, output: Output) -> int:
    """Say what would be added."""
    from engine.workflow.add import preview_of

    for line in preview_of(found):
        output.say(one_line(line))
    masks = sum(case.mask is not None for case in found.cases)
    output.say(f"{len(found.cases)} images, {masks} with a mask; nothing was changed")
    for sentence in (*found.notes, *found.refused):
        output.warn(one_line(sentence))
    output.fact(
        "found",
        [
            {"image": case.image.path, "part": case.image.part, "name": case.image.name,
             "mask": case.mask, "others": case.others}
            for case in found.cases
        ],
    )  # fmt: skip
    output.fact("notes", found.notes)
    output.fact("refused", [{"name": "", "why": why} for why in found.refused])
    return 1 if found.refused else 0


def tell_copied(project: Path, report: AddReport, output: Output) -> int:
    """Copy what was added into the project, and say what became of it."""
    from engine.workflow.copying import copy_images

    found = copy_images(project, output.progress, [case.id for case in report.added])
    for name, why in found.refused:
        output.warn(one_line(f"{name}: {why}"))
    output.say(f"{len(found.copied)} copied into the project")
    output.fact("copied", [case.id for case in found.copied])
    return 1 if found.refused else 0


def tell_added(report: AddReport, output: Output) -> int:
    """Say what was added and taken over, and what was refused."""
    for name, why in report.refused:
        output.warn(one_line(f"{name}: {why}" if name else why))
    for note in report.notes:
        output.warn(one_line(note))
    count = len(report.project.cases)
    output.say(
        f"added {len(report.added)}, masks {len(report.imported)}, "
        f"refused {len(report.refused)}; the project has {count} cases"
    )
    masked = {case.id for case in report.imported}
    output.fact("project", report.project.folder)
    output.fact("classes", report.project.label_set.names)
    output.fact(
        "added",
        [
            {"id": case.id, "name": case.name, "image": case.image_path, "part": case.part}
            for case in report.added
        ],
    )
    output.fact("masks", [case.name for case in report.project.cases if case.id in masked])
    output.fact("refused", [{"name": name, "why": why} for name, why in report.refused])
    output.fact("notes", report.notes)
    return 1 if report.refused else 0


def one_line(text: str) -> str:
    """`text` without what would break a line; file names may hold anything."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
