"""Batch runs over a project, each of which can be undone as a whole; and making room."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.core.case import Case
from engine.errors import ParameterError
from engine.progress import Progress


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of a batch run that was undone.

    Attributes:
        batch: Its id.
        taken_back: Cases that are as they were before.
        left: Cases whose masks were changed since, which therefore stay.
    """

    batch: str
    taken_back: tuple[Case, ...]
    left: tuple[Case, ...]


def undo_batch(folder: Path, batch: str = "", progress: Progress | None = None) -> Undone:
    """Take back all that a batch run did to cases that nobody changed since.

    Args:
        folder: The project.
        batch: The run; the last one if left out.
        progress: Told of each case.

    Raises:
        ParameterError: if there is no such run.
        ReadError: if an image or a mask cannot be read.
        ProjectHeld: if the project is open for writing elsewhere.
    """
    from engine.project.journal import last_batch, steps_of_batch
    from engine.project.store import Project
    from engine.workflow.checkpoint import editing_mask, hold_project
    from engine.workflow.open_case import open_case

    project = Project(folder)
    batch = batch or last_batch(project.folder)
    steps = steps_of_batch(project.folder, batch) if batch else {}
    if not steps:
        named = f" '{batch}'" if batch else ""
        raise ParameterError(
            f"The project '{folder}' knows no batch run{named}.",
            remedy="Only runs of 'sulcus predict' and 'sulcus refine' on a project are batches.",
        )
    taken_back: list[Case] = []
    left: list[Case] = []
    with hold_project(project.folder) as hold:
        for number, (case_id, step) in enumerate(steps.items()):
            if progress:
                progress.step(number, len(steps), "Undoing")
            opened = open_case(project.folder, case_id, Progress(), right=hold)
            geometry = opened.image.geometry
            with editing_mask(
                project.folder, case_id, geometry, project.label_set, hold
            ) as history:
                done, _ = history.stacks
                is_last = bool(done) and done[-1] == step
                if is_last:
                    history.undo()
            (taken_back if is_last else left).append(opened.case)
    return Undone(batch, tuple(taken_back), tuple(left))


def compact_project(folder: Path, progress: Progress | None = None, *, keep: int = 200) -> int:
    """Fold all but the last steps of each case, to save room; returns how many were folded.

    Args:
        folder: The project.
        progress: Told of each case.
        keep: How many steps of undo stay for each case.

    Raises:
        ReadError: if an image, a mask or the journal cannot be read.
        ProjectHeld: if the project is open for writing elsewhere.
    """
    from engine.project.compaction import compact, give_back_room
    from engine.project.store import Project
    from engine.workflow.checkpoint import hold_project
    from engine.workflow.open_case import open_case

    project = Project(folder)
    folded = 0
    with hold_project(project.folder) as hold:
        cases = project.cases()
        for number, case in enumerate(cases):
            if progress:
                progress.step(number, len(cases), "Compacting")
            opened = open_case(project.folder, case.id, Progress(), right=hold)
            geometry = opened.image.geometry
            hold.require()
            folded += compact(project.folder, case.id, geometry, project.label_set, keep=keep)
        give_back_room(project.folder)
    return folded
