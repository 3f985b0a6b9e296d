"""Saying where the images of a project are now, or that a changed one is the right one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.presenters.relocation import RelocationPresenter

_SHOWN = 200  # missing images that are listed; of more, the number is said


class RelocateDialog(QDialog):
    """What is missing, ways to find it, and what to confirm before a mask goes on elsewhere."""

    def __init__(self, presenter: RelocationPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.setWindowTitle(self.tr("Where are the images?"))
        self.setMinimumWidth(520)
        self._what = self._text()
        self._result = self._text()
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Missing images"))
        self._list.setMaximumHeight(180)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._file = QPushButton(self.tr("Find file..."))
        self._file.setToolTip(self.tr("Choose the image of this case; it must be the same image"))
        self._folder = QPushButton(self.tr("Find folder..."))
        self._folder.setToolTip(
            self.tr("Search a folder and those in it for all missing images, by their content")
        )
        self._sure = QCheckBox(
            self.tr("I have checked: it is the same picture, of the same size, in the same place")
        )
        self._accept = QPushButton(self.tr("Go on with the changed image"))
        self._accept.setToolTip(self.tr("The mask stays as it is; an approval of it is void"))
        ways = QHBoxLayout()
        ways.addWidget(self._file)
        ways.addWidget(self._folder)
        ways.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        layout = QVBoxLayout(self)
        layout.addWidget(self._what)
        layout.addWidget(self._list)
        layout.addWidget(self._result)
        layout.addLayout(ways)
        layout.addWidget(self._sure)
        layout.addWidget(self._accept, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(buttons)
        self._file.clicked.connect(self._find_file)
        self._folder.clicked.connect(self._find_folder)
        self._sure.toggled.connect(self._accept.setEnabled)
        self._accept.clicked.connect(presenter.accept)
        buttons.rejected.connect(self.reject)
        presenter.changed.connect(self._show)
        self._show()

    def _text(self) -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _find_file(self) -> None:
        case = self._presenter.case
        near = str(case.image_path.parent) if case else ""
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Find the image"), near)
        if path:
            self._presenter.find_file(Path(path))

    def _find_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Search this folder"))
        if path:
            self._presenter.find_folder(Path(path))

    def _show(self) -> None:
        p = self._presenter
        missing = p.missing
        self._what.setText(self._sentence())
        self._list.clear()
        self._list.addItems([str(case.image_path) for case in missing[:_SHOWN]])
        self._list.setVisible(bool(missing))
        more = len(missing) - _SHOWN
        found = self.tr("{} found. ").format(p.found) if p.found else ""
        rest = self.tr("{} more are not listed.").format(more) if more > 0 else ""
        self._result.setText(found + rest)
        self._result.setVisible(bool(found or rest))
        self._file.setVisible(p.case is not None)
        self._folder.setVisible(bool(missing))
        self._sure.setChecked(False)
        self._accept.setEnabled(False)
        self._sure.setVisible(p.can_accept)
        self._accept.setVisible(p.can_accept)
        self.adjustSize()

    def _sentence(self) -> str:
        p = self._presenter
        if p.can_accept and p.why is not None:
            return self.tr(
                "{} Its mask may not lie right on it any more: each pixel of the mask would belong "
                "to another pixel of the image. Find the original, or go on if you are sure."
            ).format(p.why.what)
        if not p.missing:
            return self.tr("All images of the project are where they should be.")
        if p.why is not None:
            return self.tr("{0} In all {1} images of the project are missing.").format(
                p.why.what, len(p.missing)
            )
        return self.tr("{} images of the project are not where they were.").format(len(p.missing))
