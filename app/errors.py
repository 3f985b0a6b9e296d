"""What the person sees when something fails; the window stays whatever happens."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from shiboken6 import isValid

from app.report import report_of
from engine.errors import SulcusError
from engine.files import write_text

log = logging.getLogger(__name__)


def show_error(parent: QWidget | None, error: BaseException, device: str = "") -> QMessageBox:
    """One sentence and what to do next, with details to unfold; does not block.

    What is on the screen already is not shown twice, however often it happens.

    Args:
        parent: The window.
        error: What was raised.
        device: What torch computes on, for the report.
    """
    details = "" if isinstance(error, SulcusError) else report_of(error, device)
    there = _shown(parent, error.what if isinstance(error, SulcusError) else "", details)
    if there is not None:
        return there
    box = QMessageBox(parent)
    box.setObjectName("error")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("Sulcus")
    if isinstance(error, SulcusError):
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(error.what)
        box.setInformativeText(error.remedy)
    else:
        box.setIcon(QMessageBox.Icon.Critical)
        box.setText(_translated("Something in Sulcus failed; your masks are safe."))
        box.setInformativeText(_translated("You can go on. Please report the details below."))
        box.setDetailedText(details)
        save = box.addButton(_translated("Save report..."), QMessageBox.ButtonRole.ActionRole)
        save.clicked.connect(lambda: _ask_where_to_save(parent, details))
        box.addButton(QMessageBox.StandardButton.Close)
    box.open()
    return box


def show_told(parent: QWidget | None, sentences: Sequence[str]) -> QMessageBox:
    """What was left aside: the first sentence, and all of them to unfold; does not block."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Information)
    box.setWindowTitle("Sulcus")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(sentences[0])
    if len(sentences) > 1:
        more = _translated("{} more were left aside.").format(len(sentences) - 1)
        box.setInformativeText(more)
        box.setDetailedText("\n".join(sentences))
    box.open()
    return box


def save_report(path: Path, report: str) -> None:
    """Write a report, all of it or nothing.

    Raises:
        WriteError: if that cannot be done.
    """
    write_text(path, report)


def ask_unsaved(parent: QWidget, error: Exception) -> QMessageBox.StandardButton:
    """Ask what to do with a mask that could not be saved: Save, Discard or Cancel. Waits."""
    what = error.what if isinstance(error, SulcusError) else str(error)
    button = QMessageBox.StandardButton
    return QMessageBox.warning(
        parent,
        "Sulcus",
        _translated("The mask could not be saved: {} Try again, or lose the changes?").format(what),
        button.Save | button.Discard | button.Cancel,
        button.Save,
    )


def _ask_where_to_save(parent: QWidget | None, report: str) -> None:
    path, _ = QFileDialog.getSaveFileName(
        parent,
        _translated("Save the report; it holds no names and no images"),
        str(Path.home() / "sulcus-report.txt"),
    )
    if path:
        try:
            save_report(Path(path), report)
        except SulcusError as error:
            show_error(parent, error)


def _shown(parent: QWidget | None, text: str, details: str) -> QMessageBox | None:
    """The message that says this already."""
    for box in parent.findChildren(QMessageBox) if parent else ():
        if box.isVisible() and box.objectName() == "error":
            is_same = box.detailedText() == details if details else box.text() == text
            if is_same:
                return box
    return None


class CrashHook(QObject):
    """Shows exceptions that no code caught, instead of losing them on a hidden terminal."""

    caught = Signal(object)  # BaseException

    def install(self) -> None:
        """Take over what Python calls at last; exceptions in slots arrive there too."""
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook

    def _thread_hook(self, found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None:
            self._hook(found.exc_type, found.exc_value, found.exc_traceback)

    def _hook(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.critical("uncaught", exc_info=(kind, error, trace))
        if isValid(self):
            self.caught.emit(error)


def _translated(text: str) -> str:
    return QCoreApplication.translate("errors", text)
