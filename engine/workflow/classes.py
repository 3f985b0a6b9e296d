"""Giving a class of a project another name or colour; its pixels stay as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.label_set import LabelClass, LabelSet

if TYPE_CHECKING:
    from engine.project.lock import Right


def change_class(folder: Path, changed: LabelClass, right: Right | None = None) -> LabelSet:
    """Take over the name and colour of one class.

    Args:
        folder: The project.
        changed: The class as it shall be; its index says which one it is.
        right: To write; taken for as long as this lasts if left out.

    Returns:
        All classes as they are now.

    Raises:
        ParameterError: if the name is empty or that of another class.
        ProjectHeld, ProjectTaken: if another process has the project.
        WriteError: if the project cannot be written.
    """
    from engine.project.store import Project
    from engine.workflow.checkpoint import holding

    named = replace(changed, name=changed.name.strip())
    with holding(folder, right):
        project = Project(folder)
        found = LabelSet(
            tuple(named if one.index == named.index else one for one in project.label_set)
        )
        project.set_classes(found)
    return found
