"""The project on screen: opening paths, listing cases, going from one to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner
from app.presenters.case import CasePresenter
from engine.core.case import Case, ImageRef
from engine.core.found import Found
from engine.errors import ReadError, SulcusError, WriteError
from engine.files import safe_name, stem_of
from engine.progress import Progress
from engine.workflow.add import AddReport, add_found, find_in, open_workspace, parse_label_order
from engine.workflow.checkpoint import Hold, hold_project
from engine.workflow.project import ProjectInfo, describe_project, is_project
from engine.workflow.sample import sample_project


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was to be opened when a person was asked something about it."""

    paths: tuple[Path, ...]
    found: Found


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    """A project with the right to write to it, or without it and why.

    Both are missing of a project that this window had open already.
    """

    project: ProjectInfo
    hold: Hold | None = None
    why: SulcusError | None = None


class ProjectPresenter(QObject):
    """One project at a time; plain files and folders get a project of their own."""

    opened = Signal()
    case_chosen = Signal(int)  # position in the list
    parts_found = Signal(object)  # Found: some file or folder holds several images
    order_asked = Signal(int)  # how many masks do not say what their numbers mean
    told = Signal(object)  # tuple[str, ...]: sentences on what was left aside
    failed = Signal(object)  # Exception

    def __init__(
        self, runner: JobRunner, case: CasePresenter, home: Path, parent: QObject | None = None
    ) -> None:
        """Keep projects of loose files under `home`."""
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._home = home
        self.project: ProjectInfo | None = None
        self.position = -1
        self._asked: _Asked | None = None
        case.saved.connect(self._refresh)

    @property
    def cases(self) -> tuple[Case, ...]:
        return self.project.cases if self.project else ()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open a project, or make one of images, series and folders, with the masks there are.

        Where a file or folder holds several images, `parts_found` asks which to take.
        """

        def work(progress: Progress) -> _Opened | Found:
            return _looked_at(paths, progress)

        def done(result: _Opened | Found) -> None:
            if isinstance(result, _Opened):
                self._show(result)
            elif result.has_parts:
                self._asked = _Asked(tuple(paths), result)
                self.parts_found.emit(result)
            else:
                self._add(_Asked(tuple(paths), result))

        self._runner.run("Opening", work, on_success=done, on_failure=self.failed.emit)

    def choose_parts(self, images: Sequence[ImageRef]) -> None:
        """Take these of the images that `parts_found` told of; none of them takes none."""
        asked, self._asked = self._asked, None
        if asked is not None and images:
            self._add(_Asked(asked.paths, asked.found.only(images)))

    def choose_order(self, order: str) -> None:
        """Say what the numbers mean in the masks that `order_asked` told of: 'ibsr' or 'bids'."""
        asked, self._asked = self._asked, None
        if asked is not None and order:
            self._add(asked, order)

    def _add(self, asked: _Asked, order: str = "") -> None:
        folder = (self._home / _workspace_name(asked.paths)).resolve()
        is_open = self.project is not None and self.project.folder == folder
        mine = self._case.hold if is_open else None

        def work(progress: Progress) -> tuple[_Opened, AddReport | None]:
            return _add_to(folder, asked.found, order, mine, progress)

        def done(result: tuple[_Opened, AddReport | None]) -> None:
            opened, report = result
            self._show(opened)
            if report is None:
                return
            if report.unnamed:
                self._asked = asked
                self.order_asked.emit(len(report.unnamed))
            unnamed = len(report.unnamed)
            why = [f"{name}: {text}" if name else text for name, text in report.refused]
            if len(why) > unnamed or report.notes:
                self.told.emit((*why, *report.notes))

        def fail(error: Exception) -> None:
            if is_open:
                self._show_again()
            self.failed.emit(error)

        if is_open:  # its journal has one writer; what was begun by hand stays
            self._case.close()
        self._runner.run("Opening", work, on_success=done, on_failure=fail)

    def open_sample(self) -> None:
        """Open the shipped sample, made at the first call."""

        def work(_: Progress) -> _Opened:
            return _held(sample_project(self._home))

        self._runner.run("Opening", work, on_success=self._show, on_failure=self.failed.emit)

    def choose(self, position: int) -> None:
        """Show the case at a position of the list."""
        if self.project and 0 <= position < len(self.cases) and position != self.position:
            self.position = position
            self.case_chosen.emit(position)
            self._case.open(self.project, self.cases[position].id)

    def step(self, count: int) -> None:
        """Show a case further on in the list, or back if negative."""
        self.choose(self.position + count)

    def close(self) -> None:
        """Show nothing and let others write to the project, once what must be kept is."""
        self._case.close()
        hold, self._case.hold = self._case.hold, None
        if hold is not None:
            self._runner.run(
                "Closing",
                lambda _: hold.release(),
                must_finish=True,
                on_success=lambda _: None,
                on_failure=self.failed.emit,
            )

    def _show(self, opened: _Opened) -> None:
        project = opened.project
        if opened.hold or self.project is None or self.project.folder != project.folder:
            self.close()
            self._case.hold = opened.hold
        else:
            self._case.close()
        if opened.why is not None and self._case.hold is None:
            self.failed.emit(opened.why)
        self.project = project
        self.position = -1
        self.opened.emit()
        self.choose(0)

    def _show_again(self) -> None:
        """Show the case that was on screen."""
        position, self.position = self.position, -1
        self.choose(position)

    def _refresh(self) -> None:
        """Read the states of the cases again."""
        project = self.project
        if project is None:
            return

        def work(_: Progress) -> ProjectInfo:
            return describe_project(project.folder)

        def show(found: ProjectInfo) -> None:
            if self.project and found.folder == self.project.folder:
                self.project = found
                self.opened.emit()
                self.case_chosen.emit(self.position)

        self._runner.run("Listing", work, on_success=show, on_failure=self.failed.emit)


def _held(project: ProjectInfo) -> _Opened:
    try:
        return _Opened(project, hold_project(project.folder))
    except WriteError as error:
        return _Opened(project, why=error)


def _add_to(
    folder: Path, found: Found, order: str, mine: Hold | None, progress: Progress
) -> tuple[_Opened, AddReport | None]:
    """Add to the project of loose files in `folder`, or only open it if another Sulcus has it.

    Args:
        folder: The project; made if there is none.
        found: What to add.
        order: What the numbers mean in masks without names.
        mine: The right to write, if this window has it already.
        progress: Told of each mask.
    """
    open_workspace(folder, found)
    opened = _Opened(describe_project(folder)) if mine else _held(describe_project(folder))
    hold = mine or opened.hold
    if hold is None:
        return opened, None
    try:
        report = add_found(folder, found, progress, parse_label_order(order), hold)
    except BaseException:
        if opened.hold is not None:
            opened.hold.release()
        raise
    return _Opened(report.project, opened.hold), report


def _looked_at(paths: Sequence[Path], progress: Progress) -> _Opened | Found:
    """The project that `paths` is, or the images among them.

    Raises:
        ReadError: if there is no image, or several projects are named at once.
    """
    projects = [path for path in paths if is_project(path)]
    if projects:
        if len(paths) > 1:
            raise ReadError("Only one project can be open.", remedy="Open one path at a time.")
        return _held(describe_project(projects[0]))
    return find_in(paths, None, progress)


def _workspace_name(paths: Sequence[Path]) -> str:
    """The same name each time the same paths are opened, so that masks are found again."""
    whole = "\n".join(str(path.resolve()) for path in paths)
    digest = hashlib.sha256(whole.encode()).hexdigest()[:10]
    return f"{safe_name(stem_of(paths[0]))}-{digest}.sulcus"
