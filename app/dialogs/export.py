"""Choosing a format and a folder, with what will be written shown before it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from app.presenters.exporting import ExportingPresenter
from engine.export.table import EXPORT_FORMATS
from engine.workflow.export import LABELS_FILE, NATURAL, ExportPlan

_SCROLL_BAR = 24  # pixels


class ExportDialog(QDialog):
    """Closes when the export has begun."""

    def __init__(self, presenter: ExportingPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export masks"))
        self.setMinimumWidth(520)
        self._presenter = presenter
        self._plan: ExportPlan | None = None
        self._format = QComboBox()
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self._format.setSizeAdjustPolicy(policy)  # a long title must not widen the dialog
        self._format.addItem(self.tr("In the format of each image"), NATURAL)
        for row in EXPORT_FORMATS:
            title, note = (
                QCoreApplication.translate("formats", one) for one in (row.title, row.note)
            )
            self._format.addItem(f"{title}: {note}", row.name)
        view = self._format.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + _SCROLL_BAR)
        self._folder = QLineEdit(str(Path.home() / "sulcus-masks"))
        self._folder.setAccessibleName(self.tr("Folder"))
        browse = QPushButton(self.tr("Choose..."))
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self._folder, 1)
        row.addWidget(browse)
        self._preview = QPlainTextEdit()
        self._preview.setReadOnly(True)
        self._preview.setTabChangesFocus(True)
        self._preview.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self._preview.setAccessibleName(self.tr("Files that will be written"))
        self._told = QLabel()
        self._told.setWordWrap(True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._go = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._go.setText(self.tr("Export"))
        self._go.setEnabled(False)
        buttons.accepted.connect(self._start)
        buttons.rejected.connect(self.reject)
        layout = QFormLayout(self)
        layout.addRow(self.tr("Format"), self._format)
        layout.addRow(self.tr("Folder"), row)
        layout.addRow(self.tr("Writes"), self._preview)
        layout.addRow(self._told)
        layout.addRow(buttons)
        presenter.planned.connect(self._show)
        self._format.activated.connect(lambda _: self._ask())
        self._ask()

    def _ask(self) -> None:
        self._presenter.plan(self._format.currentData())

    def _show(self, plan: ExportPlan) -> None:
        self._plan = plan
        names = [mask.name for mask in plan.masks]
        self._preview.setPlainText("\n".join([*names, LABELS_FILE]))
        left = self.tr("Without a mask: {}").format(", ".join(plan.left_out))
        self._told.setText(left if plan.left_out else "")
        self._go.setEnabled(True)

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder for the masks"))
        if folder:
            self._folder.setText(folder)

    def _start(self) -> None:
        if self._plan is not None and self._folder.text().strip():
            self._presenter.write(self._plan, Path(self._folder.text().strip()))
            self.accept()
