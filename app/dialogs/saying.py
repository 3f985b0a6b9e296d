"""Asking a reader for words: why a mask is rejected, or what there is to say of a place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.presenters.review import ReviewPresenter


class RejectDialog(QDialog):
    """A reason must be given; those given before are offered."""

    def __init__(self, review: ReviewPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self.setWindowTitle(self.tr("Reject"))
        self._reason = QComboBox()
        self._reason.setEditable(True)
        self._reason.setAccessibleName(self.tr("Reason"))
        self._reason.addItems(list(review.reasons))
        self._reason.setCurrentText("")
        edit = self._reason.lineEdit()
        if edit is not None:
            edit.setPlaceholderText(self.tr("What is wrong with the mask?"))
        self._go = _laid_out(
            self, self.tr("Why is this mask rejected?"), self._reason, self.tr("Reject && next")
        )
        self._go.accepted.connect(self.accept)
        self._go.rejected.connect(self.reject)
        self._reason.editTextChanged.connect(self._show)
        self.accepted.connect(self._send)
        self._show()

    def _show(self) -> None:
        ok = self._go.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(self._reason.currentText().strip()))

    def _send(self) -> None:
        self._review.reject(self._reason.currentText())


class CommentDialog(QDialog):
    """A line about the place where the slices cross."""

    def __init__(self, review: ReviewPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self.setWindowTitle(self.tr("Comment"))
        self._text = QLineEdit()
        self._text.setAccessibleName(self.tr("Comment"))
        self._text.setPlaceholderText(self.tr("What is to be said of this place?"))
        place = review.place
        where = f"({', '.join(map(str, place))})" if place else ""
        self._go = _laid_out(
            self, self.tr("Comment at {}").format(where), self._text, self.tr("Keep")
        )
        self._go.accepted.connect(self.accept)
        self._go.rejected.connect(self.reject)
        self._text.textChanged.connect(self._show)
        self.accepted.connect(self._send)
        self._show()

    def _show(self) -> None:
        ok = self._go.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(self._text.text().strip()))

    def _send(self) -> None:
        self._review.comment(self._text.text())


def _laid_out(dialog: QDialog, head: str, edit: QWidget, verb: str) -> QDialogButtonBox:
    """Put a heading, a field and buttons into a dialog; gives the buttons."""
    dialog.setMinimumWidth(420)
    label = QLabel(head)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    buttons = QDialogButtonBox(
        QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
    )
    buttons.button(QDialogButtonBox.StandardButton.Ok).setText(verb)
    layout = QVBoxLayout(dialog)
    layout.setSpacing(10)
    for part in (label, edit, buttons):
        layout.addWidget(part)
    edit.setFocus(Qt.FocusReason.PopupFocusReason)
    return buttons
