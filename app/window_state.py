"""Where the window and its docks were, remembered between runs."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow

_VERSION = 4  # raise it when docks change, so that an old layout is not forced on them


def save(window: QMainWindow) -> None:
    """Remember geometry and docks."""
    settings = QSettings()
    settings.setValue("window/geometry", window.saveGeometry())
    settings.setValue("window/docks", window.saveState(_VERSION))


def restore(window: QMainWindow) -> bool:
    """Put the window where it was; False if nothing is remembered."""
    settings = QSettings()
    geometry, docks = settings.value("window/geometry"), settings.value("window/docks")
    if not isinstance(geometry, QByteArray) or not isinstance(docks, QByteArray):
        return False
    return window.restoreGeometry(geometry) and window.restoreState(docks, _VERSION)
