"""From which slice to which."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget


class SliceRange(QWidget):
    """Two numbers, shown from 1; the first is never larger than the last."""

    changed = Signal(int, int)  # first and last, from 0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first, self._last = QSpinBox(), QSpinBox()
        self._first.setAccessibleName(self.tr("First slice"))
        self._last.setAccessibleName(self.tr("Last slice"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._first, 1)
        layout.addWidget(QLabel(self.tr("to")))
        layout.addWidget(self._last, 1)
        self._first.valueChanged.connect(lambda: self._tell(self._first))
        self._last.valueChanged.connect(lambda: self._tell(self._last))

    def show_range(self, first: int, last: int, count: int) -> None:
        """Show a range of `count` slices, without telling of a change."""
        for box, value in ((self._first, first), (self._last, last)):
            with QSignalBlocker(box):
                box.setRange(1, max(1, count))
                box.setValue(value + 1)

    def _tell(self, changed: QSpinBox) -> None:
        """The other end gives way."""
        first, last = self._first.value(), self._last.value()
        if first > last:
            other = self._last if changed is self._first else self._first
            with QSignalBlocker(other):
                other.setValue(changed.value())
        self.changed.emit(self._first.value() - 1, self._last.value() - 1)
