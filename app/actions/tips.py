"""The keys in the tool tips of a window, which follow what a person chooses."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.actions.keys import key_of
from app.settings import Settings
from app.widgets.tip import COMMAND, put_key


class KeyTips(QObject):
    """Belongs to one window, and is made once all its controls are there."""

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        settings.keys_changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        for kind in (QAbstractButton, QAction):
            for one in self._window.findChildren(kind):
                command = one.property(COMMAND)
                if command:
                    put_key(one, key_of(command, self._settings))
