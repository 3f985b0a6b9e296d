"""A small icon or swatch with a text; hidden while there is nothing to say."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.widgets.sign import Sign

_SIDE = 14


class _Short(QLabel):
    """Ends in dots where there is too little room, instead of in half a letter.

    Attributes:
        widest: What it wants to have at least, in pixels.
    """

    def __init__(self) -> None:
        super().__init__()
        self.widest = 0

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        hint = super().sizeHint()
        return QSize(max(hint.width(), self.widest), hint.height())

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

    def __init__(
        self,
        *,
        keeps_width: bool = False,
        least: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Say nothing yet.

        Args:
            keeps_width: Whether it keeps the room of its widest text.
            least: To how many pixels it shrinks before those have to that were given no number.
            parent: Of the widget.
        """
        super().__init__(parent)
        self._keeps_width = keeps_width
        self._least = least
        self._sign, self._text = Sign(_SIDE), _Short()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(7, 0, 7, 0)
        layout.setSpacing(5)
        layout.addWidget(self._sign)
        layout.addWidget(self._text)
        self.hide()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        hint = self.sizeHint()
        return hint if self._least is None else hint.boundedTo(QSize(self._least, hint.height()))

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
            self._text.widest = self._text.sizeHint().width()
        self.setVisible(bool(text))

    def forget_width(self) -> None:
        """Be as narrow as the next text."""
        self._text.widest = 0
        self._text.updateGeometry()
