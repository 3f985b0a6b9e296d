"""Asks whether cases that a person has begun are predicted with the others."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.presenters.predicting_all import PredictingAllPresenter


def ask_begun(
    window: QWidget, begun: int, total: int, presenter: PredictingAllPresenter
) -> QMessageBox:
    """A box over the window; leaving them alone is what Enter does, Escape predicts nothing."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Sulcus")
    said = _translated("{0} of the {1} selected images were begun by a person.")
    box.setText(said.format(begun, total))
    box.setInformativeText(
        _translated(
            "Pixels that a person painted stay as they are. Predicted too, the rest of their masks "
            "changes, and an approval of them is void."
        )
    )
    leave = box.addButton(_translated("Leave them alone"), QMessageBox.ButtonRole.AcceptRole)
    also = box.addButton(_translated("Predict them too"), QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(leave)
    leave.clicked.connect(lambda: presenter.answer_begun(also=False))
    also.clicked.connect(lambda: presenter.answer_begun(also=True))
    box.open()
    return box


def _translated(text: str) -> str:
    return QCoreApplication.translate("begun", text)
