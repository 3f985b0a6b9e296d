"""An operation on the mask: its options, on what, and a look at what it would do."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.presenters.bundle import Presenters
from app.widgets.option_form import OptionForm
from engine.editing.operation_options import Kind, options_of
from engine.editing.operations.table import OPERATIONS, Operation


class OperationDialog(QDialog):
    """Return does it; while the preview is ticked, every change of an option shows at once."""

    def __init__(self, name: str, presenters: Presenters, parent: QWidget | None = None) -> None:
        """There must be a case."""
        super().__init__(parent)
        project, case = presenters.case.project, presenters.case.case
        assert project is not None
        assert case is not None
        self._name = name
        self._operations = presenters.operations
        row = OPERATIONS[name]
        options = options_of(OPERATIONS.load(name))
        self._needs_mask = any(one.option.kind is Kind.MASK for one in options)
        self.setWindowTitle(QCoreApplication.translate("operations", row.title))
        self.setMinimumWidth(340)
        note = QCoreApplication.translate("operations", row.note)
        told = QLabel(note[:1].upper() + note[1:] + ".")
        told.setWordWrap(True)
        told.setForegroundRole(told.palette().ColorRole.PlaceholderText)
        self._form = OptionForm(options, project.label_set, presenters.editing.label)
        self._slice = QRadioButton(self.tr("This slice"))
        self._whole = QRadioButton(self.tr("Whole volume"))
        self._scope = QButtonGroup(self)
        self._scope.addButton(self._slice)
        self._scope.addButton(self._whole)
        (self._whole if row.needs_volume else self._slice).setChecked(True)
        where = QWidget()
        line = QHBoxLayout(where)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._slice)
        line.addWidget(self._whole)
        line.addStretch(1)
        where.setVisible(case.image.geometry.is_volume and not row.needs_volume)
        self._file = QPushButton(icon("open-file"), self.tr("Choose a mask file..."))
        self._file.setVisible(self._needs_mask)
        self._preview = QCheckBox(self.tr("Preview"))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._go = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._go.setText(self.tr("Do it"))
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for part in (told, self._file, self._form, where, self._preview, buttons):
            layout.addWidget(part)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._form.changed.connect(self._look)
        self._scope.buttonToggled.connect(self._look)
        self._preview.toggled.connect(self._look)
        self._file.clicked.connect(self._browse)
        self._operations.other_changed.connect(self._show_other)
        self.finished.connect(self._end)
        self._form.setFocus()
        self._operations.forget_other()
        self._show_other()

    def accept(self) -> None:
        """Do it as it is chosen."""
        operation = self._operation()
        super().accept()
        self._operations.run(self._name, operation, whole=self._whole.isChecked())

    def _operation(self) -> Operation:
        options = self._form.chosen
        if self._needs_mask:
            options["other"] = self._operations.other
        return self._operations.make(self._name, **options)

    def _look(self) -> None:
        if self._preview.isChecked() and self._go.isEnabled():
            self._operations.preview(self._name, self._operation(), whole=self._whole.isChecked())
        else:
            self._operations.leave()

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a mask"))
        if path:
            self._operations.read_other(Path(path))

    def _show_other(self) -> None:
        has = self._operations.other is not None
        self._go.setEnabled(has or not self._needs_mask)
        if has:
            self._file.setText(self._operations.other_name)
            self._look()

    def _end(self) -> None:
        if self.result() != QDialog.DialogCode.Accepted:
            self._operations.leave()
