"""Asking whether to take a project from the Sulcus that has it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from app.presenters.project import ProjectPresenter


def take_over_box(parent: QWidget, presenter: ProjectPresenter) -> QMessageBox:
    """Says what becomes of the other one; taking over is not what Enter does."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("Sulcus")
    why = presenter.read_only
    who = str(why.holder) if why and why.holder else _translated("another Sulcus")
    box.setText(_translated("Take the project over from {}?").format(who))
    box.setInformativeText(
        _translated(
            "All finished strokes are kept. The other window cannot change the project any more, "
            "and a stroke that is being drawn there now is lost. Only do this if nobody works "
            "there."
        )
    )
    take = box.addButton(_translated("Take over"), QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(_translated("Only look"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    take.clicked.connect(presenter.take_over)
    return box


def _translated(text: str) -> str:
    return QCoreApplication.translate("take over", text)
