"""Opens dialogs over the window: those that commands ask for, and what presenters have to say."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QWidget
from shiboken6 import isValid

from app.actions.row import Screen
from app.dialogs.about import about_box
from app.dialogs.add_model import AddModelDialog
from app.dialogs.begun import ask_begun
from app.dialogs.compatibility import CompatibilityDialog
from app.dialogs.export import ExportDialog
from app.dialogs.levels import LevelsDialog
from app.dialogs.models import ModelsDialog
from app.dialogs.operation import OperationDialog
from app.dialogs.order import ask_order
from app.dialogs.parts import PartsDialog
from app.dialogs.relocate import RelocateDialog
from app.dialogs.saying import CommentDialog, RejectDialog
from app.dialogs.search import SearchDialog
from app.dialogs.settings import SettingsDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.dialogs.steps import StepsDialog
from app.dialogs.take_over import take_over_box
from app.errors import show_error, show_told
from app.job import Failure
from engine.core.found import Found
from engine.editing.operations.table import OPERATIONS
from engine.errors import SulcusError
from engine.io.table import IMAGE_FORMATS
from engine.workflow.copying import CopyReport

Opener = Callable[[QWidget, Screen], QDialog | None]


def _files(window: QWidget, screen: Screen) -> None:
    known = " ".join(f"*{suffix}" for row in IMAGE_FORMATS for suffix in row.suffixes)
    kinds = [_translated("Images and volumes ({})").format(known), _translated("All files (*)")]
    paths, _ = QFileDialog.getOpenFileNames(window, _translated("Open"), "", ";;".join(kinds))
    if paths:
        screen.presenters.project.open_paths([Path(path) for path in paths])


def _folder(window: QWidget, screen: Screen) -> None:
    title = _translated("Open a folder of images, or a .sulcus project")
    folder = QFileDialog.getExistingDirectory(window, title)
    if folder:
        screen.presenters.project.open_paths([Path(folder)])


def _export(window: QWidget, screen: Screen) -> QDialog | None:
    if screen.presenters.project.project is None:
        return None
    return ExportDialog(screen.presenters.exporting, window)


def _export_surface(window: QWidget, screen: Screen) -> None:
    surface, project = screen.presenters.surface, screen.presenters.project.project
    if project is None or not surface.is_possible:
        return
    kinds = {
        _translated("One STL for each class (*.stl)"): ".stl",
        _translated("One PLY with the colours (*.ply)"): ".ply",
    }
    title = _translated("Export the surfaces of the classes that are shown")
    near = str(Path.home() / "surface.stl")
    path, kind = QFileDialog.getSaveFileName(window, title, near, ";;".join(kinds))
    if path:
        chosen = Path(path)
        named = chosen.suffix.lower() in kinds.values()
        surface.export(chosen if named else chosen.with_name(chosen.name + kinds[kind]))


def _steps(window: QWidget, screen: Screen) -> QDialog | None:
    if screen.presenters.case.case is None:
        return None
    return StepsDialog(screen.presenters.steps, window)


def _compatibility(window: QWidget, screen: Screen) -> QDialog | None:
    if screen.presenters.case.project is None:
        return None
    return CompatibilityDialog(screen.presenters.refinement, screen.presenters.case, window)


def _relocate(window: QWidget, screen: Screen) -> QDialog | None:
    if screen.presenters.project.project is None:
        return None
    return RelocateDialog(screen.presenters.relocation, window)


def _take_over(window: QWidget, screen: Screen) -> QDialog | None:
    if screen.presenters.project.read_only is None:
        return None
    return take_over_box(window, screen.presenters.project)


def _recover(window: QWidget, screen: Screen) -> None:
    why = screen.presenters.project.read_only
    if why is None:
        return
    near = str(why.folder.with_name(f"{why.folder.stem} saved.sulcus"))
    title = _translated("Save what is left as a new project")
    path, _ = QFileDialog.getSaveFileName(window, title, near, _translated("Projects (*.sulcus)"))
    if path:
        screen.presenters.project.recover(Path(path))


def _models(window: QWidget, screen: Screen) -> QDialog:
    dialog = ModelsDialog(screen.presenters.models, window)

    def ask() -> None:
        inner = _add_model(dialog, screen)
        inner.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        inner.open()

    dialog.add_asked.connect(ask)
    return dialog


def _add_model(window: QWidget, screen: Screen) -> QDialog:
    case = screen.presenters.case.case
    image = case.image.source.path if case is not None else None
    return AddModelDialog(screen.presenters.models, image, window)


def _shortcuts(window: QWidget, screen: Screen) -> QDialog:
    return ShortcutsDialog(screen.presenters.settings, window)


def _search(window: QWidget, screen: Screen) -> QDialog:
    return SearchDialog(screen, window)


def _reject(window: QWidget, screen: Screen) -> QDialog | None:
    review = screen.presenters.review
    return RejectDialog(review, window) if review.may_decide() else None


def _comment(window: QWidget, screen: Screen) -> QDialog | None:
    review = screen.presenters.review
    return CommentDialog(review, window) if review.may_decide() else None


def _operation(name: str, window: QWidget, screen: Screen) -> QDialog | None:
    case = screen.presenters.case
    if case.case is None:
        return None
    if case.is_read_only:
        case.refuse()
        return None
    return OperationDialog(name, screen.presenters, window)


def _levels(window: QWidget, screen: Screen) -> QDialog | None:
    if screen.presenters.case.case is None:
        return None
    return LevelsDialog(screen.presenters.levels, window)


def _go_to(window: QWidget, screen: Screen) -> QDialog | None:
    project = screen.presenters.project
    if not project.cases:
        return None
    dialog = QInputDialog(window)
    dialog.setWindowTitle(_translated("Go to image"))
    dialog.setLabelText(_translated("Number, from 1 to {}").format(len(project.cases)))
    dialog.setInputMode(QInputDialog.InputMode.IntInput)
    dialog.setIntRange(1, len(project.cases))
    dialog.setIntValue(project.position + 1)
    dialog.intValueSelected.connect(lambda number: project.choose(number - 1))
    return dialog


def _settings(window: QWidget, screen: Screen) -> QDialog:
    return SettingsDialog(screen.presenters.settings, window)


def _about(window: QWidget, _: Screen) -> QDialog:
    return about_box(window)


DIALOGS: dict[str, Opener] = {
    "files": _files,
    "folder": _folder,
    "export": _export,
    "export-surface": _export_surface,
    "steps": _steps,
    "compatibility": _compatibility,
    "levels": _levels,
    "relocate": _relocate,
    "take-over": _take_over,
    "recover": _recover,
    "go-to": _go_to,
    "search": _search,
    "models": _models,
    "add-model": _add_model,
    "settings": _settings,
    "shortcuts": _shortcuts,
    "about": _about,
    "reject": _reject,
    "comment": _comment,
    **{f"operation.{row.name}": functools.partial(_operation, row.name) for row in OPERATIONS},
}
"""What opens each dialog, by the name that commands ask for; None where there is nothing to ask."""


class Showing(QObject):
    """Belongs to one window, and falls off with it."""

    def __init__(self, window: QWidget, screen: Screen) -> None:
        """Show dialogs over `window`, which is what commands know as the screen."""
        super().__init__(window)
        presenters = screen.presenters
        self._window = window
        self._screen = screen
        self._presenters = presenters
        self._dialogs: dict[str, QDialog] = {}
        self._unwritten = ""
        presenters.case.saved.connect(self._forget_unwritten)
        presenters.case.unsaved.connect(self._show_unsaved)
        for presenter in presenters.which_fail():
            presenter.failed.connect(self._show_error)
        presenters.project.parts_found.connect(self._ask_parts)
        presenters.project.order_asked.connect(self._ask_order)
        presenters.project.told.connect(self._tell)
        presenters.relocation.asked.connect(self._ask_where)
        presenters.predicting_all.begun_asked.connect(self._ask_begun)
        presenters.jobs.show_asked.connect(self._show_failure)
        presenters.relocation.copied.connect(self._tell_copied)

    def show(self, name: str) -> QDialog | None:
        """Open the dialog of that name over the window.

        Raises:
            KeyError: if there is none.
        """
        dialog = DIALOGS[name](self._window, self._screen)
        if dialog is not None:
            self._open(dialog)
            self._dialogs[name] = dialog
        return dialog

    @property
    def open_names(self) -> tuple[str, ...]:
        """The names of the dialogs that are open."""
        return tuple(
            name for name, one in self._dialogs.items() if isValid(one) and one.isVisible()
        )

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _ask_parts(self, found: Found) -> None:
        self._open(PartsDialog(found, self._presenters.project, self._window))

    def _ask_order(self, count: int) -> None:
        ask_order(self._window, count, self._presenters.project)

    def _ask_begun(self, begun: int, total: int) -> None:
        ask_begun(self._window, begun, total, self._presenters.predicting_all)

    def _ask_where(self) -> None:
        if "relocate" not in self.open_names:
            self.show("relocate")

    def _tell_copied(self, report: CopyReport) -> None:
        copied = _translated("{} images were copied into the project.").format(len(report.copied))
        refused = [f"{name}: {why}" for name, why in report.refused]
        show_told(self._window, (*refused, copied))

    def _tell(self, sentences: tuple[str, ...]) -> None:
        show_told(self._window, sentences)

    def _show_failure(self, failure: Failure) -> None:
        show_told(self._window, (self._presenters.jobs.failure_text(failure),))

    @Slot(object)
    def _show_error(self, error: BaseException) -> None:
        show_error(self._window, error, self._presenters.runner.device_name)

    @Slot(object)
    def _show_unsaved(self, error: BaseException) -> None:
        """Told once, until a snapshot can be kept again: it is tried again and again."""
        said = error.what if isinstance(error, SulcusError) else repr(error)
        if said != self._unwritten:
            self._unwritten = said
            self._show_error(error)

    @Slot()
    def _forget_unwritten(self) -> None:
        self._unwritten = ""


def _translated(text: str) -> str:
    return QCoreApplication.translate("showing", text)
