"""An icon in a label, drawn anew when the theme changes."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QWidget


class Sign(QLabel):
    """A label keeps the pixels that it was given; this one asks its icon again."""

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._icon: QIcon | None = None

    def show_icon(self, sign: QIcon | None) -> None:
        """Show an icon; None lets it show what else it is given."""
        self._icon = sign
        if sign is not None:
            self.setPixmap(sign.pixmap(self._side, self._side))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.show_icon(self._icon)
