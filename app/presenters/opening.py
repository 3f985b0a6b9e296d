"""What opening a project comes to: with the right to write, or only to look, and why."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

from engine.core.found import Found
from engine.errors import DamagedProject, ProjectHeld, ReadError, SulcusError, WriteError
from engine.files import safe_name, stem_of
from engine.progress import Progress
from engine.workflow.add import AddReport, add_found, find_in, open_workspace, parse_label_order
from engine.workflow.checkpoint import Hold, Holder, hold_project, holder_of
from engine.workflow.project import ProjectInfo, describe_project, is_project
from engine.workflow.repair import Salvaged, look_at_damaged


class Cause(Enum):
    """Why a project can only be looked at."""

    HELD = "held"
    TAKEN = "taken"
    FOLDER = "folder"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, eq=False)
class ReadOnly:
    """A project that can only be looked at.

    Attributes:
        cause: Why.
        folder: The project as it lies on the disk.
        error: What was said when it was opened.
        holder: Who has it, if that is why and it is known.
        saved: What was saved of one that is damaged.
        place: Where that lies as long as it is looked at.
    """

    cause: Cause
    folder: Path
    error: SulcusError
    holder: Holder | None = None
    saved: Salvaged | None = None
    place: tempfile.TemporaryDirectory[str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A project with the right to write to it, or without it and why.

    Both are missing of a project that this window had open already.
    """

    project: ProjectInfo
    hold: Hold | None = None
    why: ReadOnly | None = None


class HoldWatch(QObject):
    """Notices when another Sulcus takes the project over."""

    taken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hold: Hold | None = None
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._look)

    def watch(self, hold: Hold | None) -> None:
        """Watch over this one from now on, or over none."""
        self._hold = hold
        if self._watcher.files():
            self._watcher.removePaths(self._watcher.files())
        if hold is not None:
            self._watcher.addPath(str(hold.path))

    def _look(self) -> None:
        if self._hold is None:
            return
        try:
            self._hold.require()
        except ProjectHeld:
            self._hold = None
            self.taken.emit()


def held(project: ProjectInfo) -> Opened:
    """A project with the right to write to it, if nobody else has it."""
    try:
        return Opened(project, hold_project(project.folder))
    except ProjectHeld as error:
        who = holder_of(project.folder)
        return Opened(project, why=ReadOnly(Cause.HELD, project.folder, error, who))
    except WriteError as error:
        return Opened(project, why=ReadOnly(Cause.FOLDER, project.folder, error))


def open_project(folder: Path) -> Opened:
    """A project with the right to write to it, or what can be looked at of it.

    Raises:
        ReadError: if it is no project, or no case of it can be read any more.
    """
    try:
        return held(describe_project(folder))
    except DamagedProject as error:
        return rescued(folder, error)


def rescued(folder: Path, error: DamagedProject) -> Opened:
    """What is left of a damaged project, to look at.

    Raises:
        DamagedProject: if nothing is.
    """
    place = tempfile.TemporaryDirectory(prefix="sulcus-", ignore_cleanup_errors=True)
    try:
        project, saved = look_at_damaged(folder, Path(place.name))
    except BaseException:
        place.cleanup()
        raise
    why = ReadOnly(Cause.DAMAGED, folder, error, saved=saved, place=place)
    return Opened(project, why=why)


def add_to(
    folder: Path, found: Found, order: str, mine: Hold | None, progress: Progress
) -> tuple[Opened, AddReport | None]:
    """Add to the project of loose files in `folder`, or only open it if another Sulcus has it.

    Args:
        folder: The project; made if there is none.
        found: What to add.
        order: What the numbers mean in masks without names.
        mine: The right to write, if this window has it already.
        progress: Told of each mask.
    """
    open_workspace(folder, found)
    opened = Opened(describe_project(folder)) if mine else open_project(folder)
    hold = mine or opened.hold
    if hold is None:
        return opened, None
    try:
        report = add_found(folder, found, progress, parse_label_order(order), hold)
    except BaseException:
        if opened.hold is not None:
            opened.hold.release()
        raise
    return Opened(report.project, opened.hold), report


def looked_at(paths: Sequence[Path], progress: Progress) -> Opened | Found:
    """The project that `paths` is, or the images among them.

    Raises:
        ReadError: if there is no image, or several projects are named at once.
    """
    projects = [path for path in paths if is_project(path)]
    if projects:
        if len(paths) > 1:
            raise ReadError("Only one project can be open.", remedy="Open one path at a time.")
        return open_project(projects[0])
    return find_in(paths, None, progress)


def workspace_name(paths: Sequence[Path]) -> str:
    """The same name each time the same paths are opened, so that masks are found again."""
    whole = "\n".join(str(path.resolve()) for path in paths)
    digest = hashlib.sha256(whole.encode()).hexdigest()[:10]
    return f"{safe_name(stem_of(paths[0]))}-{digest}.sulcus"
