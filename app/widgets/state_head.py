"""Where a case stands: an icon, a word, how many are left, and what must be known."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.widgets.sign import Sign

_SIDE = 26


class StateHead(QWidget):
    """Shows what it is given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign, self._state, self._left = Sign(_SIDE), QLabel(), QLabel()
        font = self._state.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self._state.setFont(font)
        faint = self._left.palette().ColorRole.PlaceholderText
        self._left.setForegroundRole(faint)
        self._notice = QLabel()
        self._notice.setWordWrap(True)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 2)
        layout.setHorizontalSpacing(8)
        layout.setColumnStretch(1, 1)
        layout.setVerticalSpacing(1)
        layout.addWidget(self._sign, 0, 0, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._state, 0, 1)
        layout.addWidget(self._left, 1, 1)
        layout.addWidget(self._notice, 2, 0, 1, 2)

    def show_state(self, sign: QIcon, state: str, left: str, notice: str) -> None:
        """A state by icon and word, how many cases are left, and a sentence or ''."""
        self._sign.show_icon(sign)
        self._state.setText(state[:1].upper() + state[1:])
        self._left.setText(left)
        self._notice.setText(notice)
        self._notice.setVisible(bool(notice))
