"""One icon family, tinted to the palette."""

from __future__ import annotations

import os

os.environ.setdefault("QT_API", "pyside6")  # before qtawesome looks for a binding

import qtawesome
from PySide6.QtGui import QGuiApplication, QIcon, QPalette

_NAMES = {
    "brush": "mdi6.brush",
    "eraser": "mdi6.eraser",
    "open-file": "mdi6.file-image-outline",
    "open-folder": "mdi6.folder-open-outline",
    "sample": "mdi6.brain",
    "save": "mdi6.content-save-outline",
    "export": "mdi6.export",
    "undo": "mdi6.undo",
    "redo": "mdi6.redo",
    "predict": "mdi6.auto-fix",
    "refine": "mdi6.tune-variant",
    "fit": "mdi6.fit-to-screen-outline",
    "zoom-in": "mdi6.magnify-plus-outline",
    "zoom-out": "mdi6.magnify-minus-outline",
    "mask": "mdi6.layers-outline",
    "next": "mdi6.chevron-right",
    "previous": "mdi6.chevron-left",
    "cancel": "mdi6.close",
    "notice": "mdi6.information-outline",
    "confirm": "mdi6.alert-outline",
    "new": "mdi6.circle-outline",
    "predicted": "mdi6.circle-slice-4",
    "in review": "mdi6.pencil-circle-outline",
    "rejected": "mdi6.arrow-u-left-top",
    "needs second reader": "mdi6.account-multiple-outline",
    "approved": "mdi6.check-circle",
    "adjudicated": "mdi6.check-decagram",
    "split": "mdi6.compare",
    "flash": "mdi6.flash-outline",
    "reset": "mdi6.backup-restore",
    "program": "mdi6.vector-curve",
}


def icon(name: str) -> QIcon:
    """The icon called `name`, in the colour of the text.

    Raises:
        KeyError: if there is none of that name.
    """
    palette = QGuiApplication.palette()
    text = palette.color(QPalette.ColorRole.WindowText)
    faint = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
    return qtawesome.icon(_NAMES[name], color=text, color_disabled=faint)


def known() -> frozenset[str]:
    """The names there are."""
    return frozenset(_NAMES)
