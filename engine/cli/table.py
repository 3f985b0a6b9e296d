"""Every subcommand there is."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Protocol

from engine.cli.output import Output
from engine.registry import Registry


class Command(Protocol):
    """One subcommand."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its arguments."""
        ...

    def run(self, arguments: argparse.Namespace, output: Output) -> int:
        """Do it; returns the exit status.

        Raises:
            SulcusError: if something in the input is refused.
        """
        ...


@dataclass(frozen=True, slots=True)
class CommandRow:
    """One subcommand: its name, what it does in one line, and where it is."""

    name: str
    note: str
    target: str


COMMANDS: Registry[CommandRow, type[Command]] = Registry(
    "command",
    CommandRow("demo", "the whole way on the shipped samples, measured", "engine.cli.demo:Demo"),
    CommandRow("new", "make a project", "engine.cli.new:New"),
    CommandRow("add", "add images and their masks to a project", "engine.cli.add:Add"),
    CommandRow("classes", "list or add classes of a project", "engine.cli.classes:Classes"),
    CommandRow("predict", "predict masks of images or of a project", "engine.cli.predict:Predict"),
    CommandRow("refine", "refine a mask with the ConvCRF", "engine.cli.refine:Refine"),
    CommandRow(
        "fit-crf",
        "learn the parameters of the ConvCRF from corrections",
        "engine.cli.fit_crf:FitCrf",
    ),
    CommandRow("review", "list and decide the reviews of a project", "engine.cli.review:Review"),
    CommandRow("undo", "take back a batch run over a project", "engine.cli.undo:Undo"),
    CommandRow("export", "export the masks of a project", "engine.cli.export:Export"),
    CommandRow(
        "deidentify",
        "copy DICOM series without the patient",
        "engine.cli.deidentify:Deidentify",
    ),
    CommandRow("models", "list networks and weights, or measure them", "engine.cli.models:Models"),
    CommandRow("search", "search a network for your data", "engine.cli.search:Search"),
    CommandRow("doctor", "say what this installation has and lacks", "engine.cli.doctor:Doctor"),
)
