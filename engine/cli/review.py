"""sulcus review: where the cases of a project stand, and decisions on them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.output import Output
from engine.core.case import CaseState

if TYPE_CHECKING:
    from engine.workflow.review import CaseFilter


class Review:
    """List, decide, compare readers, export the log."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("project", type=Path, metavar="PROJECT")
        parser.add_argument("--list", action="store_true", help="where each case stands (default)")
        parser.add_argument("--named", default="", metavar="TEXT", help="only names with TEXT")
        parser.add_argument(
            "--state", action="append", default=[], help="only cases in this state; may be repeated"
        )
        parser.add_argument("--order", default="position", help="position, name or state")
        parser.add_argument("--descending", action="store_true", help="the last first")
        parser.add_argument("--first", type=int, default=0, metavar="N", help="leave out N before")
        parser.add_argument("--count", type=int, default=-1, metavar="N", help="at most N")
        parser.add_argument(
            "--set", metavar="CASE=STATE", action="append", default=[], dest="decisions",
            help="decide: 'in review', approved, rejected, 'needs second reader' or adjudicated",
        )  # fmt: skip
        parser.add_argument("--reader", default="", help="who decides; the login if left out")
        parser.add_argument("--reason", default="", help="why; a rejection must have one")
        parser.add_argument("--comment", default="")
        parser.add_argument(
            "--begin-second", metavar="CASE", action="append", default=[], dest="second",
            help="put the mask back to before any person changed it, for the second reader",
        )  # fmt: skip
        parser.add_argument(
            "--agreement", action="store_true", help="Dice between the last two readers"
        )
        parser.add_argument("--export", type=Path, metavar="CSV", help="write the whole log")

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        from engine.workflow.checkpoint import hold_project, this_person
        from engine.workflow.review import (
            begin_second_reading,
            decide,
            export_reviews,
            find_case,
        )

        folder: Path = arguments.project
        reader = str(arguments.reader) or this_person()
        wanted = [_parsed(text) for text in arguments.decisions]
        if wanted or arguments.second:
            with hold_project(folder) as hold:
                for name in arguments.second:
                    begin_second_reading(folder, find_case(folder, name).id, hold)
                for name, state in wanted:
                    case = find_case(folder, name)
                    decide(
                        folder, case.id, state, reader,
                        hold=hold, reason=arguments.reason, comment=arguments.comment,
                    )  # fmt: skip
        if arguments.list or not (wanted or arguments.agreement or arguments.export):
            _list(folder, str(arguments.reader), _wanted(arguments), output)
        if arguments.agreement:
            _compare(folder, output)
        if arguments.export:
            count = export_reviews(folder, arguments.export)
            output.say(f"{count} decisions in '{arguments.export}'")
        output.fact("decided", [{"case": name, "state": state.value} for name, state in wanted])
        return 0


def _parsed(text: str) -> tuple[str, CaseState]:
    from engine.errors import ParameterError

    name, equals, value = text.rpartition("=")
    if not equals:
        raise ParameterError(
            f"'{text}' is no decision.", remedy="Write it as CASE=STATE: scan1=approved."
        )
    return name, _state(value)


def _state(value: str) -> CaseState:
    from engine.registry import unknown

    states = {state.value: state for state in CaseState}
    if value not in states:
        raise unknown("state", value, states)
    return states[value]


def _wanted(arguments: argparse.Namespace) -> CaseFilter:
    from engine.workflow.review import CaseFilter

    return CaseFilter(
        arguments.named,
        tuple(_state(name) for name in arguments.state),
        arguments.order,
        arguments.descending,
        max(0, arguments.first),
        arguments.count,
    )


def _list(folder: Path, reader: str, wanted: CaseFilter, output: Output) -> None:
    from engine.workflow.review import list_reviews

    rows: list[list[str]] = []
    facts: list[dict[str, object]] = []
    for stand in list_reviews(folder, reader, wanted):
        said = stand.review
        rows.append(
            [stand.case.name, stand.case.state.value]
            + ([said.reader, said.time[:16], said.reason] if said else ["", "", ""])
        )
        facts.append(
            {
                "case": stand.case.name,
                "id": stand.case.id,
                "state": stand.case.state.value,
                "review": said.as_json() if said else None,
            }
        )
    output.table(("case", "state", "reader", "time", "reason"), rows)
    output.fact("cases", facts)


def _compare(folder: Path, output: Output) -> None:
    from engine.workflow.project import describe_project
    from engine.workflow.review import agreement

    rows: list[list[str]] = []
    facts: list[dict[str, object]] = []
    project = describe_project(folder)
    for case in project.cases:
        found = agreement(project.folder, case.id)
        if found is None:
            continue
        scores = ["-" if one is None else f"{one:.3f}" for one in found.dice.values()]
        rows.append([case.name, " and ".join(found.readers), *scores])
        facts.append({"case": case.name, "readers": found.readers, "dice": found.dice})
    output.table(("case", "readers", *project.label_set.names[1:]), rows)
    output.fact("agreement", facts)
