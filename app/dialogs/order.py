"""Asking what the numbers of masks mean that have no names."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.presenters.project import ProjectPresenter


def ask_order(parent: QWidget, count: int, presenter: ProjectPresenter) -> QMessageBox:
    """IBSR and FSL, or BIDS; without an answer the masks are left aside. Does not block."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Sulcus")
    box.setText(_translated("{} masks have no label names. What is 1?").format(count))
    box.setInformativeText(
        _translated("Standards differ; a wrong answer swaps the tissues in every mask.")
    )
    answers = {
        box.addButton(title, role): order
        for title, role, order in (
            (_translated("1 = CSF (IBSR, FSL)"), QMessageBox.ButtonRole.AcceptRole, "ibsr"),
            (_translated("1 = GM (BIDS)"), QMessageBox.ButtonRole.AcceptRole, "bids"),
            (_translated("Leave the masks out"), QMessageBox.ButtonRole.RejectRole, ""),
        )
    }
    box.buttonClicked.connect(lambda button: presenter.choose_order(answers[button]))
    box.open()
    return box


def _translated(text: str) -> str:
    return QCoreApplication.translate("order", text)
