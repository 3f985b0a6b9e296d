"""What it costs two classes to lie side by side: Potts, or a table."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QLabel,
    QRadioButton,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from app.presenters.case import CasePresenter
from app.presenters.refinement import RefinementPresenter
from engine.core.label_set import LabelSet
from engine.crf.parameters import Compatibility, range_of


class CompatibilityDialog(QDialog):
    """A row for the class of a pixel, a column for that of its neighbour; changes count at once."""

    def __init__(
        self, presenter: RefinementPresenter, case: CasePresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        assert case.project is not None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Compatibility of classes"))
        self._presenter = presenter
        self._before = presenter.parameters.compatibility
        classes = len(case.project.label_set)
        self._potts = QRadioButton(self.tr("Potts: any two classes cost 1"))
        self._stated = QRadioButton(self.tr("A cost for each pair of classes"))
        self._mirror = QCheckBox(self.tr("Both ways alike"))
        note = QLabel(
            self.tr(
                "The cost for a pixel of the class of the row beside one of the class of the "
                "column; a negative cost attracts."
            )
        )
        note.setWordWrap(True)
        self._cells = [
            [self._cell(case.project.label_set, row, column) for column in range(classes)]
            for row in range(classes)
        ]
        self._table = self._filled_table(case.project.label_set)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for part in (self._potts, self._stated, note, self._table, self._mirror, buttons):
            layout.addWidget(part)
        self.resize(min(220 + 92 * classes, 900), min(300 + 34 * classes, 700))
        self._show(self._before)
        self._potts.toggled.connect(self._tell)

    def reject(self) -> None:
        """Back to what it was."""
        self._presenter.set("compatibility", self._before)
        super().reject()

    def _cell(self, names: LabelSet, row: int, column: int) -> QDoubleSpinBox:
        limits = range_of("compatibility")
        cell = QDoubleSpinBox()
        cell.setRange(limits.low, limits.high)
        cell.setSingleStep(0.1)
        cell.setDecimals(2)
        cell.setKeyboardTracking(False)
        pair = self.tr("Cost of {} beside {}").format(names[row].name, names[column].name)
        cell.setAccessibleName(pair)
        cell.setToolTip(pair)
        cell.valueChanged.connect(lambda value: self._changed(row, column, value))
        return cell

    def _filled_table(self, names: LabelSet) -> QTableWidget:
        classes = len(self._cells)
        table = QTableWidget(classes, classes)
        table.setTabKeyNavigation(False)
        table.setAccessibleName(self.tr("Cost of two classes side by side"))
        titles = [one.name for one in names]
        table.setHorizontalHeaderLabels(titles)
        table.setVerticalHeaderLabels(titles)
        for row, cells in enumerate(self._cells):
            for column, cell in enumerate(cells):
                table.setCellWidget(row, column, cell)
        table.resizeColumnsToContents()
        return table

    def _show(self, costs: Compatibility) -> None:
        """Show costs; Potts, or those of another number of classes, as 1 for any two."""
        classes = range(len(self._cells))
        if len(costs) != len(self._cells):
            costs = tuple(tuple(float(row != column) for column in classes) for row in classes)
        fits = len(self._before) == len(self._cells)
        (self._stated if fits else self._potts).setChecked(True)
        self._mirror.setChecked(
            all(costs[row][column] == costs[column][row] for row in classes for column in classes)
        )
        for row in classes:
            for column in classes:
                with QSignalBlocker(self._cells[row][column]):
                    self._cells[row][column].setValue(costs[row][column])
        self._enable()

    def _changed(self, row: int, column: int, value: float) -> None:
        if self._mirror.isChecked():
            with QSignalBlocker(self._cells[column][row]):
                self._cells[column][row].setValue(value)
        self._tell()

    def _tell(self) -> None:
        self._enable()
        costs = tuple(tuple(cell.value() for cell in cells) for cells in self._cells)
        self._presenter.set("compatibility", () if self._potts.isChecked() else costs)

    def _enable(self) -> None:
        for part in (self._table, self._mirror):
            part.setEnabled(self._stated.isChecked())
