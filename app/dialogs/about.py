"""What Sulcus is, and what it is not."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.versions import installed_version


def about_box(parent: QWidget) -> QMessageBox:
    """The box; whoever asks for it opens it."""
    box = QMessageBox(parent)
    box.setWindowTitle(_translated("About Sulcus"))
    box.setText(f"<b>Sulcus {installed_version('sulcus')}</b>")
    box.setInformativeText(
        _translated(
            "Images and MRI volumes to trustworthy segmentation masks.\n\n"
            "For research and dataset work; not a medical device. "
            "Nothing leaves this machine.\n\nApache License 2.0."
        )
    )
    return box


def _translated(text: str) -> str:
    return QCoreApplication.translate("about", text)
