"""What the person sees when something fails; the window stays whatever happens."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Sequence
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.errors import SulcusError
from engine.logs import scrub

log = logging.getLogger(__name__)


def show_error(parent: QWidget | None, error: BaseException) -> QMessageBox:
    """One sentence and what to do next, with details to unfold; does not block."""
    box = QMessageBox(parent)
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
        box.setDetailedText(scrub("".join(traceback.format_exception(error))))
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


def agrees_to_lose(parent: QWidget, error: Exception) -> bool:
    """Ask whether to close although the mask could not be saved; waits for the answer."""
    what = error.what if isinstance(error, SulcusError) else str(error)
    buttons = QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel
    answer = QMessageBox.warning(
        parent,
        "Sulcus",
        _translated("The mask could not be saved: {} Close and lose the changes?").format(what),
        buttons,
        QMessageBox.StandardButton.Cancel,
    )
    return answer is QMessageBox.StandardButton.Discard


class CrashHook(QObject):
    """Shows exceptions that no code caught, instead of losing them on a hidden terminal."""

    caught = Signal(object)  # BaseException

    def install(self) -> None:
        """Take over `sys.excepthook`; exceptions in slots arrive there too."""
        sys.excepthook = self._hook

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
        self.caught.emit(error)


def _translated(text: str) -> str:
    return QCoreApplication.translate("errors", text)
