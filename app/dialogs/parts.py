"""Choosing among the images that a file or folder holds."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.presenters.project import ProjectPresenter
from engine.core.case import ImageRef
from engine.core.found import Found
from engine.files import stem_of


class PartsDialog(QDialog):
    """All are ticked at first; cancelling opens none."""

    def __init__(
        self, found: Found, presenter: ProjectPresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Open images"))
        self.setMinimumSize(420, 320)
        self._images = [case.image for case in found.cases]
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Images to open"))
        for image in self._images:
            item = QListWidgetItem(image.name or stem_of(image.path))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self._list.addItem(item)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._go = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._go.setText(self.tr("Open"))
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(self.tr("Several images were found. Untick what you do not need.")))
        layout.addWidget(self._list, 1)
        layout.addWidget(buttons)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._list.itemChanged.connect(lambda _: self._go.setEnabled(bool(self.chosen)))
        self.accepted.connect(lambda: presenter.choose_parts(self.chosen))
        self.rejected.connect(lambda: presenter.choose_parts([]))

    @property
    def chosen(self) -> list[ImageRef]:
        """The images that are ticked."""
        return [
            image
            for row, image in enumerate(self._images)
            if self._list.item(row).checkState() is Qt.CheckState.Checked
        ]
