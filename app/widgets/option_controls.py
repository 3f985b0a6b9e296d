"""A control for one option of a tool, made from what the option says of itself."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QWidget,
)

from engine.editing.options import Option, Value

Translate = Callable[[str], str]
IconOf = Callable[[str], QIcon | None]

_SLIDER = 110
_NOTCHES = 200


class OptionControl(QWidget):
    """What all of them are: a value that is shown, and a signal when a person changes it."""

    changed = Signal(object)  # the value

    def show_value(self, value: Value) -> None:
        """Show a value, without telling of a change."""
        raise NotImplementedError


class NumberControl(OptionControl):
    """A name, a slider and a number; the slider counts in ratios where the range is wide."""

    def __init__(self, option: Option, *, is_whole: bool, tr: Translate) -> None:
        super().__init__()
        self._option = option
        self._is_ratio = option.low > 0 and option.high / option.low > 100
        title = tr(option.title)
        name = QLabel(title)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, _NOTCHES)
        self._slider.setFixedWidth(_SLIDER)
        self._slider.setAccessibleName(title)
        self._number = QDoubleSpinBox()
        self._number.setRange(option.low, option.high)
        self._number.setDecimals(0 if is_whole else 1)
        self._number.setSingleStep(option.step)
        self._number.setKeyboardTracking(False)
        self._number.setAccessibleName(title)
        unit = "px" if option.unit == "brush" else option.unit
        self._number.setSuffix(f" {unit}" if unit else "")
        layout = _row(self)
        for part in (name, self._slider, self._number):
            part.setToolTip(_tip(option, tr))
            layout.addWidget(part)
        self._note = QLabel()
        self._note.setEnabled(False)
        self._note.hide()
        layout.addWidget(self._note)
        self._slider.valueChanged.connect(self._slid)
        self._number.valueChanged.connect(self._typed)

    def show_value(self, value: Value) -> None:
        with QSignalBlocker(self._slider), QSignalBlocker(self._number):
            self._number.setValue(float(value))
            self._slider.setValue(self._notch(float(value)))

    def show_note(self, text: str) -> None:
        """Say something behind the number; '' for nothing."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def _notch(self, value: float) -> int:
        low, high = self._option.low, self._option.high
        if self._is_ratio:
            return round(math.log(value / low) / math.log(high / low) * _NOTCHES)
        return round((value - low) / (high - low) * _NOTCHES)

    def _slid(self, notch: int) -> None:
        option, share = self._option, notch / _NOTCHES
        if self._is_ratio:
            value = option.low * (option.high / option.low) ** share
        else:
            value = option.low + (option.high - option.low) * share
        value = round(value / option.step) * option.step
        with QSignalBlocker(self._number):
            self._number.setValue(value)
        self.changed.emit(self._number.value())

    def _typed(self, value: float) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(self._notch(value))
        self.changed.emit(value)


class SwitchControl(OptionControl):
    """A box to tick."""

    def __init__(self, option: Option, *, tr: Translate) -> None:
        super().__init__()
        self._box = QCheckBox(tr(option.title))
        self._box.setToolTip(_tip(option, tr))
        _row(self).addWidget(self._box)
        self._box.toggled.connect(self._toggled)

    def show_value(self, value: Value) -> None:
        with QSignalBlocker(self._box):
            self._box.setChecked(bool(value))

    def _toggled(self, on: bool) -> None:
        self.changed.emit(on)


class ChoiceControl(OptionControl):
    """Buttons of which one is pressed."""

    def __init__(self, option: Option, *, tr: Translate, icon_of: IconOf) -> None:
        super().__init__()
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        layout = _row(self)
        layout.setSpacing(2)
        for value, title in option.choices:
            button = self._buttons[value] = QToolButton()
            button.setCheckable(True)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(f"{tr(title)}: {tr(option.note)}")
            button.setAccessibleName(f"{tr(option.title)}: {tr(title)}")
            picture = icon_of(value)
            if picture is None:
                button.setText(tr(title))
            else:
                button.setIcon(picture)
            self._group.addButton(button)
            layout.addWidget(button)
        self._group.buttonClicked.connect(self._clicked)

    def show_value(self, value: Value) -> None:
        self._buttons[str(value)].setChecked(True)

    def _clicked(self) -> None:
        for value, button in self._buttons.items():
            if button.isChecked():
                self.changed.emit(value)


def control_of(option: Option, value: Value, *, tr: Translate, icon_of: IconOf) -> OptionControl:
    """The control that suits an option, showing a value."""
    control: OptionControl
    if option.choices:
        control = ChoiceControl(option, tr=tr, icon_of=icon_of)
    elif isinstance(value, bool):
        control = SwitchControl(option, tr=tr)
    else:
        control = NumberControl(option, is_whole=isinstance(value, int), tr=tr)
    control.show_value(value)
    return control


def _tip(option: Option, tr: Translate) -> str:
    note = tr(option.note)
    keys = f" ({tr(option.keys)})" if option.keys else ""
    return f"{tr(option.title)}: {note}{keys}"


def _row(widget: QWidget) -> QHBoxLayout:
    layout = QHBoxLayout(widget)
    layout.setContentsMargins(6, 0, 6, 0)
    layout.setSpacing(6)
    return layout
