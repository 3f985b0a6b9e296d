"""A row for each parameter of the CRF: name, slider or choice, number, unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.widgets.value_slider import ValueSlider
from engine.crf.parameters import CrfParameters, Range, range_of


class ParameterRows(QWidget):
    """Made from what the parameters say of themselves; those for experts are folded away."""

    changed = Signal(str, object)  # name, value
    matrix_asked = Signal(str)  # name of the parameter that is a table

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sliders: dict[str, ValueSlider] = {}
        self._choices: dict[str, QComboBox] = {}
        self._tables: dict[str, QPushButton] = {}
        self._labels: dict[str, QLabel] = {}
        plain, more = QFormLayout(), QFormLayout()
        for one in fields(CrfParameters):
            limits = range_of(one.name)
            row = self._row(one.name, limits, type(one.default))
            label = self._labels[one.name] = QLabel(
                QCoreApplication.translate("parameters", limits.title)
            )
            (more if limits.advanced else plain).addRow(label, row)
        for form in (plain, more):
            form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        folded = QWidget()
        folded.setLayout(more)
        folded.hide()
        button = QToolButton()
        button.setText(self.tr("More"))
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.toggled.connect(folded.setVisible)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(plain)
        layout.addWidget(button)
        layout.addWidget(folded)
        layout.addStretch(1)

    def show_parameters(self, parameters: CrfParameters) -> None:
        """Show them, without telling of a change."""
        for name, slider in self._sliders.items():
            slider.set_value(getattr(parameters, name))
        for name, choice in self._choices.items():
            with QSignalBlocker(choice):
                choice.setCurrentIndex(choice.findData(getattr(parameters, name)))
        for name, button in self._tables.items():
            rows = len(getattr(parameters, name))
            table = self.tr("Table of {} classes...").format(rows)
            button.setText(table if rows else self.tr("Potts..."))

    def show_unused(self, reasons: Mapping[str, str]) -> None:
        """Grey out the rows of some parameters, and say why."""
        for name, row in {**self._sliders, **self._choices, **self._tables}.items():
            note = reasons.get(name, QCoreApplication.translate("parameters", range_of(name).note))
            for part in (row, self._labels[name]):
                part.setEnabled(name not in reasons)
                part.setToolTip(note)

    def _row(self, name: str, limits: Range, kind: type) -> QWidget:
        title = QCoreApplication.translate("parameters", limits.title)
        if limits.is_matrix:
            button = self._tables[name] = QPushButton()
            button.setAccessibleName(title)
            button.clicked.connect(lambda: self.matrix_asked.emit(name))
            return button
        if limits.choices:
            choice = self._choices[name] = QComboBox()
            choice.setAccessibleName(title)
            for value in limits.choices:
                choice.addItem(str(value), value)
            choice.activated.connect(lambda _: self.changed.emit(name, choice.currentData()))
            return choice
        slider = self._sliders[name] = ValueSlider(
            title,
            low=limits.low,
            high=limits.high,
            step=limits.step,
            unit=limits.unit if limits.unit in ("px", "mm") else "",
            optional=limits.optional,
        )
        slider.changed.connect(lambda value: self.changed.emit(name, kind(value)))
        return slider
