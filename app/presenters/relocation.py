"""Images of the project that are not where they were, or not what they were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.job import About, Failure, Listed, Outcome
from app.jobs import JobRunner
from app.presenters.case import CasePresenter
from app.presenters.project import ProjectPresenter
from engine.core.case import Case
from engine.errors import ImageChanged, ImageMissing, SulcusError
from engine.progress import Progress
from engine.workflow.checkpoint import Hold, read_only
from engine.workflow.copying import CopyReport, copy_images
from engine.workflow.project import ProjectInfo
from engine.workflow.relocation import accept_image, find_image, missing_images, relocate_images


class RelocationPresenter(QObject):
    """The case whose image could not be opened, and all others whose image is missing."""

    asked = Signal()  # an image is missing or changed: ask where the right one is
    changed = Signal()
    copied = Signal(object)  # CopyReport
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        project: ProjectPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._project = project
        self.case: Case | None = None
        self.candidate: Path | None = None
        self.why: SulcusError | None = None
        self.missing: tuple[Case, ...] = ()
        self.found = 0
        case.unopened.connect(self._take)

    @property
    def can_accept(self) -> bool:
        """Whether there is an image that a person may say the mask goes on with."""
        return self.candidate is not None

    @Slot()
    def look(self) -> None:
        """List the images that are missing, and ask where they are if there are any."""
        project = self._project.project
        if project is not None:
            self.case, self.candidate, self.why, self.found = None, None, None, 0
            self._list(project, self.asked.emit)

    def find_file(self, path: Path) -> None:
        """Take this file as the image of the case; its voxels must be the same."""
        case = self.case
        if case is None:
            return

        def work(project: ProjectInfo, hold: Hold, _: Progress) -> int:
            find_image(project.folder, case.id, path, hold)
            return 1

        self._change(work, path)

    def find_folder(self, folder: Path) -> None:
        """Find all missing images in a folder and those in it."""

        def work(project: ProjectInfo, hold: Hold, progress: Progress) -> int:
            found = relocate_images(project.folder, folder, progress, hold)
            return sum(path is not None for _, path in found)

        self._change(work, None)

    def accept(self) -> None:
        """Let the mask go on with the image that is not the one it was begun on."""
        case, path = self.case, self.candidate
        if case is None or path is None:
            return

        def work(project: ProjectInfo, hold: Hold, _: Progress) -> int:
            accept_image(project.folder, case.id, path, hold)
            return 1

        self._change(work, path)

    @Slot()
    def copy_in(self) -> None:
        """Copy all images that lie elsewhere into the project."""
        project, hold = self._project.project, self._case.hold
        if project is None:
            return
        if hold is None:
            self.failed.emit(read_only())
            return

        def work(progress: Progress) -> CopyReport:
            return copy_images(project.folder, progress, right=hold)

        def done(report: CopyReport) -> None:
            self.copied.emit(report)
            self._project.reload()

        self._runner.run(
            "Copying",
            work,
            about=About(listed=Listed.ALWAYS, outcome=_outcome),
            on_success=done,
            on_failure=self.failed.emit,
        )

    @Slot(object)
    def _take(self, error: Exception) -> None:
        """A case could not be opened for its image."""
        project, position = self._project.project, self._project.position
        if project is None or not isinstance(error, ImageMissing | ImageChanged):
            return
        self.case, self.why, self.found = project.cases[position], error, 0
        self.candidate = self.case.image_path if isinstance(error, ImageChanged) else None
        self._list(project, self.asked.emit)

    def _list(self, project: ProjectInfo, then: Callable[[], None]) -> None:
        def show(missing: tuple[Case, ...]) -> None:
            self.missing = missing
            then()

        self._runner.run(
            "Searching",
            lambda _: missing_images(project.folder),
            on_success=show,
            on_failure=self.failed.emit,
        )

    def _change(
        self, work: Callable[[ProjectInfo, Hold, Progress], int], path: Path | None
    ) -> None:
        project, hold = self._project.project, self._case.hold
        if project is None:
            return
        if hold is None:
            self.failed.emit(read_only())
            return

        def done(found: int) -> None:
            self.found = found
            self.candidate = None
            if found:
                self.why = None
                self._project.reload()
            self._list(project, self.changed.emit)

        def fail(error: Exception) -> None:
            if isinstance(error, ImageChanged):
                self.candidate, self.why = path, error
                self.changed.emit()
            else:
                self.failed.emit(error)

        self._runner.run(
            "Searching",
            lambda progress: work(project, hold, progress),
            on_success=done,
            on_failure=fail,
        )


def _outcome(report: CopyReport) -> Outcome:
    failed = tuple(Failure(why, name=name) for name, why in report.refused)
    return Outcome(len(report.copied), 0, failed)
