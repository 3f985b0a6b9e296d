"""A small icon or swatch with a text; hidden while there is nothing to say."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.widgets.sign import Sign

_SIDE = 14


class _Short(QLabel):
    """Ends in dots where there is too little room, instead of in half a letter."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


class SignedLabel(QWidget):
    """Shows what it is given; keeps its width while its text is shorter, so that nothing jumps."""

    def __init__(self, *, keeps_width: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeps_width = keeps_width
        self._widest = 0
        self._sign, self._text = Sign(_SIDE), _Short()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(7, 0, 7, 0)
        layout.setSpacing(5)
        layout.addWidget(self._sign)
        layout.addWidget(self._text)
        self.hide()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A window may be narrower than all that it has to say."""
        return QSize(0, self.sizeHint().height())

    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def show_text(self, text: str, sign: QIcon | QPixmap | None = None, hint: str = "") -> None:
        """Say something, with a sign before it; nothing hides it."""
        self._sign.setVisible(sign is not None)
        self._sign.show_icon(sign if isinstance(sign, QIcon) else None)
        if isinstance(sign, QPixmap):
            self._sign.setPixmap(sign)
        self._text.setText(text)
        self.setToolTip(hint or text)
        if self._keeps_width and text:
            self._widest = max(self._widest, self._text.sizeHint().width())
            self._text.setMinimumWidth(self._widest)
        self.setVisible(bool(text))

    def forget_width(self) -> None:
        """Be as narrow as the next text."""
        self._widest = 0
        self._text.setMinimumWidth(0)
