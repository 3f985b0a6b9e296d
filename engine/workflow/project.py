"""Making a project, adding images to it, and telling what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.core.case import Case, ImageRef
from engine.core.label_set import LabelSet


@dataclass(frozen=True, slots=True)
class ProjectInfo:
    """What the front ends know of a project.

    Attributes:
        folder: Where it lies.
        label_set: Its classes.
        cases: Its images, in order.
    """

    folder: Path
    label_set: LabelSet
    cases: tuple[Case, ...]

    @property
    def name(self) -> str:
        return self.folder.stem


def create_project(folder: Path, label_set: LabelSet, images: Sequence[Path] = ()) -> ProjectInfo:
    """Make a project of the images among `images` and in the folders among them, without masks.

    Raises:
        ReadError: if a path does not exist or a folder has no image; then nothing is made.
        WriteError: if the project exists already or cannot be written.
    """
    from engine.project.store import Project

    found = find_images(images) if images else ()
    Project.create(folder, label_set).add(found)
    return describe_project(folder)


def describe_project(folder: Path) -> ProjectInfo:
    """What is in a project.

    Raises:
        ReadError: if the folder is no project.
        DamagedProject: if its cases or classes cannot be read, all of them.
    """
    from engine.project.store import Project

    project = Project(folder)
    return ProjectInfo(project.folder, *project.contents())


def with_states(info: ProjectInfo) -> ProjectInfo:
    """A project with the states that its cases have now; `info` itself if nothing changed.

    Raises:
        ReadError: if the project is damaged.
    """
    from engine.project.store import Project

    states = Project(info.folder).states()
    if [case.id for case in info.cases] != [case_id for case_id, _ in states]:
        return describe_project(info.folder)
    changed = dict(states)
    if all(changed[case.id] is case.state for case in info.cases):
        return info
    cases = tuple(
        case if changed[case.id] is case.state else replace(case, state=changed[case.id])
        for case in info.cases
    )
    return replace(info, cases=cases)


def is_project(path: Path) -> bool:
    """Whether a path is meant as a project, by its name."""
    from engine.project.store import SUFFIX

    return path.name.endswith(SUFFIX) or (path / "project.db").is_file()


def find_images(paths: Sequence[Path]) -> tuple[ImageRef, ...]:
    """The images among `paths` and in the folders among them, in natural order.

    Raises:
        ReadError: if a path does not exist or a folder has no image.
    """
    from engine.io.discovery import find_cases

    return tuple(case.image for case in find_cases(paths).cases)
