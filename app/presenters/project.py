"""The project on screen: opening paths, listing cases, going from one to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner
from app.presenters.case import CasePresenter
from engine.core.case import Case
from engine.core.label_set import LabelSet
from engine.errors import ReadError
from engine.files import safe_name, stem_of
from engine.progress import Progress
from engine.workflow.open_case import peek_geometry
from engine.workflow.predict import list_models, model_for
from engine.workflow.project import (
    ProjectInfo,
    add_images,
    create_project,
    describe_project,
    find_image_files,
    is_project,
)
from engine.workflow.sample import sample_project


class ProjectPresenter(QObject):
    """One project at a time; plain files and folders get a project of their own."""

    opened = Signal()
    case_chosen = Signal(int)  # position in the list
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
        case.saved.connect(self._refresh)

    @property
    def cases(self) -> tuple[Case, ...]:
        return self.project.cases if self.project else ()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open a project, or make one of images and folders."""

        def work(_: Progress) -> ProjectInfo:
            return _project_of(paths, self._home)

        self._runner.run("Opening", work, on_success=self._show, on_failure=self.failed.emit)

    def open_sample(self) -> None:
        """Open the shipped sample, made at the first call."""

        def work(_: Progress) -> ProjectInfo:
            return sample_project(self._home)

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

    def _show(self, project: ProjectInfo) -> None:
        self._case.close()
        self.project = project
        self.position = -1
        self.opened.emit()
        self.choose(0)

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


def _project_of(paths: Sequence[Path], home: Path) -> ProjectInfo:
    """The project that `paths` is, or one made of the images among them.

    Raises:
        ReadError: if there is no image, or several projects are named at once.
    """
    projects = [path for path in paths if is_project(path)]
    if projects:
        if len(paths) > 1:
            raise ReadError("Only one project can be open.", remedy="Open one path at a time.")
        return describe_project(projects[0])
    files = find_image_files(paths)
    folder = home / _workspace_name(paths)
    if (folder / "project.db").exists():
        return add_images(folder, files)
    return create_project(folder, _classes_for(files[0]), files)


def _workspace_name(paths: Sequence[Path]) -> str:
    """The same name each time the same paths are opened, so that masks are found again."""
    whole = "\n".join(str(path.resolve()) for path in paths)
    digest = hashlib.sha256(whole.encode()).hexdigest()[:10]
    return f"{safe_name(stem_of(paths[0]))}-{digest}.sulcus"


def _classes_for(image: Path) -> LabelSet:
    """The classes of the shipped model that suits the first image."""
    wanted = model_for(peek_geometry(image))
    return next(model.label_set for model in list_models() if model.name == wanted)
