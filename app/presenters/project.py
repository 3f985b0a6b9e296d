"""The project on screen: opening paths, listing cases, going from one to the next."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.job import About, Listed
from app.jobs import JobRunner
from app.presenters.case import CasePresenter
from app.presenters.opening import (
    Cause,
    HoldWatch,
    Opened,
    ReadOnly,
    add_to,
    held,
    looked_at,
    open_project,
    rescued,
    workspace_name,
)
from engine.core.case import Case, CaseState, ImageRef
from engine.core.found import Found
from engine.errors import DamagedProject, ProjectTaken
from engine.progress import Progress
from engine.workflow.add import AddReport
from engine.workflow.checkpoint import hold_project, holder_of
from engine.workflow.project import ProjectInfo, describe_project, with_states
from engine.workflow.repair import recover_project
from engine.workflow.sample import sample_project


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was to be opened when a person was asked something about it."""

    paths: tuple[Path, ...]
    found: Found


class ProjectPresenter(QObject):
    """One project at a time; plain files and folders get a project of their own."""

    opened = Signal()
    case_chosen = Signal(int)  # position in the list
    state_changed = Signal(int)  # position of a case that has come further, or was put back
    parts_found = Signal(object)  # Found: some file or folder holds several images
    order_asked = Signal(int)  # how many masks do not say what their numbers mean
    told = Signal(object)  # tuple[str, ...]: sentences on what was left aside
    access_changed = Signal()
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
        self.read_only: ReadOnly | None = None
        self._asked: _Asked | None = None
        self._before: tuple[Path, int] | None = None
        self._watch = HoldWatch(self)
        self._watch.taken.connect(self._was_taken)
        case.saved.connect(self.refresh)
        case.unopened.connect(self._look_at_rest)
        case.failed.connect(self._notice_taken)
        case.arrival.given_up.connect(self._go_back)
        case.unread.connect(self._stay)

    @property
    def cases(self) -> tuple[Case, ...]:
        return self.project.cases if self.project else ()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open a project, or make one of images, series and folders, with the masks there are.

        Where a file or folder holds several images, `parts_found` asks which to take.
        """

        def work(progress: Progress) -> Opened | Found:
            return looked_at(paths, progress)

        def done(result: Opened | Found) -> None:
            if isinstance(result, Opened):
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
        folder = (self._home / workspace_name(asked.paths)).resolve()
        is_open = self.project is not None and self.project.folder == folder
        mine = self._case.hold if is_open else None

        def work(progress: Progress) -> tuple[Opened, AddReport | None]:
            return add_to(folder, asked.found, order, mine, progress)

        def done(result: tuple[Opened, AddReport | None]) -> None:
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
        about = About(listed=Listed.ALWAYS)
        self._runner.run("Opening", work, about=about, on_success=done, on_failure=fail)

    def open_sample(self) -> None:
        """Open the shipped sample, made at the first call."""

        def work(_: Progress) -> Opened:
            return held(sample_project(self._home))

        self._runner.run("Opening", work, on_success=self._show, on_failure=self.failed.emit)

    def choose(self, position: int) -> None:
        """Show the case at a position of the list."""
        if self.project and 0 <= position < len(self.cases) and position != self.position:
            self._remember()
            self.position = position
            self.case_chosen.emit(position)
            self._case.open(self.project, self.cases[position].id)

    def step(self, count: int) -> None:
        """Show a case further on in the list, or back if negative."""
        self.choose(self.position + count)

    def take_over(self) -> None:
        """Take the project from the Sulcus that has it, which can only look from then on."""
        why = self.read_only
        if why is None or why.cause not in (Cause.HELD, Cause.TAKEN):
            return

        def work(_: Progress) -> Opened:
            hold = hold_project(why.folder, take_over=True)
            try:
                return Opened(describe_project(why.folder), hold)
            except BaseException:
                hold.release()
                raise

        self._reopen(work)

    def try_again(self) -> None:
        """Open the project anew, if it could only be looked at."""
        why = self.read_only
        if why is not None:
            self._reopen(lambda _: open_project(why.folder))

    def recover(self, out: Path) -> None:
        """Save what can be read of the damaged project as a new one, and open that."""
        why = self.read_only
        if why is None or why.cause is not Cause.DAMAGED:
            return

        def work(_: Progress) -> Opened:
            return held(describe_project(recover_project(why.folder, out).folder))

        self._reopen(work)

    def reload(self) -> None:
        """Read the list of cases again, and show the one that was on screen."""
        project = self.project
        if project is not None:
            self._reopen(lambda _: Opened(describe_project(project.folder)))

    def note_state(self, case_id: str, state: CaseState) -> None:
        """Take over how far a case has come, which its journal or its reader has set."""
        project = self.project
        for position, case in enumerate(self.cases):
            if project and case.id == case_id and case.state is not state:
                changed = dataclasses.replace(case, state=state)
                cases = (*self.cases[:position], changed, *self.cases[position + 1 :])
                self.project = dataclasses.replace(project, cases=cases)
                self.state_changed.emit(position)

    def reopen(self) -> None:
        """Read the case on screen again, for another reader."""
        if self.position >= 0:
            self._show_again()

    def close(self) -> None:
        """Show nothing and let others write to the project, once what must be kept is."""
        self._case.close()
        self._watch.watch(None)
        hold, self._case.hold = self._case.hold, None
        why, self.read_only = self.read_only, None
        place = why.place if why else None

        def work(_: Progress) -> None:
            if hold is not None:
                hold.release()
            if place is not None:
                place.cleanup()

        if hold is not None or place is not None:
            self._runner.run(
                "Closing",
                work,
                must_finish=True,
                on_success=lambda _: None,
                on_failure=self.failed.emit,
            )

    def _reopen(self, work: Callable[[Progress], Opened], at: int | None = None) -> None:
        """Open a project in another way, at the case that was on screen or another."""
        position = max(self.position, 0) if at is None else at

        def done(opened: Opened) -> None:
            self._show(opened, position)

        self._runner.run("Opening", work, on_success=done, on_failure=self.failed.emit)

    def _show(self, opened: Opened, position: int = 0) -> None:
        self._remember()
        project = opened.project
        is_other = self.project is None or self.project.folder != project.folder
        if opened.hold or opened.why or is_other:
            self.close()
            self._case.hold = opened.hold
            self._watch.watch(opened.hold)
            self.read_only = opened.why
        else:
            self._case.close()
        self.project = project
        self.position = -1
        self.access_changed.emit()
        self.opened.emit()
        self.choose(min(position, len(project.cases) - 1))

    def _remember(self) -> None:
        """Note what is on screen, before something else is opened."""
        if self.project is not None and self._case.case is not None:
            self._before = (self.project.folder, self.position)

    @Slot()
    def _go_back(self) -> None:
        """Show what was on screen before a person cancelled what was being opened, if anything."""
        before, self._before = self._before, None
        self.position = -1
        if before is None or self.project is None:
            self.case_chosen.emit(-1)
            return
        folder, position = before
        if folder == self.project.folder:
            self.choose(position)
            return
        self._reopen(lambda _: open_project(folder), position)

    @Slot()
    def _stay(self) -> None:
        """All that was opened is an image that cannot be read: show what was there before."""
        before = self._before
        if before and self.project and before[0] != self.project.folder and len(self.cases) == 1:
            self._go_back()

    def _show_again(self) -> None:
        """Show the case that was on screen."""
        position, self.position = self.position, -1
        self.choose(position)

    @Slot()
    def _was_taken(self, error: ProjectTaken | None = None) -> None:
        """Only look from now on; what was done until then is in the journal."""
        project, hold = self.project, self._case.hold
        if project is None or hold is None:
            return
        self._case.hold = None
        self._watch.watch(None)
        hold.release()
        why = error or ProjectTaken(
            f"The project '{project.folder}' was taken over by another Sulcus.",
            remedy="What was done until then is kept.",
        )
        self.read_only = ReadOnly(Cause.TAKEN, project.folder, why, holder_of(project.folder))
        self.access_changed.emit()
        self._show_again()

    @Slot(object)
    def _notice_taken(self, error: Exception) -> None:
        if isinstance(error, ProjectTaken):
            self._was_taken(error)

    @Slot(object)
    def _look_at_rest(self, error: Exception) -> None:
        """Show what is left of a project that turned out to be damaged."""
        project = self.project
        if project is None or not isinstance(error, DamagedProject):
            return
        if self.read_only is not None and self.read_only.cause is Cause.DAMAGED:
            self.failed.emit(error)
        else:
            self._reopen(lambda _: rescued(project.folder, error))

    @Slot()
    def refresh(self) -> None:
        """Read the states of the cases again."""
        project = self.project
        if project is None:
            return

        def work(_: Progress) -> ProjectInfo:
            return with_states(project)

        def show(found: ProjectInfo) -> None:
            if self.project is project and found is not project:
                self.project = found
                self.opened.emit()
                self.case_chosen.emit(self.position)

        self._runner.run("Listing", work, on_success=show, on_failure=self.failed.emit)
