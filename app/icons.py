"""One icon family, tinted to the palette."""

from __future__ import annotations

import os

os.environ.setdefault("QT_API", "pyside6")  # before qtawesome looks for a binding

import qtawesome
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap

_NAMES = {
    "brush": "mdi6.brush",
    "eraser": "mdi6.eraser",
    "threshold": "mdi6.circle-half-full",
    "polygon": "mdi6.vector-polygon",
    "lasso": "mdi6.lasso",
    "fill": "mdi6.format-color-fill",
    "wand": "mdi6.magic-staff",
    "scribble": "mdi6.gesture",
    "box": "mdi6.selection-drag",
    "crf-brush": "mdi6.creation",
    "picker": "mdi6.eyedropper",
    "measure": "mdi6.ruler",
    "select": "mdi6.cursor-move",
    "round": "mdi6.circle-outline",
    "square": "mdi6.square-outline",
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
    "comment": "mdi6.comment-text-outline",
    "eye": "mdi6.eye-outline",
    "lock": "mdi6.lock-outline",
    "unlock": "mdi6.lock-open-variant-outline",
    "pick": "mdi6.eyedropper",
    "saved": "mdi6.check",
    "saving": "mdi6.dots-horizontal",
    "unsaved": "mdi6.alert-circle-outline",
    "region": "mdi6.selection-ellipse-remove",
    "history": "mdi6.history",
    "split": "mdi6.compare",
    "flash": "mdi6.flash-outline",
    "settings": "mdi6.cog-outline",
    "search": "mdi6.magnify",
    "reset": "mdi6.backup-restore",
    "eye-off": "mdi6.eye-off-outline",
    "lock-open": "mdi6.lock-open-variant-outline",
    "program": "mdi6.vector-curve",
}


def icon(name: str) -> QIcon:
    """The icon called `name`, in the colour of the text at the time it is painted.

    Raises:
        KeyError: if there is none of that name.
    """
    return QIcon(_Tinted(_NAMES[name]))


class _Tinted(QIconEngine):
    """Asks the palette whenever it paints, so that another theme needs no other icon."""

    def __init__(self, glyph: str) -> None:
        super().__init__()
        self._glyph = glyph

    def clone(self) -> QIconEngine:
        return _Tinted(self._glyph)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        palette = QGuiApplication.palette()
        text = palette.color(QPalette.ColorRole.WindowText)
        faint = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
        lit = palette.color(QPalette.ColorRole.HighlightedText)
        glyph = qtawesome.icon(self._glyph, color=text, color_disabled=faint, color_selected=lit)
        glyph.paint(painter, rect, Qt.AlignmentFlag.AlignCenter, mode, state)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def isNull(self) -> bool:  # noqa: N802 - Qt's name
        return False


def known() -> frozenset[str]:
    """The names there are."""
    return frozenset(_NAMES)
