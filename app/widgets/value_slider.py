"""A slider with its number beside it, for one value with a range."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QSlider, QWidget


class ValueSlider(QWidget):
    """Slider, number and unit; optionally a box that leaves the value out (infinity)."""

    changed = Signal(float)

    def __init__(
        self,
        name: str,
        *,
        low: float,
        high: float,
        step: float,
        unit: str = "",
        optional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Make it.

        Args:
            name: What it sets, for screen readers.
            low: Smallest value.
            high: Largest value.
            step: Grid that values lie on, from `low`.
            unit: Shown behind the number.
            optional: Whether a box can leave the value out.
            parent: Its parent.
        """
        super().__init__(parent)
        self._low, self._step = low, step
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, round((high - low) / step))
        self._slider.setAccessibleName(name)
        self._number = QDoubleSpinBox()
        self._number.setRange(low, high)
        self._number.setSingleStep(step)
        self._number.setDecimals(max(0, -math.floor(math.log10(step))))
        self._number.setSuffix(f" {unit}" if unit else "")
        self._number.setKeyboardTracking(False)
        self._number.setAccessibleName(name)
        self._number.setFixedWidth(76)
        self._used = QCheckBox() if optional else None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._number)
        if self._used:
            self._used.setChecked(True)
            self._used.setAccessibleName(self.tr("use {}").format(name))
            self._used.setToolTip(self.tr("Off: leave it out"))
            self._used.toggled.connect(self._toggled)
            layout.addWidget(self._used)
        self._slider.valueChanged.connect(self._slid)
        self._number.valueChanged.connect(self._typed)

    def set_value(self, value: float) -> None:
        """Show `value`, without telling of a change."""
        with QSignalBlocker(self._slider), QSignalBlocker(self._number):
            if math.isfinite(value):
                self._slider.setValue(round((value - self._low) / self._step))
                self._number.setValue(value)
            if self._used:
                with QSignalBlocker(self._used):
                    self._used.setChecked(math.isfinite(value))
            self._enable(used=math.isfinite(value))

    def _slid(self, position: int) -> None:
        value = self._low + position * self._step
        with QSignalBlocker(self._number):
            self._number.setValue(value)
        self.changed.emit(value)

    def _typed(self, value: float) -> None:
        position = round((value - self._low) / self._step)
        with QSignalBlocker(self._slider):
            self._slider.setValue(position)
        self.changed.emit(self._low + position * self._step)

    def _toggled(self, used: bool) -> None:
        self._enable(used=used)
        self.changed.emit(self._number.value() if used else math.inf)

    def _enable(self, *, used: bool) -> None:
        self._slider.setEnabled(used)
        self._number.setEnabled(used)
