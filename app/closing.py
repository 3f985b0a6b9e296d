"""Whether the window may close: what was drawn is saved first."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from app.errors import ask_unsaved
from app.presenters.bundle import Presenters


def may_close(window: QWidget, presenters: Presenters) -> bool:
    """Save, and ask if that fails: to try again, to lose the changes, or to stay."""
    presenters.editing.cancel()
    while True:
        presenters.case.save()
        error = presenters.runner.finish()
        if error is None or not presenters.case.is_dirty:
            return True
        answer = ask_unsaved(window, error)
        if answer is QMessageBox.StandardButton.Discard:
            return True
        if answer is not QMessageBox.StandardButton.Save:
            return False
