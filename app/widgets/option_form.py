"""A form of the options of an operation, made from the fields of its dataclass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QSpinBox, QWidget

from app.widgets.swatch import swatch_icon
from engine.core.label_set import LabelSet
from engine.editing.operation_options import Kind, NamedOption


class OptionForm(QWidget):
    """One row an option; those that the slice on screen gives have none."""

    changed = Signal()

    def __init__(
        self,
        options: Sequence[NamedOption],
        label_set: LabelSet,
        label: int,
        parent: QWidget | None = None,
    ) -> None:
        """`label` is the class in hand, which the first choice of a class begins with."""
        super().__init__(parent)
        self._label_set = label_set
        self._boxes: dict[str, QComboBox | QSpinBox | QDoubleSpinBox] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        first = max(1, label)
        for one in options:
            if one.option.kind in (Kind.CLASS, Kind.CLASS_OR_ALL):
                self._add(one, self._classes(one, first))
                first = 2 if first == 1 else 1
            elif one.option.kind is Kind.CHOICE:
                self._add(one, self._choice(one))
            elif one.option.kind is Kind.NUMBER:
                self._add(one, self._number(one))
            elif one.option.kind is Kind.WHOLE:
                self._add(one, self._whole(one))

    @property
    def chosen(self) -> dict[str, Any]:
        """The options by the names of their fields."""
        return {
            name: box.currentData() if isinstance(box, QComboBox) else box.value()
            for name, box in self._boxes.items()
        }

    def _add(self, one: NamedOption, box: QComboBox | QSpinBox | QDoubleSpinBox) -> None:
        title = QCoreApplication.translate("operations", one.option.title)
        box.setAccessibleName(title)
        if not self._boxes:
            self.setFocusProxy(box)
        self._boxes[one.name] = box
        self._form.addRow(title, box)

    def _classes(self, one: NamedOption, label: int) -> QComboBox:
        box = QComboBox()
        if one.option.kind is Kind.CLASS_OR_ALL:
            box.addItem(self.tr("All classes"), None)
        for each in self._label_set:
            if each.index:
                box.addItem(swatch_icon(each.colour), each.name, each.index)
        box.setCurrentIndex(max(0, box.findData(label)))
        box.currentIndexChanged.connect(self._tell)
        return box

    def _choice(self, one: NamedOption) -> QComboBox:
        box = QComboBox()
        for value, title in one.option.choices:
            box.addItem(QCoreApplication.translate("operations", title), value)
        box.currentIndexChanged.connect(self._tell)
        return box

    def _number(self, one: NamedOption) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setDecimals(1)
        box.setRange(one.option.low, one.option.high)
        box.setSingleStep(one.option.step)
        box.setSuffix(f" {one.option.unit}" if one.option.unit else "")
        box.setValue(float(one.default))
        box.valueChanged.connect(self._tell)
        return box

    def _whole(self, one: NamedOption) -> QSpinBox:
        box = QSpinBox()
        box.setRange(int(one.option.low), int(one.option.high))
        box.setSuffix(f" {one.option.unit}" if one.option.unit else "")
        box.setValue(int(one.default))
        box.valueChanged.connect(self._tell)
        return box

    def _tell(self) -> None:
        self.changed.emit()
