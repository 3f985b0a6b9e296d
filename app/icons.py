"""One icon family, tinted to the palette."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)

_FAMILY = "materialdesignicons6"
_SHARE = 0.875  # of an icon's height that a letter is high
_NAMES = {
    "brush": "brush",
    "eraser": "eraser",
    "threshold": "circle-half-full",
    "polygon": "vector-polygon",
    "lasso": "lasso",
    "fill": "format-color-fill",
    "wand": "magic-staff",
    "scribble": "gesture",
    "box": "selection-drag",
    "crf-brush": "creation",
    "picker": "eyedropper",
    "measure": "ruler",
    "select": "cursor-move",
    "round": "circle-outline",
    "square": "square-outline",
    "open-file": "file-image-outline",
    "open-folder": "folder-open-outline",
    "sample": "brain",
    "save": "content-save-outline",
    "export": "export",
    "undo": "undo",
    "redo": "redo",
    "predict": "auto-fix",
    "refine": "tune-variant",
    "fit": "fit-to-screen-outline",
    "zoom-in": "magnify-plus-outline",
    "zoom-out": "magnify-minus-outline",
    "mask": "layers-outline",
    "next": "chevron-right",
    "previous": "chevron-left",
    "cancel": "close",
    "notice": "information-outline",
    "confirm": "alert-outline",
    "new": "circle-outline",
    "predicted": "circle-slice-4",
    "in review": "pencil-circle-outline",
    "rejected": "arrow-u-left-top",
    "needs second reader": "account-multiple-outline",
    "approved": "check-circle",
    "adjudicated": "check-decagram",
    "comment": "comment-text-outline",
    "eye": "eye-outline",
    "lock": "lock-outline",
    "unlock": "lock-open-variant-outline",
    "pick": "eyedropper",
    "saved": "check",
    "saving": "dots-horizontal",
    "unsaved": "alert-circle-outline",
    "region": "selection-ellipse-remove",
    "history": "history",
    "split": "compare",
    "flash": "flash-outline",
    "settings": "cog-outline",
    "search": "magnify",
    "reset": "backup-restore",
    "eye-off": "eye-off-outline",
    "lock-open": "lock-open-variant-outline",
    "program": "vector-curve",
    "waiting": "timer-sand",
    "running": "progress-clock",
    "clear": "notification-clear-all",
    "show": "arrow-right-circle-outline",
    "surface": "cube-outline",
    "refresh": "refresh",
    "automatic": "autorenew",
    "add-class": "plus",
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
        del state  # an icon looks the same on and off; its button shows which
        painter.save()
        painter.setPen(_colour(mode))
        painter.setFont(_font(round(_SHARE * rect.height())))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, _glyphs()[self._glyph])
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def isNull(self) -> bool:  # noqa: N802 - Qt's name
        return False


def _colour(mode: QIcon.Mode) -> QColor:
    palette, role = QGuiApplication.palette(), QPalette.ColorRole
    if mode is QIcon.Mode.Disabled:
        return palette.color(QPalette.ColorGroup.Disabled, role.WindowText)
    return palette.color(role.HighlightedText if mode is QIcon.Mode.Selected else role.WindowText)


def _file(ending: str) -> Path:
    """The file of the font family that lies in the package of the icons.

    The package is not imported: that costs a quarter of the time until the window is there, for
    seven families of which this is one.
    """
    package = find_spec("qtawesome")
    assert package is not None
    assert package.origin is not None
    return next((Path(package.origin).parent / "fonts").glob(f"{_FAMILY}*{ending}"))


@cache
def _glyphs() -> dict[str, str]:
    """The letter of each icon."""
    codes = json.loads(_file(".json").read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in codes.items()}


@cache
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(_file(".ttf")))
    return QFontDatabase.applicationFontFamilies(number)[0]


def _font(size: int) -> QFont:
    font = QFont(_family())
    font.setPixelSize(max(1, size))
    return font


def known() -> frozenset[str]:
    """The names there are."""
    return frozenset(_NAMES)
