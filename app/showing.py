"""Opens dialogs over the window: those that commands ask for, and what presenters have to say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget
from shiboken6 import isValid

from app.dialogs.about import about_box
from app.dialogs.compatibility import CompatibilityDialog
from app.dialogs.export import ExportDialog
from app.dialogs.order import ask_order
from app.dialogs.parts import PartsDialog
from app.dialogs.settings import SettingsDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.dialogs.steps import StepsDialog
from app.errors import show_error, show_told
from app.presenters.bundle import Presenters
from engine.core.found import Found
from engine.io.table import IMAGE_FORMATS

Opener = Callable[[QWidget, Presenters], QDialog | None]


def _files(window: QWidget, presenters: Presenters) -> None:
    known = " ".join(f"*{suffix}" for row in IMAGE_FORMATS for suffix in row.suffixes)
    kinds = [_translated("Images and volumes ({})").format(known), _translated("All files (*)")]
    paths, _ = QFileDialog.getOpenFileNames(window, _translated("Open"), "", ";;".join(kinds))
    if paths:
        presenters.project.open_paths([Path(path) for path in paths])


def _folder(window: QWidget, presenters: Presenters) -> None:
    title = _translated("Open a folder of images, or a .sulcus project")
    folder = QFileDialog.getExistingDirectory(window, title)
    if folder:
        presenters.project.open_paths([Path(folder)])


def _export(window: QWidget, presenters: Presenters) -> QDialog | None:
    if presenters.project.project is None:
        return None
    return ExportDialog(presenters.exporting, window)


def _steps(window: QWidget, presenters: Presenters) -> QDialog | None:
    return None if presenters.case.case is None else StepsDialog(presenters.steps, window)


def _compatibility(window: QWidget, presenters: Presenters) -> QDialog | None:
    if presenters.case.project is None:
        return None
    return CompatibilityDialog(presenters.refinement, presenters.case, window)


def _shortcuts(window: QWidget, _: Presenters) -> QDialog:
    return ShortcutsDialog(window)


def _settings(window: QWidget, presenters: Presenters) -> QDialog:
    return SettingsDialog(presenters.settings, window)


def _about(window: QWidget, _: Presenters) -> QDialog:
    return about_box(window)


DIALOGS: dict[str, Opener] = {
    "files": _files,
    "folder": _folder,
    "export": _export,
    "steps": _steps,
    "compatibility": _compatibility,
    "settings": _settings,
    "shortcuts": _shortcuts,
    "about": _about,
}
"""What opens each dialog, by the name that commands ask for; None where there is nothing to ask."""


class Showing(QObject):
    """Belongs to one window, and falls off with it."""

    def __init__(self, window: QWidget, presenters: Presenters) -> None:
        super().__init__(window)
        self._window = window
        self._presenters = presenters
        self._dialogs: dict[str, QDialog] = {}
        for presenter in presenters.which_fail():
            presenter.failed.connect(self._show_error)
        presenters.project.parts_found.connect(self._ask_parts)
        presenters.project.order_asked.connect(self._ask_order)
        presenters.project.told.connect(self._tell)

    def show(self, name: str) -> QDialog | None:
        """Open the dialog of that name over the window.

        Raises:
            KeyError: if there is none.
        """
        dialog = DIALOGS[name](self._window, self._presenters)
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

    def _tell(self, sentences: tuple[str, ...]) -> None:
        show_told(self._window, sentences)

    def _show_error(self, error: BaseException) -> None:
        show_error(self._window, error)


def _translated(text: str) -> str:
    return QCoreApplication.translate("showing", text)
