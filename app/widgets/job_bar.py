"""What is running, how far it is, and a button that stops it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from app.icons import icon


class JobBar(QWidget):
    """Hidden until there is something to show."""

    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = QLabel()
        self._bar = QProgressBar()
        self._bar.setFixedWidth(130)
        self._bar.setMaximumHeight(14)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the running job"))
        stop = QToolButton()
        stop.setIcon(icon("cancel"))
        stop.setAutoRaise(True)
        stop.setAccessibleName(self.tr("Cancel the running job"))
        stop.setToolTip(self.tr("Cancel"))
        stop.clicked.connect(self.stopped)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 0, 0)
        layout.setSpacing(6)
        for part in (self._what, self._bar, stop):
            layout.addWidget(part)
        self.hide()

    def show_step(self, what: str, done: int, total: int) -> None:
        """Show a job that is `done` of `total`."""
        self._what.setText(what)
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(done)
        self.show()
