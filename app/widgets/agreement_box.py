"""How well two readers agree, and whose mask is taken."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.widgets.volume_list import VolumeLine, VolumeList


class AgreementBox(QWidget):
    """Shows what it is given; tells what was pressed."""

    shown_asked = Signal(bool)  # whether both masks are to be seen
    taken = Signal(int)  # the mask of the first (0) or the second reader (1)
    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = QLabel()
        self._head.setWordWrap(True)
        self._lines = VolumeList()
        self._show = QPushButton(self.tr("Show differences"))
        self._show.setCheckable(True)
        self._show.toggled.connect(self.shown_asked)
        self._first, self._second = QPushButton(), QPushButton()
        self._first.clicked.connect(self._take_first)
        self._second.clicked.connect(self._take_second)
        self._settle = QPushButton(self.tr("Adjudicate && next"))
        self._settle.setToolTip(self.tr("Settle it by the mask as it is now"))
        self._settle.clicked.connect(self.settled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._head)
        layout.addWidget(self._lines)
        layout.addWidget(self._show)
        layout.addWidget(self._first)
        layout.addWidget(self._second)
        layout.addWidget(self._settle)

    def show_agreement(self, head: str, lines: Sequence[VolumeLine]) -> None:
        """Show a sentence and the Dice of each class; there may be none yet."""
        self._head.setText(head)
        self._lines.show_lines(lines)
        self._lines.setVisible(bool(lines))

    def show_readers(self, readers: tuple[str, str] | None, *, shown: bool) -> None:
        """Name both readers, and whether their masks are on screen."""
        with QSignalBlocker(self._show):
            self._show.setChecked(shown)
        for button, name in zip((self._first, self._second), readers or ("", ""), strict=True):
            button.setVisible(bool(name))
            button.setText(self.tr("Take {}'s mask").format(name))

    def _take_first(self) -> None:
        self.taken.emit(0)

    def _take_second(self) -> None:
        self.taken.emit(1)
