"""The classes of a project: another name, another colour, one more; no pixel changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.label_set import Colour, LabelClass, LabelSet

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


def add_class(
    folder: Path, name: str, colour: Colour | None = None, right: Right | None = None
) -> LabelSet:
    """Add a class after those there are; masks and their history stay as they are.

    Costs of two classes side by side that were stated in a preset get 1 for the new class.

    Args:
        folder: The project.
        name: What to call it.
        colour: Of its pixels; the first default colour that no class has if left out.
        right: To write; taken for as long as this lasts if left out.

    Returns:
        All classes as they are now.

    Raises:
        ParameterError: if there are as many classes as label maps can hold, or the name is empty
            or that of another class.
        ProjectHeld, ProjectTaken: if another process has the project.
        ReadError: if its presets are damaged.
        WriteError: if the project cannot be written.
    """
    from engine.project.presets import widen_presets
    from engine.project.store import Project
    from engine.workflow.checkpoint import holding

    with holding(folder, right):
        project = Project(folder)
        found = project.label_set.with_class(name, colour)
        widen_presets(project.folder, len(found))
        project.set_classes(found)
    return found
