"""Two intensities, and a button that takes them from the picture."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QToolButton, QWidget

from app.icons import icon

_FAR = 1e9


class IntensityRange(QWidget):
    """From the lower to the higher one."""

    changed = Signal(float, float)
    picking = Signal(bool)  # whether the next click on the picture gives a value

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low = self._box(self.tr("Lowest intensity that is painted on"))
        self._high = self._box(self.tr("Highest intensity that is painted on"))
        self._pick = QToolButton()
        self._pick.setIcon(icon("pick"))
        self._pick.setCheckable(True)
        self._pick.setAutoRaise(True)
        what = self.tr("Take an intensity from the picture: press, then click a pixel")
        self._pick.setToolTip(what)
        self._pick.setAccessibleName(what)
        self._pick.toggled.connect(self.picking)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._low)
        layout.addWidget(QLabel(self.tr("to")))
        layout.addWidget(self._high)
        layout.addWidget(self._pick)

    def show_range(self, low: float, high: float) -> None:
        """Show both, without telling of a change."""
        for box, value in ((self._low, low), (self._high, high)):
            with QSignalBlocker(box):
                box.setDecimals(0 if float(value).is_integer() else 2)
                box.setValue(value)

    def show_picking(self, *, on: bool) -> None:
        """Whether the next click on the picture gives a value, without telling of a change."""
        with QSignalBlocker(self._pick):
            self._pick.setChecked(on)

    def _box(self, what: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(-_FAR, _FAR)
        box.setDecimals(2)
        box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        box.setKeyboardTracking(False)
        box.setMaximumWidth(70)
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setAccessibleName(what)
        box.setToolTip(what)
        box.valueChanged.connect(self._tell)
        return box

    def _tell(self) -> None:
        self.changed.emit(self._low.value(), self._high.value())
